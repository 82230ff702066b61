"""Sources: where the register comes from, what each last delivered, what is wrong in its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kateder.core.actors import Role
from kateder.core.findings import open_findings, sentence
from kateder.core.models import Finding, PlanState
from kateder.portal.authority.plans import total_of
from kateder.portal.authority.runs import Run, asked_address, asked_at, refreshed, waiting_to_begin
from kateder.portal.authority.source_form import address_of
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.periods import when
from kateder.portal.words import OWNERS, Words, number, word
from kateder.sources.api import EGIL_IN, RunState, request_run, runs_of
from kateder.sources.models import Source, SourceRun, Standing

TONES: Final[Mapping[str, str]] = {
    RunState.RUNNING: "warn",
    RunState.WAITING: "warn",
    RunState.UNCHANGED: "ok",
    RunState.APPLIED: "ok",
    RunState.STOPPED: "bad",
    RunState.INTERRUPTED: "bad",
}
LISTED: Final = (Standing.ACTIVE, Standing.PAUSED, Standing.LEAVING)
PHASES: Final[Words] = {"read": _("Reads the files and compares with the register")}


@dataclass(frozen=True, slots=True)
class Line:
    """One source in the list, or one run of it: `line` says what happened."""

    id: UUID
    name: str
    line: str
    at: datetime | None
    tone: str
    state: str


@door(Role.ADMINISTRATOR)
def sources(request: Asked) -> HttpResponse:
    """Every source with its last run."""
    lines = [_source(one) for one in Source.objects.filter(standing__in=LISTED).order_by("name")]
    return render(request, "portal/authority/sources.html", {"sources": lines})


@door(Role.ADMINISTRATOR)
def source(request: Asked, source_id: UUID) -> HttpResponse:
    """One source: its run, the plan that waits, what is wrong; a POST reads it again."""
    found = get_object_or_404(Source, pk=source_id)
    if found.standing == Standing.DRAFT:
        return HttpResponseRedirect(address_of(found.pk, "prova/"))
    if request.method == "POST":
        if not request_run(found.pk):
            messages.info(request, gettext("It is being read already."))
        return HttpResponseRedirect(asked_address(request.path))
    runs = runs_of(found.pk)
    latest = runs[0] if runs else None
    page = page_of(request, _findings(found))
    held = latest.plan if latest and latest.state == RunState.WAITING else None
    run = _run(request, latest)
    context = {
        "source": _source(found),
        "standing": str(Standing(found.standing).label) if found.standing != Standing.ACTIVE else "",
        "may_read": found.standing in (Standing.ACTIVE, Standing.LEAVING),
        "is_sent": found.kind == EGIL_IN,
        "is_removed": found.standing == Standing.REMOVED,
        "run": run,
        "plan": {"id": held.pk, "line": _wants(held.summary)} if held and held.state == PlanState.WAITING else None,
        "findings": [_finding(row) for row in page.rows],
        "page": page,
        "runs": [_past(one) for one in runs],
    }
    return refreshed(request, render(request, "portal/authority/source.html", context), run)


def _findings(found: Source) -> QuerySet[Finding]:
    return open_findings().filter(subject_type="source", subject_id=str(found.pk)).order_by("place", "pk")


def _finding(row: Finding) -> dict[str, object]:
    file, _colon, place = row.place.partition(":")
    return {
        "place": f"{file} {place}".strip(),
        "sentence": sentence(row),
        "since": row.first_seen_at,
        "owner": word(OWNERS, row.owner),
    }


def _source(found: Source) -> Line:
    latest = next(iter(runs_of(found.pk, most=1)), None)
    if latest is None:
        return Line(found.pk, found.name, gettext("Has not been read yet."), None, "none", gettext("New"))
    wrong = _findings(found).count()
    parts = [gettext("Last read %(when)s") % {"when": when(latest.started_at)}]
    if wrong:
        parts.append(ngettext("%(n)s thing is wrong", "%(n)s things are wrong", wrong) % {"n": number(wrong)})
    tone = TONES.get(latest.state, "none")
    return Line(found.pk, found.name, " · ".join(parts), latest.started_at, tone, latest.get_state_display())


def _past(one: SourceRun) -> Line:
    tone = TONES.get(one.state, "none")
    return Line(one.pk, "", one.error_text or _happened(one), one.started_at, tone, one.get_state_display())


def _happened(one: SourceRun) -> str:
    rows, aside = one.counts.get("rows", 0), one.counts.get("set_aside", 0)
    parts = [ngettext("%(n)s row read", "%(n)s rows read", rows) % {"n": number(rows)}] if rows else []
    if aside:
        parts.append(ngettext("%(n)s set aside", "%(n)s set aside", aside) % {"n": number(aside)})
    changes = one.counts.get("changes")
    if changes:
        parts.append(_wants(changes))
    return ", ".join(parts)


def _wants(summary: Mapping[str, object]) -> str:
    """So many created, changed, removed."""
    said = {
        "create": gettext("%(n)s to create"),
        "update": gettext("%(n)s to change"),
        "remove": gettext("%(n)s to remove"),
    }
    counts = {action: total_of(summary, action) for action in said}
    return ", ".join(said[action] % {"n": number(count)} for action, count in counts.items() if count)


def _run(request: Asked, latest: SourceRun | None) -> Run | None:
    asked = asked_at(request)
    if asked is not None and (latest is None or latest.started_at < asked):
        return waiting_to_begin(request.get_full_path())
    if latest is None or latest.state != RunState.RUNNING:
        return None
    tone, state = TONES[latest.state], latest.get_state_display()
    return Run(word(PHASES, latest.phase), tone, state, True, 0, 0, "", request.path)

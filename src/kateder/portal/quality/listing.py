"""The list to work through: filters, next step, a note that somebody has been asked, putting off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from kateder.core import follow_up
from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.core.models import Finding, Severity
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.quality.chosen import NO_UNIT, Chosen, allowed, filtered, units
from kateder.portal.quality.subjects import Subject, subjects
from kateder.portal.quality.wording import TONES, remedy, said, title
from kateder.portal.words import OWNERS, number, word

WHO = (Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SCHOOL_OFFICE)


@dataclass(frozen=True, slots=True)
class Row:
    """One finding: whom or what, where, since when, and what has been done about it."""

    id: UUID
    subject: Subject
    sentence: str
    school: str
    since: datetime
    asked_at: datetime | None
    note: str
    until: date | None
    reason: str
    other: Subject | None


@dataclass(frozen=True, slots=True)
class Section:
    """The findings of one rule on the page, with what to do about all of them."""

    title: str
    tone: str
    severity: str
    owner: str
    remedy: str
    rows: list[Row]


@door(*WHO)
def listing(request: Asked) -> HttpResponse:
    """The findings that the filters leave; a POST does the same thing with all that are marked."""
    if request.method == "POST":
        return _do(request)
    chosen = Chosen.of(request)
    page = page_of(request, filtered(request, chosen))
    names = units(request)
    context = {
        "sections": list(_sections(page.rows, subjects(page.rows, request), names)),
        "page": page,
        "chosen": chosen,
        "query": request.GET.urlencode(),
        "line": ngettext("%(n)s finding", "%(n)s findings", page.total) % {"n": number(page.total)},
        "units": [(str(key), name) for key, name in names.items()],
        "no_unit": NO_UNIT if request.actor.has(Role.ADMINISTRATOR) else "",
        "rules": _rules(request),
        "owners": _owners(request),
        "severities": [(value, label) for value, label in reversed(Severity.choices)],
        "is_office": request.actor.has(Role.ADMINISTRATOR),
        "tomorrow": date.fromordinal(request.today.toordinal() + 1),
    }
    return render(request, "portal/quality/list.html", context)


def _sections(rows: Iterable[Finding], known: Mapping[UUID, Subject], names: Mapping[UUID, str]) -> Iterator[Section]:
    for _rule, together in groupby(rows, key=lambda row: (row.severity, row.rule)):
        found = list(together)
        first = found[0]
        yield Section(
            title=title(first.rule),
            tone=TONES.get(first.severity, "none"),
            severity=str(Severity(first.severity).label),
            owner=word(OWNERS, first.owner),
            remedy=remedy(first),
            rows=[_row(one, known, names) for one in found],
        )


def _row(finding: Finding, known: Mapping[UUID, Subject], names: Mapping[UUID, str]) -> Row:
    return Row(
        id=finding.pk,
        subject=_of(finding.subject_id, known) or Subject(_unnamed(finding)),
        sentence=said(finding),
        school=names.get(finding.unit_id, "") if finding.unit_id else "",
        since=finding.first_seen_at,
        asked_at=finding.asked_at,
        note=finding.note,
        until=finding.snoozed_until,
        reason=finding.snoozed_reason,
        other=_of(str(finding.params.get("other", "")), known),
    )


def _of(text: str, known: Mapping[UUID, Subject]) -> Subject | None:
    try:
        return known.get(UUID(text))
    except ValueError:
        return None


def _unnamed(finding: Finding) -> str:
    """Somebody outside one's own circle, or a thing without a page."""
    if finding.subject_type == "person":
        return gettext("A person elsewhere")
    return finding.place or gettext("A row")


def _rules(request: Asked) -> list[tuple[str, str]]:
    codes = allowed(request).order_by().values_list("rule", flat=True).distinct()
    return sorted(((code, title(code)) for code in codes), key=lambda pair: pair[1].casefold())


def _owners(request: Asked) -> list[tuple[str, str]]:
    codes = allowed(request).order_by().values_list("owner", flat=True).distinct()
    return sorted(((code, word(OWNERS, code)) for code in codes), key=lambda pair: pair[1])


def _do(request: Asked) -> HttpResponse:
    """What is marked is asked about, put off or taken back; a refusal leaves the filters as they were."""
    ids = _marked(request)
    back = HttpResponseRedirect(request.get_full_path())
    if not ids:
        messages.warning(request, gettext("Mark at least one finding first."))
        return back
    try:
        for finding_id in ids:
            _do_one(request, finding_id)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return back
    done = {
        "asked": ngettext("Noted on %(n)s finding.", "Noted on %(n)s findings.", len(ids)),
        "snooze": ngettext("%(n)s finding is put off.", "%(n)s findings are put off.", len(ids)),
        "wake": ngettext("%(n)s finding is back on the list.", "%(n)s findings are back on the list.", len(ids)),
    }
    messages.success(request, done[request.POST["do"]] % {"n": number(len(ids))})
    return back


def _marked(request: Asked) -> list[UUID]:
    try:
        wanted = [UUID(text) for text in request.POST.getlist("fynd")]
    except ValueError:
        raise BadRequest from None
    return list(allowed(request).filter(pk__in=wanted).values_list("pk", flat=True))


def _do_one(request: Asked, finding_id: UUID) -> None:
    match request.POST.get("do"):
        case "asked":
            follow_up.asked(finding_id, note=request.POST.get("note", ""), by=request.actor)
        case "snooze":
            follow_up.snooze(
                finding_id,
                until=_day(request.POST.get("until", "")),
                reason=request.POST.get("reason", ""),
                today=request.today,
                by=request.actor,
            )
        case "wake":
            follow_up.wake(finding_id, by=request.actor)
        case _:
            raise BadRequest


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise follow_up.BadDay from None

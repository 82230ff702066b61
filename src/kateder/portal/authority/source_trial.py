"""Try a source: its check step by step, what its first run would do, and then add it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core import clock
from kateder.core.actors import Role
from kateder.portal.authority.plans import HIDDEN, TONES, by_kind
from kateder.portal.authority.source_form import address_of, rule_entries, rules_posted
from kateder.portal.doors import Asked, door
from kateder.portal.words import ACTIONS, KINDS, number, word
from kateder.sources.api import (
    EGIL_IN,
    STEP_LABELS,
    StepName,
    Trial,
    confirm,
    discard,
    request_run,
    request_trial,
    set_schedule,
)
from kateder.sources.models import Source, Standing

PATIENCE: Final = timedelta(minutes=10)
"""After this a trial that has not ended is taken for broken off."""

SAMPLE: Final = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the check as the page shows it: yes, stop, or later."""

    css: str
    text: str
    fix: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what a run would do."""

    tone: str
    action: str
    kind: str
    school: str
    what: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial in words."""

    is_going: bool
    is_fine: bool
    steps: Sequence[Step]
    refusal: str
    kinds: Sequence[tuple[str, tuple[int, int, int]]]
    lines: Sequence[Line]
    read: str


@door(Role.ADMINISTRATOR)
def trial(request: Asked, source_id: UUID) -> HttpResponse:
    """The trial of a source. A POST tries it again, adds the draft, or throws it away."""
    source = get_object_or_404(Source.objects.exclude(standing=Standing.REMOVED), pk=source_id)
    if request.method == "POST":
        return _done(request, source)
    found = Trial.objects.filter(source=source).first()
    context = {
        "source": source,
        "is_draft": source.standing == Standing.DRAFT,
        "is_sent": source.kind == EGIL_IN,
        "trial": _tried(found) if found else None,
        "rules": rule_entries(source),
        "address": request.path,
    }
    return render(request, "portal/authority/source_trial.html", context)


def _done(request: Asked, source: Source) -> HttpResponse:
    wanted = request.POST.get("do")
    if wanted == "discard" and source.standing == Standing.DRAFT:
        discard(source.pk)
        return HttpResponseRedirect("/kallor/")
    if wanted == "add" and source.standing == Standing.DRAFT:
        rules = rules_posted(request.POST)
        confirm(
            source.pk,
            limits=rules.limits,
            approve_automatically=rules.approve_automatically,
            actor=request.actor,
        )
        set_schedule(source.pk, every_minutes=rules.every_minutes, actor=request.actor)
        request_run(source.pk)
        messages.success(request, gettext("The source has been added. What it delivers waits for you as a plan."))
        return HttpResponseRedirect(address_of(source.pk))
    request_trial(source.pk)
    return HttpResponseRedirect(request.path)


def _tried(found: Trial) -> Tried:
    is_going = found.finished_at is None and clock.now() - found.started_at < PATIENCE
    is_fine = found.finished_at is not None and not found.error_text and all(step["ok"] for step in found.steps)
    refusal = found.error_text
    if found.finished_at is None and not is_going:
        refusal = gettext("The trial was broken off. Try again.")
    return Tried(
        is_going,
        is_fine,
        _steps(found, is_going=is_going),
        refusal,
        by_kind(found.summary),
        [_line(row) for row in found.rows[:SAMPLE]],
        number(found.counts.get("rows", 0)),
    )


def _steps(found: Trial, *, is_going: bool) -> list[Step]:
    """What has been tried, and while it goes on what has not."""
    steps = [
        Step("yes", _said(step))
        if step["ok"]
        else Step("stop", str(STEP_LABELS[StepName(step["name"])]), step["sentence"])
        for step in found.steps
    ]
    if is_going:
        order = list(StepName)
        done = order.index(StepName(found.steps[-1]["name"])) + 1 if found.steps else 0
        steps += [Step("later", str(STEP_LABELS[name])) for name in order[done:]]
    return steps


def _said(step: dict[str, str]) -> str:
    label = str(STEP_LABELS[StepName(step["name"])])
    return f"{label}. {step['sentence']}" if step["sentence"] else label


def _line(row: Sequence[str]) -> Line:
    action, entity, school, what = row
    said = gettext("Protected identity") if what.startswith(HIDDEN) else what
    return Line(TONES.get(action, "none"), word(ACTIONS, action), word(KINDS, entity), school, said)

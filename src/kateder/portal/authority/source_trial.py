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

from kateder.core.actors import Role
from kateder.portal import trials
from kateder.portal.authority.plans import HIDDEN, TONES, by_kind
from kateder.portal.authority.source_form import address_of, rule_entries, rules_posted
from kateder.portal.doors import Asked, door
from kateder.portal.words import ACTIONS, KINDS, number, word
from kateder.sources.api import (
    EGIL_IN,
    STEP_LABELS,
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
class Change:
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
    steps: Sequence[trials.Line]
    refusal: str
    kinds: Sequence[tuple[str, tuple[int, int, int]]]
    lines: Sequence[Change]
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
    is_going = trials.is_going_on(found, patience=PATIENCE)
    refusal = found.error_text
    if trials.is_broken_off(found, patience=PATIENCE):
        refusal = gettext("The trial was broken off. Try again.")
    steps = trials.lines(found, labels=STEP_LABELS)
    if is_going:
        steps += trials.to_come(found, labels=STEP_LABELS)
    return Tried(
        is_going,
        trials.is_fine(found) and not found.error_text,
        steps,
        refusal,
        by_kind(found.summary),
        [_change(row) for row in found.rows[:SAMPLE]],
        number(found.counts.get("rows", 0)),
    )


def _change(row: Sequence[str]) -> Change:
    action, entity, school, what = row
    said = gettext("Protected identity") if what.startswith(HIDDEN) else what
    return Change(TONES.get(action, "none"), word(ACTIONS, action), word(KINDS, entity), school, said)

"""Where the rollover stands, read from what there is: nothing is ticked off by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext, ngettext

from kateder.portal.periods import day, when
from kateder.portal.words import number
from kateder.provisioning.models import Freeze, Rollover, Target, TargetState
from kateder.provisioning.rollover import event
from kateder.provisioning.rollover.readiness import Unit


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `css` is yes, now or later; `name` chooses the part of the page below it."""

    name: str
    title: str
    text: str
    css: str


def steps(found: Rollover, *, freezes: Sequence[Freeze], units: Sequence[Unit], today: date) -> list[Step]:
    """The five steps; the first that is not done is the next one to do."""
    active = Target.objects.filter(state=TargetState.ACTIVE).exclude(freezes__in=freezes).count()
    drawn = [
        ("day", gettext("Choose the day"), _day(found, today=today), True),
        ("freeze", gettext("Freeze deliveries"), _freeze(freezes, active), active == 0),
        ("load", gettext("Load next year's groups"), _load(units), _is_loaded(units)),
        ("look", gettext("See what will happen"), _look(found), event.is_current(found)),
        ("release", gettext("Release"), _release(found, today=today), False),
    ]
    made, is_next = [], True
    for name, title, text, is_done in drawn:
        css = "yes" if is_done else "now" if is_next else "later"
        is_next = is_next and is_done
        made.append(Step(name, title, text, css))
    return made


def _day(found: Rollover, *, today: date) -> str:
    left = (found.day - today).days
    if left <= 0:
        return gettext("The new school year began on %(day)s.") % {"day": day(found.day)}
    text = ngettext(
        "The new school year begins on %(day)s, in %(n)s day.",
        "The new school year begins on %(day)s, in %(n)s days.",
        left,
    )
    return text % {"day": day(found.day), "n": number(left)}


def _freeze(freezes: Sequence[Freeze], active: int) -> str:
    if not freezes and not active:
        return gettext("No service takes deliveries, so there is nothing to freeze.")
    held = ngettext(
        "Deliveries to %(n)s service are held back.", "Deliveries to %(n)s services are held back.", len(freezes)
    )
    text = held % {"n": number(len(freezes))}
    if active:
        more = ngettext("%(n)s still gets deliveries.", "%(n)s still get deliveries.", active) % {"n": number(active)}
        return f"{text} {more}"
    return text


def _is_loaded(units: Sequence[Unit]) -> bool:
    """Whether there are pupils on the day and every one of them has a class."""
    return any(unit.is_ready for unit in units) and not any(unit.without_class for unit in units)


def _load(units: Sequence[Unit]) -> str:
    ready, without = sum(unit.is_ready for unit in units), sum(unit.without_class for unit in units)
    text = ngettext(
        "%(ready)s of %(n)s school has its classes.", "%(ready)s of %(n)s schools have their classes.", len(units)
    )
    text = text % {"ready": number(ready), "n": number(len(units))}
    if without:
        more = ngettext("%(n)s pupil has no class on the day.", "%(n)s pupils have no class on the day.", without)
        return f"{text} {more % {'n': number(without)}}"
    return text


def _look(found: Rollover) -> str:
    if found.looked_at is None:
        return gettext("Nobody has looked yet.")
    if not event.is_current(found):
        return gettext("Last looked %(when)s. Something has changed since: look again.") % {
            "when": when(found.looked_at)
        }
    return gettext("Looked %(when)s; nothing has changed since.") % {"when": when(found.looked_at)}


def _release(found: Rollover, *, today: date) -> str:
    if today < found.day:
        return gettext(
            "Best on the day. Released before it, services are told on the day itself, and of today's changes at once."
        )
    return gettext("The day has come: services are told now.")

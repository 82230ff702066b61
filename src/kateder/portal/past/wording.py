"""Changes of the past in words: what happened, to what, from which source, who decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core.models import Plan, PlanState, User
from kateder.portal.periods import day
from kateder.portal.words import FIELDS, Words, shown, word
from kateder.protocols.reconcile import Action
from kateder.protocols.ss12000 import SCHOOL_TYPE, UnknownCode
from kateder.register.api import Entity
from kateder.register.as_it_was import Change
from kateder.register.models import Group, Organisation
from kateder.sources.models import Source

THINGS: Final[Words] = {
    Entity.PERSON: _("The person"),
    Entity.ENROLMENT: _("The enrolment"),
    Entity.MEMBERSHIP: _("The membership"),
    Entity.DUTY: _("The duty"),
    Entity.GUARDIANSHIP: _("The guardian link"),
    Entity.GROUP: _("The group"),
    Entity.ACTIVITY_GROUP: _("The teaching"),
}
DID: Final[Words] = {Action.CREATE: _("came"), Action.UPDATE: _("was changed"), Action.REMOVE: _("was removed")}
CAUSES: Final[Words] = {
    "protection": _("decision on protection"),
    "cast": _("set-up"),
    "merge": _("two records were merged"),
    "unmerge": _("a merger was undone"),
    "correction": _("manual correction"),
    "admission": _("admission by the school"),
    "leave": _("leave of absence"),
    "mastering": _("several sources put together"),
    "population": _("the population register"),
    "ss12000": _("an SS 12000 client"),
    "protected": _("a protection marking"),
    "demo": _("the demonstration"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `fields` are (what, before, after); empty texts where nothing may be told."""

    at: datetime
    what: str
    where: str
    source: str
    who: str
    fields: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Names of what changes refer to."""

    places: Mapping[str, str]
    sources: Mapping[str, str]
    users: Mapping[str, str]


def lines(changes: Collection[Change]) -> list[Line]:
    """The changes in words, with a handful of queries however many they are."""
    known = _known(changes)
    return [_line(change, known) for change in changes]


def _known(changes: Collection[Change]) -> _Known:
    ids = set(_ids(changes))
    places = dict(Group.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    places |= dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "display_name"))
    users = {f"user:{key}": name for key, name in User.objects.values_list("pk", "display_name")} if changes else {}
    sources = {f"source:{key}": name for key, name in Source.objects.values_list("pk", "name")}
    return _Known({str(key): name for key, name in places.items()}, sources, users)


def _ids(changes: Collection[Change]) -> Iterator[UUID]:
    for change in changes:
        for text in (*change.ties.values(), *(value for pair in change.fields.values() for value in pair)):
            try:
                yield UUID(str(text))
            except ValueError:
                continue


def _line(change: Change, known: _Known) -> Line:
    thing, did = word(THINGS, change.entity), word(DID, change.action)
    return Line(
        at=change.at,
        what=gettext("%(thing)s %(did)s") % {"thing": thing, "did": did},
        where=", ".join(known.places[text] for text in change.ties.values() if text in known.places),
        source=known.sources.get(change.cause) or word(CAUSES, change.cause.partition(":")[0]),
        who=_who(change, known),
        fields=tuple(_field(name, *pair, known) for name, pair in change.fields.items()),
    )


def _who(change: Change, known: _Known) -> str:
    """Who acted; of what a source delivered: who approved the plan, where somebody had to."""
    if change.cause in known.sources:
        subject = UUID(change.cause.partition(":")[2])
        decided = Plan.objects.filter(subject_id=subject, state=PlanState.APPLIED, applied_at__lte=change.at)
        by = decided.order_by("-applied_at").values_list("decided_by", flat=True).first() or ""
        if by in known.users:
            return gettext("approved by %(name)s") % {"name": known.users[by]}
        return gettext("within the limits")
    return known.users.get(change.actor, gettext("the system"))


def _field(name: str, before: Any, after: Any, known: _Known) -> tuple[str, str, str]:
    label = word(FIELDS, name.removesuffix("_id"))
    return label, _value(name, before, known), _value(name, after, known)


def _value(name: str, value: Any, known: _Known) -> str:
    if value is None:
        return ""
    if name.endswith("_id"):
        return known.places.get(str(value), gettext("something that is gone"))
    if name.endswith("_date"):
        return day(date.fromisoformat(str(value)))
    return school_type(str(value)) if name == "school_type" else shown(value)


def school_type(code: str) -> str:
    """The name of a school form; a code outside the list as it is."""
    try:
        return SCHOOL_TYPE.name_of(code)
    except UnknownCode:
        return code

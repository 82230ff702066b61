"""Whose seat or account may be another, when something about licences or about some people has changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from kateder.catalogue.models import Resource
from kateder.core import db
from kateder.core.feed import Change, Entity
from kateder.licences import ledger
from kateder.licences.models import AssignedKind, Assignment
from kateder.licences.reach import reached
from kateder.licences.seats import OnShortage

SETTLED: Final = "licences.settled"
"""The cause under which the feed hears that the ledger was written. Nobody's account is another for that: settling
writes down what already held, and running it again changes nothing (`seats.seat`)."""

_OF_SERVICE: Final = """
SELECT l.id FROM licences_lot l LEFT JOIN catalogue_resource r ON r.id = l.resource_id
 WHERE coalesce(l.service_id, r.service_id) = %(service)s
"""
_CONTESTED: Final = f"""
{_OF_SERVICE} AND l.on_shortage = %(stops)s AND l.quantity IS NOT NULL
   AND l.start_date <= %(today)s AND (l.end_date IS NULL OR l.end_date >= %(today)s)
"""
_BY_YEAR: Final = f"""
SELECT EXISTS (
  SELECT FROM licences_assignment a LEFT JOIN catalogue_resource r ON r.id = a.resource_id
   WHERE a.kind = %(year)s AND (r.service_id = %(service)s OR a.lot_id IN ({_OF_SERVICE})))
"""


MOST_IN_UNITS: Final = 2000
_BELOW: Final = """
WITH RECURSIVE below AS (
  SELECT unnest(%(units)s::uuid[]) AS id
   UNION
  SELECT o.id FROM below JOIN register_organisation o ON o.parent_id = below.id
)
"""
_PEOPLE_IN: Final = f"""
{_BELOW} SELECT DISTINCT e.person_id FROM below JOIN register_enrolment e ON e.enroled_at_id = below.id LIMIT %(most)s
"""
_GROUPS_IN: Final = f"{_BELOW} SELECT g.id FROM below JOIN register_group g ON g.organisation_id = below.id"


@dataclass(frozen=True, slots=True)
class Reassigned:
    """The subjects (root ids) of assignments that have changed."""

    people: frozenset[UUID] = frozenset()
    groups: frozenset[UUID] = frozenset()


def reassigned(changes: Collection[Change], *, service_id: UUID) -> Reassigned | None:
    """Say whom changed lots, assignments and resources are about; None: anybody's account may be another."""
    ids: dict[Entity, set[UUID]] = {Entity.LOT: set(), Entity.ASSIGNMENT: set(), Entity.RESOURCE: set()}
    for change in changes:
        if change.entity in ids and change.cause != SETTLED:
            ids[change.entity].update(change.ids)
    if not any(ids.values()):
        return Reassigned()
    ours = _lots(service_id)
    if ids[Entity.LOT] & ours or Resource.objects.filter(id__in=ids[Entity.RESOURCE], service=service_id).exists():
        return None
    people, groups, units = set[UUID](), set[UUID](), set[UUID]()
    found = Assignment.objects.filter(id__in=ids[Entity.ASSIGNMENT]).select_related("resource")
    for one in found:
        ids[Entity.ASSIGNMENT].discard(one.id)
        if one.lot_id not in ours and not (one.resource and one.resource.service_id == service_id):
            continue
        if one.kind == AssignedKind.PERSON:
            people.add(one.subject_id)
        elif one.kind == AssignedKind.GROUP:
            groups.add(one.subject_id)
        else:
            units.add(one.subject_id)
    # One that is there no longer does not say whose it was.
    if ids[Entity.ASSIGNMENT]:
        return None
    if units:
        in_units = _in_units(units)
        if in_units is None:
            return None
        people, groups = people | in_units.people, groups | in_units.groups
    return Reassigned(frozenset(people), frozenset(groups))


def _in_units(units: Collection[UUID]) -> Reassigned | None:
    """Everybody and every group of some units and of those below, whatever the dates; None: so many that everything is
    looked at as soon. Of a school year as of the whole school: more are asked about, and nobody is overlooked.
    """
    values = {"units": db.uuids(units), "most": MOST_IN_UNITS + 1}
    with db.cursor() as cursor:
        people = {person for (person,) in cursor.execute(_PEOPLE_IN, values)}
        if len(people) > MOST_IN_UNITS:
            return None
        groups = {group for (group,) in cursor.execute(_GROUPS_IN, values)}
    return Reassigned(frozenset(people), frozenset(groups))


def rivals(service_id: UUID, *, today: date) -> set[UUID]:
    """Give everybody whose seat may depend on another's: whom the lots that can be full reach, and who sits there."""
    values = {"service": service_id, "today": today, "stops": OnShortage.HARD_STOP.value}
    with db.cursor() as cursor:
        lots = [lot for (lot,) in cursor.execute(_CONTESTED, values)]
    if not lots:
        return set()
    people = {reach.person_id for reach in reached(today=today, lot_ids=lots)}
    return people | {seat.person_id for seat in ledger.held(lots, on=today)}


def reaches_by_year(service_id: UUID) -> bool:
    """Whether anything is assigned to a school year: then pupils decide whose teachers are reached."""
    with db.cursor() as cursor:
        row = cursor.execute(_BY_YEAR, {"service": service_id, "year": AssignedKind.YEAR.value}).fetchone()
    return bool(row and row[0])


def _lots(service_id: UUID) -> set[UUID]:
    with db.cursor() as cursor:
        return {lot for (lot,) in cursor.execute(_OF_SERVICE, {"service": service_id})}

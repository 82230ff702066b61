"""What release reads of the register, set by set: only persons who are active, only places that hold today."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kateder.core import db

PROTECTED = """
(security_marking <> 'Ingen'
 OR (local_protection AND (local_protection_until IS NULL OR local_protection_until >= %(today)s)))
"""
"""`register.models.Person.is_protected` as SQL; a test holds the two together."""

_PEOPLE = f"""
SELECT id, given_name, family_name, civic_no, emails, edu_person_principal_names, {PROTECTED}
  FROM register_person WHERE person_status = 'Aktiv' AND id = ANY(%(people)s)
"""
_BARE = f"""
SELECT id, '', '', NULL, '{{}}'::text[], '{{}}'::text[], {PROTECTED}
  FROM register_person WHERE person_status = 'Aktiv' AND id = ANY(%(people)s)
"""
_PLACES = """
SELECT person_id, enroled_at_id, school_year, school_type, programme
  FROM register_enrolment
 WHERE person_id = ANY(%(people)s) AND NOT cancelled
   AND start_date <= %(today)s AND (end_date IS NULL OR end_date >= %(today)s)
 ORDER BY school_type = 'FTH', start_date, id
"""


@dataclass(frozen=True, slots=True)
class ActivePerson:
    """A person of the register as release sees them."""

    id: UUID
    given_name: str
    family_name: str
    civic_no: str | None
    emails: tuple[str, ...]
    user_name: str | None
    is_protected: bool


@dataclass(frozen=True, slots=True)
class Place:
    """An enrolment that holds today."""

    unit_id: UUID
    school_year: int | None
    school_type: str | None
    programme: str | None


def people_of(ids: Collection[UUID], *, today: date, details: bool = True) -> dict[UUID, ActivePerson]:
    """Read persons by root id; those who are gone, dead or have left the country are left out.

    Without `details` nothing is read but whether the identity is protected.
    """
    with db.cursor() as cursor:
        cursor.execute(_PEOPLE if details else _BARE, {"people": db.uuids(ids), "today": today})
        return {
            id_: ActivePerson(id_, given, family, civic_no, tuple(emails), next(iter(names), None), protected)
            for id_, given, family, civic_no, emails, names, protected in cursor
        }


def places_of(ids: Collection[UUID], *, today: date) -> dict[UUID, list[Place]]:
    """Read the enrolments of persons, a leisure-time centre (fritidshem) last. Equal places are one object."""
    places: defaultdict[UUID, list[Place]] = defaultdict(list)
    known: dict[tuple[object, ...], Place] = {}
    if not ids:
        return places
    with db.cursor() as cursor:
        cursor.execute(_PLACES, {"people": db.uuids(ids), "today": today})
        for row in cursor:
            place = known.get(row[1:])
            if place is None:
                place = known[row[1:]] = Place(*row[1:])
            places[row[0]].append(place)
    return places

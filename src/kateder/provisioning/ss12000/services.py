"""What a provider may read: those entitled to its service, at its release level, under its pseudonyms.

The same release and the same roster as deliveries have; here they are written as SS 12000. Dates are not released:
where the standard demands one, it is the first day of the school year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Protocol
from uuid import UUID

import orjson

from kateder.core import db
from kateder.governance import api as governance
from kateder.governance.api import Entitled, Field, Holder, Level, Released, ServiceVerdict
from kateder.licences import api as licences
from kateder.provisioning.egil.roster import Roster, read_roster
from kateder.provisioning.healing import never_send
from kateder.provisioning.ss12000.storing import Row

Body = dict[str, Any]
Pages = Iterator[tuple[str, Iterable[Row]]]
"""The kinds of things, each with its rows."""
# What a body says where the policy does not let the real value out: the standard demands something.
ANY_GROUP: Final = "Undervisning"
ANY_ROLE: Final = "Lärare"
CALLED: Final[Mapping[Holder, str]] = {Holder.PUPIL: "Elev", Holder.TEACHER: "Lärare"}

_TYPES: Final = "SELECT id, organisation_type, parent_id FROM register_organisation"
_PROTECTED: Final = """
SELECT id FROM register_person WHERE id = ANY(%(people)s) AND (security_marking <> 'Ingen' OR (local_protection
  AND (local_protection_until IS NULL OR local_protection_until >= %(today)s)))
"""


PATHS: Final = ("organisations", "persons", "groups", "duties", "activities")


class PagesOf(Protocol):
    """Writes a roster as rows of each kind, in the words of one API; of a part of one, `there` is what is around it."""

    def __call__(
        self, roster: Roster, /, *, service_id: UUID, today: date, now: datetime, there: Collection[UUID] = ()
    ) -> Pages: ...


def read_pages(service_id: UUID, *, today: date, now: datetime, only: Collection[UUID] | None = None) -> Pages:
    """The rows of each kind; with `only`, as if nobody but these people (root ids) were entitled."""
    return written(service_id, paths=PATHS, pages_of=pages_of, today=today, now=now, only=only)


def written(
    service_id: UUID,
    *,
    paths: Sequence[str],
    pages_of: PagesOf,
    today: date,
    now: datetime,
    only: Collection[UUID] | None = None,
) -> Pages:
    """What a service should know today as `pages_of` writes it; no rows of any kind when it may know nothing."""
    roster = roster_of(service_id, today=today, only=only)
    if roster is None:
        return iter([(path, ()) for path in paths])
    return pages_of(roster, service_id=service_id, today=today, now=now)


def pages_of(roster: Roster, /, *, service_id: UUID, today: date, now: datetime, there: Collection[UUID] = ()) -> Pages:
    """A roster, or a part of one, as rows of each kind. `there` is for who writes organisations otherwise."""
    pages = _Pages(roster, today=today, now=now)
    for path in PATHS:
        yield path, getattr(pages, path)()


def keeps(verdict: ServiceVerdict) -> bool:
    """Whether the service may be told of anybody beforehand."""
    return verdict.may_keep and verdict.level is not Level.TRANSIENT


def roster_of(service_id: UUID, *, today: date, only: Collection[UUID] | None = None) -> Roster | None:
    """Who and what a service may know today; None where it may be told of nobody beforehand."""
    if not keeps(governance.verdict(service_id, today=today)):
        return None
    entitled, people = released(service_id, today=today, only=only)
    return read_roster(service_id, people=people, entitled=entitled, today=today)


def released(
    service_id: UUID, *, today: date, only: Collection[UUID] | None = None
) -> tuple[list[Entitled], list[Released]]:
    """Who is entitled, and what may be told of those of them whom it is not decided never to tell of."""
    entitled = licences.entitled(service_id, today=today, people=only)
    outcomes = governance.release_many(service_id, entitled, today=today)
    never = never_send.withheld(service_id)
    return entitled, [one for one in outcomes if isinstance(one, Released) and one.person_id not in never]


def protected_among(people: Collection[UUID], *, today: date) -> set[UUID]:
    """Who of them has a protected identity (root ids): each look at one is audited."""
    with db.cursor() as cursor:
        cursor.execute(_PROTECTED, {"people": list(people), "today": today})
        return {id_ for (id_,) in cursor.fetchall()}


def school_year_start(today: date) -> date:
    """The first of July that began the school year."""
    return date(today.year if today.month >= 7 else today.year - 1, 7, 1)


class _Pages:
    """A roster, written as SS 12000."""

    def __init__(self, roster: Roster, *, today: date, now: datetime) -> None:
        self._now = now
        self._start = school_year_start(today).isoformat()
        self._roster, self._things = roster, roster.context
        self._subjects = {one.person_id: one.subject for one in roster.people}
        self._protected = protected_among(self._subjects, today=today)

    def organisations(self) -> Iterator[Row]:
        """The units of the roster and what is above them."""
        with db.cursor() as cursor:
            known = {id_: (kind, parent) for id_, kind, parent in cursor.execute(_TYPES).fetchall()}
        for root, thing in self._things.organisations.items():
            kind, parent = known[root]
            while parent is not None and parent not in self._things.organisations:
                parent = known[parent][1]
            above = None if parent is None else self._things.organisations[parent].released_id
            body = {
                "id": thing.released_id,
                "meta": 0,
                "displayName": thing.display_name,
                "organisationType": kind,
                "parentOrganisation": _reference(above),
                "schoolUnitCode": thing.codes.get("school_unit_code"),
                "municipalityCode": thing.codes.get("municipality_code"),
            }
            yield self._row(root, thing.released_id, thing.display_name, body)

    def persons(self) -> Iterator[Row]:
        """The people who are released, each with the fields that are."""
        for one in self._roster.people:
            body, name = _person(one, start=self._start)
            yield self._row(one.person_id, one.subject, name, body)

    def groups(self) -> Iterator[Row]:
        """The groups that they have in common with the service."""
        for group in self._roster.groups:
            thing, unit = self._things.groups.get(group.id), self._things.organisations.get(group.unit_id)
            if thing is None or unit is None:
                continue
            members = sorted(self._subjects[member] for member in group.members if member in self._subjects)
            body = {
                "id": thing.released_id,
                "meta": 0,
                "displayName": thing.display_name,
                "startDate": self._start,
                "groupType": thing.fields.get(Field.GROUP_TYPE, ANY_GROUP),
                "schoolType": thing.fields.get(Field.SCHOOL_TYPE),
                "organisation": _reference(unit.released_id),
                "groupMemberships": [{"person": {"id": member}, "startDate": self._start} for member in members],
            }
            yield self._row(group.id, thing.released_id, thing.display_name, body)

    def duties(self) -> Iterator[Row]:
        """The duties of the teachers among them."""
        for duty in self._roster.duties:
            thing, unit = self._things.duties.get(duty.id), self._things.organisations.get(duty.unit_id)
            if thing is None or unit is None or duty.person_id not in self._subjects:
                continue
            body = {
                "id": thing.released_id,
                "meta": 0,
                "person": {"id": self._subjects[duty.person_id]},
                "dutyAt": {"id": unit.released_id},
                "dutyRole": thing.fields.get(Field.DUTY_ROLE, ANY_ROLE),
                "signature": thing.fields.get(Field.SIGNATURE),
                "startDate": self._start,
            }
            yield self._row(duty.id, thing.released_id, None, body)

    def activities(self) -> Iterator[Row]:
        """What ties teachers and groups."""
        things = self._things
        for activity in self._roster.activities:
            thing, unit = things.activities.get(activity.id), things.organisations.get(activity.unit_id)
            groups = sorted(things.groups[id_].released_id for id_ in activity.groups if id_ in things.groups)
            if thing is None or unit is None or not groups:
                continue
            duties = sorted(things.duties[id_].released_id for id_ in activity.duties if id_ in things.duties)
            body = {
                "id": thing.released_id,
                "meta": 0,
                "displayName": thing.display_name,
                "calendarEventsRequired": False,
                "startDate": self._start,
                "groups": [{"id": group} for group in groups],
                "teachers": [{"duty": {"id": duty}} for duty in duties],
                "organisation": {"id": unit.released_id},
            }
            yield self._row(activity.id, thing.released_id, thing.display_name, body)

    def _row(self, root: UUID, released: UUID, name: str | None, body: Body) -> Row:
        filled = {key: value for key, value in body.items() if value is not None}
        protected = root in self._protected
        return Row(released, root, self._now, self._now, protected, name, orjson.dumps(filled).decode())


def _person(one: Released, *, start: str) -> tuple[Body, str]:
    """A person's body, and what references call them."""
    fields = one.fields
    given, family, shown = names_of(one)
    user_name = fields.get(Field.USER_NAME.value)
    civic_no, emails = fields.get(Field.CIVIC_NO.value), fields.get(Field.EMAILS.value)
    body: Body = {
        "id": one.subject,
        "meta": 0,
        "givenName": given,
        "familyName": family,
        "eduPersonPrincipalNames": [user_name] if user_name and user_name != str(one.subject) else None,
        "civicNo": {"value": civic_no, "nationality": "SE"} if civic_no else None,
        "emails": [{"value": email} for email in emails] if isinstance(emails, list | tuple) and emails else None,
        "enrolments": [
            {
                "enroledAt": {"id": place.unit},
                **({"schoolYear": place.school_year} if place.school_year is not None else {}),
                **({"schoolType": place.school_type} if place.school_type else {}),
                "startDate": start,
            }
            for place in one.enrolments
        ]
        or None,
    }
    return body, shown


def names_of(one: Released) -> tuple[str, str, str]:
    """Given name, family name, and both as one. Standards demand the two: an alias is parted before its number."""
    shown = str(one.fields.get("display_name") or f"{CALLED[one.role]} {str(one.subject)[:8]}")
    first, _space, last = shown.rpartition(" ")
    given = one.fields.get(Field.GIVEN_NAME.value, first or last)
    family = one.fields.get(Field.FAMILY_NAME.value, last if first else "")
    return str(given), str(family), shown


def _reference(id_: UUID | None) -> dict[str, UUID] | None:
    return None if id_ is None else {"id": id_}

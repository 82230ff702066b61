"""What a service may know, written as OneRoster 1.2.

A class is a group; those who teach an activity that the group has are its teachers. Dates are not released: everything
is of the running school year. An address is kept without the server's name, which `reading` puts before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid5

import orjson
import structlog

from kateder.core import db
from kateder.governance import api as governance
from kateder.governance.api import AllowList, Field, Holder, Released, ReleasedThing
from kateder.provisioning.egil.roster import AUTHORITY, CLASS, Roster
from kateder.provisioning.oneroster.sessions import SchoolYear
from kateder.provisioning.ss12000.services import Pages, names_of, protected_among, written
from kateder.provisioning.ss12000.storing import Row

log = structlog.get_logger()
Body = dict[str, Any]
TEACHING: Final = "Undervisning"
"""The one course of each school: what a group is taught is not released as a course."""
VOCABULARY: Final = "oneroster"
PATHS: Final = ("academicSessions", "orgs", "courses", "classes", "users", "enrollments")
_CALLED: Final = {"academicSessions": "sessions"}
_ROLES: Final[Mapping[Holder, str]] = {Holder.PUPIL: "student", Holder.TEACHER: "teacher"}
_ORGS: Final[Mapping[str, str]] = {"Skolenhet": "school", AUTHORITY: "district"}
_TYPES: Final = "SELECT id, organisation_type, parent_id FROM register_organisation"
# CEDS codes, as 1EdTech recommends them.
_FIRST_GRADE: Final[Mapping[str, int]] = {"GR": 0, "GRAN": 0, "SP": 0, "SAM": 0, "GY": 9, "GYAN": 9}
HALF: Final = 6
"""Bytes: enrolments of a class lie together, so that its pupils are found without reading all."""


def read_pages(service_id: UUID, *, today: date, now: datetime, only: Collection[UUID] | None = None) -> Pages:
    """The rows of each kind; with `only`, as if nobody but these people (root ids) were entitled."""
    return written(service_id, paths=PATHS, pages_of=pages_of, today=today, now=now, only=only)


def pages_of(roster: Roster, /, *, service_id: UUID, today: date, now: datetime, there: Collection[UUID] = ()) -> Pages:
    """A roster as rows of each kind; or a part of one, of an edition in which these organisations (root ids) are."""
    allow_list = governance.allow_list(service_id, today=today, only=roster.roots, vocabulary=VOCABULARY)
    pages = _Pages(roster, allow_list, service_id=service_id, today=today, now=now, there=there)
    for path in PATHS:
        yield path, getattr(pages, _CALLED.get(path, path))()


def enrolments_between(class_id: UUID) -> tuple[UUID, UUID]:
    """The first and the last id that an enrolment of a class can have."""
    begin = begins(class_id)
    return UUID(bytes=begin + bytes(16 - HALF)), UUID(bytes=begin + b"\xff" * (16 - HALF))


def reference(path: str, called: str, id_: UUID | str) -> Body:
    """A reference as it is kept."""
    return {"href": f"~/{path}/{id_}", "sourcedId": str(id_), "type": called}


def begins(class_id: UUID) -> bytes:
    """How the id of every enrolment of a class begins."""
    return uuid5(class_id, "enrollments").bytes[:HALF]


def _enrolment_id(class_id: UUID, user: UUID, role: str) -> UUID:
    return UUID(bytes=begins(class_id) + uuid5(class_id, f"{user}/{role}").bytes[HALF:])


class _Pages:
    """A roster, written as OneRoster; what the service's allow-list does not know is left out, and told in the log."""

    def __init__(
        self,
        roster: Roster,
        allow_list: AllowList,
        *,
        service_id: UUID,
        today: date,
        now: datetime,
        there: Collection[UUID],
    ) -> None:
        self._roster, self._things, self._allow_list, self._now = roster, roster.context, allow_list, now
        self._year = SchoolYear(service_id, today)
        self._subjects = {one.person_id: one.subject for one in roster.people}
        self._protected = protected_among(self._subjects, today=today)
        with db.cursor() as cursor:
            self._known = {id_: (kind, parent) for id_, kind, parent in cursor.execute(_TYPES).fetchall()}
        shown = _shown(roster, there)
        self._orgs = {root: thing for root, thing in roster.context.organisations.items() if root in shown}
        authorities = [id_ for id_ in self._orgs if self._known[id_][0] == AUTHORITY]
        self._authority = min(authorities, default=None)
        self._teaching = self._teachers()

    def sessions(self) -> Iterator[Row]:
        """The school year and its terms."""
        for id_, body in self._year.bodies():
            yield from self._row("academicSessions", id_, id_, body)

    def orgs(self) -> Iterator[Row]:
        """The units of the roster and what is above them."""
        children: dict[UUID, list[UUID]] = {}
        for root in self._orgs:
            above = self._above(root)
            if above is not None:
                children.setdefault(above, []).append(self._orgs[root].released_id)
        for root, thing in self._orgs.items():
            above = self._above(root)
            body = {
                "name": thing.display_name,
                "type": _ORGS.get(self._known[root][0], "department"),
                "identifier": thing.codes.get("school_unit_code") or str(thing.released_id),
                "parent": None if above is None else self._org(self._orgs[above]),
                "children": [reference("orgs", "org", id_) for id_ in sorted(children.get(root, ()))] or None,
            }
            yield from self._row("orgs", thing.released_id, root, body)

    def courses(self) -> Iterator[Row]:
        """One for each school."""
        for root, thing in self._orgs.items():
            if self._known[root][0] == "Skolenhet":
                body = {
                    "title": TEACHING,
                    "schoolYear": self._year.reference,
                    "courseCode": "",
                    "org": self._org(thing),
                }
                id_ = self._course(thing)
                yield from self._row("courses", id_, id_, body)

    def classes(self) -> Iterator[Row]:
        """The groups that the people have in common with the service."""
        for group in self._roster.groups:
            thing, unit = self._things.groups.get(group.id), self._orgs.get(group.unit_id)
            if thing is None or unit is None:
                continue
            body = {
                "title": thing.display_name,
                "classType": "homeroom" if thing.fields.get(Field.GROUP_TYPE) == CLASS else "scheduled",
                "course": reference("courses", "course", self._course(unit)),
                "school": self._org(unit),
                "terms": self._year.terms,
            }
            yield from self._row("classes", thing.released_id, group.id, body)

    def users(self) -> Iterator[Row]:
        """The people who are released, each with the fields that are."""
        places: dict[UUID, list[UUID]] = {}
        for duty in self._roster.duties:
            if duty.id in self._things.duties:
                places.setdefault(duty.person_id, []).append(duty.unit_id)
        for one in self._roster.people:
            yield from self._row("users", one.subject, one.person_id, self._user(one, places.get(one.person_id, ())))

    def enrollments(self) -> Iterator[Row]:
        """Who is in which class, and who teaches it."""
        for group in self._roster.groups:
            thing, unit = self._things.groups.get(group.id), self._orgs.get(group.unit_id)
            if thing is None or unit is None:
                continue
            pairs = {(member, "student") for member in group.members if member in self._subjects}
            pairs |= {(teacher, "teacher") for teacher in self._teaching.get(group.id, ())}
            for person, role in pairs:
                user = self._subjects[person]
                body = {
                    "user": reference("users", "user", user),
                    "class": reference("classes", "class", thing.released_id),
                    "school": self._org(unit),
                    "role": role,
                }
                yield from self._row("enrollments", _enrolment_id(thing.released_id, user, role), person, body)

    def _user(self, one: Released, units: Iterator[UUID] | Any) -> Body:
        given, family, _both = names_of(one)
        fields = one.fields
        emails, civic_no = fields.get(Field.EMAILS.value), fields.get(Field.CIVIC_NO.value)
        grades = {_grade(place.school_type, place.school_year) for place in one.enrolments} - {""}
        orgs = self._orgs_of(one, units)
        return {
            "enabledUser": "true",
            "username": str(fields.get(Field.USER_NAME.value) or one.subject),
            "userIds": [{"type": "personnummer", "identifier": civic_no}] if civic_no else None,
            "givenName": given,
            "familyName": family,
            "email": emails[0] if isinstance(emails, list | tuple) and emails else None,
            "grades": sorted(grades) or None,
            # The standard has one primary role for each organisation.
            "roles": [{"roleType": "primary", "role": _ROLES[one.role], "org": org} for org in orgs],
            "primaryOrg": orgs[0] if orgs else None,
        }

    def _orgs_of(self, one: Released, units: Any) -> list[Body]:
        """Where somebody belongs: where that may not be told, nowhere; where it is not known, at the authority."""
        if not one.memberships:
            return []
        roots = {place.unit_root_id for place in one.enrolments} | set(units)
        things = [self._orgs[root] for root in roots if root in self._orgs]
        if not things and self._authority is not None:
            things = [self._orgs[self._authority]]
        return [self._org(thing) for thing in sorted(things, key=lambda thing: thing.released_id)]

    def _teachers(self) -> Mapping[UUID, set[UUID]]:
        """Who teaches each group (root ids), as far as both are told of."""
        holders = {duty.id: duty.person_id for duty in self._roster.duties if duty.person_id in self._subjects}
        found: dict[UUID, set[UUID]] = {}
        for activity in self._roster.activities:
            people = {holders[duty] for duty in activity.duties if duty in holders}
            for group in activity.groups:
                found.setdefault(group, set()).update(people)
        return found

    def _above(self, root: UUID) -> UUID | None:
        seen, parent = {root}, self._known[root][1]
        while parent is not None and parent not in self._orgs and parent not in seen:
            seen.add(parent)
            parent = self._known[parent][1]
        return parent if parent in self._orgs else None

    def _org(self, thing: ReleasedThing) -> Body:
        return reference("orgs", "org", thing.released_id)

    def _course(self, unit: ReleasedThing) -> UUID:
        return uuid5(unit.released_id, "course")

    def _row(self, path: str, id_: UUID, root: UUID, more: Body) -> Iterator[Row]:
        body = {"sourcedId": str(id_), "status": "active", "dateLastModified": 0}
        body |= {name: value for name, value in more.items() if value is not None}
        wrong = self._allow_list.violations(path, body)
        if wrong:
            log.warning("oneroster.left_out", resource=path, path=wrong[0].path, reason=wrong[0].reason)
            return
        protected = root in self._protected
        yield Row(id_, root, self._now, self._now, protected, None, orjson.dumps(body).decode())


def _shown(roster: Roster, there: Collection[UUID]) -> set[UUID]:
    """The organisations that something refers to, and those above them: not where an activity alone is."""
    units = {*there, *(group.unit_id for group in roster.groups), *(duty.unit_id for duty in roster.duties)}
    units |= {place.unit_root_id for one in roster.people for place in one.enrolments}
    above = {up for row in roster.units if row.id in units for up in (row.school_id, row.authority_id) if up}
    return units | above


def _grade(school_type: str | None, year: int | None) -> str:
    """A grade, where both halves of it may be known: a year alone is another thing in each school form."""
    if school_type == "FKLASS":
        return "KG"
    first = _FIRST_GRADE.get(school_type or "")
    return "" if first is None or not year else f"{first + year:02}"

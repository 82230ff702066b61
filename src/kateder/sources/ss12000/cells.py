"""From SS 12000 records to cells with the canonical columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from kateder.register.api import Entity
from kateder.sources.ss12000 import rare
from kateder.sources.ss12000.values import (
    Cells,
    Lists,
    Row,
    as_json,
    civic_no,
    id_of,
    joined,
    objects,
    plain,
    text,
    typed,
)


def _organisations(told: Lists) -> Iterator[Cells]:
    for row in told.rows("organisations"):
        yield {
            **plain(row, "id", "displayName", "organisationType", "organisationCode", "organisationNumber"),
            **plain(row, "schoolUnitCode", "municipalityCode", "startDate", "endDate"),
            "parentOrganisation": id_of(row, "parentOrganisation"),
            "schoolTypes": joined(row.get("schoolTypes")),
            **plain(row, "url", "email", "phoneNumber"),
            "contactInfo": as_json(row.get("contactInfo")),
            "address": as_json(row.get("address")),
        }


def _persons(told: Lists) -> Iterator[Cells]:
    for row in told.rows("persons"):
        emails, phones = typed(row.get("emails")), typed(row.get("phoneNumbers"))
        number = row.get("civicNo")
        yield {
            **plain(row, "id", "givenName", "middleName", "familyName", "birthDate", "sex"),
            **plain(row, "securityMarking", "personStatus", "photo"),
            "civicNo": civic_no(number),
            "civicNationality": text(number.get("nationality"))[:3] if isinstance(number, Mapping) else "",
            "emails": "|".join(value for value, _ in emails),
            "emailTypes": "|".join(kind for _, kind in emails),
            "phoneNumbers": "|".join(value for value, _ in phones),
            "phoneTypes": "|".join(kind for _, kind in phones),
            "eduPersonPrincipalNames": joined(row.get("eduPersonPrincipalNames")),
            "externalIdentifiers": as_json(row.get("externalIdentifiers")),
            "addresses": as_json(row.get("addresses")),
        }


def _groups(told: Lists) -> Iterator[Cells]:
    for row in told.rows("groups"):
        yield {
            **plain(row, "id", "displayName", "groupType", "schoolType", "startDate", "endDate"),
            "organisation": id_of(row, "organisation"),
        }


def _duties(told: Lists) -> Iterator[Cells]:
    for row in told.rows("duties"):
        yield {
            **plain(row, "id", "dutyRole", "signature", "startDate", "endDate"),
            **plain(row, "description", "dutyPercent", "hoursPerYear"),
            "person": id_of(row, "person"),
            "dutyAt": id_of(row, "dutyAt"),
        }


def _activities(told: Lists) -> Iterator[Cells]:
    syllabuses = {str(row["id"]): row for row in told.rows("syllabuses")}
    duties = _Duties(told.rows("duties"))
    for row in told.rows("activities"):
        syllabus = syllabuses.get(id_of(row, "syllabus"), {})
        organisation = id_of(row, "organisation")
        teachers = [duties.of(teacher, organisation=organisation) for teacher in objects(row.get("teachers"))]
        yield {
            **plain(row, "id", "displayName", "startDate", "endDate", "activityType"),
            **plain(row, "calendarEventsRequired", "comment", "minutesPlanned"),
            "syllabus": id_of(row, "syllabus"),
            "parentActivity": id_of(row, "parentActivity"),
            **plain(syllabus, "subjectCode", "subjectName"),
            "organisation": organisation,
            "groups": joined([group.get("id") for group in objects(row.get("groups"))]),
            "duties": joined(teachers),
        }


def _enrolments(told: Lists) -> Iterator[Cells]:
    programmes = {str(row["id"]): row for row in told.rows("programmes")}
    for row in told.rows("persons"):
        for enrolment in objects(row.get("enrolments")):
            programme = programmes.get(id_of(enrolment, "programme"), {})
            yield {
                **plain(enrolment, "schoolType", "schoolYear", "startDate", "endDate", "cancelled", "educationCode"),
                **plain(enrolment, "specification"),
                "person": str(row["id"]),
                "enroledAt": id_of(enrolment, "enroledAt"),
                "programme": text(programme.get("code") or programme.get("name")),
            }


def _guardians(told: Lists) -> Iterator[Cells]:
    for row in told.rows("persons"):
        for responsible in objects(row.get("responsibles")):
            yield {
                **plain(responsible, "relationType"),
                "child": str(row["id"]),
                "guardian": id_of(responsible, "person"),
            }


def _memberships(told: Lists) -> Iterator[Cells]:
    """A membership without a first day has its group's: the standard does not demand one."""
    for row in told.rows("groups"):
        for membership in objects(row.get("groupMemberships")):
            yield {
                **plain(membership, "endDate"),
                "startDate": text(membership.get("startDate") or row.get("startDate")),
                "group": str(row["id"]),
                "person": id_of(membership, "person"),
            }


SHEETS: Mapping[Entity, tuple[str, Callable[[Lists], Iterable[Cells]]]] = {
    Entity.ORGANISATION: ("organisations", _organisations),
    Entity.PERSON: ("persons", _persons),
    Entity.GROUP: ("groups", _groups),
    Entity.DUTY: ("duties", _duties),
    Entity.ACTIVITY: ("activities", _activities),
    Entity.ENROLMENT: ("persons", _enrolments),
    Entity.GUARDIANSHIP: ("persons", _guardians),
    Entity.MEMBERSHIP: ("groups", _memberships),
    **rare.SHEETS,
}


class _Duties:
    """Finds the duty of a teacher, also where the server names the person."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._places: dict[str, str] = {}
        self._of_person: dict[str, list[str]] = {}
        for row in sorted(rows, key=lambda row: (text(row.get("startDate")), str(row["id"]))):
            key = str(row["id"])
            self._places[key] = id_of(row, "dutyAt")
            self._of_person.setdefault(id_of(row, "person"), []).append(key)

    def of(self, teacher: Row, *, organisation: str) -> str:
        """The duty's id; a person's duty at the activity's organisation, otherwise the person's first one."""
        named = id_of(teacher, "duty") or id_of(teacher, "person")
        if named in self._places or named not in self._of_person:
            return named
        own = self._of_person[named]
        return next((key for key in own if self._places[key] == organisation), own[0])

"""From what an SS 12000 server has told to sheets of cells with the canonical columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kateder.register.api import Entity
from kateder.sources import mirror
from kateder.sources.canonical import Sheet, sheet_of
from kateder.sources.reading import Remark

SWEDISH = frozenset({"", "SE", "SWE"})
Cells = dict[str, str]
Row = Mapping[str, Any]


class Told:
    """A delivery of SS 12000 records: whoever has them says which lists there are, and gives their rows."""

    __slots__ = ()

    @property
    def remarks(self) -> Sequence[Remark]:
        """Nothing: what deviates is told of elsewhere."""
        return ()

    def sheet(self, entity: Entity) -> Sheet | None:
        """The entity's rows, from the list that holds it; None where there is no such list."""
        resource, cells = _SHEETS.get(entity, ("", None))
        if cells is None or not self.has(resource):
            return None
        return sheet_of(entity, cells(self), name=resource)

    def has(self, resource: str) -> bool:
        """Whether this list has been given in full."""
        raise NotImplementedError

    def rows(self, resource: str) -> Iterator[Row]:
        """The records of one list."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Mirrored(Told):
    """Everything in a mirror. `resources` are those that the server has given in full."""

    source_id: UUID
    resources: Collection[str]

    def has(self, resource: str) -> bool:
        """Whether the server has given this list in full."""
        return resource in self.resources

    def rows(self, resource: str) -> Iterator[Row]:
        """The records of one list."""
        for record in mirror.records(self.source_id, resource):
            yield record.body


def _organisations(told: Told) -> Iterator[Cells]:
    for row in told.rows("organisations"):
        yield {
            **_plain(row, "id", "displayName", "organisationType", "organisationCode", "organisationNumber"),
            **_plain(row, "schoolUnitCode", "municipalityCode", "startDate", "endDate"),
            "parentOrganisation": _id(row, "parentOrganisation"),
            "schoolTypes": _joined(row.get("schoolTypes")),
        }


def _persons(told: Told) -> Iterator[Cells]:
    for row in told.rows("persons"):
        yield {
            **_plain(row, "id", "givenName", "middleName", "familyName", "birthDate", "sex"),
            **_plain(row, "securityMarking", "personStatus"),
            "civicNo": _civic_no(row.get("civicNo")),
            "emails": _joined(_values(row.get("emails"))),
            "phoneNumbers": _joined(_values(row.get("phoneNumbers"))),
            "eduPersonPrincipalNames": _joined(row.get("eduPersonPrincipalNames")),
        }


def _groups(told: Told) -> Iterator[Cells]:
    for row in told.rows("groups"):
        yield {
            **_plain(row, "id", "displayName", "groupType", "schoolType", "startDate", "endDate"),
            "organisation": _id(row, "organisation"),
        }


def _duties(told: Told) -> Iterator[Cells]:
    for row in told.rows("duties"):
        yield {
            **_plain(row, "id", "dutyRole", "signature", "startDate", "endDate"),
            "person": _id(row, "person"),
            "dutyAt": _id(row, "dutyAt"),
        }


def _activities(told: Told) -> Iterator[Cells]:
    syllabuses = {str(row["id"]): row for row in told.rows("syllabuses")}
    duties = _Duties(told.rows("duties"))
    for row in told.rows("activities"):
        syllabus = syllabuses.get(_id(row, "syllabus"), {})
        organisation = _id(row, "organisation")
        teachers = [duties.of(teacher, organisation=organisation) for teacher in _objects(row.get("teachers"))]
        yield {
            **_plain(row, "id", "displayName", "startDate", "endDate"),
            **_plain(syllabus, "subjectCode", "subjectName"),
            "organisation": organisation,
            "groups": _joined([group.get("id") for group in _objects(row.get("groups"))]),
            "duties": _joined(teachers),
        }


def _enrolments(told: Told) -> Iterator[Cells]:
    programmes = {str(row["id"]): row for row in told.rows("programmes")}
    for row in told.rows("persons"):
        for enrolment in _objects(row.get("enrolments")):
            programme = programmes.get(_id(enrolment, "programme"), {})
            yield {
                **_plain(enrolment, "schoolType", "schoolYear", "startDate", "endDate", "cancelled", "educationCode"),
                "person": str(row["id"]),
                "enroledAt": _id(enrolment, "enroledAt"),
                "programme": _text(programme.get("code") or programme.get("name")),
            }


def _guardians(told: Told) -> Iterator[Cells]:
    for row in told.rows("persons"):
        for responsible in _objects(row.get("responsibles")):
            yield {
                **_plain(responsible, "relationType"),
                "child": str(row["id"]),
                "guardian": _id(responsible, "person"),
            }


def _memberships(told: Told) -> Iterator[Cells]:
    """A membership without a first day has its group's: the standard does not demand one."""
    for row in told.rows("groups"):
        for membership in _objects(row.get("groupMemberships")):
            yield {
                **_plain(membership, "endDate"),
                "startDate": _text(membership.get("startDate") or row.get("startDate")),
                "group": str(row["id"]),
                "person": _id(membership, "person"),
            }


_SHEETS: Mapping[Entity, tuple[str, Callable[[Told], Iterable[Cells]]]] = {
    Entity.ORGANISATION: ("organisations", _organisations),
    Entity.PERSON: ("persons", _persons),
    Entity.GROUP: ("groups", _groups),
    Entity.DUTY: ("duties", _duties),
    Entity.ACTIVITY: ("activities", _activities),
    Entity.ENROLMENT: ("persons", _enrolments),
    Entity.GUARDIANSHIP: ("persons", _guardians),
    Entity.MEMBERSHIP: ("groups", _memberships),
}


class _Duties:
    """Finds the duty of a teacher, also where the server names the person."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._places: dict[str, str] = {}
        self._of_person: dict[str, list[str]] = {}
        for row in sorted(rows, key=lambda row: (_text(row.get("startDate")), str(row["id"]))):
            key = str(row["id"])
            self._places[key] = _id(row, "dutyAt")
            self._of_person.setdefault(_id(row, "person"), []).append(key)

    def of(self, teacher: Row, *, organisation: str) -> str:
        """The duty's id; a person's duty at the activity's organisation, otherwise the person's first one."""
        named = _id(teacher, "duty") or _id(teacher, "person")
        if named in self._places or named not in self._of_person:
            return named
        own = self._of_person[named]
        return next((key for key in own if self._places[key] == organisation), own[0])


def _plain(row: Row, *names: str) -> Cells:
    return {name: _text(row.get(name)) for name in names}


def _text(value: Any) -> str:
    if value is None or isinstance(value, (list, Mapping)):
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _id(row: Row, name: str) -> str:
    reference = row.get(name)
    return _text(reference.get("id")) if isinstance(reference, Mapping) else ""


def _objects(value: Any) -> list[Row]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _values(value: Any) -> list[Any]:
    return [item.get("value") for item in _objects(value)]


def _joined(values: Any) -> str:
    if not isinstance(values, list):
        return _text(values)
    return "|".join(text for value in values if (text := _text(value).replace("|", " ").strip()))


def _civic_no(value: Any) -> str:
    """The number, unless it is of another country: those say nothing to the Swedish registers."""
    if not isinstance(value, Mapping) or _text(value.get("nationality")).upper() not in SWEDISH:
        return ""
    return _text(value.get("value"))

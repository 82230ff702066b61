"""What clients may report: attendance, who came and went, schedules and absences.

A report goes the way of every change of the register: with history, and with the client as the one who made it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
import psycopg

from kateder.core.actors import Actor
from kateder.protocols.ss12000.endpoints import Endpoint
from kateder.provisioning.ss12000.answers import Refused, bad, missing
from kateder.register.api import Action, Entity, add, apply, open_changes

LARGEST: Final = 32_767
LONGEST: Final = 200

_ROOT: Final = """
SELECT root_id FROM provisioning_editionrow
WHERE edition_id = %s AND path = %s AND id = %s AND gone_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a report's body, and the register's column for it."""

    name: str
    column: str
    read: Callable[[Any], object] | None = None
    refers_to: str = ""
    required: bool = False


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or "\0" in value:
        raise ValueError
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise ValueError
    return value


def _date(value: Any) -> date:
    return date.fromisoformat(value)


def _time(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _one_of(*words: str) -> Callable[[Any], object]:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    return read


def _objects(value: Any) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError
    if "\\u0000" in orjson.dumps(value).decode():
        raise ValueError
    for item in value:
        if "registeredBy" in item:
            item["registeredBy"] = {"id": str(UUID(item["registeredBy"]["id"]))}
    return value


_M = Member
REPORTS: Final[Mapping[str, tuple[Entity, tuple[Member, ...]]]] = {
    "attendances": (
        Entity.ATTENDANCE,
        (
            _M("calendarEvent", "calendar_event_id", refers_to="calendarEvents", required=True),
            _M("student", "student_id", refers_to="persons", required=True),
            _M("reporter", "reporter_id", refers_to="persons"),
            _M("isReported", "is_reported", _truth, required=True),
            _M("attendanceMinutes", "attendance_minutes", _number, required=True),
            _M("validAbsenceMinutes", "valid_absence_minutes", _number),
            _M("invalidAbsenceMinutes", "invalid_absence_minutes", _number),
            _M("otherAttendanceMinutes", "other_attendance_minutes", _number),
            _M("absenceReason", "absence_reason", _text),
            _M("reportedTimestamp", "reported_timestamp", _time),
        ),
    ),
    "attendanceEvents": (
        Entity.ATTENDANCE_EVENT,
        (
            _M("time", "time", _time, required=True),
            _M("eventType", "event_type", _one_of("In", "Ut"), required=True),
            _M("person", "person_id", refers_to="persons", required=True),
            _M("registeredBy", "registered_by_id", refers_to="persons"),
            _M("group", "group_id", refers_to="groups", required=True),
        ),
    ),
    "attendanceSchedule": (
        Entity.ATTENDANCE_SCHEDULE,
        (
            _M("placement", "placement_id", refers_to="placements", required=True),
            _M("numberOfWeeks", "number_of_weeks", _number),
            _M("temporary", "temporary", _truth),
            _M("state", "state", _objects, required=True),
            _M("scheduleEntries", "schedule_entries", _objects),
            _M("startDate", "start_date", _date, required=True),
            _M("endDate", "end_date", _date),
        ),
    ),
    "absences": (
        Entity.ABSENCE,
        (
            _M("startTime", "start_time", _time, required=True),
            _M("endTime", "end_time", _time, required=True),
            _M("type", "type", _one_of("Beviljad ledighet", "Anmäld frånvaro"), required=True),
            _M("student", "student_id", refers_to="persons", required=True),
            _M("organisation", "organisation_id", refers_to="organisations"),
            _M("registeredBy", "registered_by_id", refers_to="persons"),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Writer:
    """Reports of one client, about what is in its own edition."""

    cursor: psycopg.Cursor[Any]
    edition: UUID
    actor: Actor

    def report(self, endpoint: Endpoint, body: bytes) -> UUID:
        """Take a report; gives its id. The same id again changes it. Raises Refused."""
        given = _object(body)
        entity, members = REPORTS[endpoint.path]
        values = {member.column: self._value(member, given) for member in members}
        values = {column: value for column, value in values.items() if value is not None}
        _in_order(values)
        id_, known = self._id(endpoint, given.get("id"))
        self._change(entity, Action.UPDATE if known else Action.CREATE, id_, values)
        return id_

    def remove(self, endpoint: Endpoint, id_: str) -> None:
        """Take a report away. Raises Refused."""
        try:
            wanted = UUID(id_)
        except ValueError:
            raise bad("the id is not a UUID", code="invalid_id") from None
        root = self._root(endpoint.path, wanted)
        if root is None:
            raise missing()
        self._change(REPORTS[endpoint.path][0], Action.REMOVE, root, None)

    def _change(self, entity: Entity, action: Action, root: UUID, values: Mapping[str, object] | None) -> None:
        open_changes(self.cursor)
        add(self.cursor, entity, action=action, root_id=root, values=values)
        apply(cause="ss12000", actor=self.actor)

    def _value(self, member: Member, given: Mapping[str, Any]) -> object:
        value = given.get(member.name)
        if value is None:
            if member.required:
                raise _wrong(member.name, "is missing")
            return None
        if member.refers_to:
            return self._referred(member, value)
        if member.read is None:
            raise TypeError(member.name)
        try:
            return member.read(value)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise _wrong(member.name, "cannot be used") from None

    def _referred(self, member: Member, value: Any) -> UUID:
        try:
            id_ = UUID(value["id"])
        except (ValueError, TypeError, KeyError, AttributeError):
            raise _wrong(member.name, "is not a reference with an id") from None
        root = self._root(member.refers_to, id_)
        if root is None:
            raise _wrong(member.name, "is not there")
        return root

    def _root(self, path: str, id_: UUID) -> UUID | None:
        row = self.cursor.execute(_ROOT, [self.edition, path, id_]).fetchone()
        return None if row is None else row[0]

    def _id(self, endpoint: Endpoint, given: object) -> tuple[UUID, bool]:
        """A report's id, and whether the client knows it; one that is taken where it does not see is not used."""
        if given is None:
            return uuid4(), False
        try:
            id_ = UUID(str(given))
        except ValueError:
            raise _wrong("id", "is not a UUID") from None
        if (root := self._root(endpoint.path, id_)) is not None:
            return root, True
        entity = REPORTS[endpoint.path][0]
        taken = self.cursor.execute(
            f"SELECT 1 FROM register_{entity.value.replace('_', '')} WHERE id = %s", [id_]
        ).fetchone()
        return (uuid4() if taken else id_), False


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad("the body is not JSON", code="invalid_body") from None
    if not isinstance(given, dict):
        raise bad("the body is not an object", code="invalid_body")
    return given


def _in_order(values: Mapping[str, Any]) -> None:
    for start, end in (("start_date", "end_date"), ("start_time", "end_time")):
        if start in values and end in values and values[end] < values[start]:
            raise bad("it ends before it starts", code="invalid_body")


def _wrong(name: str, what: str) -> Refused:
    return bad(f"{name} {what}", code="invalid_body")

"""What clients report about lessons and places, and how it is read again."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from kateder.core import db
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.register.api import Action, Entity, add, apply, open_changes
from kateder.register.models import ChangeNote, HistoryEntry
from tests.cast import SCHOOL_YEAR, Cast
from tests.provisioning.ss12000.calling import WHOLE, Api, NewApi

WRITES = ["attendances", "attendanceEvents", "attendanceSchedule", "absences"]
LESSON = {"startTime.onOrAfter": "2026-11-23T00:00:00+01:00", "startTime.onOrBefore": "2026-11-24T00:00:00+01:00"}


@pytest.fixture
def api(cast: Cast, new_api: NewApi) -> Api:
    return new_api(cast.authority, WHOLE | {"writes": WRITES})


@pytest.fixture
def lesson(cast: Cast) -> UUID:
    """A lesson in maths for 5B on the morning of the cast's day."""
    start, end = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (7, 8))
    values = {"activity_id": cast["maths_5b"], "start_time": start, "end_time": end}
    return make(cast, Entity.CALENDAR_EVENT, values)


def make(cast: Cast, entity: Entity, values: dict[str, object]) -> UUID:
    root = uuid4()
    with within(cast.authority.id), db.cursor() as cursor:
        open_changes(cursor)
        add(cursor, entity, action=Action.CREATE, root_id=root, values=values)
        apply(cause="test", actor=Actor.system("test"))
    return root


def attendance(cast: Cast, lesson: UUID, **more: object) -> dict[str, object]:
    return {
        "calendarEvent": {"id": str(lesson)},
        "student": {"id": str(cast["elsa"])},
        "isReported": True,
        "attendanceMinutes": 50,
        "invalidAbsenceMinutes": 10,
    } | more


def test_an_attendance_is_reported_read_changed_and_taken_away(cast: Cast, api: Api, lesson: UUID) -> None:
    status, made = api.call("POST", "attendances", attendance(cast, lesson))
    assert (status, made["attendanceMinutes"]) == (200, 50)
    assert api.ids("attendances", student=str(cast["elsa"])) == [made["id"]]
    assert api.ids("attendances", organisation=str(cast["bjork"])) == [made["id"]]
    assert api.ids("attendances", organisation=str(cast["lund"])) == []

    status, changed = api.call("POST", "attendances", attendance(cast, lesson, id=made["id"], attendanceMinutes=40))
    assert (changed["id"], changed["attendanceMinutes"]) == (made["id"], 40)
    assert changed["meta"]["created"] == made["meta"]["created"]
    assert changed["meta"]["modified"] > made["meta"]["modified"]

    assert api.call("DELETE", f"attendances/{made['id']}") == (204, None)
    assert api.call("GET", f"attendances/{made['id']}")[0] == 404
    assert api.get("deletedEntities", entities="Attendance")["data"] == {"attendances": [made["id"]]}
    with within(cast.authority.id):
        assert HistoryEntry.objects.filter(root_id=made["id"]).count() == 2


def test_attendance_sets_no_delivery_going(cast: Cast, api: Api, lesson: UUID) -> None:
    from kateder.core import feed

    with within(cast.authority.id):
        before = feed.position()
    api.call("POST", "attendances", attendance(cast, lesson))

    with within(cast.authority.id):
        assert feed.position() == before
        assert ChangeNote.objects.filter(entity="attendance").exists()


def test_sums_of_attendance_are_of_the_days_that_are_asked_for(cast: Cast, api: Api, lesson: UUID) -> None:
    api.call("POST", "attendances", attendance(cast, lesson))

    (one,) = api.get("aggregatedAttendance", startDate="2026-11-23", endDate="2026-11-23", expand="student")["data"]

    assert one["activity"] == {"id": str(cast["maths_5b"])}
    assert (one["attendanceSum"], one["invalidAbsenceSum"], one["offeredSum"], one["reportedSum"]) == (50, 10, 60, 60)
    assert one["_embedded"]["student"]["givenName"] == "Elsa"
    assert api.get("aggregatedAttendance", startDate="2026-11-24", endDate="2026-11-25")["data"] == []
    assert api.get("aggregatedAttendance", startDate="2026-11-23", endDate="2026-11-23", schoolType="GY")["data"] == []
    assert api.call("GET", "aggregatedAttendance", startDate="2026-11-23")[0] == 400


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"student": "elsa"},
        {"teacher": "duty_tove"},
        {"group": "class_5b"},
        {"organisation": "huvudman"},
        {"activity": "maths_5b"},
    ],
)
def test_a_lesson_is_found_by_who_and_what_it_is_for(cast: Cast, api: Api, lesson: UUID, query: dict[str, str]) -> None:
    asked = LESSON | {name: str(cast[whom]) for name, whom in query.items()}

    assert api.ids("calendarEvents", **asked) == [str(lesson)]
    assert api.ids("calendarEvents", **(LESSON | {"student": str(cast["nils"])})) == []
    found = api.call("POST", "calendarEvents/lookup", {"teacher": [str(cast["duty_tove"])]})[1]
    assert [event["id"] for event in found] == [str(lesson)]


def test_who_came_and_went_and_who_is_away_can_be_reported(cast: Cast, api: Api) -> None:
    elsa, group = {"id": str(cast["elsa"])}, {"id": str(cast["class_5b"])}
    came = {"time": "2026-11-23T08:00:00+01:00", "eventType": "In", "person": elsa, "group": group}
    away = {
        "startTime": "2026-11-24T08:00:00+01:00",
        "endTime": "2026-11-24T16:00:00+01:00",
        "type": "Anmäld frånvaro",
        "student": elsa,
        "registeredBy": {"id": str(cast["gustav"])},
    }

    event = api.call("POST", "attendanceEvents", came)[1]
    absence = api.call("POST", "absences", away)[1]

    assert event["time"] == "2026-11-23T07:00:00.000000Z"
    assert api.ids("attendanceEvents", group=group["id"]) == [event["id"]]
    assert api.ids("absences", type="Anmäld frånvaro", student=elsa["id"]) == [absence["id"]]
    assert api.call("DELETE", f"absences/{absence['id']}")[0] == 405


def test_a_childs_schedule_is_reported_at_its_place(cast: Cast, api: Api) -> None:
    values = {"placed_at_id": cast["bjork"], "child_id": cast["elsa"], "start_date": SCHOOL_YEAR}
    placement = make(cast, Entity.PLACEMENT, values)
    make(cast, Entity.PLACEMENT_OWNER, {"placement_id": placement, "owner_id": cast["gustav"]})
    state = {
        "state": "Begärt",
        "registeredAt": "2026-11-23T08:00:00+01:00",
        "registeredBy": {"id": str(cast["gustav"])},
    }
    schedule = {"placement": {"id": str(placement)}, "startDate": "2026-11-23", "state": [state]}

    made = api.call("POST", "attendanceSchedule", schedule)[1]

    assert made["state"] == [state]
    assert api.ids("attendanceSchedule", placement=str(placement)) == [made["id"]]
    assert api.ids("placements", owner=str(cast["gustav"]), organisation=str(cast["bjork"])) == [str(placement)]
    place = {"relationship.entity.type": "responsibleFor.placement"}
    assert api.ids("persons", **place) == [str(cast["gustav"])]
    assert api.get(f"placements/{placement}", expand="child,owners")["_embedded"]["owners"][0]["givenName"] == "Gustav"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"student": {"id": "x"}}, "student"),
        ({"student": {"id": "d544563a-747a-42d3-8d37-415a101537f8"}}, "student"),
        ({"student": None}, "student"),
        ({"attendanceMinutes": -1}, "attendanceMinutes"),
        ({"isReported": "yes"}, "isReported"),
        ({"reportedTimestamp": "2026-11-23T08:00:00"}, "reportedTimestamp"),
        ({"id": "x"}, "id"),
    ],
)
def test_a_report_that_cannot_be_used_is_refused_with_the_member(
    cast: Cast, api: Api, lesson: UUID, body: dict[str, object], why: str
) -> None:
    status, answer = api.call("POST", "attendances", attendance(cast, lesson) | body)

    assert status == 400
    assert why in answer["message"]


def test_nobody_reports_without_leave_nor_about_somebody_outside_the_profile(
    cast: Cast, new_api: NewApi, lesson: UUID
) -> None:
    reader = new_api(cast.authority, WHOLE)
    of_bjork = {"entities": ["persons", "absences"], "units": [str(cast["bjork"])], "writes": ["absences"]}
    school = new_api(cast.authority, of_bjork)
    away = {
        "startTime": "2026-11-24T08:00:00+01:00",
        "endTime": "2026-11-24T16:00:00+01:00",
        "type": "Anmäld frånvaro",
        "student": {"id": str(cast["nils"])},
    }

    assert reader.call("POST", "attendances", attendance(cast, lesson))[0] == 403
    assert school.call("POST", "absences", away)[0] == 400
    assert school.call("POST", "absences", away | {"student": {"id": str(cast["elsa"])}})[0] == 200
    assert school.call("POST", "persons", {})[0] == 405

"""What can be asked of us is what the published document of SS 12000 says, and the answers are of its shape."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jsonschema_rs
import pytest
import yaml

from kateder.core import db
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.protocols.ss12000.endpoints import AGGREGATED, BY_RESOURCE, ENDPOINTS, META, Endpoint, Kind
from kateder.register.api import Action, Entity, add, apply, open_changes
from tests.cast import SCHOOL_YEAR, Cast
from tests.provisioning.ss12000.calling import WHOLE, new

pytestmark = pytest.mark.skipif("KATEDER_SPECS" not in os.environ, reason="KATEDER_SPECS names the folder")
OURS = {"expand", "expandReferenceNames", "sortkey", "limit", "pageToken"}
FORMATS = {"uuid": Kind.UUID, "date": Kind.DATE, "date-time": Kind.TIME}
EVERY = [*ENDPOINTS.values(), AGGREGATED]


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    text = (Path(os.environ["KATEDER_SPECS"]) / "ss12000-2.0.0-bundled.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def parameters(spec: dict[str, Any], path: str) -> dict[str, dict[str, Any]]:
    found = {}
    for given in spec["paths"][path]["get"].get("parameters", []):
        shared = given.get("$ref", "").split("/")[-1]
        parameter = spec["components"]["parameters"][shared] if shared else given
        found[parameter["name"]] = parameter
    return found


@pytest.mark.parametrize("endpoint", EVERY, ids=lambda endpoint: endpoint.path)
def test_every_published_parameter_can_be_asked_and_no_other(spec: dict[str, Any], endpoint: Endpoint) -> None:
    published = parameters(spec, f"/{endpoint.path}")
    own = {**endpoint.filters, **({} if endpoint is AGGREGATED else META)}

    assert set(published) - OURS == set(own)
    for name, filter_ in own.items():
        schema = published[name].get("schema", {})
        assert filter_.many == (schema.get("type") == "array"), name
        assert filter_.required == published[name].get("required", False), name
        wanted = FORMATS.get(schema.get("items", schema).get("format", ""), Kind.TEXT)
        assert filter_.kind is wanted, name


@pytest.mark.parametrize("endpoint", EVERY, ids=lambda endpoint: endpoint.path)
def test_every_published_order_and_expansion_can_be_asked(spec: dict[str, Any], endpoint: Endpoint) -> None:
    published = parameters(spec, f"/{endpoint.path}")

    sorts = published.get("sortkey", {}).get("schema", {}).get("enum", [])
    expands = published.get("expand", {}).get("schema", {}).get("items", {}).get("enum", [])
    assert set(endpoint.sorts) == set(sorts)
    assert set(endpoint.expands) == set(expands)


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=lambda endpoint: endpoint.path)
def test_every_published_lookup_report_and_removal_is_there(spec: dict[str, Any], endpoint: Endpoint) -> None:
    paths = spec["paths"]
    lookup = paths.get(f"/{endpoint.path}/lookup")

    assert bool(endpoint.lookup) == (lookup is not None)
    if lookup is not None:
        schema = lookup["post"]["requestBody"]["content"]["application/json"]["schema"]
        while "$ref" in schema:
            schema = spec["components"]["schemas"][schema["$ref"].split("/")[-1]]
        assert set(endpoint.lookup) == set(schema["properties"])
    assert endpoint.writes == ("post" in paths[f"/{endpoint.path}"])
    assert endpoint.removes == ("delete" in paths[f"/{endpoint.path}/{{id}}"])


def test_kinds_of_things_are_called_as_published(spec: dict[str, Any]) -> None:
    schemas = spec["components"]["schemas"]

    assert set(BY_RESOURCE) == set(schemas["EndPointsEnum"]["enum"])
    assert {e.deleted for e in ENDPOINTS.values()} == set(
        schemas["DeletedEntities"]["properties"]["data"]["properties"]
    )


# Mistakes of the published document: it demands members that it does not describe, and addresses in ASCII.
MISTAKES = ('"child" is a required property', '"scheduleDays" is a required property', 'is not a "email"')

# In a list, and what it holds: the published names of the schemas.
SHAPES = {
    "organisations": "Organisations",
    "persons": "PersonsExpanded",
    "placements": "Placements",
    "duties": "Duties",
    "groups": "GroupsExpanded",
    "programmes": "Programmes",
    "studyplans": "StudyPlans",
    "syllabuses": "Syllabuses",
    "schoolUnitOfferings": "SchoolUnitOfferings",
    "activities": "Activities",
    "calendarEvents": "CalendarEvents",
    "attendances": "Attendances",
    "attendanceEvents": "AttendanceEvents",
    "attendanceSchedule": "AttendanceSchedules",
    "grades": "Grades",
    "absences": "Absences",
    "resources": "Resources",
    "rooms": "Rooms",
    "aggregatedAttendance": "AggregatedAttendances",
}


@pytest.fixture
def furnished(cast: Cast) -> Cast:
    """The cast, and one thing of every other kind."""
    with within(cast.authority.id), db.cursor() as cursor:
        open_changes(cursor)

        def make(entity: Entity, **values: object) -> UUID:
            root = uuid4()
            add(cursor, entity, action=Action.CREATE, root_id=root, values=values)
            return root

        furnish(cast, make)
        apply(cause="test", actor=Actor.system("test"))
    return cast


def furnish(cast: Cast, make: Any) -> None:
    elsa, gustav, unit, group = cast["elsa"], cast["gustav"], cast["bjork"], cast["class_5b"]
    moment, later = "2026-11-23T08:00:00+01:00", "2026-11-23T09:00:00+01:00"
    syllabus = make(
        Entity.SYLLABUS, school_type="GR", subject_code="MA", subject_name="Matematik", official=True,
        specialisation_course_content={"title": "a", "description": "b"}, start_school_year=1, points=100,
    )  # fmt: skip
    programme = make(Entity.PROGRAMME, name="Natur", school_type="GY", code="NA", type="Högskoleförberedande program")
    make(Entity.PROGRAMME_SYLLABUS, programme_id=programme, syllabus_id=syllabus, type="Programgemensamma", points=100)
    notes = [{"type": "Anteckningar", "note": "x"}]
    plan = make(Entity.STUDYPLAN, student_id=elsa, start_date=SCHOOL_YEAR, notes=notes)
    make(
        Entity.STUDYPLAN_SYLLABUS, study_plan_id=plan, syllabus_id=syllabus, title="Kurser", hours=10,
        type="Individuellt val",
    )  # fmt: skip
    offering = make(Entity.OFFERING, offered_at_id=unit, start_date=SCHOOL_YEAR)
    make(Entity.OFFERED_SYLLABUS, offering_id=offering, syllabus_id=syllabus)
    make(Entity.OFFERED_PROGRAMME, offering_id=offering, programme_id=programme)
    place = make(
        Entity.PLACEMENT, placed_at_id=unit, child_id=elsa, group_id=group, start_date=SCHOOL_YEAR, school_type="FTH",
        reason="Omsorg",
    )  # fmt: skip
    make(Entity.PLACEMENT_OWNER, placement_id=place, owner_id=gustav)
    make(
        Entity.ASSIGNMENT_ROLE, duty_id=cast["duty_tove"], group_id=group, assignment_role_type="Mentor",
        start_date=SCHOOL_YEAR,
    )  # fmt: skip
    state = [{"state": "Godkänt", "registeredAt": moment, "registeredBy": {"id": str(gustav)}}]
    entries = [{"weekOffset": 0, "dayOfWeek": "Måndag", "startTime": "08:00", "length": 60}]
    make(Entity.ATTENDANCE_SCHEDULE, placement_id=place, start_date=SCHOOL_YEAR, state=state, schedule_entries=entries)
    make(Entity.ATTENDANCE_EVENT, time=moment, event_type="In", person_id=elsa, group_id=group)
    room = make(Entity.ROOM, display_name="B12", seats=30, owner_id=unit)
    projector = make(Entity.ASSET, display_name="Projektor", owner_id=unit)
    exceptions = [{"student": {"id": str(elsa)}, "participates": False}]
    event = make(
        Entity.CALENDAR_EVENT, activity_id=cast["maths_5b"], start_time=moment, end_time=later, rooms=[room],
        assets=[projector], student_exceptions=exceptions,
    )  # fmt: skip
    make(Entity.ATTENDANCE, calendar_event_id=event, student_id=elsa, is_reported=True, attendance_minutes=60)
    make(
        Entity.ABSENCE, student_id=elsa, start_time=moment, end_time=later, type="Anmäld frånvaro",
        registered_by_id=gustav, organisation_id=unit,
    )  # fmt: skip
    make(
        Entity.GRADE, student_id=elsa, organisation_id=unit, registered_date=SCHOOL_YEAR, grade_value="B",
        final_grade=True, adapted_study_plan="Nej", syllabus_id=syllabus, semester="HT", year=2026,
    )  # fmt: skip


@pytest.mark.parametrize("path", SHAPES)
def test_answers_have_the_published_shape(spec: dict[str, Any], furnished: Cast, path: str) -> None:
    api = new(furnished.authority, WHOLE)
    endpoint = ENDPOINTS.get(path, AGGREGATED)
    query: dict[str, object] = {"expandReferenceNames": "true"}
    if endpoint.expands:
        query["expand"] = list(endpoint.expands)
    if path == "calendarEvents":
        query |= {"startTime.onOrAfter": "2026-11-23T00:00:00Z", "startTime.onOrBefore": "2026-11-24T00:00:00Z"}
    if endpoint is AGGREGATED:
        query |= {"startDate": "2026-11-23", "endDate": "2026-11-23"}
    schema = {"$ref": f"#/components/schemas/{SHAPES[path]}", "components": spec["components"]}

    answer = api.get(path, **query)

    assert answer["data"]
    errors = jsonschema_rs.validator_for(schema, validate_formats=True).iter_errors(answer)
    wrong = [error for error in errors if not error.message.endswith(MISTAKES)]
    assert [f"{list(error.instance_path)}: {error.message}" for error in wrong] == []
    for thing in answer["data"] if endpoint is not AGGREGATED else ():
        assert api.get(f"{path}/{thing['id']}")["id"] == thing["id"]

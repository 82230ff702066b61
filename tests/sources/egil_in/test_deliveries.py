"""What the reference client does, and what becomes of it in the register."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.sources.egil_in import bodies
from tests.sources.egil_in.bodies import ELSA, GROUP, OTHER_UNIT, TOVE, UNIT, everything
from tests.sources.egil_in.conftest import Open, Sender

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority, Finding
from kateder.core.tenancy import within
from kateder.register.models import Activity, ActivityTeacher, Duty, Enrolment, Group, GroupMembership, Person
from kateder.sources import api
from kateder.sources.egil_in import inlets
from kateder.sources.egil_in.errors import NothingArrived
from kateder.sources.models import Inlet, RunState, SourceRun
from kateder.sources.tasks import request_due

Run = Callable[[Sender], SourceRun]


@pytest.fixture
def run(actor: Actor) -> Run:
    return lambda sender: api.run(sender.source_id, actor=actor, today=date(2026, 11, 23))


def deliver(sender: Sender) -> None:
    for endpoint, body in everything():
        sender.post(endpoint, body)


def test_a_delivery_becomes_the_register(sender: Sender, authority: Authority, run: Run) -> None:
    deliver(sender)
    assert run(sender).state == RunState.APPLIED
    with within(authority.id):
        elsa = Person.objects.get(given_name="Elsa")
        assert (elsa.emails, elsa.edu_person_principal_names) == (["elsa@skola.example"], ["elsa-0005@skola.example"])
        enrolment = Enrolment.objects.get(person=elsa)
        assert (enrolment.school_type, enrolment.school_year) == ("GR", 6)
        assert enrolment.enroled_at.school_unit_code == "11111111"
        assert enrolment.enroled_at.parent.parent.display_name == "Kommunen"
        assert Group.objects.get().group_type == "Klass"
        assert GroupMembership.objects.get().person == elsa
        assert Duty.objects.get().signature == "tove"
        assert ActivityTeacher.objects.get().activity == Activity.objects.get()
    assert run(sender).state == RunState.UNCHANGED


def test_put_and_delete_are_addressed_to_the_external_id(sender: Sender, authority: Authority, run: Run) -> None:
    deliver(sender)
    gone = "20000000-0000-4000-8000-000000000001"
    sender.post("Users", bodies.pupil(gone))
    run(sender)
    changed = bodies.pupil() | {"name": {"familyName": "Öst", "givenName": "Elsa"}}
    assert sender.send("PUT", f"Users/{ELSA}", changed).status_code == 200
    assert sender.send("DELETE", f"Users/{gone}").status_code == 204
    assert run(sender).state == RunState.APPLIED
    with within(authority.id):
        assert Person.objects.get(given_name="Elsa").family_name == "Öst"


def test_a_lost_object_is_healed_by_put_404_then_post(sender: Sender) -> None:
    assert sender.send("PUT", f"Users/{ELSA}", bodies.pupil()).status_code == 404
    sender.post("Users", bodies.pupil())
    assert sender.send("PUT", f"Users/{ELSA}", bodies.pupil()).status_code == 200
    assert sender.send("DELETE", f"Users/{ELSA}").status_code == 204
    assert sender.send("DELETE", f"Users/{ELSA}").status_code == 404


def test_what_is_there_is_answered_with_409_and_stays(sender: Sender) -> None:
    sender.post("Users", bodies.pupil())
    again = sender.send("POST", "Users", bodies.pupil() | {"displayName": "Någon annan"})
    assert again.status_code == 409
    assert json.loads(again.content)["scimType"] == "uniqueness"
    assert sender.get(f"Users/{ELSA}")["displayName"] == "Elsa Åberg"


def test_what_is_there_is_written_over_where_the_source_says_so(open_inlet: Open) -> None:
    sender = open_inlet(overwrite=True)
    sender.post("Users", bodies.pupil())
    again = sender.send("POST", "Users", bodies.pupil() | {"displayName": "Elsa Öst"})
    assert again.status_code == 200
    assert sender.get(f"Users/{ELSA}")["displayName"] == "Elsa Öst"


def test_a_client_rebuilds_its_memory_from_lists_page_by_page(sender: Sender) -> None:
    ids = [f"10000000-0000-4000-8000-{number:012}" for number in range(520)]
    for id_ in ids:
        sender.post("Users", bodies.pupil(id_))
    first = sender.get("Users")
    second = sender.get(f"Users?startIndex={len(first['Resources']) + 1}")
    assert first["totalResults"] == second["totalResults"] == 520
    assert [one["externalId"] for one in first["Resources"] + second["Resources"]] == ids


def test_what_refers_to_something_missing_is_a_finding_and_stays_in_the_mirror(
    sender: Sender, authority: Authority, run: Run
) -> None:
    deliver(sender)
    assert sender.send("PUT", f"StudentGroups/{GROUP}", bodies.group((ELSA, OTHER_UNIT))).status_code == 200
    assert run(sender).counts["set_aside"] == 1
    assert len(sender.get(f"StudentGroups/{GROUP}")["studentMemberships"]) == 2
    with within(authority.id):
        assert Finding.objects.filter(place__contains="StudentGroups (studentMemberships)").exists()
        assert GroupMembership.objects.count() == 1


def test_a_source_to_which_nothing_came_is_no_empty_source(sender: Sender, run: Run) -> None:
    with pytest.raises(NothingArrived):
        run(sender)


def test_enrolments_and_memberships_count_from_the_day_on_which_they_came(
    sender: Sender, authority: Authority, run: Run
) -> None:
    from kateder.protocols.egil.types import ResourceType
    from kateder.sources.egil_in import service
    from kateder.sources.egil_in.objects import Objects

    def put(kind: ResourceType, body: bodies.Body, day: date) -> None:
        with within(authority.id):
            Objects(sender.source_id, kind, service.policy_of({})).create(
                body, overwrite=True, now=clock.now(), today=day
            )

    first, second = date(2026, 9, 1), date(2026, 10, 1)
    deliver(sender)
    for endpoint, id_ in (("Users", ELSA), ("StudentGroups", GROUP)):
        sender.send("DELETE", f"{endpoint}/{id_}")
    sender.post("SchoolUnits", bodies.unit(OTHER_UNIT))
    put(ResourceType.USER, bodies.pupil(), first)
    put(ResourceType.STUDENT_GROUP, bodies.group(()), first)
    put(ResourceType.USER, bodies.pupil(units=(UNIT, OTHER_UNIT)), second)
    put(ResourceType.STUDENT_GROUP, bodies.group((ELSA,)), second)
    run(sender)
    with within(authority.id):
        assert set(Enrolment.objects.values_list("start_date", flat=True)) == {first, second}
        assert GroupMembership.objects.get().start_date == second


def test_a_run_is_asked_for_once_when_it_has_been_quiet(sender: Sender, authority: Authority) -> None:
    deliver(sender)
    now = clock.now()
    with within(authority.id):
        assert request_due(now=now + timedelta(minutes=4)) == []
        assert request_due(now=now + timedelta(minutes=6)) == [sender.source_id]
        assert request_due(now=now + timedelta(minutes=7)) == []
    sender.send("DELETE", f"Users/{TOVE}")
    with within(authority.id):
        assert request_due(now=now + timedelta(minutes=6)) == [sender.source_id]


def test_a_delivery_that_never_rests_is_read_all_the_same(sender: Sender, authority: Authority) -> None:
    deliver(sender)
    with within(authority.id):
        inlet = Inlet.objects.get(source=sender.source_id)
        inlet.changed_at = inlet.changed_at + timedelta(hours=1)  # type: ignore[operator]
        assert inlets.is_ready(inlet, now=inlet.changed_at + timedelta(seconds=10))


def test_what_changes_nothing_asks_for_no_run(sender: Sender, authority: Authority) -> None:
    deliver(sender)
    later = clock.now() + timedelta(hours=1)
    with within(authority.id):
        request_due(now=later)
    assert sender.send("PUT", f"Users/{ELSA}", bodies.pupil()).status_code == 200
    with within(authority.id):
        assert request_due(now=later) == []


def test_a_name_that_came_only_whole_is_parted(sender: Sender, authority: Authority, run: Run) -> None:
    deliver(sender)
    body = bodies.teacher()
    del body["name"]
    sender.send("PUT", f"Users/{TOVE}", body | {"displayName": "Tove Maria Lind"})
    run(sender)
    with within(authority.id):
        assert Person.objects.get(family_name="Lind").given_name == "Tove Maria"


def test_what_national_tests_add_is_kept(sender: Sender, authority: Authority, run: Run) -> None:
    deliver(sender)
    test = "30000000-0000-4000-8000-000000000001"
    tested = bodies.pupil()
    tested[f"{bodies.SIS}User"]["civicNo"] = "201503092395"
    tested[f"{bodies.SIS}User"]["enrolments"][0] |= {"schoolType": "GY", "schoolYear": 1, "programCode": "NANAT"}
    assert sender.send("PUT", f"Users/{ELSA}", tested).status_code == 200
    activity = bodies.activity() | {"parentActivity": [{"value": test}]}
    assert sender.send("PUT", f"Activities/{bodies.ACTIVITY}", activity).status_code == 200
    run(sender)
    with within(authority.id):
        assert Person.objects.get(given_name="Elsa").civic_no == "201503092395"
        enrolment = Enrolment.objects.get()
        assert (enrolment.school_type, enrolment.education_code) == ("GY", "NANAT")
        assert Activity.objects.get().parent_activity == UUID(test)

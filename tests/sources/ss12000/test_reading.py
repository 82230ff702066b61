"""What a server has lands in the register, and runs ask only for what they need."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.sources.https import Answers
from tests.sources.ss12000.reading import NEXT_DAY, Setup, people
from tests.sources.ss12000_server import ACTIVITY, GROUP, PUPIL, RARE

from kateder.core.tenancy import within
from kateder.sources import api
from kateder.sources.errors import ServerSilent

if TYPE_CHECKING:
    from kateder.core.models import Authority


HELD = ("Programme", "StudyPlan", "Offering", "Placement", "AssignmentRole", "PlacementOwner")


def test_everything_of_a_server_lands_in_the_register(setup: Setup, authority: Authority) -> None:
    from kateder.register.models import Activity, Duty, Enrolment, GroupMembership, Guardianship

    done = setup.run()
    assert done.state == "applied"
    assert done.counts["set_aside"] == 0
    with within(authority.id):
        assert Enrolment.objects.get().school_year == 5
        assert Guardianship.objects.get().guardian.given_name == "Cia"
        assert GroupMembership.objects.get().person.given_name == "Alva"
        assert Duty.objects.get().signature == "BEK"
        assert Activity.objects.get().subject_code == "GRGRMAT01"
    assert setup.deviations() == set()


def test_what_few_servers_have_lands_too(setup: Setup, authority: Authority) -> None:
    from kateder.register import models

    setup.school.rows |= copy.deepcopy(RARE)
    setup.school.rows["duties"][0]["assignmentRole"] = [
        {"group": {"id": GROUP}, "assignmentRoleType": "Mentor", "startDate": "2026-08-17"}
    ]
    setup.school.person(PUPIL)["phoneNumbers"] = [{"value": "070-1", "type": "Hem", "mobile": True}]
    setup.school.person(PUPIL)["addresses"] = [{"type": "Folkbokföring", "locality": "Björkviken"}]
    done = setup.run()
    assert done.state == "applied"
    assert done.counts["set_aside"] == 0
    with within(authority.id):
        held = {name: getattr(models, name).objects.count() for name in HELD}
        pupil = models.Person.objects.get(given_name="Alva")
        assert (pupil.phone_types, pupil.addresses[0]["locality"]) == (["Hem mobil"], "Björkviken")
    assert held == dict.fromkeys(HELD, 1)


def test_the_second_run_of_a_day_asks_only_for_what_changed(setup: Setup, authority: Authority) -> None:
    setup.run()
    setup.https.asked.clear()
    setup.school.person(PUPIL).update(givenName="Alva-Li", meta={"modified": "2026-12-24T08:00:00+01:00"})
    done = setup.run()
    assert done.counts["changes"] == {"person": {"update": 1}}
    assert "Alva-Li" in people(authority)
    asked = setup.asked("persons")
    assert len(asked) == 1
    after = datetime.fromisoformat(asked[0].query["meta.modified.after"])
    assert timedelta(minutes=4) < datetime.now(UTC) - after < timedelta(minutes=7)


def test_a_person_in_deleted_entities_is_removed(setup: Setup, authority: Authority) -> None:
    setup.run()
    gone = setup.school.rows["persons"].pop()
    setup.school.deleted = {"persons": [gone["id"].upper()]}
    assert setup.run().counts["changes"]["person"] == {"remove": 1}
    assert "Cia" not in people(authority)


@pytest.mark.parametrize("name", ["activitites", "activities"])
def test_both_spellings_of_removed_activities_are_understood(setup: Setup, name: str) -> None:
    setup.run()
    setup.school.deleted = {name: [ACTIVITY]}
    assert setup.run().counts["changes"]["activity"] == {"remove": 1}


def test_the_first_run_of_the_next_day_reads_everything_and_heals(setup: Setup, authority: Authority) -> None:
    setup.run()
    setup.school.person(PUPIL)["givenName"] = "Alva-Li"  # without a new meta.modified: never told
    setup.school.rows["persons"].pop()  # nor this
    assert setup.run().state == "unchanged"
    done = setup.run(NEXT_DAY)
    assert done.counts["changes"]["person"] == {"update": 1, "remove": 1}
    assert set(people(authority)) == {"Alva-Li", "Bo"}
    assert setup.deviations() == {"changes_not_told"}


def test_a_crawl_cut_in_the_middle_changes_nothing(setup: Setup, authority: Authority) -> None:
    setup.run()
    before = setup.held("persons")
    setup.school.person(PUPIL)["givenName"] = "Alva-Li"
    setup.school.twist = lambda asked, answers: (
        Answers(answers.body, cut=True) if asked.path.endswith("duties") else answers
    )
    with pytest.raises(ServerSilent):
        setup.run(NEXT_DAY)
    assert setup.held("persons") == before
    assert "Alva" in people(authority)
    setup.school.twist = None
    setup.run(NEXT_DAY)
    assert "Alva-Li" in people(authority)


@pytest.mark.parametrize("left", [0, 1])
def test_a_server_that_suddenly_has_little_is_held_by_the_limits(setup: Setup, authority: Authority, left: int) -> None:
    setup.run()
    with within(authority.id):
        api.set_limits(setup.source.pk, limits={"max_count": 0, "max_share": 0.0}, approve_automatically=True,
                       actor=setup.actor)  # fmt: skip
    setup.school.rows["persons"] = setup.school.rows["persons"][:left]
    assert setup.run(NEXT_DAY).state == "waiting"
    assert set(people(authority)) == {"Alva", "Bo", "Cia"}


def test_another_address_means_that_everything_is_read_again(setup: Setup, authority: Authority) -> None:
    setup.run()
    with within(authority.id):
        api.change_settings(setup.source.pk, settings={"address": f"{setup.https.address}/v2"}, actor=setup.actor)
    setup.https.asked.clear()
    setup.run()
    assert "meta.modified.after" not in setup.asked("persons")[0].query

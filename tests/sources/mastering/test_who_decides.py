"""Several sources say things of one person: for each attribute the one that decides is heard first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.sources.mastering.systems import EVA, Systems, person

from kateder.core.findings import open_findings, sentence
from kateder.core.tenancy import within
from kateder.register.api import Entity
from kateder.register.models import Organisation
from kateder.sources.mastering import api
from kateder.sources.mastering.models import Conflict, Say

People = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def two(systems: Systems) -> Systems:
    """The school system says Eva, the staff system Eva Maria with a telephone."""
    systems.add("Skolsystemet", person(**EVA, emails="eva@skola.example"))
    systems.add("Personal", person(**EVA | {"id": "hr-1", "givenName": "Eva Maria"}, phoneNumbers="070-1"))
    systems.run()
    return systems


def test_the_source_added_first_decides_and_the_other_fills_gaps(two: Systems, people: People) -> None:
    (eva,) = people()
    assert (eva["given_name"], eva["emails"], eva["phone_numbers"]) == ("Eva", ["eva@skola.example"], ["070-1"])


def test_units_with_a_school_unit_code_are_one(two: Systems) -> None:
    with within(two.authority_id):
        assert Organisation.objects.count() == 2


def test_what_the_decider_no_longer_says_is_filled_by_the_other(two: Systems, people: People) -> None:
    two.say("Personal", emails="eva@hr.example")
    two.run()
    assert people()[0]["emails"] == ["eva@skola.example"]
    two.say("Skolsystemet", emails="")
    two.run()
    assert people()[0]["emails"] == ["eva@hr.example"]


def test_when_the_decider_drops_the_person_the_other_ones_words_hold(two: Systems, people: People) -> None:
    root = people()[0]["id"]
    two.drop("Skolsystemet")
    two.run("Skolsystemet")
    (eva,) = people()
    assert (eva["id"], eva["given_name"], eva["emails"]) == (root, "Eva Maria", [])


def test_who_no_source_delivers_is_gone_and_comes_back_as_the_same(two: Systems, people: People) -> None:
    root, rows = people()[0]["id"], two.folders["Personal"].files["persons"]
    two.drop("Skolsystemet")
    two.drop("Personal")
    two.run()
    assert people() == []
    two.folders["Personal"].files["persons"] = rows
    two.run("Personal")
    assert [(one["id"], one["given_name"]) for one in people()] == [(root, "Eva Maria")]


def test_a_rule_lets_another_source_decide_about_one_attribute(two: Systems, people: People, actor: Any) -> None:
    with within(two.authority_id):
        api.set_say(two.sources["Personal"].pk, Entity.PERSON, "name", say=Say.DECIDES, actor=actor)
    (eva,) = people()
    assert (eva["given_name"], eva["sort_key"], eva["emails"]) == ("Eva Maria", "lind eva maria", ["eva@skola.example"])


def test_what_is_not_used_is_never_written_not_even_alone(two: Systems, people: People, actor: Any) -> None:
    with within(two.authority_id):
        api.set_say(two.sources["Personal"].pk, Entity.PERSON, "phone_numbers", say=Say.IGNORED, actor=actor)
    assert people()[0]["phone_numbers"] == []
    two.folders["Personal"].files["persons"].append(
        person(id="hr-2", givenName="Ola", familyName="Ek", phoneNumbers="070-2")
    )
    two.run()
    assert [one["phone_numbers"] for one in people()] == [[], []]


def test_a_rule_about_those_whom_one_source_alone_delivers_acts_at_once_and_back(
    two: Systems, people: People, actor: Any
) -> None:
    two.folders["Personal"].files["persons"].append(
        person(id="hr-2", givenName="Ola", familyName="Ek", phoneNumbers="070-2")
    )
    two.run()
    said = []
    for say in (Say.IGNORED, Say.FILLS):
        with within(two.authority_id):
            api.set_say(two.sources["Personal"].pk, Entity.PERSON, "phone_numbers", say=say, actor=actor)
        said.append([one["phone_numbers"] for one in people()])
    assert said == [[[], []], [["070-2"], ["070-1"]]]


def test_the_strongest_protection_holds_whoever_says_it(two: Systems, people: People) -> None:
    two.say("Personal", securityMarking="Sekretessmarkering")
    two.run("Personal")
    assert people()[0]["security_marking"] == "Sekretessmarkering"
    two.run("Skolsystemet")
    assert people()[0]["security_marking"] == "Sekretessmarkering"


def test_that_sources_disagree_is_a_finding_without_the_values(two: Systems) -> None:
    with within(two.authority_id):
        (found,) = open_findings().filter(scope="mastering")
        text = sentence(found)
    assert found.place == "name"
    assert "Skolsystemet" in text
    assert "Personal" in text
    assert "Eva" not in text + str(found.params)


def test_the_finding_is_gone_when_they_agree(two: Systems) -> None:
    two.say("Personal", givenName="Eva")
    two.run("Personal")
    with within(two.authority_id):
        assert not open_findings().filter(scope="mastering").exists()
        assert not Conflict.objects.exists()


def test_who_leaves_the_middle_name_out_does_not_disagree(two: Systems) -> None:
    two.say("Personal", givenName="Eva")
    two.say("Skolsystemet", middleName="Karin")
    two.run()
    with within(two.authority_id):
        assert not Conflict.objects.exists()


def test_a_row_that_a_source_may_not_create_waits_for_another_source(systems: Systems, people: People) -> None:
    ola = {"givenName": "Ola", "familyName": "Ek", "civicNo": "201503092395"}
    systems.add("Personal", person(**EVA))
    systems.add("Katalogen", person(**ola, id="x1", emails="ola@katalog.example"))
    with within(systems.authority_id):
        api.set_right(systems.sources["Katalogen"].pk, Entity.PERSON, creates=False, actor=systems.actor)
    systems.run()
    assert [one["given_name"] for one in people()] == ["Eva"]
    systems.folders["Personal"].files["persons"].append(person(**ola, id="hr-2"))
    systems.run()
    assert [(one["given_name"], one["emails"]) for one in people()] == [("Ola", ["ola@katalog.example"]), ("Eva", [])]


def test_a_row_that_a_source_may_not_remove_stays(two: Systems, people: People) -> None:
    with within(two.authority_id):
        api.set_right(two.sources["Skolsystemet"].pk, Entity.PERSON, removes=False, actor=two.actor)
    two.drop("Skolsystemet")
    two.run("Skolsystemet")
    assert people()[0]["given_name"] == "Eva"


def test_a_source_that_may_not_change_is_held_to_its_first_word(two: Systems, people: People) -> None:
    with within(two.authority_id):
        api.set_right(two.sources["Skolsystemet"].pk, Entity.PERSON, updates=False, actor=two.actor)
    two.say("Skolsystemet", givenName="Evelina")
    two.run()
    assert people()[0]["given_name"] == "Eva"

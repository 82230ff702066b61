"""The staff system, the school system and the directory disagree, and the register ends right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kateder.core.actors import Actor
from kateder.core.findings import open_findings
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.api import Entity
from kateder.register.models import Duty, Group, GroupMembership, Organisation, Person
from kateder.sources.mastering import api
from kateder.sources.mastering.models import Conflict, Correction, Say, Suggestion
from tests.sources.folder import Row
from tests.sources.mastering.systems import TODAY, UNITS, Systems, person

EVA, SAMI, ELSA = "198501202389", "199002142397", "201503092395"
STAFF_GROUP: Row = {
    "id": "pg", "displayName": "Mentorer", "groupType": "Personalgrupp", "organisation": "u", "startDate": "2026-07-01",
}  # fmt: skip
CLASS: Row = {
    "id": "5b", "displayName": "5B", "groupType": "Klass", "organisation": "o2", "startDate": "2026-07-01",
}  # fmt: skip


def _duty(key: str, who: str, unit: str) -> Row:
    return {"id": key, "person": who, "dutyAt": unit, "dutyRole": "Lärare", "startDate": "2020-08-01"}


def _units(prefix: str) -> list[Row]:
    return [
        UNITS[0] | {"id": f"{prefix}h"},
        UNITS[1] | {"id": f"{prefix}u", "parentOrganisation": f"{prefix}h", "displayName": f"Björkskolan ({prefix})"},
    ]


@pytest.fixture
def town(tmp_path: Path, authority: Authority) -> Systems:
    """Three systems with the same people under keys of their own, and each with its own opinion."""
    with within(authority.id):
        systems = Systems(tmp_path, authority.id, Actor.system("test"))
    systems.add(
        "Skolsystemet",
        person(id="eva", givenName="Eva", familyName="Lind", civicNo=EVA, emails="eva@gammal.example"),
        person(id="elsa", givenName="Elsa", familyName="Åberg", civicNo=ELSA),
        person(id="sami", givenName="Sami", familyName="Virtanen", birthDate="1990-02-14"),
        groups=[CLASS],
        memberships=[{"group": "5b", "person": "elsa", "startDate": "2026-08-17"}],
        duties=[_duty("d1", "eva", "o2")],
        activities=[{"id": "a1", "displayName": "Matematik 5B", "organisation": "o2", "startDate": "2026-07-01",
                     "groups": "5b", "duties": "d1"}],
    )  # fmt: skip
    systems.add(
        "Personal",
        person(id="1001", givenName="Eva Maria", familyName="Lind", civicNo=EVA, phoneNumbers="070-1"),
        person(id="1002", givenName="Sami", familyName="Virtanen", civicNo=SAMI),
        organisations=_units("p"),
        duties=[_duty("1001-1", "1001", "pu"), _duty("1002-1", "1002", "pu")],
    )
    systems.add(
        "Katalogen",
        person(id="eva.lind", givenName="E", familyName="LIND", civicNo=EVA, emails="eva.lind@bjorkviken.example",
               eduPersonPrincipalNames="evalin@bjorkviken.example"),
        person(id="svc-printer", givenName="Skrivare", familyName="Plan 2", emails="skrivare@bjorkviken.example"),
        organisations=_units("k"),
    )  # fmt: skip
    _decide(systems)
    return systems


def _decide(systems: Systems) -> None:
    """The staff system decides about names of those it has, the directory about addresses; it may create nobody."""
    staff, directory = (systems.sources[name].pk for name in ("Personal", "Katalogen"))
    with within(systems.authority_id):
        api.change(
            {
                (staff, Entity.PERSON, "name"): Say.DECIDES,
                (directory, Entity.PERSON, "name"): Say.FILLS,
                (directory, Entity.PERSON, "emails"): Say.DECIDES,
                (directory, Entity.PERSON, "edu_person_principal_names"): Say.DECIDES,
                (directory, Entity.ORGANISATION, "display_name"): Say.FILLS,
            },
            actor=systems.actor,
        )
        api.set_right(directory, Entity.PERSON, creates=False, removes=False, actor=systems.actor)


def _people(systems: Systems) -> dict[str, dict[str, Any]]:
    with within(systems.authority_id):
        return {f"{one['given_name']} {one['family_name']}": one for one in Person.objects.values()}


def test_three_sources_disagree_and_the_register_ends_right(town: Systems) -> None:
    town.run()
    people = _people(town)

    # Eva is one person: named by the staff system, addressed by the directory, teaching by the school system.
    eva = people["Eva Maria Lind"]
    assert eva["emails"] == ["eva.lind@bjorkviken.example"]
    assert eva["edu_person_principal_names"] == ["evalin@bjorkviken.example"]
    assert eva["phone_numbers"] == ["070-1"]
    with within(town.authority_id):
        assert Organisation.objects.count() == 2
        assert set(Organisation.objects.values_list("display_name", flat=True)) == {"Björkviken", "Björkskolan"}
        assert Duty.objects.filter(person=eva["id"]).count() == 1
        assert Duty.objects.get(person=eva["id"]).activities.count() == 1

    # The printer is nobody; Sami has no number in the school system, and a person is asked.
    assert "Skrivare Plan 2" not in people
    with within(town.authority_id):
        (asked,) = Suggestion.objects.filter(entity="person")
        (merge,) = api.merge(Entity.PERSON, [api.Pair(asked.one_id, asked.other_id)], actor=town.actor)
        sami = Person.objects.get(given_name="Sami")
        assert (sami.pk, sami.civic_no) == (merge.survivor_id, SAMI)

    # That they do not agree about Eva's name can be seen, without the names.
    with within(town.authority_id):
        conflict = Conflict.objects.get(entity="person", root_id=eva["id"])
        assert (conflict.attribute, conflict.holds.name) == ("name", "Personal")
        assert not any("Eva" in str(found.params) for found in open_findings())


def test_a_correction_over_all_three_holds_until_the_one_that_decides_agrees(town: Systems) -> None:
    town.run()
    eva = _people(town)["Eva Maria Lind"]["id"]
    with within(town.authority_id):
        api.correct(
            eva, "name", words={"given_name": "Ewa", "family_name": "Lind"}, reason="Enligt passet", end_date=None,
            today=TODAY, actor=town.actor,
        )  # fmt: skip
    town.say("Skolsystemet", givenName="Ewa")
    town.run()
    assert "Ewa Lind" in _people(town)
    with within(town.authority_id):
        assert Correction.objects.get().closed_at is None
    town.say("Personal", givenName="Ewa")
    town.run()
    with within(town.authority_id):
        assert Correction.objects.get().closed_why == "agreed"


def test_who_leaves_the_staff_system_is_still_who_the_school_system_says(town: Systems) -> None:
    town.run()
    eva = _people(town)["Eva Maria Lind"]["id"]
    town.folders["Personal"].files["persons"].pop(0)
    town.folders["Personal"].files["duties"].pop(0)
    town.run("Personal")
    people = _people(town)
    assert people["Eva Lind"]["id"] == eva
    assert people["Eva Lind"]["phone_numbers"] == []
    assert people["Eva Lind"]["emails"] == ["eva.lind@bjorkviken.example"]


def test_a_new_school_system_takes_over_with_new_keys_and_everybody_keeps_their_id(town: Systems) -> None:
    town.run()
    before = {name: one["id"] for name, one in _people(town).items()}
    with within(town.authority_id):
        group, duty = Group.objects.get().pk, Duty.objects.get(person=before["Eva Maria Lind"]).pk
    town.add(
        "Nya skolsystemet",
        person(id="n-eva", givenName="Eva", familyName="Lind", civicNo=EVA),
        person(id="n-elsa", givenName="Elsa", familyName="Åberg", civicNo=ELSA),
        organisations=_units("n"),
        groups=[CLASS | {"id": "n-5b", "organisation": "nu"}],
        memberships=[{"group": "n-5b", "person": "n-elsa", "startDate": "2026-08-17"}],
        duties=[_duty("n-d1", "n-eva", "nu")],
    )
    town.run()
    with within(town.authority_id):
        alike = Suggestion.objects.filter(entity="group", answer="open")
        api.merge(Entity.GROUP, [api.Pair(one.one_id, one.other_id) for one in alike], actor=town.actor)
        api.retire(town.sources["Skolsystemet"].pk, actor=town.actor)
    town.run("Skolsystemet")
    after = {name: one["id"] for name, one in _people(town).items()}
    assert after["Eva Maria Lind"] == before["Eva Maria Lind"]
    assert after["Elsa Åberg"] == before["Elsa Åberg"]
    with within(town.authority_id):
        assert Group.objects.get().pk == group
        assert Duty.objects.filter(pk=duty, person=before["Eva Maria Lind"]).exists()
        assert GroupMembership.objects.get().person_id == before["Elsa Åberg"]

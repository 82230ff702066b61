"""`kateder master …` shows and changes whose word holds, and makes one of two."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.provisioning.commands.master import app
from kateder.register.models import Person
from kateder.sources.mastering.policies import AttributeNeeded
from tests.sources.mastering.systems import EVA, Systems, person


@pytest.fixture
def systems(tmp_path: Path, authority: Authority) -> Systems:
    with within(authority.id):
        found = Systems(tmp_path, authority.id, Actor.system("test"))
    found.add("Skolsystemet", person(**EVA))
    found.add(
        "Personal", person(**EVA | {"id": "hr-1", "givenName": "Eva Maria"}), person(**EVA | {"id": "x", "civicNo": ""})
    )
    found.run()
    return found


def call(authority: Authority, *arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--authority", authority.slug])
    if result.exception is not None:
        raise result.exception
    return str(result.stdout)


def _names(authority: Authority) -> list[str]:
    with within(authority.id):
        return list(Person.objects.order_by("given_name").values_list("given_name", flat=True))


def test_a_rule_is_tried_set_and_shown(authority: Authority, systems: Systems) -> None:
    rule = ["set", "person", "name", "decides", "--source", "Personal"]
    assert json.loads(call(authority, *rule, "--dry-run", "--json"))["would change"] == 1
    assert _names(authority) == ["Eva", "Eva"]
    assert json.loads(call(authority, *rule, "--json"))["changed"] == 1
    assert _names(authority) == ["Eva", "Eva Maria"]
    shown = {row["attribute"]: row for row in json.loads(call(authority, "show", "person", "--json"))}
    assert (shown["name"]["Skolsystemet"], shown["name"]["Personal"]) == ("fills", "decides")


def test_what_a_row_needs_cannot_be_left_out(authority: Authority, systems: Systems) -> None:
    with pytest.raises(AttributeNeeded):
        call(authority, "set", "person", "name", "ignored", "--source", "Personal")


def test_a_person_is_corrected_merged_and_unmerged(authority: Authority, systems: Systems) -> None:
    with within(authority.id):
        eva, other = Person.objects.get(civic_no=EVA["civicNo"]).pk, Person.objects.get(civic_no=None).pk
    words = ["--value", "given_name=Ewa", "--value", "family_name=Lind"]
    call(authority, "correct", str(eva), "name", "--reason", "Passet", *words)
    done = json.loads(call(authority, "merge", str(eva), str(other), "--reason", "Samma", "--json"))
    assert _names(authority) == ["Ewa"]
    assert [row["merge"] for row in json.loads(call(authority, "merges", "--json"))] == [done["merge"]]
    call(authority, "unmerge", str(UUID(done["merge"])))
    assert _names(authority) == ["Eva", "Ewa"]


def test_a_right_is_taken_away(authority: Authority, systems: Systems) -> None:
    assert "false" in call(authority, "right", "person", "--source", "Personal", "--no-create").lower()

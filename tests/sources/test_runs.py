"""A run: from the folder to the register."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.sources.conftest import AddSource, Run

from kateder.core import statistics
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.models import ActivityTeacher, Enrolment, Group, GroupMembership, Organisation, Person
from kateder.sources import api
from kateder.sources.models import RunState


def test_everything_in_the_folder_comes_into_the_register(
    authority: Authority, add_source: AddSource, run: Run
) -> None:
    done = run(add_source())
    assert done.state == RunState.APPLIED
    with within(authority.id):
        elsa = Person.objects.get(given_name="Elsa")
        assert (elsa.civic_no, elsa.civic_no_kind, str(elsa.birth_date)) == (
            "201503092395",
            "personal",
            "2015-03-09",
        )
        assert Organisation.objects.get(parent__display_name="Björkviken").display_name == "Björkskolan"
        assert set(GroupMembership.objects.values_list("person__given_name", flat=True)) == {"Elsa", "Sami"}
        assert Enrolment.objects.filter(person=elsa, school_year=5).exists()
        assert ActivityTeacher.objects.get().duty.person.given_name == "Tove"
        assert Group.objects.get().activity_groups.count() == 1


def test_the_same_folder_again_changes_nothing(add_source: AddSource, run: Run) -> None:
    source = add_source()
    run(source)
    assert run(source).state == RunState.UNCHANGED


def test_a_plan_waits_and_is_applied_when_a_person_has_said_yes(
    authority: Authority, actor: Actor, add_source: AddSource, run: Run
) -> None:
    source = add_source({})
    waiting = run(source)
    assert waiting.state == RunState.WAITING
    assert waiting.plan is not None
    with within(authority.id):
        assert not Person.objects.exists()
        api.approve_plan(waiting.plan.pk, actor=actor)
    assert api.apply_plan(waiting.plan.pk, actor=actor).state == RunState.APPLIED
    with within(authority.id):
        assert Person.objects.count() == 3
    assert run(source).state == RunState.UNCHANGED


def test_the_planner_is_told_of_an_import_of_many(
    authority: Authority, add_source: AddSource, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    refresh = statistics.refresh
    monkeypatch.setattr(statistics, "MANY", 1)

    def noted(tables: Sequence[str], *, written: int) -> None:
        told.append((tables[0], written))
        refresh(tables, written=written)

    monkeypatch.setattr(statistics, "refresh", noted)
    source = add_source()
    run(source)
    run(source)
    assert [table for table, _ in told] == ["register_organisation"]
    assert told[0][1] > 10

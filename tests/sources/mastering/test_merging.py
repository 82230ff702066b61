"""Two rows that stand for the same become one, and can become two again, with nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.mastering.systems import EVA, TODAY, Systems, person

from kateder.core import db
from kateder.core.tenancy import within
from kateder.register.api import Entity, set_local_protection, shapes
from kateder.register.models import Duty, GroupMembership, HistoryEntry, Person
from kateder.sources.mastering import api
from kateder.sources.mastering.models import Answer, Contribution, Correction, Suggestion
from kateder.sources.mastering.unmerging import AlreadyUndone, UndoLaterFirst

People = Callable[[], list[dict[str, Any]]]
GROUP = {"id": "g1", "displayName": "5B", "groupType": "Klass", "organisation": "o2", "startDate": "2026-07-01"}
BORN = {"birthDate": "1985-01-20"}


def _member(name: str) -> dict[str, str]:
    return {"group": "g1", "person": name, "startDate": "2026-08-17"}


def _duty(key: str, name: str, role: str = "Lärare") -> dict[str, str]:
    return {"id": key, "person": name, "dutyAt": "o2", "dutyRole": role, "startDate": "2020-08-01"}


@pytest.fixture
def twice(systems: Systems) -> Systems:
    """Eva under two keys: the staff system has no number for her, and calls her Ewa."""
    systems.add(
        "Skolsystemet", person(**EVA), groups=[GROUP], memberships=[_member("eva")], duties=[_duty("d1", "eva")]
    )
    systems.add(
        "Personal",
        person(id="hr-1", givenName="Eva", familyName="Lind", **BORN, phoneNumbers="070-1"),
        groups=[GROUP | {"id": "hg", "displayName": "Personal 5"}],
        memberships=[_member("hr-1") | {"group": "hg"}],
        duties=[_duty("hd", "hr-1", "Rektor")],
    )
    systems.run()
    return systems


def _pair(systems: Systems) -> api.Pair:
    with within(systems.authority_id):
        return api.Pair(
            survivor=Person.objects.get(civic_no=EVA["civicNo"]).pk, absorbed=Person.objects.get(civic_no=None).pk
        )


def _merge(systems: Systems) -> Any:
    with within(systems.authority_id):
        (merge,) = api.merge(Entity.PERSON, [_pair(systems)], reason="Samma", actor=systems.actor)
    return merge


def _state(systems: Systems) -> dict[str, list[Any]]:
    """All of the register, and whom every key stands for; not which changeset touched a row last."""
    found = {}
    with within(systems.authority_id), db.cursor() as cursor:
        for shape in shapes().values():
            cursor.execute(
                f"SELECT (to_jsonb(t) - 'modified_in_id' - 'created_in_id')::text FROM {shape.table} t ORDER BY 1"
            )
            found[shape.entity.value] = cursor.fetchall()
        cursor.execute("SELECT source_id, entity, key, root_id FROM sources_sourcelink ORDER BY 1, 2, 3")
        found["links"] = cursor.fetchall()
        cursor.execute(
            "SELECT root_id, attribute, value::text FROM sources_correction WHERE closed_at IS NULL ORDER BY 1"
        )
        found["corrections"] = cursor.fetchall()
    return found


def test_same_name_and_birth_date_is_only_suggested(twice: Systems, people: People) -> None:
    assert len(people()) == 2
    with within(twice.authority_id):
        suggestion = Suggestion.objects.get(entity="person")
    pair = _pair(twice)
    assert (suggestion.one_id, suggestion.other_id, suggestion.likeness) == (pair.survivor, pair.absorbed, "name_birth")


def test_one_of_two_keeps_the_root_and_has_what_both_had(twice: Systems, people: People) -> None:
    pair, merge = _pair(twice), _merge(twice)
    (eva,) = people()
    assert (eva["id"], eva["civic_no"], eva["phone_numbers"]) == (pair.survivor, EVA["civicNo"], ["070-1"])
    with within(twice.authority_id):
        assert GroupMembership.objects.filter(person=pair.survivor).count() == 2
        assert set(Duty.objects.values_list("person", "duty_role")) == {
            (pair.survivor, "Lärare"), (pair.survivor, "Rektor"),
        }  # fmt: skip
        assert api.survivor_of(pair.absorbed) == pair.survivor
        assert HistoryEntry.objects.filter(root_id=pair.absorbed, entity="person").exists()
        assert Suggestion.objects.get(entity="person").answer == Answer.SAME
    assert merge.before["absorbed"]["id"] == str(pair.absorbed)


def test_the_next_import_of_either_source_reaches_the_one(twice: Systems, people: People) -> None:
    _merge(twice)
    twice.say("Personal", phoneNumbers="070-2")
    twice.run()
    (eva,) = people()
    assert eva["phone_numbers"] == ["070-2"]
    twice.drop("Skolsystemet")
    for name in ("memberships", "duties"):
        del twice.folders["Skolsystemet"].files[name]
    twice.run("Skolsystemet")
    assert [one["id"] for one in people()] == [eva["id"]]


def test_undone_both_are_as_they_were(twice: Systems) -> None:
    before = _state(twice)
    merge = _merge(twice)
    assert _state(twice) != before
    with within(twice.authority_id):
        api.unmerge(merge.pk, actor=twice.actor)
    assert _state(twice) == before


def test_undone_the_sources_reach_their_own_again(twice: Systems) -> None:
    pair, merge = _pair(twice), _merge(twice)
    twice.folders["Personal"].files["duties"].append(_duty("hd2", "hr-1", "Studie- och yrkesvägledare"))
    twice.run()
    with within(twice.authority_id):
        assert Duty.objects.filter(person=pair.survivor).count() == 3
        api.unmerge(merge.pk, actor=twice.actor)
    twice.run()
    with within(twice.authority_id):
        assert Duty.objects.filter(person=pair.survivor).count() == 1
        assert Duty.objects.filter(person=pair.absorbed).count() == 2


def test_what_was_undone_is_not_suggested_again_and_not_undone_twice(twice: Systems) -> None:
    merge = _merge(twice)
    with within(twice.authority_id):
        api.unmerge(merge.pk, actor=twice.actor)
        assert Suggestion.objects.get(entity="person").answer == Answer.DIFFERENT
    with within(twice.authority_id), pytest.raises(AlreadyUndone):
        api.unmerge(merge.pk, actor=twice.actor)


def test_who_was_taken_up_twice_is_undone_in_order(twice: Systems, people: People) -> None:
    first = _merge(twice)
    twice.add("Katalogen", person(id="x", givenName="E", familyName="L"))
    twice.run("Katalogen")
    with within(twice.authority_id):
        pair = api.Pair(survivor=Person.objects.get(family_name="L").pk, absorbed=first.survivor_id)
        (second,) = api.merge(Entity.PERSON, [pair], actor=twice.actor)
        assert api.survivor_of(first.absorbed_id) == pair.survivor
    with within(twice.authority_id), pytest.raises(UndoLaterFirst):
        api.unmerge(first.pk, actor=twice.actor)
    with within(twice.authority_id):
        api.unmerge(second.pk, actor=twice.actor)
        api.unmerge(first.pk, actor=twice.actor)
    assert len(people()) == 3


def test_protection_of_either_is_the_ones_and_is_undone_with_it(twice: Systems, people: People) -> None:
    pair = _pair(twice)
    with within(twice.authority_id):
        set_local_protection(pair.absorbed, protected=True, rule="beslut", actor=twice.actor)
    before = _state(twice)
    merge = _merge(twice)
    assert [one["local_protection"] for one in people()] == [True]
    with within(twice.authority_id):
        api.unmerge(merge.pk, actor=twice.actor)
    assert _state(twice) == before


def test_two_of_one_kind_only_and_both_there(twice: Systems) -> None:
    pair = _pair(twice)
    for wrong in (api.Pair(pair.survivor, pair.survivor), api.Pair(pair.survivor, UUID(int=1))):
        with within(twice.authority_id), pytest.raises(api.NotTwo):
            api.merge(Entity.PERSON, [wrong], actor=twice.actor)
    with within(twice.authority_id), pytest.raises(api.Unmergeable):
        api.merge(Entity.MEMBERSHIP, [pair], actor=twice.actor)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(corrects=st.lists(st.sampled_from(["survivor", "absorbed"]), unique=True), imports=st.booleans())
def test_merge_then_unmerge_is_as_if_nothing_had_been(twice: Systems, corrects: list[str], imports: bool) -> None:
    pair = _pair(twice)
    with within(twice.authority_id):
        for made in Correction.objects.filter(closed_at=None):
            api.withdraw(made.pk, today=TODAY, actor=twice.actor)
        for who in corrects:
            words = {"given_name": who, "family_name": "Lind"}
            root = getattr(pair, who)
            api.correct(root, "name", words=words, reason="x", end_date=None, today=TODAY, actor=twice.actor)
    before = _state(twice)
    merge = _merge(twice)
    if imports:
        twice.run()
    with within(twice.authority_id):
        api.unmerge(merge.pk, actor=twice.actor)
    assert _state(twice) == before


def test_groups_of_two_systems_are_suggested_by_unit_name_and_type_and_made_one_in_bulk(systems: Systems) -> None:
    groups = [GROUP | {"id": f"g{n}", "displayName": f"{n}B"} for n in (4, 5)]
    systems.add("Gamla", person(**EVA), groups=groups, memberships=[_member("eva") | {"group": "g5"}])
    systems.add("Nya", person(**EVA | {"id": "n1"}), groups=[one | {"id": f"n{one['id']}"} for one in groups])
    systems.run()
    with within(systems.authority_id):
        found = Suggestion.objects.filter(entity="group")
        pairs = [api.Pair(one.one_id, one.other_id) for one in found]
        assert {one.likeness for one in found} == {"name_place"}
        assert len(pairs) == 2
        api.merge(Entity.GROUP, pairs, actor=systems.actor)
    with within(systems.authority_id):
        assert not Contribution.objects.filter(root_id__in=[pair.absorbed for pair in pairs]).exists()
        assert GroupMembership.objects.get().group_id in {pair.survivor for pair in pairs}

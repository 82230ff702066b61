"""Whatever happened and in whatever order: each past moment is put together exactly as it was recorded then."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import SCHOOL_YEAR, SPRING, Cast, make_cast, person_values
from tests.conftest import _authority

from kateder.core import db
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.register.api import Action, Entity, add, apply, open_changes
from kateder.register.as_it_was.images import Image, read, rows

PEOPLE = ("elsa", "olle", "nils")
GROUPS = ("class_5b", "class_6a", "class_9c")
# A step: what is done with which row. Rows are few, so that they are made, changed, removed and made again.
STEP = st.tuples(st.sampled_from(["person", "membership", "remove_membership", "remove_person", "group"]),
                 st.sampled_from(PEOPLE), st.sampled_from(GROUPS), st.integers(0, 3))  # fmt: skip
Recorded = Mapping[str, Image]


@pytest.fixture(scope="module")
def town(database: str) -> Cast:
    """One cast that all examples go on changing: a longer history only makes it harder."""
    return make_cast(_authority())


@given(steps=st.lists(st.lists(STEP, min_size=1, max_size=3), min_size=1, max_size=6))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_state_at_each_past_moment_equals_what_was_recorded(town: Cast, steps: list[list[tuple[Any, ...]]]) -> None:
    recorded: list[tuple[datetime, dict[Entity, Recorded]]] = []
    for changes in steps:
        with within(town.authority.id):
            at = _carry_out(town, changes)
        with within(town.authority.id):
            recorded.append((at, {entity: _now(entity) for entity in (Entity.PERSON, Entity.MEMBERSHIP, Entity.GROUP)}))
    with within(town.authority.id), db.cursor() as cursor:
        for at, state in recorded:
            until = at + timedelta(microseconds=1)
            people = [town[name] for name in PEOPLE]
            groups = [town[name] for name in GROUPS]
            _same(
                rows(cursor, Entity.PERSON, column="id", values=people, until=until), state[Entity.PERSON], people, "id"
            )
            _same(
                rows(cursor, Entity.GROUP, column="id", values=groups, until=until), state[Entity.GROUP], groups, "id"
            )
            memberships = state[Entity.MEMBERSHIP]
            by_person = rows(cursor, Entity.MEMBERSHIP, column="person_id", values=people, until=until)
            _same(by_person, memberships, people, "person_id")
            by_group = rows(cursor, Entity.MEMBERSHIP, column="group_id", values=groups, until=until)
            _same(by_group, memberships, groups, "group_id")


def _same(found: list[Image], recorded: Recorded, ids: list[UUID], column: str) -> None:
    wanted = {key: image for key, image in recorded.items() if UUID(image[column]) in ids}
    assert {image["id"]: image for image in found} == wanted


def _now(entity: Entity) -> Recorded:
    from kateder.register.api import shapes

    with db.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t) - 'authority_id' FROM {shapes()[entity].table} t")
        return {image["id"]: image for (text,) in cursor if (image := read(text))}


def _carry_out(town: Cast, changes: list[tuple[Any, ...]]) -> datetime:
    there = {key for entity in (Entity.PERSON, Entity.MEMBERSHIP) for key in _now(entity)}
    done: set[UUID] = set()
    with db.cursor() as cursor:
        open_changes(cursor)
        for what, person, group, number in changes:
            _step(cursor, town, what, person, group, number, there, done)
        changeset = apply(cause="property", actor=Actor.system("test"))
    assert changeset.at is not None
    return changeset.at


def _step(
    cursor: Any, town: Cast, what: str, person: str, group: str, number: int, there: set[str], done: set[UUID]
) -> None:
    person_id, group_id = town[person], town[group]
    tie = uuid.uuid5(town.authority.id, f"{person}:{number}")
    is_there = str(person_id) in there
    if what in {"person", "remove_person"} and person_id not in done:
        done.add(person_id)
        values = person_values(person) | {"given_name": f"Namn{number}"}
        action = Action.UPDATE if is_there else Action.CREATE
        if what == "person":
            add(cursor, Entity.PERSON, action=action, root_id=person_id, values=values)
        elif is_there:
            add(cursor, Entity.PERSON, action=Action.REMOVE, root_id=person_id)
    elif what == "group" and group_id not in done:
        done.add(group_id)
        values = {"display_name": f"Grupp {number}", "group_type": "Klass", "organisation_id": town["bjork"],
                  "start_date": SCHOOL_YEAR}  # fmt: skip
        add(cursor, Entity.GROUP, action=Action.UPDATE, root_id=group_id, values=values)
    elif tie not in done and person_id not in done and is_there:
        done.update({tie, person_id})
        known = str(tie) in there
        if what == "remove_membership":
            if known:
                add(cursor, Entity.MEMBERSHIP, action=Action.REMOVE, root_id=tie)
            return
        values = {"person_id": person_id, "group_id": group_id, "start_date": SCHOOL_YEAR,
                  "end_date": SPRING - timedelta(days=number)}  # fmt: skip
        action = Action.UPDATE if known else Action.CREATE
        add(cursor, Entity.MEMBERSHIP, action=action, root_id=tie, values=values)

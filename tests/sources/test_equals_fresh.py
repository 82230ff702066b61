"""However a register came to be, it is what its source delivers now: many runs equal one."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

import pytest
from tests.sources.conftest import GENEROUS, TODAY
from tests.sources.folder import Folder

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.entities import shapes
from kateder.sources import api
from kateder.sources.models import RunState, SourceLink

REFERENCES = {
    "enrolments": {"person": "persons"},
    "guardians": {"child": "persons", "guardian": "persons"},
    "duties": {"person": "persons"},
    "memberships": {"person": "persons", "group": "groups"},
}
Edit = Callable[[Folder, random.Random], None]


def rename(folder: Folder, rng: random.Random) -> None:
    rng.choice(folder.files["persons"])["familyName"] = rng.choice(["Ek", "Öst", "Lind", "Åberg"])


def arrive(folder: Folder, rng: random.Random) -> None:
    person = f"p{rng.randrange(50)}"
    if any(row["id"] == person for row in folder.files["persons"]):
        return
    values = {"id": person, "givenName": person.title(), "familyName": "Ny", "civicNo": "", "emails": ""}
    folder.files["persons"].append(values)
    group = rng.choice(folder.files["groups"])["id"]
    folder.files["memberships"].append({"group": group, "person": person, "startDate": "2026-09-01", "endDate": ""})


def leave(folder: Folder, rng: random.Random) -> None:
    if len(folder.files["persons"]) > 2:
        folder.files["persons"].remove(rng.choice(folder.files["persons"]))


def move(folder: Folder, rng: random.Random) -> None:
    if folder.files["memberships"]:
        rng.choice(folder.files["memberships"])["endDate"] = rng.choice(["", "2026-12-18", "2027-06-11"])


def new_group(folder: Folder, rng: random.Random) -> None:
    name = f"g{rng.randrange(20)}"
    if not any(row["id"] == name for row in folder.files["groups"]):
        folder.files["groups"].append(folder.files["groups"][0] | {"id": name, "displayName": name})
        folder.files["activities"][0]["groups"] += f"|{name}"


def drop_group(folder: Folder, rng: random.Random) -> None:
    if len(folder.files["groups"]) > 1:
        folder.files["groups"].pop(rng.randrange(1, len(folder.files["groups"])))


def new_number(folder: Folder, rng: random.Random) -> None:
    """The same person under a new key, known by the number."""
    row = folder.files["persons"][0]
    if row["civicNo"]:
        row["id"] = f"k{rng.randrange(1000)}"


def spoil(folder: Folder, rng: random.Random) -> None:
    rng.choice(folder.files["memberships"] or [{}])["startDate"] = "in the autumn"


EDITS: list[Edit] = [rename, arrive, arrive, leave, move, new_group, drop_group, new_number, spoil]


def mend(folder: Folder) -> None:
    """Take out what is bad or dangling, so that nothing is kept only because it was known before."""
    for row in folder.files["memberships"]:
        row["startDate"] = row["startDate"].replace("in the autumn", "2026-10-01")
    for file, columns in REFERENCES.items():
        for column, target in columns.items():
            there = {row["id"] for row in folder.files.get(target, ())}
            folder.files[file] = [row for row in folder.files.get(file, ()) if row[column] in there]
    groups = {row["id"] for row in folder.files["groups"]}
    duties = {row["id"] for row in folder.files["duties"]}
    for row in folder.files["activities"]:
        row["groups"] = "|".join(key for key in dict.fromkeys(row["groups"].split("|")) if key in groups)
        row["duties"] = "|".join(key for key in row["duties"].split("|") if key in duties)
    unique = {(row["group"], row["person"], row["startDate"]): row for row in folder.files["memberships"]}
    folder.files["memberships"] = list(unique.values())


def contents(authority: Authority) -> list[tuple[object, ...]]:
    """Every row of the register, with the source's keys in the place of root ids."""
    from kateder.register.entities import _MODELS

    with within(authority.id):
        living = SourceLink.objects.filter(content_hash__isnull=False)
        keys = dict(living.values_list("root_id", "key"))
        rows = [
            (
                entity.value,
                *(str(keys.get(row[name], row[name]) if name.endswith("_id") else row[name]) for name in sorted(row)),
            )
            for entity, model in _MODELS.items()
            for row in model._default_manager.values(*shapes()[entity].columns)
        ]
    return sorted(rows, key=repr)


def named(value: object, keys: Mapping[UUID, str]) -> object:
    """A root id as the source's key; anything else as it is."""
    return keys.get(value, value) if isinstance(value, UUID) else value


@pytest.mark.parametrize("seed", range(12))
def test_many_runs_leave_what_one_run_of_the_last_files_would(
    authority: Authority, other_authority: Authority, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    folder = Folder.small(tmp_path)
    sources = {}
    for each in (authority, other_authority):
        with within(each.id):
            actor = Actor.system("test")
            sources[each.id] = (
                api.add_csv_source(name="x", folder=tmp_path, limits=GENEROUS | {"bad_rows": 1000}, actor=actor),
                actor,
            )
    source, actor = sources[authority.id]
    for _ in range(6):
        for _ in range(rng.randrange(1, 4)):
            rng.choice(EDITS)(folder, rng)
        folder.write()
        carry_on(source.pk, actor)
    mend(folder)
    folder.write()
    carry_on(source.pk, actor)
    fresh, other_actor = sources[other_authority.id]
    carry_on(fresh.pk, other_actor)
    assert contents(authority) == contents(other_authority)
    assert api.run(source.pk, actor=actor, today=TODAY).state == RunState.UNCHANGED


def carry_on(source_id: object, actor: Actor) -> None:
    """Run, and approve what is held."""
    done = api.run(source_id, actor=actor, today=TODAY)  # type: ignore[arg-type]
    if done.state == RunState.WAITING:
        assert done.plan is not None
        with within(actor.authority_id):
            api.approve_plan(done.plan.pk, actor=actor)
        done = api.apply_plan(done.plan.pk, actor=actor)
    assert done.state in {RunState.APPLIED, RunState.UNCHANGED}

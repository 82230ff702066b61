"""The cast with numbers, as the population register has them, and as Navet's files and service tell of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.cast import TODAY, Cast

from kateder.core import db
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.register.api import Action, Entity, add, apply, open_changes, shapes
from kateder.register.models import Person
from kateder.sources.population import api as population
from kateder.sources.population.models import OutcomeKind, PopulationOutcome

HERE, ELSEWHERE = "1292", "1283"
NUMBERS = {
    "elsa": "201503092387", "sami": "201511022384", "olle": "201405052380", "nils": "201107012385",
    "tove": "198501202389", "petra": "197002022387",
}  # fmt: skip
CHILD = "201604052389"


def number(cast: Cast) -> None:
    """Give the cast their numbers, Sami no marking of ours. Call outside transactions."""
    with within(cast.authority.id):
        with db.cursor() as cursor:
            open_changes(cursor)
            for name, civic_no in NUMBERS.items():
                values = Person.objects.filter(pk=cast[name]).values(*shapes()[Entity.PERSON].columns).get()
                values |= {"civic_no": civic_no, "civic_no_kind": "personal", "security_marking": "Ingen"}
                add(cursor, Entity.PERSON, action=Action.UPDATE, root_id=cast[name], values=values)
        apply(cause="test", actor=Actor.system("test"))


def record(name: str, cast: Cast, **terms: str) -> dict[str, str]:
    """One of the cast by term codes, registered here under their own name."""
    with within(cast.authority.id):
        person = cast.person(name)
    return {
        "01001": NUMBERS[name], "01012": person.given_name, "01014": person.family_name, "01022": HERE[:2],
        "01023": HERE[2:], **terms,
    }  # fmt: skip


def everybody(cast: Cast, **changed: Mapping[str, str]) -> list[dict[str, str]]:
    """The whole cast, some of them changed."""
    return [record(name, cast, **changed.get(name, {})) for name in NUMBERS]


def write(folder: Path, records: list[dict[str, str]], *, name: str = "a.txt") -> None:
    """A file of Navet's."""
    blocks = ["\n".join(["#POST_START", *(f"#UP {code} {value}" for code, value in one.items()), "#POST_SLUT"])
              for one in records]  # fmt: skip
    (folder / name).write_bytes("\n".join([*blocks, ""]).encode("latin-1"))


def files(cast: Cast, folder: Path, **settings: Any) -> UUID:
    """A register that reads the folder."""
    with within(cast.authority.id):
        values = {"folder": str(folder), **settings}
        made = population.add(
            kind="navet_files", name="Navet", municipalities=HERE, settings=values, actor=cast.actor("alva")
        )
    return made.pk


def reconcile(cast: Cast, register_id: UUID, **more: Any) -> dict[str, Any]:
    """Run it; gives its counts."""
    with within(cast.authority.id):
        actor = cast.actor("alva")
    counts: dict[str, Any] = population.run(register_id, actor=actor, today=TODAY, **more).counts
    return counts


def outcomes(cast: Cast, kind: OutcomeKind) -> list[PopulationOutcome]:
    """Those of a kind."""
    with within(cast.authority.id):
        return list(PopulationOutcome.objects.filter(kind=kind).order_by("civic_no"))

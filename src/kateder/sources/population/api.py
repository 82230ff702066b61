"""The door of the reconciliation with the population register.

register = add(kind="navet_files", name="Navet", municipalities="1292", settings={...}, actor=actor)   # within()
run(register.pk, actor=actor)                                      # outside: opens its own transactions
decide(outcome_id, Decision.SEEN, actor=actor)                     # within()
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from kateder.core import audit, setup
from kateder.core.actors import Actor
from kateder.core.setup import Step
from kateder.sources.connecting import STEP_LABELS
from kateder.sources.population import trying
from kateder.sources.population.asking import Asking, chosen
from kateder.sources.population.deciding import CHOICES, decide
from kateder.sources.population.errors import BadMunicipality, RegisterNameTaken, UnknownRegister
from kateder.sources.population.models import Decision, OutcomeKind, PopulationRegister
from kateder.sources.population.running import opened, run
from kateder.sources.population.services import KINDS

__all__ = [
    "CHOICES",
    "KINDS",
    "STEP_LABELS",
    "Decision",
    "OutcomeKind",
    "add",
    "asking_of",
    "change",
    "check",
    "decide",
    "find",
    "remove",
    "run",
]


def asking_of(kind: str) -> Asking:
    """The way to ask of that name. Raises UnknownRegisterKind."""
    return chosen(KINDS, kind)


def add(*, kind: str, name: str, municipalities: str, settings: Mapping[str, Any], actor: Actor) -> PopulationRegister:
    """Add a way to ask, its settings untried (see `check`). Call within().

    Raises UnknownRegisterKind, BadMunicipality, RegisterNameTaken, or what `sources.settings` refuses.
    """
    fields = asking_of(kind).fields
    if PopulationRegister.objects.filter(name=name).exists():
        raise RegisterNameTaken(name=name)
    values = setup.checked(settings, fields=fields)
    register = PopulationRegister.objects.create(
        kind=kind,
        name=name,
        municipalities=codes_of(municipalities),
        settings=setup.sealed(values, purpose=f"sources.population.{kind}", fields=fields),
    )
    audit.record("population.added", actor=actor, subject_type="population", subject_id=register.pk, kind=kind)
    return register


def change(
    register_id: UUID,
    *,
    municipalities: str,
    settings: Mapping[str, Any],
    actor: Actor,
    every_minutes: int | None = None,
) -> PopulationRegister:
    """Change the settings; a secret that is given empty stays. Call within(). Raises as `add`."""
    register = PopulationRegister.objects.get(pk=register_id)
    fields = asking_of(register.kind).fields
    values = setup.checked(settings, fields=fields, before=opened(register))
    register.settings = setup.sealed(values, purpose=f"sources.population.{register.kind}", fields=fields)
    register.municipalities, register.every_minutes = codes_of(municipalities), every_minutes
    register.save(update_fields=["settings", "municipalities", "every_minutes"])
    audit.record("population.settings", actor=actor, subject_type="population", subject_id=register.pk)
    return register


def remove(register_id: UUID, *, actor: Actor) -> None:
    """Stop asking: its runs and outcomes go, what it has protected stays protected. Call within()."""
    PopulationRegister.objects.get(pk=register_id).delete()
    audit.record("population.removed", actor=actor, subject_type="population", subject_id=register_id)


def find(name: str) -> PopulationRegister:
    """The register of that name. Raises UnknownRegister."""
    found = PopulationRegister.objects.filter(name=name).first()
    if found is None:
        raise UnknownRegister(name=name)
    return found


def check(register_id: UUID, *, actor: Actor) -> list[Step]:
    """Try a register step by step, last with one person. Call outside transactions."""
    return list(trying.steps(register_id, actor=actor))


def codes_of(text: str) -> list[str]:
    """Municipality codes. Raises BadMunicipality."""
    codes = re.split(r"[\s,;]+", text.strip())
    if not all(re.fullmatch(r"[0-9]{4}", code) for code in codes):
        raise BadMunicipality
    return codes

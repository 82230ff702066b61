"""Try a register where nobody waits at a command line: the steps are kept as they end, for a page to show."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from kateder.core import clock, setup
from kateder.core.actors import Actor
from kateder.core.setup import Step
from kateder.core.tenancy import within
from kateder.sources.connecting import STEP_LABELS
from kateder.sources.population.asking import chosen
from kateder.sources.population.models import PopulationRegister, PopulationTrial
from kateder.sources.population.running import known_numbers, opened
from kateder.sources.population.services import KINDS


def begin(register_id: UUID) -> PopulationTrial:
    """An empty trial in the place of the one before. Call within()."""
    fresh = {"steps": [], "started_at": clock.now(), "finished_at": None}
    return PopulationTrial.objects.update_or_create(register_id=register_id, defaults=fresh)[0]


def steps(register_id: UUID, *, actor: Actor) -> Iterator[Step]:
    """The check, step by step, last with one person. Call outside transactions."""
    with within(actor.authority_id):
        register = PopulationRegister.objects.get(pk=register_id)
        settings, numbers = opened(register), known_numbers()
    yield from setup.walked(chosen(KINDS, register.kind).check(settings, numbers=numbers), order=STEP_LABELS)


def carry_out(register_id: UUID, *, actor: Actor) -> None:
    """Check, and keep each step as it ends. Call outside transactions."""
    with within(actor.authority_id):
        trial = PopulationTrial.objects.filter(register=register_id).first() or begin(register_id)
    for step in steps(register_id, actor=actor):
        stored = {"name": step.name.value, "ok": step.ok, "sentence": str(step.sentence)}
        trial.steps = [*trial.steps, stored]
        with within(actor.authority_id):
            trial.save(update_fields=["steps"])
    trial.finished_at = clock.now()
    with within(actor.authority_id):
        trial.save(update_fields=["finished_at"])

"""Plan again while much is left to send: only what may be another is looked at, and what is left stays as it is.

A busy register moves several times under a first delivery of 100,000 pupils. What a round has found and not sent is
still right, but for what the feed has named since, what has gone wrong meanwhile, and what refers to that.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from kateder.core import feed
from kateder.protocols.reconcile import Action
from kateder.provisioning.models import Target, TargetState
from kateder.provisioning.planning import memory
from kateder.provisioning.planning.comparing import DeliveryPlan
from kateder.provisioning.planning.staging import Staged
from kateder.provisioning.planning.step import InMemory, Kept, Step
from kateder.provisioning.planning.touching import Touched, touched
from kateder.register.models import Organisation


@dataclass(frozen=True, slots=True)
class Left:
    """What a plan found and was not sent, and what that rests on: a position of the feed, the target's settings."""

    steps: Sequence[Step]
    position: int
    absent: frozenset[UUID]
    terms: tuple[object, ...]


def left_of(plan: DeliveryPlan, given: int, *, sanctioned: bool, position: int, target: Target) -> Left:
    """Give what is left of a plan after so many of its steps; `sanctioned`: a person has approved them all."""
    steps = plan.steps
    if isinstance(steps, Staged):
        rest: Sequence[Step] = steps.from_number(given, sanctioned=sanctioned)
    else:
        rest = steps[given:]
        rest = [replace(step, sanctioned=True) for step in rest] if sanctioned else rest
    return Left(rest, position, plan.absent, _terms(target))


def touched_since(left: Left, target: Target, *, today: date, until: int) -> Touched | None:
    """What has to be looked at besides what is left, up to a position of the feed; None: everything.

    Schools come first in a run; until they are there, it is not known from what is held which of them are wanted.
    """
    organisations = frozenset(Organisation.objects.values_list("id", flat=True))
    troubled = memory.troubled_roots(target.id)
    if left.terms != _terms(target) or target.state != TargetState.ACTIVE:
        return None
    if not organisations.isdisjoint(troubled) or _concern(left.steps, organisations):
        return None
    return touched(
        feed.since(left.position, until=until),
        service_id=target.service_id,
        today=today,
        also=troubled | left.absent | memory.absent(target.id),
    )


def without(steps: Sequence[Step], looked_at: Collection[UUID]) -> Kept:
    """What is left, but for what is about those who have been looked at (root ids)."""
    if isinstance(steps, Staged):
        return steps.without(looked_at)
    return InMemory(step for step in steps if step.root_id not in looked_at)


def referred_to(steps: Sequence[Step], among: Container[UUID], *, besides: Collection[UUID]) -> set[UUID]:
    """Those of some released ids that are referred to by what is left to create or change about others (root ids)."""
    if isinstance(steps, Staged):
        return steps.referred_to(among, besides=besides)
    others = (step for step in steps if step.root_id not in besides)
    return {one for step in others for one in step.operation.depends_on if one in among}


def _concern(steps: Sequence[Step], roots: frozenset[UUID]) -> bool:
    if isinstance(steps, Staged):
        return steps.concern(roots)
    return any(step.root_id in roots and step.operation.action is not Action.REMOVE for step in steps)


def _terms(target: Target) -> tuple[object, ...]:
    return target.state, target.kind, target.settings

"""The plan that waits for a person: its hash, its counts, what held it, and samples of what it would do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from uuid import UUID

from kateder.core import plans
from kateder.core.models import Plan, PlanState
from kateder.core.plans import NewRow
from kateder.provisioning.planning.comparing import KIND, DeliveryPlan

SAMPLE = 40
"""How many lines of each action and type a person is shown; the counts are of everything."""


def waiting_plan(target_id: UUID, plan: DeliveryPlan, *, feed_position: int) -> Plan:
    """Give the stored plan with this content, storing it and replacing older ones when it is new."""
    verdict = plan.verdict
    same = Plan.objects.filter(
        kind=KIND, subject_id=target_id, plan_hash=verdict.plan_hash, state=PlanState.WAITING
    ).first()
    if same:
        return same
    return plans.store(
        KIND,
        target_id,
        plan_hash=verdict.plan_hash,
        feed_position=feed_position,
        summary=dict(plan.planned),
        held_by=[asdict(hit) for hit in verdict.held_by],
        rows=_sample(plan),
    )


def _sample(plan: DeliveryPlan) -> Iterator[NewRow]:
    shown: Counter[tuple[str, str]] = Counter()
    for step in plan.steps:
        kind = (step.operation.action.value, step.operation.resource_type)
        if shown[kind] < SAMPLE:
            shown[kind] += 1
            yield NewRow(
                action=kind[0],
                entity=kind[1],
                key=str(step.operation.released_id),
                group_label=kind[1],
                label=step.label,
            )

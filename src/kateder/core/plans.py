"""Stored plans: what a run wants to do, held until a person or a limit has said yes.

Approval is bound to the plan's hash and to the feed position it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from kateder.core import audit, clock
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.models import Plan, PlanRow, PlanState


class PlanNotOpen(DomainError):
    """This plan has already been decided or replaced. Run again to get a new one."""


@dataclass(frozen=True, slots=True)
class NewRow:
    """One line of a readable difference; `changes` is {field: [old, new]}."""

    action: str
    entity: str
    key: str
    group_label: str = ""
    label: str = ""
    changes: Mapping[str, Sequence[object]] = field(default_factory=dict)


def store(
    kind: str,
    subject_id: UUID,
    *,
    plan_hash: str,
    feed_position: int,
    summary: Mapping[str, object],
    held_by: Sequence[Mapping[str, object]] = (),
    rows: Iterable[NewRow] = (),
) -> Plan:
    """Keep a plan; older waiting plans of the same subject are replaced by it."""
    supersede(kind, subject_id)
    plan = Plan.objects.create(
        kind=kind,
        subject_id=subject_id,
        plan_hash=plan_hash,
        feed_position=feed_position,
        summary=dict(summary),
        held_by=[dict(hit) for hit in held_by],
        created_at=clock.now(),
    )
    PlanRow.objects.bulk_create(
        (
            PlanRow(
                plan=plan, action=row.action, entity=row.entity, key=row.key[:600],
                group_label=row.group_label[:200], label=row.label[:400], changes=dict(row.changes),
            )
            for row in rows
        ),
        batch_size=1000,
    )  # fmt: skip
    return plan


def supersede(kind: str, subject_id: UUID) -> int:
    """Close the waiting and approved plans of a subject; gives how many."""
    open_plans = Plan.objects.filter(
        kind=kind, subject_id=subject_id, state__in=[PlanState.WAITING, PlanState.APPROVED]
    )
    return open_plans.update(state=PlanState.SUPERSEDED, decided_at=clock.now())


def approve(plan_id: UUID, *, by: Actor) -> Plan:
    """Say yes. Raises PlanNotOpen."""
    return _decide(plan_id, PlanState.WAITING, PlanState.APPROVED, by)


def refuse(plan_id: UUID, *, by: Actor) -> Plan:
    """Say no. Raises PlanNotOpen."""
    return _decide(plan_id, PlanState.WAITING, PlanState.REFUSED, by)


def mark_applied(plan_id: UUID) -> Plan:
    """The plan has been carried out; call in the transaction that did it. Raises PlanNotOpen."""
    plan = _locked(plan_id)
    if plan.state != PlanState.APPROVED:
        raise PlanNotOpen
    plan.state, plan.applied_at = PlanState.APPLIED, clock.now()
    plan.save(update_fields=["state", "applied_at"])
    return plan


def mark_failed(plan_id: UUID) -> None:
    """The plan could not be carried out."""
    Plan.objects.filter(id=plan_id).update(state=PlanState.FAILED)


def forget_details(*, older_than_days: int = 30) -> int:
    """Remove the rows of plans decided long ago; gives how many (domain rule 16)."""
    limit = clock.now() - timedelta(days=older_than_days)
    count, _ = PlanRow.objects.filter(plan__decided_at__lt=limit).delete()
    return count


def _decide(plan_id: UUID, was: PlanState, becomes: PlanState, by: Actor) -> Plan:
    plan = _locked(plan_id)
    if plan.state != was:
        raise PlanNotOpen
    plan.state, plan.decided_at, plan.decided_by = becomes, clock.now(), by.label
    plan.save(update_fields=["state", "decided_at", "decided_by"])
    audit.record(f"plan.{becomes.value}", actor=by, subject_type="plan", subject_id=plan.id, hash=plan.plan_hash)
    return plan


def _locked(plan_id: UUID) -> Plan:
    return Plan.objects.select_for_update().get(id=plan_id)

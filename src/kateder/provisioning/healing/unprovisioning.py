"""Take everything away from a service: all accounts and what is around them, in reverse order, with proof.

    begin (typed confirmation) → a plan that a person approves → removed, window by window → emptied → the report

While it is under way nothing is wanted at the target, so that nothing new is made; every removal is a step of an
ordinary run, and a killed one goes on in the next. The report is what is kept for the end of the agreement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.models import Plan
from kateder.provisioning.healing import healed
from kateder.provisioning.models import (
    Found,
    Receipt,
    Removal,
    Target,
    TargetObject,
    TargetState,
    Unprovisioning,
)
from kateder.provisioning.planning.comparing import KIND


class NotConfirmed(DomainError):
    """Everything at the service would be removed. Write {slug} to say that you mean it."""


class WhyMissing(DomainError):
    """Say why everything is removed: it stands in the report."""


class AlreadyBeingEmptied(DomainError):
    """Everything is already being removed from this service. Call that off first, if it is not meant."""


class NotBeingEmptied(DomainError):
    """Nothing is being removed from this service as a whole."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is left of a service when the agreement ends. Counts, days and names of those who decided; no accounts.

    `held` is what was there at the beginning and `left` what still is, by type. Of accounts: asked to be removed,
    answered, verified by reading back, confirmed in writing, and not yet proved.
    """

    service: str
    reason: str
    begun_at: datetime
    begun_by: str
    approved_by: tuple[str, ...]
    ended_at: datetime | None
    withdrawn_at: datetime | None
    held: dict[str, int]
    left: dict[str, int]
    removed: dict[str, int]
    asked: int
    answered: int
    verified: int
    confirmed: int
    still_there: int

    @property
    def unproved(self) -> int:
        """Accounts of which nothing proves that they are gone."""
        return self.asked - self.verified - self.confirmed


def begin(target_id: UUID, *, confirmation: str, reason: str, by: Actor, now: datetime) -> Unprovisioning:
    """Begin to take everything away. `confirmation` has to be the service's short name, typed.

    Nothing is sent until a person has approved the plan. Raises NotConfirmed, WhyMissing or AlreadyBeingEmptied.
    """
    target = Target.objects.select_for_update(of=("self",)).select_related("service").get(id=target_id)
    if confirmation.strip() != target.service.slug:
        raise NotConfirmed(slug=target.service.slug)
    if not reason.strip():
        raise WhyMissing
    if target.state == TargetState.EMPTYING:
        raise AlreadyBeingEmptied
    target.state = TargetState.EMPTYING
    target.save(update_fields=["state"])
    healed.compare_everything(target_id)
    begun = Unprovisioning.objects.create(
        target=target, reason=reason.strip()[:400], begun_at=now, begun_by=by.label, held=_held(target_id)
    )
    audit.record("provisioning.emptying_begun", actor=by, subject_type="target", subject_id=target_id, held=begun.held)
    return begun


def withdraw(target_id: UUID, *, by: Actor, now: datetime) -> Target:
    """Call it off. What is removed is removed; the target is paused, so that nothing comes back until somebody
    lets it go on. Raises NotBeingEmptied.
    """
    target = Target.objects.select_for_update().get(id=target_id)
    if target.state != TargetState.EMPTYING:
        raise NotBeingEmptied
    target.state = TargetState.PAUSED
    target.save(update_fields=["state"])
    healed.compare_everything(target_id)
    under_way(target_id).update(withdrawn_at=now)
    audit.record("provisioning.emptying_withdrawn", actor=by, subject_type="target", subject_id=target_id)
    return target


def settle(target: Target, *, by: Actor, now: datetime) -> bool:
    """Put down that a locked target is empty, at the end of a run, for the caller to save; says whether it has just
    become so.
    """
    if target.state != TargetState.EMPTYING or _there(target.id).exists():
        return False
    target.state = TargetState.EMPTIED
    under_way(target.id).update(ended_at=now)
    audit.record("provisioning.emptied", actor=by, subject_type="target", subject_id=target.id)
    return True


def under_way(target_id: UUID) -> QuerySet[Unprovisioning]:
    """The one that is under way, if any."""
    return Unprovisioning.objects.filter(target_id=target_id, ended_at=None, withdrawn_at=None)


def is_under_way(target_id: UUID) -> bool:
    """Whether a target is being emptied: then a person approves each plan, whatever the limits say."""
    return Target.objects.filter(id=target_id, state=TargetState.EMPTYING).exists()


def latest(target_id: UUID) -> Unprovisioning | None:
    """The one under way, or the last one that was."""
    return Unprovisioning.objects.filter(target_id=target_id).order_by("-begun_at").first()


def report(one: Unprovisioning) -> Report:
    """Say what has become of everything since it began."""
    since = one.begun_at
    counted = Removal.objects.filter(target_id=one.target_id, asked_at__gte=since).aggregate(
        asked=Count("id"),
        answered=Count("id", filter=Q(answered_at__isnull=False)),
        verified=Count("id", filter=Q(verified_at__isnull=False)),
        confirmed=Count("id", filter=Q(confirmed_at__isnull=False, verified_at=None)),
        still_there=Count("id", filter=Q(found=Found.THERE, closed_at=None)),
    )
    receipts = Receipt.objects.filter(target_id=one.target_id, at__gte=since, action="remove")
    plans = Plan.objects.filter(kind=KIND, subject_id=one.target_id, decided_at__gte=since, applied_at__isnull=False)
    return Report(
        service=one.target.service.name,
        reason=one.reason,
        begun_at=since,
        begun_by=one.begun_by,
        approved_by=tuple(sorted(set(plans.values_list("decided_by", flat=True)))),
        ended_at=one.ended_at,
        withdrawn_at=one.withdrawn_at,
        held=one.held,
        left=_held(one.target_id),
        removed=dict(receipts.values_list("resource_type").annotate(Count("id")).order_by("resource_type")),
        **counted,
    )


def _there(target_id: UUID) -> QuerySet[TargetObject]:
    return TargetObject.objects.filter(target_id=target_id).exclude(content_hash=None, intent="")


def _held(target_id: UUID) -> dict[str, int]:
    return dict(_there(target_id).values_list("resource_type").annotate(Count("id")).order_by("resource_type"))

"""Run a delivery: prepare → (approve) → send → receipts, again while the register moves underneath."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import psycopg
import structlog
from django.db import DatabaseError, connection

from kateder.core import clock, feed, garbage, leases, plans, statistics
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.leases import Lease, LeaseLost
from kateder.core.models import Plan, PlanState
from kateder.core.tenancy import within
from kateder.governance.api import AllowList
from kateder.provisioning import exit as one_exit
from kateder.provisioning.delivery.engine import deliver
from kateder.provisioning.delivery.flow import Flow
from kateder.provisioning.delivery.operations import Outcome
from kateder.provisioning.delivery.patience import Patience
from kateder.provisioning.healing import unprovisioning
from kateder.provisioning.models import DeliveryRun, Scope, Target
from kateder.provisioning.planning import comparing, memory, resuming, staging
from kateder.provisioning.planning.comparing import DeliveryPlan
from kateder.provisioning.planning.ground import Ground
from kateder.provisioning.planning.preparing import prepare
from kateder.provisioning.planning.resuming import Left
from kateder.provisioning.planning.step import Key, Step
from kateder.provisioning.rollover.freezing import holds_back
from kateder.provisioning.runs import findings, progress, replacing, trouble
from kateder.provisioning.runs.approval import waiting_plan
from kateder.provisioning.runs.windows import Windows
from kateder.provisioning.targets import federated
from kateder.provisioning.targets.own_causes import UNUSABLE
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import Replacing
from kateder.trust.api import NotThroughFederation

log = structlog.get_logger()
LEASE_SECONDS = 30
WRITTEN = ("provisioning_targetobject", "governance_pseudonym", "governance_alias", "licences_ledgerentry")
"""What a delivery of many writes to, and the next one asks about a few of."""
LEFT_BEHIND = (
    "delivered_position", "bears", "known_position", "known_day", "compared_at",
    *trouble.FIELDS, "state",
)  # fmt: skip
"""What the end of a run may say about its target."""
MOST_ROUNDS = 200
"""How often one run plans anew, because the feed has moved or an object was refused; the next run goes on."""
NOTHING: Sequence[Step] = ()


Look = Callable[[DeliveryRun, Lease], str]
"""Something to do with the target before planning, outside transactions; gives the code of what stops the run."""


class DeliversOutsideTransactions(DomainError):
    """A delivery talks to another system and cannot be part of a transaction."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of planning rests on and gave."""

    plan: DeliveryPlan
    allow_list: AllowList
    feed_position: int
    today: date


def run(
    target_id: UUID,
    *,
    actor: Actor,
    approve_within_limits: bool = True,
    today: date | None = None,
    patience: Patience | None = None,
    lease_seconds: int = LEASE_SECONDS,
    everything: bool = False,
    look: Look | None = None,
    gives_way: Callable[[], bool] = bool,
) -> DeliveryRun:
    """Bring a target to what it should hold today, and give the run as it ended.

    What a limit holds is stored as a plan that waits for a person, and so is everything without
    `approve_within_limits`. A freeze holds back everything but what has to be done about people who became
    protected: that is carried out first and never held. Only what has changed since the last run is looked at,
    unless that is not known or `everything` is asked for. `gives_way` is asked before each window whether the run is to
    end for the sake of others; the next one goes on. Call it outside transactions. Raises LeaseHeld while another run
    works on the target.
    """
    if connection.in_atomic_block:
        raise DeliversOutsideTransactions
    authority_id = actor.authority_id
    day = today or clock.today()
    with leases.hold(authority_id, f"target:{target_id}", seconds=lease_seconds) as lease, _held(lease):
        with within(authority_id):
            started = progress.begin(target_id, actor=actor)
            ground = Ground(started, today=day, everything=everything, blind=look is not None)
        if look is not None and (code := look(started, lease)):
            return _give_up(started, lease, code, actor=actor)
        delivery = _Delivery(started, lease, ground, actor=actor, today=day, patience=patience, gives_way=gives_way)
        try:
            return delivery.carry_out(approve_within_limits=approve_within_limits)
        except LeaseLost:
            raise
        except DomainError as refusal:
            # What the settings say cannot be used, or their secrets cannot be opened: a person has to mend that.
            log.warning("delivery.cannot_begin", target=str(target_id), reason=type(refusal).__name__)
            return _give_up(started, lease, UNUSABLE, actor=actor)


def _give_up(started: DeliveryRun, lease: Lease, code: str, *, actor: Actor) -> DeliveryRun:
    """End a run that could not even be planned."""
    with within(lease.authority_id):
        lease.check()
        failed = memory.has_failures(started.target_id)
        findings.keep(started.target_id, stopped_by=code, failed=failed)
        ended = progress.end(started, stopped_by=code, failed=failed, actor=actor)
        if code == UNUSABLE:
            target = Target.objects.get(id=started.target_id)
            trouble.keep(ended, target, now=clock.now())
            target.save(update_fields=trouble.FIELDS)
        return ended


class _Delivery:
    def __init__(
        self,
        run: DeliveryRun,
        lease: Lease,
        ground: Ground,
        *,
        actor: Actor,
        today: date,
        patience: Patience | None,
        gives_way: Callable[[], bool],
    ) -> None:
        self._run = run
        self._ground = ground
        self._lease = lease
        self._actor = actor
        self._today = today
        self._patience = patience
        self._flow: Flow | None = None
        self._doubted: set[Key] = set()
        self._left: Left | None = None
        self._approved = False
        self._gives_way = gives_way

    def carry_out(self, *, approve_within_limits: bool) -> DeliveryRun:
        """Plan and send until nothing is left, something stops it, or a person has to decide."""
        plan_id: UUID | None = None
        stopped, held_back = "", False
        for _ in range(MOST_ROUNDS):
            plan_id, doubted = None, len(self._doubted)
            found = self._prepare()
            windows, stopped = self._send(found, found.plan.urgent, urgent=True)
            if stopped:
                break
            if not windows.moved and found.plan.steps:
                with within(self._lease.authority_id):
                    held_back = holds_back(self._run.target_id, today=self._today)
                    if not held_back:
                        plan_id = self._decide(found, approve_within_limits=approve_within_limits)
                if held_back:
                    break
                if plan_id is None:
                    windows, stopped = self._send(found, found.plan.steps)
                    held_back = windows.frozen
            settled = not (windows.moved or len(self._doubted) > doubted or self._refuses_others(found))
            if stopped or plan_id or held_back or settled:
                break
            # What has come into doubt is looked for in all of it.
            self._left = None if len(self._doubted) > doubted else self._left_of(found, windows)
        else:
            stopped = "never_at_rest"
        return self._end(found, stopped_by=stopped, plan_id=plan_id, held_back=held_back)

    def _prepare(self) -> Round:
        with within(self._lease.authority_id):
            # The position is read first: what comes after it is found at the first window.
            position = feed.position()
            touched, left = self._ground.touched(until=position), NOTHING
            if touched is None and self._left is not None:
                target = Target.objects.get(id=self._run.target_id)
                touched = resuming.touched_since(self._left, target, today=self._today, until=position)
                left = self._left.steps if touched is not None else ()
            with garbage.at_rest():
                plan, allow_list = prepare(self._run.target_id, today=self._today, touched=touched, left=left)
            self._ground.planned(plan)
            memory.forget(self._run.target_id, plan.forgotten)
            memory.withdraw(self._run.target_id, plan.outlived)
            return Round(plan, allow_list, position, self._today)

    def _left_of(self, found: Round, windows: Windows) -> Left | None:
        """What the next round need not find again; nothing where not even the urgent has been sent."""
        if windows.urgent:
            return None
        with within(self._lease.authority_id):
            target = Target.objects.get(id=self._run.target_id)
        return resuming.left_of(
            found.plan, windows.given, sanctioned=self._approved, position=found.feed_position, target=target
        )

    def _refuses_others(self, found: Round) -> bool:
        """Whether the target refuses other objects than the plan took for refused."""
        if not found.plan.absent and not self._run.counts.keys() - {Outcome.ACKNOWLEDGED.value}:
            return False
        with within(self._lease.authority_id):
            return memory.absent(self._run.target_id) != found.plan.absent

    def _decide(self, found: Round, *, approve_within_limits: bool) -> UUID | None:
        """Give the plan that waits for a person, or nothing when the steps may be sent. Call within()."""
        verdict = found.plan.verdict
        self._approved = False
        approved = Plan.objects.filter(
            kind=comparing.KIND,
            subject_id=self._run.target_id,
            plan_hash=verdict.plan_hash,
            state=PlanState.APPROVED,
        ).first()
        if approved:
            memory.sanction(self._run.target_id, found.plan.steps)
            self._approved = True
            plans.mark_applied(approved.id)
            return None
        if verdict.exempt == verdict.total:
            return None
        if approve_within_limits and not verdict.is_held and not unprovisioning.is_under_way(self._run.target_id):
            return None
        return waiting_plan(self._run.target_id, found.plan, feed_position=found.feed_position).id

    def _send(self, found: Round, steps: Sequence[Step], *, urgent: bool = False) -> tuple[Windows, str]:
        windows = Windows(
            self._run,
            steps,
            lease=self._lease,
            feed_position=found.feed_position,
            today=found.today,
            urgent=urgent,
            doubted=self._doubted,
            gives_way=self._gives_way,
        )
        if not steps:
            return windows, ""
        with within(self._lease.authority_id):
            target = Target.objects.get(id=self._run.target_id)
            try:
                windows.watch, door = federated.watch(target), ways.door_of(target)
            except NotThroughFederation as refusal:
                return windows, refusal.stops
            self._ground.leave()
            progress.planned(
                self._run,
                counts=comparing.counts(steps) if urgent else found.plan.planned,
                steps=len(steps),
                feed_position=found.feed_position,
            )
        way = ways.of(target.kind)
        if isinstance(way, Replacing):
            stopped = replacing.put(way, windows, door, lease=self._lease, today=found.today)
        else:
            stopped = deliver(
                windows,
                connect=one_exit.guarded(way.connect(door), allow_list=found.allow_list),
                patience=self._patience,
                flow=self._flow_of(target),
            )
        return windows, stopped or _why(windows)

    def _flow_of(self, target: Target) -> Flow:
        """One for the whole run: what a round has learnt of the target holds for the next."""
        if self._flow is None:
            self._flow = Flow(ceiling=target.max_connections, start=target.bears, per_second=target.max_per_second)
        return self._flow

    def _end(self, found: Round, *, stopped_by: str, plan_id: UUID | None, held_back: bool) -> DeliveryRun:
        with within(self._lease.authority_id):
            self._lease.check()
            target = Target.objects.select_for_update().get(id=self._run.target_id)
            failed = memory.has_failures(target.id)
            self._ground.end(target, all_done=not (stopped_by or plan_id or held_back))
            ended = progress.end(
                self._run, stopped_by=stopped_by, failed=failed, plan_id=plan_id, held_back=held_back, actor=self._actor
            )
            # Held or failed, it is no reason to plan again before something moves: failures are retried by time.
            target.delivered_position = found.feed_position
            if self._flow is not None:
                target.bears = self._flow.limit
            asked_to_wait = self._flow.asked_to_wait if self._flow else None
            trouble.keep(ended, target, asked_to_wait=asked_to_wait, now=clock.now())
            unprovisioning.settle(target, by=self._actor, now=clock.now())
            target.save(update_fields=LEFT_BEHIND)
            findings.keep(target.id, stopped_by=stopped_by, failed=failed)
            if ended.scope == Scope.EVERYTHING:
                staging.drop()
        garbage.stirred()
        if ended.done >= statistics.MANY:
            with within(self._lease.authority_id):
                statistics.refresh(WRITTEN, written=ended.done)
        return ended


def _why(windows: Windows) -> str:
    """What made windows end before their steps did, if anything did."""
    return windows.barred or ("paused" if windows.paused else progress.GAVE_WAY if windows.gave_way else "")


@contextlib.contextmanager
def _held(lease: Lease) -> Iterator[None]:
    """Renew the lease while we work, from a thread of its own: one slow window must not lose the target."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(lease.seconds / 3):
            try:
                lease.renew()
            except LeaseLost:
                break  # the next write of the run finds out, and stops it
            except (DatabaseError, psycopg.Error):
                connection.close()  # the database may be back before the lease has run out
        connection.close()

    beating = threading.Thread(target=renew, name="lease", daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()

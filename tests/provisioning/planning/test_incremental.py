"""What a run finds by looking at what has changed is what it would have found by looking at everything."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kateder.core import feed
from kateder.core.tenancy import within
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Outcome, Result
from kateder.provisioning.exit import may_leave
from kateder.provisioning.models import Target
from kateder.provisioning.planning import memory, pieces, resuming, scope
from kateder.provisioning.planning.comparing import DeliveryPlan
from kateder.provisioning.planning.preparing import prepare
from kateder.provisioning.planning.step import Step, in_sending_order
from kateder.provisioning.planning.touching import Touched
from tests.cast import Cast
from tests.provisioning.moves import MOVES, Town, town_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Service:
    """A target whose provider takes everything, or refuses some of it; nothing is sent anywhere."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.target = Target.objects.create(service=town.offer.service, base_uri="https://provider.example")
        self.narrow = self.wide = self.resumed = 0

    def look(self, also: frozenset[UUID] = frozenset()) -> tuple[DeliveryPlan, int]:
        """Plan by what has changed and by everything, which must agree; gives the plan and its position."""
        position, today = feed.position(), self.town.today
        if self.town.draw.random() < 0.3:
            self._by_pieces()
        then = scope.known(Target.objects.get(pk=self.target.pk))
        found: Touched | None = None
        if then is not None:
            found = scope.changed(self.target, then, today=today, until=position, also=also)
        if found is None:
            self.wide += 1
            return prepare(self.target.id, today=today)[0], position
        self.narrow += 1
        part, allow_list = prepare(self.target.id, today=today, touched=found)
        whole, _ = prepare(self.target.id, today=today)
        assert _said(part) == _said(whole)
        assert (part.verdict.plan_hash, part.verdict.held_by) == (whole.verdict.plan_hash, whole.verdict.held_by)
        for step in part.steps:
            assert step.operation.action is Action.REMOVE or may_leave(step.operation, allow_list)
        return part, position

    def broken_off(self) -> None:
        """Part of everything is sent, something moves, and what is left is planned again: as everything would be.

        In memory and staged; a person may have approved it all, and some may have been refused.
        """
        draw, today = self.town.draw, self.town.today
        with pytest.MonkeyPatch.context() as patch:
            if draw.random() < 0.5:
                patch.setattr(pieces, "LARGE", 0)
                patch.setattr(pieces, "PIECE", 4)
            plan, _ = prepare(self.target.id, today=today)
            position = feed.position()
            approved = bool(plan.steps) and draw.random() < 0.5
            if approved:
                memory.sanction(self.target.id, plan.steps)
            self._send([*plan.urgent], 0.0)
            given = draw.randint(0, len(plan.steps))
            self._send(list(plan.steps[:given]), draw.choice([0.0, 0.2]))
            left = resuming.left_of(plan, given, sanctioned=approved, position=position, target=self.target)
            for _ in range(draw.choice([0, 1, 3])):
                draw.choice(MOVES)(self.town)
            found = resuming.touched_since(left, self.target, today=today, until=feed.position())
            if found is None or self.town.today != today:
                return
            self.resumed += 1
            part, allow_list = prepare(self.target.id, today=today, touched=found, left=left.steps)
            said, verdict = _said(part), part.verdict
            assert all(s.operation.action is Action.REMOVE or may_leave(s.operation, allow_list) for s in part.steps)
            assert [*part.steps] == sorted(part.steps, key=in_sending_order)
        whole, _ = prepare(self.target.id, today=today)
        assert said == _said(whole)
        assert (verdict.plan_hash, verdict.held_by) == (whole.verdict.plan_hash, whole.verdict.held_by)

    def _by_pieces(self) -> None:
        """Everything in pieces is everything."""
        whole, _ = prepare(self.target.id, today=self.town.today)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pieces, "LARGE", 0)
            patch.setattr(pieces, "PIECE", 4)
            part, _ = prepare(self.target.id, today=self.town.today)
        assert _said(part) == _said(whole)
        assert (part.verdict.plan_hash, part.verdict.held_by) == (whole.verdict.plan_hash, whole.verdict.held_by)

    def deliver(self, refuse: float = 0.0) -> None:
        """Carry out a run; some new objects are refused, and what refers to them waits for the next round."""
        also: frozenset[UUID] = frozenset()
        for _ in range(6):
            plan, position = self.look(also)
            memory.forget(self.target.id, plan.forgotten)
            memory.withdraw(self.target.id, plan.outlived)
            self._send([*plan.urgent, *plan.steps], refuse)
            also |= plan.absent
            if memory.absent(self.target.id) == plan.absent:
                break
            refuse = 0.0
        Target.objects.filter(pk=self.target.pk).update(known_position=position, known_day=self.town.today)

    def _send(self, steps: list[Step], refuse: float) -> None:
        if not steps:
            return
        memory.intend(self.target.id, steps)
        gone: set[UUID] = set()
        results = []
        for step in steps:
            operation = step.operation
            outcome, attempts = Outcome.ACKNOWLEDGED, 1
            if operation.action is not Action.REMOVE and not gone.isdisjoint(operation.depends_on):
                outcome, attempts = Outcome.HELD_BACK, 0
            elif self.town.draw.random() < refuse:
                outcome = Outcome.FAILED
            if outcome is not Outcome.ACKNOWLEDGED and operation.action is Action.CREATE:
                gone.add(operation.released_id)
            results.append(Result(operation=operation, outcome=outcome, code="http_400", attempts=attempts))
        by_key = {step.key: step for step in steps}
        memory.keep_results(self.target.id, results, steps=by_key, run_id=uuid4(), now=NOW)


def _said(plan: DeliveryPlan) -> Counter[tuple[object, ...]]:
    return Counter(
        (step.operation.action, *step.key, step.root_id, step.operation.body, step.urgent, step.sanctioned)
        for step in (*plan.steps, *plan.urgent)
    ) + Counter([("forgotten", *key) for key in plan.forgotten] + [("outlived", *key) for key in plan.outlived])


@pytest.fixture
def town(cast: Cast) -> Town:
    return town_of(cast)


class _TakenBack(Exception):
    pass


def live_through(town: Town, seed: int, *, length: int) -> Service:
    """Let things happen and deliver in between, at random; all of it is taken back."""
    town = replace(town, draw=random.Random(seed))
    with within(town.offer.cast.authority.id):
        service = Service(town)
        try:
            with transaction.atomic():
                _live(service, town.draw, length)
                raise _TakenBack
        except _TakenBack:
            service.target.delete()
    return service


def _live(service: Service, draw: random.Random, length: int) -> None:
    service.broken_off()
    service.deliver()
    for _ in range(length):
        for _ in range(draw.choice([1, 1, 1, 2, 4])):
            draw.choice(MOVES)(service.town)
        if draw.random() < 0.85:
            service.deliver(refuse=draw.choice([0.0, 0.0, 0.0, 0.2]))
        else:
            service.look()
        if draw.random() < 0.3:
            service.broken_off()
            service.deliver()
    service.deliver()


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(seed=st.integers(0, 2**32))
def test_incremental_equals_full(town: Town, seed: int) -> None:
    live_through(town, seed, length=6)

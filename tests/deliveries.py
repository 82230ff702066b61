"""A service of the cast's authority with a target: the demo provider, as a process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kateder.core import plans
from kateder.core.actors import Actor
from kateder.core.models import Plan, PlanState
from kateder.core.tenancy import within
from kateder.protocols.matf.identity import Identity
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import DeliveryRun, Target
from kateder.provisioning.delivery.patience import Patience
from tests.cast import TODAY, Cast
from tests.demo_provider import DemoProvider
from tests.offer import Offer, make_offer

QUICK = Patience(attempts=3, first_delay=0.02, longest_wait=3.0, failures_in_a_row=5)


@dataclass
class Delivery:
    """An offer with a target at a running provider; runs are made outside transactions, as in real life."""

    offer: Offer
    target: Target
    provider: DemoProvider
    actor: Actor

    @property
    def cast(self) -> Cast:
        return self.offer.cast

    def inside(self) -> Any:
        """Work in the authority."""
        return within(self.cast.authority.id)

    def run(self, *, today: date = TODAY, **options: Any) -> DeliveryRun:
        """Run the delivery as it would run by itself."""
        options.setdefault("patience", QUICK)
        return provisioning.run(self.target.id, actor=self.actor, today=today, **options)

    def approve(self) -> None:
        """Approve the plan that waits."""
        with self.inside():
            plan = Plan.objects.get(subject_id=self.target.id, state=PlanState.WAITING)
            plans.approve(plan.id, by=self.offer.by)

    def first(self, *, today: date = TODAY) -> DeliveryRun:
        """Make the first delivery, which a person has to approve."""
        assert self.run(today=today).state == provisioning.RunState.WAITING
        self.approve()
        return self.run(today=today)

    def held(self) -> dict[str, int]:
        """How many of each the provider holds."""
        return {name: len(rows) for name, rows in self.provider.store().resources.items() if rows}

    def state(self, name: str) -> provisioning.AccountState:
        """Where somebody's account stands."""
        with self.inside():
            return provisioning.account_state(self.offer.service.id, self.cast[name])


@pytest.fixture
def delivery(cast: Cast, tmp_path: Path) -> Iterator[Delivery]:
    """Class 5B has the maths resource at a service that gets pseudonyms; nothing is delivered yet."""
    provider = DemoProvider(tmp_path / "provider")
    provider.start()
    try:
        with within(cast.authority.id):
            offer = make_offer(cast)
            offer.allow()
            offer.assign(offer.lot(), "class_5b")
            target = provisioning.add_target(
                offer.service.id, base_uri=provider.scim, pins=[provider.pin], by=offer.by, request_seconds=2.0
            )
            provider.know(Identity(target.keypair.certificate, ""))
            actor = Actor.system("test")
        provider.wait_until_known()
        yield Delivery(offer, target, provider, actor)
    finally:
        provider.stop()

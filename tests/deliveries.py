"""A service of the cast's authority with a target: the demo provider, as a process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kateder.core import db, plans
from kateder.core.actors import Actor
from kateder.core.models import Plan, PlanState
from kateder.core.tenancy import within
from kateder.governance import api as governance
from kateder.governance.models import Agreement
from kateder.protocols.egil.encoding import encode
from kateder.protocols.egil.types import ResourceType
from kateder.protocols.matf.identity import Identity
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import DeliveryRun, Target
from kateder.provisioning.delivery.patience import Patience
from kateder.provisioning.egil.way import EGIL
from kateder.provisioning.planning.preparing import wanted_at
from kateder.register.api import Action, Entity, add, apply, open_changes
from kateder.register.models import GroupMembership
from tests.cast import SCHOOL_YEAR, TODAY, Cast, person_values
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

    def join(self, number: int, *, group: str = "class_5b") -> list[UUID]:
        """Let new pupils begin in a class; gives their root ids."""
        people = [uuid4() for _ in range(number)]
        with self.inside(), db.cursor() as cursor:
            open_changes(cursor)
            for person in people:
                values = person_values("olle")
                add(cursor, Entity.PERSON, action=Action.CREATE, root_id=person, values=values)
                membership = {"person_id": person, "group_id": self.cast[group], "start_date": SCHOOL_YEAR}
                add(cursor, Entity.MEMBERSHIP, action=Action.CREATE, root_id=uuid4(), values=membership)
            apply(cause="test", actor=self.actor)
        return people

    def leave(self, people: Iterable[UUID], *, last_day: date = TODAY - timedelta(days=1)) -> None:
        """Let pupils leave their groups."""
        with self.inside(), db.cursor() as cursor:
            open_changes(cursor)
            for membership in GroupMembership.objects.filter(person__in=people):
                values = {
                    "person_id": membership.person_id,
                    "group_id": membership.group_id,
                    "start_date": membership.start_date,
                    "end_date": last_day,
                }
                add(cursor, Entity.MEMBERSHIP, action=Action.UPDATE, root_id=membership.id, values=values)
            apply(cause="test", actor=self.actor)

    def protect(self, name: str) -> None:
        """Let somebody's identity become protected in the population register."""
        with self.inside(), db.cursor() as cursor:
            open_changes(cursor)
            values = person_values(name) | {"security_marking": "Sekretessmarkering"}
            add(cursor, Entity.PERSON, action=Action.UPDATE, root_id=self.cast[name], values=values)
            apply(cause="test", actor=self.actor)

    def end_agreement(self, *, notice_days: int = 0, last_day: date = TODAY - timedelta(days=1)) -> None:
        """End the agreement with the service's provider."""
        with self.inside():
            Agreement.objects.filter(service=self.offer.service).update(notice_days=notice_days)
            agreement = Agreement.objects.get(service=self.offer.service)
            governance.end_agreement(agreement.id, last_day=last_day, by=self.offer.by)

    def is_right(self, *, today: date = TODAY) -> bool:
        """Whether the provider holds exactly what it should today, byte for byte."""
        with self.inside():
            wanted = {
                (one.resource_type, one.body)
                for one in wanted_at(self.offer.service.id, way=EGIL, settings={}, today=today)
            }
        held = {
            (next(kind.value for kind in ResourceType if kind.endpoint == collection), encode(resource))
            for collection, resources in self.provider.store().resources.items()
            for resource in resources.values()
        }
        return wanted == held

    def held(self) -> dict[str, int]:
        """How many of each the provider holds."""
        return {name: len(rows) for name, rows in self.provider.store().resources.items() if rows}

    def state(self, name: str) -> provisioning.AccountState:
        """Where somebody's account stands."""
        with self.inside():
            return provisioning.account_state(self.offer.service.id, self.cast[name])


@pytest.fixture(scope="session")
def shared_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoProvider]:
    """One provider process for all tests of a worker: every authority has pseudonyms of its own."""
    provider = DemoProvider(tmp_path_factory.mktemp("provider"))
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def delivery(cast: Cast, shared_provider: DemoProvider) -> Delivery:
    """Class 5B has the maths resource at a service that gets pseudonyms; nothing is delivered yet."""
    shared_provider.begin_anew()
    return make_delivery(cast, shared_provider)


def make_delivery(cast: Cast, provider: DemoProvider) -> Delivery:
    """Connect class 5B's service to a running provider."""
    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        offer.assign(offer.lot(), "class_5b")
        target = provisioning.add_target(
            offer.service.id, base_uri=provider.scim, pins=[provider.pin], by=offer.by, request_seconds=5.0
        )
        provider.know(Identity(target.certificate, ""), name=cast.authority.slug)
        actor = Actor.system("test")
    return Delivery(offer, target, provider, actor)

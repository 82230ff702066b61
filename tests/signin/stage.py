"""A service with an agreement, a decision and a policy, a client registered for it, and a pupil who has it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kateder.catalogue.api import add_provider, add_resource, add_service
from kateder.catalogue.models import Resource, ResourceKind, Service
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.governance.api import (
    Display,
    FieldChoice,
    Level,
    Outcome,
    ProtectedRule,
    Tier,
    decide,
    register_agreement,
    set_policy,
)
from kateder.licences.api import AssignedKind, assign, assignments, withdraw_at_once
from kateder.register.controllers import set_controller
from kateder.signin.api import Credentials, register_client
from tests.cast import TODAY, Cast

CALLBACK = "https://larlund.example/callback"
START = "https://larlund.example/start"
FIRST_DAY = date(2026, 8, 1)


@dataclass(frozen=True)
class Stage:
    """What a sign-in at a service rests on."""

    cast: Cast
    service: Service
    resource: Resource
    client: Credentials

    def policy(
        self,
        level: Level,
        *,
        display: Display = Display.ALIAS,
        fields: Iterable[FieldChoice] = (),
        protected_rule: ProtectedRule = ProtectedRule.NONE,
    ) -> None:
        """Change what the service may know."""
        with within(self.cast.authority.id):
            set_policy(
                self.service.id, level=level, by=Actor.system("test"), display=display, fields=fields,
                protected_rule=protected_rule,
            )  # fmt: skip


def make_stage(cast: Cast, *, callback: str = CALLBACK, start: str = START, slug: str = "larlund") -> Stage:
    """Set everything up; class 5B has the resource."""
    with within(cast.authority.id):
        by = Actor.system("test")
        provider = add_provider(f"Lärlund {slug}", by=by)
        service = add_service("Lärlund", provider_id=provider.id, slug=slug, by=by, launch_uri=start)
        resource = add_resource(
            "Räkneresan 5", provider_id=provider.id, service_id=service.id, by=by, kind=ResourceKind.FREE
        )
        controller = set_controller("Barn- och skolnämnden", actor=by)
        register_agreement(
            service.id, controller_id=controller.id, registration_number="BSN 2026/1", valid_from_date=FIRST_DAY, by=by
        )
        decide(
            service.id, outcome=Outcome.APPROVED, tier=Tier.BASE, decided_by="nämnden", valid_from_date=FIRST_DAY,
            registration_number="BSN 2026/2", by=by,
        )  # fmt: skip
        set_policy(service.id, level=Level.PAIRWISE, by=by)
        assign(to=AssignedKind.GROUP, subject_id=cast["class_5b"], start_date=FIRST_DAY, resource_id=resource.id, by=by)
        client = register_client(service.id, name="Lärlund", redirect_uris=[callback], actor=by)
    return Stage(cast, service, resource, client)


def withdraw(stage: Stage) -> None:
    """Nobody has the resource any more."""
    with within(stage.cast.authority.id):
        for assignment in assignments():
            withdraw_at_once(assignment.id, today=TODAY, by=Actor.system("test"))

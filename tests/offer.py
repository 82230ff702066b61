"""What the authority of a test offers: a service with a maths resource, allowed and licensed step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import pytest

from kateder.catalogue import api as catalogue
from kateder.catalogue.models import Resource, Service
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.governance import api as governance
from kateder.governance.api import Level, Outcome, Tier
from kateder.governance.models import Agreement
from kateder.licences import api as licences
from kateder.licences.api import AssignedKind
from kateder.licences.models import Assignment, Lot
from kateder.register.models import Controller
from tests.cast import SCHOOL_YEAR, SPRING, TODAY, Cast


@dataclass(frozen=True)
class Offer:
    """A service and its resource in the authority of the cast."""

    cast: Cast
    service: Service
    resource: Resource
    controller: Controller
    by: Actor

    def agree(self, *, until: date | None = None, notice_days: int = 0) -> Agreement:
        """Register an agreement from the beginning of the school year."""
        return governance.register_agreement(
            self.service.id,
            controller_id=self.controller.id,
            registration_number=f"BUN 2026/{uuid4().hex[:6]}",
            valid_from_date=SCHOOL_YEAR,
            valid_to_date=until,
            notice_days=notice_days,
            by=self.by,
        )

    def decide(self, outcome: Outcome = Outcome.APPROVED, *, first: date = SCHOOL_YEAR) -> None:
        """Decide about the service."""
        governance.decide(
            self.service.id,
            outcome=outcome,
            tier=Tier.BASE,
            decided_by="Skolchefen",
            delegation="BUN 4.2",
            grounds="Prövad i appråd",
            registration_number="BUN 2026/17",
            valid_from_date=first,
            by=self.by,
        )

    def allow(self, level: Level = Level.PAIRWISE, **policy: object) -> None:
        """Agreement, approval and a policy."""
        self.agree()
        self.decide()
        governance.set_policy(self.service.id, level=level, by=self.by, **policy)  # type: ignore[arg-type]

    def lot(self, **terms: object) -> Lot:
        """Order seats on the resource, by default without a limit for the school year."""
        values: dict[str, object] = {
            "quantity": None,
            "start_date": SCHOOL_YEAR,
            "end_date": SPRING,
            "resource_id": self.resource.id,
        } | terms
        return licences.create_lot(f"lot-{uuid4().hex[:8]}", by=self.by, **values)  # type: ignore[arg-type]

    def assign(
        self,
        lot: Lot,
        subject: str | UUID,
        *,
        to: AssignedKind = AssignedKind.GROUP,
        start: date = SCHOOL_YEAR,
        end: date | None = None,
        year: int | None = None,
    ) -> Assignment:
        """Assign a lot to somebody of the cast."""
        subject_id = self.cast[subject] if isinstance(subject, str) else subject
        return licences.assign(
            to=to,
            subject_id=subject_id,
            lot_id=lot.id,
            start_date=start,
            end_date=end,
            school_year=year,
            by=self.by,
        )

    def entitled(self, *, today: date = TODAY) -> set[str]:
        """Who should have an account, by the names of the cast."""
        names = {root: name for name, root in self.cast.ids.items()}
        found = licences.entitled(self.service.id, today=today)
        assert len(found) == len({one.person_id for one in found})
        return {names[one.person_id] for one in found}


@pytest.fixture
def offer(cast: Cast) -> Iterator[Offer]:
    """A service that nobody has said anything about yet; the test runs inside the authority."""
    with within(cast.authority.id):
        yield make_offer(cast)


def make_offer(cast: Cast, *, slug: str = "rakneresan") -> Offer:
    """Put a provider, a service, a resource and a controller in place."""
    by = cast.actor("alva")
    provider = catalogue.add_provider(f"Förlaget {slug}", by=by)
    service = catalogue.add_service(
        slug.title(), provider_id=provider.id, slug=slug, launch_uri="https://provider.example/start", by=by
    )
    resource = catalogue.add_resource(
        f"{slug.title()} 5",
        provider_id=provider.id,
        service_id=service.id,
        subject_code="MA",
        subject_name="Matematik",
        years=(4, 6),
        by=by,
    )
    controller = Controller.objects.create(name=f"Barn- och utbildningsnämnden {slug}")
    return Offer(cast, service, resource, controller, by)

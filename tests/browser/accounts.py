"""Accounts at a service for the browser to look at: held, removed in every state, withheld, and emptied once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

from kateder.core import clock
from kateder.governance.models import Agreement, Decision
from kateder.provisioning.healing import never_send
from kateder.provisioning.models import (
    FieldSet,
    Grounds,
    Receipt,
    Removal,
    Target,
    TargetObject,
    Unprovisioning,
)
from tests.cast import TODAY
from tests.offer import Offer

PATHS = ["displayName", "externalId", "schemas/*", "urn:scim:schemas:extension:sis:school:1.0:User/enrolments/*/value"]


def make_accounts(offer: Offer) -> None:
    """Put accounts and removals at the offer's target."""
    target, now = Target.objects.get(service=offer.service), clock.now()
    fields = FieldSet.objects.create(resource_type="User", paths=[*PATHS, "userName"])
    grounds = Grounds.objects.create(
        service=offer.service,
        decision_id=Decision.objects.get(service=offer.service).pk,
        agreement_id=Agreement.objects.get(service=offer.service).pk,
        causes=[{"kind": "group", "subject": str(offer.cast["class_5b"]), "lot": None, "resource": None}],
    )
    for name in ("elsa", "tove", "sami"):
        released = uuid4()
        TargetObject.objects.create(
            target=target, resource_type="User", released_id=released, root_id=offer.cast[name], content_hash=b"x",
            acknowledged_at=now,
        )  # fmt: skip
        Receipt.objects.create(
            target=target, run_id=UUID(int=1), resource_type="User", released_id=released, root_id=offer.cast[name],
            action="create", http_status=201, at=now - timedelta(days=2), fields=fields, grounds=grounds,
        )  # fmt: skip
    asked = now - timedelta(days=20)
    states: list[dict[str, object]] = [
        {},
        {"answered_at": asked, "found": "unknown"},
        {"answered_at": asked, "found": "there"},
        {"answered_at": asked, "found": "gone", "verified_at": asked, "closed_at": asked},
        {"answered_at": asked, "confirmed_at": now, "closed_at": now, "note": "Brev från leverantören 2026-11-02"},
    ]
    for values in states:
        Removal.objects.create(target=target, resource_type="User", released_id=uuid4(), asked_at=asked, **values)
    Unprovisioning.objects.create(
        target=target, reason="Avtalet skulle sägas upp", begun_at=asked, begun_by="alva", withdrawn_at=now,
        held={"User": 812, "StudentGroup": 40},
    )  # fmt: skip
    never_send.begin(offer.cast["olle"], service_id=None, reason="BUN 2026/77", by=offer.by, today=TODAY, now=now)

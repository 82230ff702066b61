"""The catalogue, and that nothing of one authority is hung on what belongs to another."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from tests.cast import SCHOOL_YEAR, TODAY, Cast
from tests.offer import Offer, make_offer

from kateder.catalogue import api as catalogue
from kateder.catalogue.api import NotInCatalogue
from kateder.catalogue.models import ResourceKind
from kateder.core import feed
from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from kateder.governance import api as governance
from kateder.governance.api import Kind, Level, Outcome, Tier
from kateder.licences import api as licences

Attempt = Callable[[Offer, Offer], object]

ATTEMPTS: dict[str, Attempt] = {
    "service of a foreign provider": lambda mine, theirs: catalogue.add_service(
        "x", provider_id=theirs.service.provider_id, slug="x", by=mine.by
    ),
    "resource on a foreign service": lambda mine, theirs: catalogue.add_resource(
        "x", provider_id=mine.service.provider_id, service_id=theirs.service.id, by=mine.by
    ),
    "agreement about a foreign service": lambda mine, theirs: governance.register_agreement(
        theirs.service.id,
        controller_id=mine.controller.id,
        registration_number="1",
        valid_from_date=TODAY,
        by=mine.by,
    ),
    "agreement of a foreign controller": lambda mine, theirs: governance.register_agreement(
        mine.service.id,
        controller_id=theirs.controller.id,
        registration_number="1",
        valid_from_date=TODAY,
        by=mine.by,
    ),
    "decision about a foreign service": lambda mine, theirs: governance.decide(
        theirs.service.id,
        outcome=Outcome.APPROVED,
        tier=Tier.BASE,
        decided_by="x",
        registration_number="1",
        valid_from_date=TODAY,
        by=mine.by,
    ),
    "policy of a foreign service": lambda mine, theirs: governance.set_policy(
        theirs.service.id, level=Level.PAIRWISE, by=mine.by
    ),
    "id at a foreign service": lambda mine, theirs: governance.adopt(
        theirs.service.id, kind=Kind.PERSON, released={mine.cast["elsa"]: uuid4()}, purpose="x", by=mine.by
    ),
    "lot on a foreign service": lambda mine, theirs: mine.lot(service_id=theirs.service.id, resource_id=None),
    "lot on a foreign resource": lambda mine, theirs: mine.lot(resource_id=theirs.resource.id),
    "foreign free resource": lambda mine, theirs: licences.assign(
        to=licences.AssignedKind.GROUP,
        subject_id=mine.cast["class_5b"],
        resource_id=theirs.resource.id,
        start_date=SCHOOL_YEAR,
        by=mine.by,
    ),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_nothing_is_hung_on_what_belongs_to_another_authority(neighbours: Cast, cast: Cast, attempt: Attempt) -> None:
    with within(neighbours.authority.id):
        theirs = make_offer(neighbours)
    with within(cast.authority.id), pytest.raises((NotInCatalogue, governance.NoSuchController)):
        attempt(make_offer(cast), theirs)


def test_a_foreign_lot_cannot_be_handed_out(neighbours: Cast, cast: Cast) -> None:
    with within(neighbours.authority.id):
        theirs = make_offer(neighbours).lot()
    with within(cast.authority.id), pytest.raises(NotInCatalogue):
        make_offer(cast).assign(theirs, "class_5b")


def test_a_digital_resource_is_on_a_service_and_a_book_need_not_be(offer: Offer) -> None:
    provider = offer.service.provider_id
    with pytest.raises(catalogue.ResourceNeedsService):
        catalogue.add_resource("x", provider_id=provider, kind=ResourceKind.TOOL, by=offer.by)
    book = catalogue.add_resource("x", provider_id=provider, kind=ResourceKind.PRINTED, by=offer.by)
    assert book.service_id is None


def test_a_change_of_the_catalogue_is_fed_and_audited(offer: Offer) -> None:
    before = feed.position()
    catalogue.change_service(offer.service.id, launch_uri="https://new.example/start", by=offer.by)
    (change,) = feed.since(before)
    assert (change.entity, change.ids) == (feed.Entity.SERVICE, (offer.service.id,))
    assert AuditEvent.objects.get(event="catalogue.service_changed").actor == offer.by.label
    assert catalogue.services().get().launch_uri == "https://new.example/start"

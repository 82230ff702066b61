from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.offer import Offer
    from tests.provisioning.oneroster.calling import Consumer


@pytest.fixture
def reads(offer: Offer) -> Consumer:
    """A consumer of the service that class 5B has, at the lowest level with deliveries."""
    from kateder.governance.api import Level, ProtectedRule
    from tests.provisioning.oneroster.calling import consumer

    offer.allow(level=Level.PAIRWISE, protected_rule=ProtectedRule.ALIAS)
    offer.assign(offer.lot(), "class_5b")
    return consumer(offer.cast.authority, service_id=offer.service.id)

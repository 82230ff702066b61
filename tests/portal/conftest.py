"""The day of the cast, and the class 5B with a resource that works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.offer import Offer


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are asked for on the day of the cast."""
    from tests.cast import TODAY

    monkeypatch.setattr("kateder.core.clock.today", lambda: TODAY)


@pytest.fixture
def in_use(cast: Cast) -> Offer:
    """A service that is approved, under agreement and handed out to 5B; committed."""
    from kateder.core.tenancy import within
    from tests.offer import make_offer

    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        offer.assign(offer.lot(quantity=30), "class_5b")
    return offer

"""A federation on loopback for the tests of trust."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.trust.federated import Federated, Site

    from kateder.core.models import Authority


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Where its metadata is served."""
    from tests.trust.federated import serving

    with serving() as site:
        yield site


@pytest.fixture
def federated(authority: Authority, site: Site) -> Federated:
    """A federation whose key the authority has pinned; nothing is fetched yet."""
    from tests.trust.federated import federate

    site.status, site.location, site.asked = 200, "", 0
    return federate(authority, site)

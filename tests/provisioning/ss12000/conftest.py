from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.provisioning.ss12000.calling import NewApi


@pytest.fixture
def new_api() -> NewApi:
    """Make a client of an authority with a profile, or of a service."""
    from tests.provisioning.ss12000.calling import new

    return new

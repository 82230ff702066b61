"""What the tests of sign-in share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import Browser, Page

if TYPE_CHECKING:
    from kateder.core.models import Authority


@pytest.fixture
def here(owner: psycopg.Connection[tuple[object, ...]]) -> Authority:
    """The authority that answers at localhost."""
    from tests.signin.live import authority_at_localhost

    return authority_at_localhost(owner, slug=f"t-{uuid.uuid4().hex[:10]}")


@pytest.fixture
def site(here: Authority) -> Iterator[str]:
    """The origin of a running Kateder."""
    from tests.signin.live import serving

    with serving() as origin:
        yield origin


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh browser window."""
    context = chromium.new_context(locale="sv-SE")
    yield context.new_page()
    context.close()

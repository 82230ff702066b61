"""What the tests of sign-in share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import psycopg
import pytest
from playwright.sync_api import Browser, Page

if TYPE_CHECKING:
    from django.test import Client

    from kateder.core.models import Authority
    from tests.cast import Cast
    from tests.signin.relying_party import RelyingParty
    from tests.signin.stage import Stage


@pytest.fixture
def stage(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A service that class 5B has, on the day of the cast."""
    from tests.cast import TODAY
    from tests.signin.stage import make_stage

    monkeypatch.setattr("kateder.core.clock.today", lambda: TODAY)
    return make_stage(cast)


@pytest.fixture
def party(stage: Stage) -> RelyingParty:
    """The service as a relying party."""
    from tests.signin.relying_party import RelyingParty
    from tests.signin.stage import CALLBACK

    return RelyingParty(stage.cast.authority, stage.client, CALLBACK)


@pytest.fixture
def elsa(stage: Stage) -> Client:
    """A browser in which Elsa of 5B has signed in."""
    from tests.signin.relying_party import signed_in

    return signed_in(stage.cast.authority, stage.cast.users["elsa"])


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

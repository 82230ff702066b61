"""Passkeys in a real browser, with its own virtual authenticator."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from kateder.core import clock
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.signin.accounts import links
from tests.signin.accounts_of import account

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def device(page: Page) -> str:
    """An authenticator in the page's machine."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return str(added["authenticatorId"])


def setup_link(here: Authority, site: str) -> str:
    with within(here.id):
        return f"{site}/konto/{links.issue(account().id, now=clock.now())}/"


def test_link_makes_a_passkey_and_the_passkey_signs_in(page: Page, device: str, here: Authority, site: str) -> None:
    page.goto(setup_link(here, site))
    page.get_by_role("button", name="Skapa en passnyckel").click()
    page.wait_for_url(f"{site}/oversikt/")
    page.goto(f"{site}/logga-in?next=/logga-in")
    page.locator("button[popovertarget=account]").click()
    page.get_by_role("button", name="Logga ut").click()
    expect(page.locator("form[action='/logga-ut']")).to_have_count(0)
    page.goto(f"{site}/logga-in?next=/logga-in")
    page.get_by_role("button", name="Logga in med passnyckel").click()
    expect(page.locator("form[action='/logga-ut']")).to_have_count(1)


def test_without_a_passkey_the_page_says_so_and_stays(page: Page, device: str, here: Authority, site: str) -> None:
    page.goto(f"{site}/logga-in")
    button = page.get_by_role("button", name="Logga in med passnyckel")
    button.click()
    expect(button).to_be_enabled()
    assert page.url == f"{site}/logga-in"


def test_nothing_is_asked_of_anybody_else(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/logga-in")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(site)] == []

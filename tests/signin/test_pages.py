"""Pages that a person meets seldom are as accessible as the others: links, refusals, the page that goes on."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Browser

from kateder.core import clock
from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from kateder.signin.accounts import links
from tests.browser.test_accessibility import found_by_axe, is_cut_off
from tests.cast import TODAY, make_cast
from tests.signin.accounts_of import account
from tests.signin.relying_party import signed_in
from tests.signin.stage import CALLBACK, make_stage

pytestmark = pytest.mark.browser
CHALLENGE = "A" * 43


@pytest.fixture
def addresses(here: Authority, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Where the seldom pages are, and with what status they answer somebody who has nothing."""
    monkeypatch.setattr("kateder.core.clock.today", lambda: TODAY)
    stage = make_stage(make_cast(here))
    with within(here.id):
        token = links.issue(account().id, now=clock.now())
    asked = f"client_id={stage.client.client_id}&redirect_uri={CALLBACK}&response_type=code&scope=openid"
    return {
        f"/konto/{token}/": 200,
        "/konto/used/": 410,
        f"/oidc/authorize?{asked}&code_challenge={CHALLENGE}&code_challenge_method=S256": 403,
        "/oidc/authorize?client_id=nobody": 400,
        f"/oppna/{stage.resource.id}": 404,
    }


def session_of_olle(here: Authority) -> str:
    """Olle has no licence for anything."""
    with within(here.id):
        client: Client = signed_in(here, User.objects.get(username="olle"), host="localhost")
    return client.cookies["kateder"].value


@pytest.mark.parametrize(("scheme", "width"), [("light", 1600), ("dark", 360)])
def test_seldom_pages_are_accessible_and_whole(
    chromium: Browser, here: Authority, site: str, addresses: dict[str, int], scheme: str, width: int
) -> None:
    context = chromium.new_context(
        locale="sv-SE", viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    context.add_cookies([{"name": "kateder", "value": session_of_olle(here), "url": site}])
    page = context.new_page()
    wrong: dict[str, list[str]] = {}
    for address, status in addresses.items():
        answer = page.goto(f"{site}{address}")
        assert answer is not None
        assert answer.status == status, address
        for closed in page.locator("details").all():
            closed.evaluate("element => { element.open = true }")
        found = [*found_by_axe(page), *(["wider than the screen"] if is_cut_off(page) else [])]
        if found:
            wrong[address] = found
    context.close()
    assert wrong == {}

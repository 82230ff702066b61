"""From the shelf to the service: one click, or a page that waits for the account and goes on by itself."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect

from kateder.catalogue.api import change_service
from kateder.catalogue.models import Resource
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent, Authority
from kateder.core.tenancy import within
from kateder.governance.api import Level, end_agreement
from kateder.governance.models import Agreement
from kateder.protocols.matf.identity import Identity
from kateder.provisioning import api as provisioning
from kateder.signin.api import last_opened, register_client
from kateder.signin.models import Opening
from tests.cast import PERSONS, TODAY, make_cast
from tests.deliveries import Delivery
from tests.demo_provider import DemoProvider
from tests.offer import make_offer
from tests.signin.browsers import send
from tests.signin.relying_party import signed_in

TOKEN = re.compile(r"eyJ[\w-]+\.(eyJ[\w-]+)\.")
Owner = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def provider(site: str, tmp_path: Path) -> Iterator[DemoProvider]:
    """The demo provider, which trusts the running Kateder to say who comes."""
    running = DemoProvider(tmp_path / "provider", issuer=site)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def delivery(here: Authority, provider: DemoProvider, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """Class 5B has the maths resource at the provider; nothing is delivered yet."""
    monkeypatch.setattr("kateder.core.clock.today", lambda: TODAY)
    cast = make_cast(here)
    with within(here.id):
        offer = make_offer(cast)
        offer.allow()
        offer.assign(offer.lot(), "class_5b")
        change_service(offer.service.id, by=offer.by, launch_uri=f"{provider.pages}/start")
        client = register_client(
            offer.service.id, name="Lärlund", redirect_uris=[f"{provider.pages}/callback"], actor=offer.by
        )
        target = provisioning.add_target(
            offer.service.id, base_uri=provider.scim, pins=[provider.pin], by=offer.by, request_seconds=5.0
        )
        actor = Actor.system("test")
    secrets = {"client_id": client.client_id, "client_secret": client.client_secret}
    provider.settings.oidc_file.write_text(json.dumps(secrets))
    provider.know(Identity(target.certificate, ""))
    return Delivery(offer, target, provider, actor)


@pytest.fixture
def elsa(delivery: Delivery) -> Client:
    return signed_in(delivery.cast.authority, delivery.cast.users["elsa"], host="localhost")


def address(delivery: Delivery) -> str:
    return f"/oppna/{delivery.offer.resource.id}"


def test_click_leads_to_where_the_service_begins_its_sign_in(delivery: Delivery, elsa: Client) -> None:
    delivery.first()
    response = elsa.get(address(delivery))
    assert response.status_code == 302
    assert response["Location"].startswith(f"{delivery.provider.pages}/start?")
    assert parse_qs(urlsplit(response["Location"]).query) == {"iss": ["http://localhost"]}


def test_service_with_several_resources_is_told_which_one_to_open(delivery: Delivery, elsa: Client) -> None:
    delivery.first()
    page = f"{delivery.provider.pages}/resurs/r%C3%A4kneresan-5"
    with delivery.inside():
        Resource.objects.filter(id=delivery.offer.resource.id).update(target_link_uri=page)
    told = parse_qs(urlsplit(elsa.get(address(delivery))["Location"]).query)
    assert told == {"iss": ["http://localhost"], "target_link_uri": [page]}


def test_click_before_the_account_is_there_waits_and_then_goes_on(delivery: Delivery, elsa: Client) -> None:
    waiting = elsa.get(address(delivery))["Location"]
    page = elsa.get(waiting)
    assert "på väg" in page.content.decode()
    assert "hx-get" in page.content.decode()
    assert "<html" not in elsa.get(waiting, headers={"hx-request": "true"}).content.decode()
    delivery.first()
    assert elsa.get(waiting, headers={"hx-request": "true"})["HX-Redirect"] == address(delivery)
    assert elsa.get(waiting)["Location"] == address(delivery)


def test_click_before_the_account_is_there_asks_for_a_delivery_once(
    delivery: Delivery, elsa: Client, owner: Owner
) -> None:
    for _ in range(3):
        elsa.get(address(delivery))
    asked = owner.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE args->>'target_id' = %s", [str(delivery.target.id)]
    ).fetchone()
    assert asked == (1,)


def test_service_that_keeps_no_accounts_is_opened_at_once(delivery: Delivery, elsa: Client) -> None:
    with delivery.inside():
        delivery.offer.allow(Level.TRANSIENT)
    assert elsa.get(address(delivery))["Location"].startswith(delivery.provider.pages)


def test_service_that_refused_the_account_is_said_so(delivery: Delivery, elsa: Client) -> None:
    delivery.provider.order({"match": "POST /Users", "do": "answer", "status": 400})
    delivery.first()
    assert "gick inte att skapa" in elsa.get(f"{address(delivery)}/vanta").content.decode()


def test_what_is_not_on_the_shelf_is_not_there(delivery: Delivery) -> None:
    olle = signed_in(delivery.cast.authority, delivery.cast.users["olle"], host="localhost")
    assert olle.get(address(delivery)).status_code == 404
    assert olle.get(f"{address(delivery)}/vanta").status_code == 404
    with delivery.inside():
        assert {event.details["reason"] for event in AuditEvent.objects.filter(event="open")} == {"NotOnYourShelf"}


def test_account_without_a_person_has_no_shelf(delivery: Delivery) -> None:
    alva = signed_in(delivery.cast.authority, delivery.cast.users["alva"], host="localhost")
    assert alva.get(address(delivery)).status_code == 404


def test_ended_agreement_stops_the_launch(delivery: Delivery, elsa: Client) -> None:
    delivery.first()
    with delivery.inside():
        end_agreement(Agreement.objects.get().id, last_day=TODAY - timedelta(days=1), by=delivery.offer.by)
    assert elsa.get(address(delivery)).status_code == 403


def test_protected_pupil_without_a_rule_is_stopped_here_and_not_at_the_service(delivery: Delivery) -> None:
    delivery.first()
    sami = signed_in(delivery.cast.authority, delivery.cast.users["sami"], host="localhost")
    assert sami.get(address(delivery)).status_code == 403


@pytest.mark.parametrize("came_from", ["cross-site", "same-site"])
def test_link_on_another_site_opens_nothing_by_itself(delivery: Delivery, elsa: Client, came_from: str) -> None:
    delivery.first()
    response = elsa.get(address(delivery), headers={"sec-fetch-site": came_from})
    assert response.status_code == 200
    with delivery.inside():
        assert not Opening.objects.exists()


def test_button_goes_on_by_a_page_of_ours(delivery: Delivery, elsa: Client) -> None:
    delivery.first()
    elsa.defaults["HTTP_SEC_FETCH_SITE"] = "cross-site"
    response = send(elsa, address(delivery), address(delivery), {})
    assert response.status_code == 200
    assert response["Refresh"].startswith(f"0;url={delivery.provider.pages}/start?")


def test_launch_needs_a_sign_in_and_comes_back(delivery: Delivery) -> None:
    response = Client(headers={"host": "localhost"}).get(address(delivery))
    assert response["Location"] == f"/logga-in?next={address(delivery)}"


def test_last_opening_is_remembered_in_one_row(delivery: Delivery, elsa: Client) -> None:
    delivery.first()
    for _ in range(3):
        elsa.get(address(delivery))
    with delivery.inside():
        assert set(last_opened(delivery.cast["elsa"])) == {delivery.offer.resource.id}
        assert Opening.objects.get().times == 3


# In a browser


@pytest.fixture
def demonstration(delivery: Delivery, owner: Owner, settings: Any) -> None:
    owner.execute("UPDATE core_authority SET is_demo = true WHERE id = %s", [delivery.cast.authority.id])
    settings.DEMO_CHOOSER = True


def deliver(delivery: Delivery) -> None:
    """Make the first delivery in a thread of its own: Playwright's loop runs in this one."""

    def work() -> None:
        try:
            delivery.first()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def choose_elsa(page: Page) -> None:
    page.get_by_role("button", name="Välj Elsa").click()


def nothing_known_of_anybody(delivery: Delivery) -> None:
    """Search everything that the provider was ever given, what is inside its tokens too.

    Names are looked for as words: two letters in a row stand in many a random token.
    """
    raw = delivery.provider.everything().decode()
    inside = [base64.urlsafe_b64decode(f"{part}==").decode() for part in TOKEN.findall(raw)]
    assert inside, "no identity token was given"
    everything = "\n".join([raw, *inside])
    for name, (given, family, _born) in PERSONS.items():
        for word in (given, family):
            assert not re.search(rf"(?<![\w-]){word}(?![\w-])", everything)
        for piece in (f"{given}.{family}@".lower(), f"{name}@edu", str(delivery.cast[name])):
            assert piece not in everything


@pytest.mark.browser
def test_pupil_waits_and_is_then_at_the_provider_under_her_alias(
    page: Page, site: str, delivery: Delivery, demonstration: None
) -> None:
    page.goto(f"{site}{address(delivery)}")
    choose_elsa(page)
    expect(page.get_by_role("heading")).to_have_text("Ditt konto är på väg")
    deliver(delivery)
    page.wait_for_url(f"{delivery.provider.pages}/resurs/**")
    (alias,) = {user["displayName"] for user in delivery.provider.store().resources["Users"].values()
                if user["displayName"] in page.content()}  # fmt: skip
    assert "Elsa" not in alias
    nothing_known_of_anybody(delivery)


@pytest.mark.browser
def test_pupil_who_begins_at_the_provider_signs_in_and_comes_back_there(
    page: Page, site: str, delivery: Delivery, demonstration: None
) -> None:
    deliver(delivery)
    page.goto(f"{delivery.provider.pages}/start?iss={site}")
    choose_elsa(page)
    page.wait_for_url(f"{delivery.provider.pages}/resurs/**")
    nothing_known_of_anybody(delivery)

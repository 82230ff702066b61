"""The pages of API clients: only for administrators, and a secret is shown once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from kateder.core import clock
from kateder.core.tenancy import within
from kateder.provisioning.models import Subscription
from kateder.provisioning.ss12000 import reports, subscriptions
from kateder.trust import api as trust
from kateder.trust import readings, tokens
from kateder.trust.api import ApiClient
from tests.cast import Cast
from tests.offer import Offer
from tests.portal.visits import text_of, visit

NEW = "/api-klienter/ny/"
SECRET = re.compile(r"<code>([A-Za-z0-9_-]{43})</code>")


@pytest.fixture
def alva(cast: Cast) -> Client:
    return visit(cast, "alva")


def added(cast: Cast, alva: Client, **form: Any) -> tuple[ApiClient, str]:
    answer = alva.post(NEW, {"name": "Skolverket", "sees": "skolverket", "rate": "50", **form})
    assert answer.status_code == 200
    found = SECRET.search(answer.content.decode())
    assert found
    with within(cast.authority.id):
        return ApiClient.objects.get(name=form.get("name", "Skolverket")), found[1]


@pytest.mark.parametrize("who", ["tove", "petra", "elsa"])
def test_nobody_but_an_administrator_reaches_them(cast: Cast, alva: Client, who: str) -> None:
    client, _secret = added(cast, alva)
    page = f"/api-klienter/{client.id}/"
    for path in ("/api-klienter/", NEW, page, f"{page}profil/"):
        assert visit(cast, who).get(path).status_code == 403
    assert visit(cast, who).post(page, {"do": "rotate"}).status_code == 403


def test_secret_is_shown_when_the_client_is_made_and_never_again(cast: Cast, alva: Client) -> None:
    client, secret = added(cast, alva)
    with within(cast.authority.id):
        assert tokens.authenticate(str(client.id), secret, now=clock.now())
    for path in ("/api-klienter/", f"/api-klienter/{client.id}/", f"/api-klienter/{client.id}/profil/"):
        assert secret not in text_of(alva, path)


def test_new_secret_is_another_and_both_are_good_for_a_week(cast: Cast, alva: Client) -> None:
    client, first = added(cast, alva)
    page = alva.post(f"/api-klienter/{client.id}/", {"do": "rotate"}).content.decode()
    found = SECRET.search(page)
    assert found
    assert found[1] != first
    with within(cast.authority.id):
        for secret, days, good in ((first, 6, True), (first, 8, False), (found[1], 8, True)):
            at = clock.now() + timedelta(days=days)
            assert bool(tokens.authenticate(str(client.id), secret, now=at)) is good


def test_client_is_shut_out_and_let_in_from_its_page(cast: Cast, alva: Client) -> None:
    client, _secret = added(cast, alva)
    page = f"/api-klienter/{client.id}/"
    alva.post(page, {"do": "disable"})
    assert "Utestängd" in text_of(alva, page)
    alva.post(page, {"do": "enable"})
    assert "Insläppt" in text_of(alva, page)


def test_profile_is_said_in_words_and_in_no_code(cast: Cast, alva: Client) -> None:
    client, _secret = added(cast, alva)
    page = text_of(alva, f"/api-klienter/{client.id}/")
    for said in ("personnummer", "Klasser och grupper", "Alla skolor", "Finns inte med", "50 anrop per sekund"):
        assert said in page
    assert "securityMarking" not in page


def test_client_of_a_service_sees_what_the_service_may_know(cast: Cast, alva: Client, in_use: Offer) -> None:
    client, _secret = added(cast, alva, sees=f"service:{in_use.service.id}")
    assert client.service_id == in_use.service.id
    assert in_use.service.name in text_of(alva, f"/api-klienter/{client.id}/")


def test_own_profile_holds_what_was_ticked_and_is_shown_again(cast: Cast, alva: Client) -> None:
    client, _secret = added(cast, alva)
    page, unit = f"/api-klienter/{client.id}/profil/", str(cast["bjork"])
    form = {
        "sees": "own", "rate": "", "things": ["organisations", "persons"], "people": ["pupil"], "units": [unit],
        "attributes-persons": ["givenName", "familyName", "shoeSize"],
    }  # fmt: skip
    assert alva.post(page, form).status_code == 302
    with within(cast.authority.id):
        changed = ApiClient.objects.get(id=client.id)
    assert changed.rate is None
    assert changed.profile == {
        "entities": ["organisations", "persons"],
        "attributes": {"persons": ["familyName", "givenName"]} | changed.profile["attributes"],
        "people": ["pupil"],
        "protected": False,
        "units": [unit],
    }
    assert sorted(changed.profile["attributes"]["persons"]) == ["familyName", "givenName"]
    again = text_of(alva, page)
    for name in ("givenName", "familyName"):
        assert re.search(rf'name="attributes-persons" value="{name}" checked', again)
    assert 'name="attributes-persons" value="civicNo">' in again
    assert re.search(rf'value="{unit}" checked', again)
    assert "Björkskolan" in text_of(alva, f"/api-klienter/{client.id}/")


@pytest.mark.parametrize(
    "form",
    [
        {"name": ""},
        {"rate": "fast"},
        {"rate": "0"},
        {"rate": "-1"},
        {"rate": "999999999999"},
        {"sees": "own", "people": ["nobody"]},
        {"sees": "own", "units": ["not-an-id"]},
    ],
)
def test_form_that_cannot_be_used_says_so_and_keeps_what_was_written(
    cast: Cast, alva: Client, form: dict[str, Any]
) -> None:
    answer = alva.post(NEW, {"name": "Behållen", "sees": "skolverket", "rate": "50", **form})
    assert answer.status_code == 422
    assert form.get("name", "Behållen") in answer.content.decode()
    with within(cast.authority.id):
        assert not ApiClient.objects.exists()


@pytest.mark.parametrize("sees", ["service:nonsense", "service:00000000-0000-0000-0000-000000000000"])
def test_service_that_is_not_there_cannot_be_chosen(alva: Client, sees: str) -> None:
    assert alva.post(NEW, {"name": "A", "sees": sees, "rate": ""}).status_code == 404


def test_page_tells_what_was_read_subscribed_and_reported(cast: Cast, alva: Client) -> None:
    client, _secret = added(cast, alva)
    page = f"/api-klienter/{client.id}/"
    with within(cast.authority.id):
        trust.note(client, "persons", objects=1234)
        readings.flush()
        made = subscriptions.subscribe(
            client, name="Skolverkets krok", target="https://client.example/hook", resource_types=["Person"],
            now=clock.now(),
        )  # fmt: skip
        reports.log(client, {"message": "Kan inte mappas", "severityLevel": "Error"}, now=clock.now())
    told = re.sub(r"\s|&nbsp;", " ", text_of(alva, page))
    for said in ("Personer: 1 234", "Skolverkets krok", "https://client.example/hook", "Kan inte mappas", "Fungerar"):
        assert said in told
    alva.post(page, {"do": "spell", "subscription": str(made.id), "spelling": "published"})
    alva.post(page, {"do": "mend"})
    with within(cast.authority.id):
        assert Subscription.objects.get().spelling == "published"
    assert "Det är åtgärdat" not in text_of(alva, page)
    alva.post(page, {"do": "end", "subscription": str(made.id)})
    with within(cast.authority.id):
        assert not Subscription.objects.exists()


def test_subscription_of_another_client_is_not_reached_from_a_page(cast: Cast, alva: Client) -> None:
    first, _ = added(cast, alva)
    second, _ = added(cast, alva, name="En annan")
    with within(cast.authority.id):
        made = subscriptions.subscribe(
            second, name="x", target="https://client.example/hook", resource_types=["Person"], now=clock.now()
        )
    for wanted in (str(made.id), "nonsense", ""):
        answer = alva.post(f"/api-klienter/{first.id}/", {"do": "end", "subscription": wanted})
        assert answer.status_code == 404
    with within(cast.authority.id):
        assert Subscription.objects.filter(id=UUID(str(made.id))).exists()


def test_subscription_that_gets_an_error_is_said_in_words(cast: Cast, alva: Client) -> None:
    client, _secret = added(cast, alva)
    with within(cast.authority.id):
        made = subscriptions.subscribe(
            client, name="Krok", target="https://client.example/hook", resource_types=["Person"], now=clock.now()
        )
        Subscription.objects.filter(id=made.id).update(answer="500")
    page = text_of(alva, f"/api-klienter/{client.id}/")
    assert "inte än; det senaste försöket besvarades med ett fel (500)" in page
    assert "aldrig (500)" not in page
    assert "<dd>Personer</dd>" in page


def test_every_attribute_that_can_be_left_out_has_a_swedish_word() -> None:
    from kateder.portal.authority.api_words import THINGS
    from kateder.portal.authority.attribute_words import ATTRIBUTES, attributes_of

    assert {name for path in THINGS for name in attributes_of(path)} <= ATTRIBUTES.keys()


@pytest.mark.parametrize(
    ("form", "scopes", "addresses"),
    [
        ({"api": "oneroster"}, 2, ["rostering/v1p2"]),
        ({"api": "oneroster", "results": "on"}, 7, ["rostering/v1p2", "gradebook/v1p2"]),
        ({"api": "ss12000"}, 0, ["ss12000/v2.0"]),
    ],
)
def test_service_is_let_fetch_by_the_api_that_was_chosen(
    cast: Cast, alva: Client, in_use: Offer, form: dict[str, str], scopes: int, addresses: list[str]
) -> None:
    page = f"/tjanster/{in_use.service.pk}/"
    answer = alva.post(f"{page}hamtning/ny/", {"name": "Räkneresan hämtar", **form}).content.decode()
    assert SECRET.search(answer)
    for address in (*addresses, "oauth/token"):
        assert f"http://{cast.authority.slug}.test/" in answer
        assert address in answer
    assert ("gradebook" in answer) is (scopes == 7)
    with within(cast.authority.id):
        client = ApiClient.objects.get()
        assert (client.service_id, len(client.scopes)) == (in_use.service.pk, scopes)
    assert "Räkneresan hämtar" in text_of(alva, page)
    assert ("Får lämna tillbaka resultat" in text_of(alva, f"/api-klienter/{client.id}/")) is (scopes == 7)
    changed = {"sees": f"service:{in_use.service.pk}", "rate": "5"}
    assert alva.post(f"/api-klienter/{client.id}/profil/", changed).status_code == 302
    with within(cast.authority.id):
        again = ApiClient.objects.get()
        assert (again.profile, again.scopes, again.rate) == (client.profile, client.scopes, 5)


@pytest.mark.parametrize("api", ["oneroster", "ss12000"])
def test_what_would_be_read_of_a_class_is_shown_without_names_of_the_protected(
    cast: Cast, alva: Client, in_use: Offer, api: str
) -> None:
    page = text_of(alva, f"/tjanster/{in_use.service.pk}/hamtning/forhandsvisning/?klass={cast['class_5b']}&api={api}")
    assert "1 person med skyddade personuppgifter visas inte" in page
    assert "Undervisning" in page
    assert "Olle" not in page
    for who in ("tove", "petra"):
        for name in ("hamtning/ny/", "hamtning/forhandsvisning/"):
            assert visit(cast, who).get(f"/tjanster/{in_use.service.pk}/{name}").status_code == 403

"""Signing in over the web: who is let in, who is not, and where one ends up."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from django.test import Client

from kateder.core import clock
from kateder.core.models import AuditEvent, Authority, User
from kateder.core.tenancy import within
from kateder.signin.accounts import attempts, links, one_time_codes
from kateder.signin.models import OneTimeSecret, Passkey, Session, SetupLink
from tests.signin.accounts_of import account
from tests.signin.authenticator import Authenticator
from tests.signin.browsers import TOKEN, browser, is_signed_in, send

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "fyra gröna kastruller"


@pytest.fixture
def client(authority: Authority) -> Client:
    return browser(authority)


@pytest.fixture
def karin(authority: Authority) -> User:
    with within(authority.id):
        user = account()
        user.set_password(PASSWORD)
        user.save()
        one_time_codes.keep(user, seed=SEED, step=0, now=clock.now())
    return user


def password_and_code(client: Client, **changes: str) -> Any:
    form = {"username": "karin", "password": PASSWORD, "code": pyotp.TOTP(SEED).now(), "next": "/"}
    return send(client, "/logga-in", "/logga-in", {**form, **changes})


def test_password_and_code_let_in(client: Client, karin: User) -> None:
    response = password_and_code(client)
    assert response.status_code == 200
    assert response["Refresh"] == "0;url=/"
    assert is_signed_in(client)


@pytest.mark.parametrize("wrong", [{"password": "fyra gröna"}, {"code": "000000"}, {"code": ""}, {"username": "nils"}])
def test_one_of_the_two_is_not_enough_and_the_answer_does_not_tell_which(
    client: Client, karin: User, wrong: dict[str, str]
) -> None:
    response = password_and_code(client, **wrong)
    assert response.status_code == 403
    assert "fungerade inte" in response.content.decode()
    assert not is_signed_in(client)


def test_password_without_an_app_is_refused(client: Client, authority: Authority, karin: User) -> None:
    with within(authority.id):
        OneTimeSecret.objects.all().delete()
    assert password_and_code(client).status_code == 403


def test_closed_account_is_refused_and_its_session_ends(client: Client, authority: Authority, karin: User) -> None:
    password_and_code(client)
    with within(authority.id):
        User.objects.update(is_active=False)
    assert not is_signed_in(client)
    assert password_and_code(client).status_code == 403


def test_right_password_is_refused_while_the_account_must_wait(
    client: Client, authority: Authority, karin: User
) -> None:
    for _ in range(attempts.PER_ACCOUNT):
        password_and_code(client, password="gissning")
    response = password_and_code(client)
    assert response.status_code == 403
    assert "15 minuter" in response.content.decode()


def test_failed_sign_in_is_audited_without_the_name_that_was_written(
    client: Client, authority: Authority, karin: User
) -> None:
    password_and_code(client, password="gissning")
    with within(authority.id):
        event = AuditEvent.objects.get(event="sign_in")
    assert event.details["refused"]
    assert "karin" not in str(event.__dict__)


def test_account_of_one_authority_is_unknown_at_another(karin: User, other_authority: Authority) -> None:
    assert password_and_code(browser(other_authority)).status_code == 403


def test_cookie_of_one_authority_signs_in_nobody_at_another(
    client: Client, karin: User, other_authority: Authority
) -> None:
    password_and_code(client)
    neighbour = browser(other_authority)
    neighbour.cookies = client.cookies
    assert not is_signed_in(neighbour)


def test_session_key_changes_at_sign_in(client: Client, karin: User) -> None:
    client.get("/logga-in/nyckel/fraga")
    before = client.cookies["kateder"].value
    password_and_code(client)
    assert client.cookies["kateder"].value != before


def test_sign_out_ends_the_session_in_the_table(client: Client, authority: Authority, karin: User) -> None:
    password_and_code(client)
    send(client, "/logga-in", "/logga-ut", {})
    assert not is_signed_in(client)
    with within(authority.id):
        assert not Session.objects.exists()


def test_sign_out_and_sign_in_refuse_a_form_of_somebody_elses_site(client: Client, karin: User) -> None:
    assert client.post("/logga-ut").status_code == 403
    assert client.post("/logga-in", {"username": "karin"}).status_code == 403
    assert client.post("/logga-in/nyckel", "{}", content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "",
        "/klasser/\r\nX: y",
    ],
)
def test_sign_in_leads_to_our_own_pages_only(client: Client, karin: User, elsewhere: str) -> None:
    assert password_and_code(client, next=elsewhere)["Refresh"] == "0;url=/"


def test_sign_in_leads_back_to_the_page_that_asked(client: Client, karin: User) -> None:
    assert password_and_code(client, next="/klasser/?a=1&b=2")["Refresh"] == "0;url=/klasser/?a=1&b=2"


def post_json(client: Client, page: str, to: str, body: str) -> Any:
    token = TOKEN.search(client.get(page).content.decode())
    assert token
    return client.post(to, body, content_type="application/json", headers={"x-csrftoken": token[1]})


def device_of(client: Client, authority: Authority, user: User) -> Authenticator:
    """Set up a passkey through the link, as the person does."""
    with within(authority.id):
        page = f"/konto/{links.issue(user.id, now=clock.now())}/"
    host = f"{authority.slug}.test"
    device = Authenticator(host, f"http://{host}", user_handle=user.id.bytes)
    options = client.get(f"{page}nyckel").content.decode()
    response = post_json(client, page, f"{page}nyckel", device.make(options))
    assert response.status_code == 200, response.content
    return device


def test_link_makes_a_passkey_that_signs_in_ever_after(client: Client, authority: Authority) -> None:
    with within(authority.id):
        user = account()
    device = device_of(client, authority, user)
    assert is_signed_in(client)
    later = browser(authority)
    options = later.get("/logga-in/nyckel/fraga").content.decode()
    response = post_json(later, "/logga-in", "/logga-in/nyckel?next=/klasser/", device.sign(options))
    assert response.json() == {"next": "/klasser/"}
    assert is_signed_in(later)


def test_answer_cannot_be_shown_twice(client: Client, authority: Authority) -> None:
    with within(authority.id):
        user = account()
    device = device_of(client, authority, user)
    later = browser(authority)
    answer = device.sign(later.get("/logga-in/nyckel/fraga").content.decode())
    post_json(later, "/logga-in", "/logga-in/nyckel", answer)
    assert post_json(later, "/logga-in", "/logga-in/nyckel", answer).status_code == 403


def test_answer_to_a_question_of_another_browser_is_refused(client: Client, authority: Authority) -> None:
    with within(authority.id):
        user = account()
    device = device_of(client, authority, user)
    asked, other = browser(authority), browser(authority)
    answer = device.sign(asked.get("/logga-in/nyckel/fraga").content.decode())
    assert post_json(other, "/logga-in", "/logga-in/nyckel", answer).status_code == 403
    assert not is_signed_in(other)


def test_failed_passkey_leaves_the_link_usable(client: Client, authority: Authority) -> None:
    with within(authority.id):
        page = f"/konto/{links.issue(account().id, now=clock.now())}/"
    client.get(f"{page}nyckel")
    assert post_json(client, page, f"{page}nyckel", "{}").status_code == 403
    assert client.get(page).status_code == 200
    with within(authority.id):
        assert SetupLink.objects.get().used_at is None
        assert not Passkey.objects.exists()


def setup_form(client: Client, page: str, **changes: str) -> Any:
    shown = client.get(page).content.decode()
    seed = shown.split("<samp>")[1].split("</samp>")[0].replace(" ", "")
    form = {"password": PASSWORD, "code": pyotp.TOTP(seed).now()}
    return send(client, page, f"{page}losenord", {**form, **changes})


def test_link_sets_up_a_password_with_an_app(client: Client, authority: Authority) -> None:
    with within(authority.id):
        page = f"/konto/{links.issue(account().id, now=clock.now())}/"
    assert setup_form(client, page).status_code == 200
    assert is_signed_in(client)
    assert client.get(page).status_code == 410
    with within(authority.id):
        assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("wrong", [{"password": "kort"}, {"password": "password1234"}, {"code": "123"}])
def test_weak_password_or_wrong_code_sets_up_nothing(
    client: Client, authority: Authority, wrong: dict[str, str]
) -> None:
    with within(authority.id):
        page = f"/konto/{links.issue(account().id, now=clock.now())}/"
    assert setup_form(client, page, **wrong).status_code == 403
    assert client.get(page).status_code == 200
    with within(authority.id):
        assert not OneTimeSecret.objects.exists()


def test_question_asks_for_a_verified_user_and_names_nobody(client: Client, karin: User) -> None:
    asked = json.loads(client.get("/logga-in/nyckel/fraga").content)
    assert asked["userVerification"] == "required"
    assert asked["allowCredentials"] == []


def test_language_is_one_click_away_and_remembered(client: Client, karin: User) -> None:
    response = send(client, "/logga-in", "/sprak", {"language": "en", "next": "/logga-in"})
    assert urlsplit(response["Location"]).path == "/logga-in"
    assert '<html lang="en">' in client.get("/logga-in").content.decode()


def test_language_choice_leads_to_our_own_pages_only(client: Client) -> None:
    response = send(client, "/logga-in", "/sprak", {"language": "en", "next": "https://evil.example/"})
    assert response["Location"] == "/"


def test_unknown_language_changes_nothing(client: Client) -> None:
    response = send(client, "/logga-in", "/sprak", {"language": "tlh", "next": "/"})
    assert "kateder-language" not in response.cookies


def test_account_remembers_its_language_in_a_new_browser(authority: Authority, client: Client, karin: User) -> None:
    password_and_code(client)
    send(client, "/logga-in", "/sprak", {"language": "en", "next": "/"})
    later = browser(authority)
    with within(authority.id):
        OneTimeSecret.objects.update(last_step=0)
    password_and_code(later)
    assert '<html lang="en">' in later.get("/logga-in").content.decode()


def test_zero_byte_in_a_form_is_a_wrong_name_and_not_an_error(client: Client, karin: User) -> None:
    assert password_and_code(client, username="ka\0x").status_code == 403

"""Choosing who to be: only in a database that was made as a demonstration, and only when it is turned on."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.test import Client

from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from tests.signin.accounts_of import account
from tests.signin.browsers import browser, is_signed_in, send

Owner = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def client(authority: Authority) -> Client:
    return browser(authority)


@pytest.fixture
def karin(authority: Authority) -> User:
    with within(authority.id):
        return account()


def choose(client: Client, user: User, onward: str = "/") -> Any:
    return send(client, "/logga-in", "/logga-in/valj", {"user": str(user.id), "next": onward})


@pytest.mark.parametrize(("made_as_demo", "turned_on"), [(False, False), (True, False), (False, True)])
def test_choosing_is_refused_unless_both_database_and_setting_say_demonstration(
    client: Client, authority: Authority, karin: User, owner: Owner, settings: Any,
    made_as_demo: bool, turned_on: bool,
) -> None:  # fmt: skip
    owner.execute("UPDATE core_authority SET is_demo = %s WHERE id = %s", [made_as_demo, authority.id])
    settings.DEMO_CHOOSER = turned_on
    assert "Karin" not in client.get("/logga-in").content.decode()
    assert choose(client, karin).status_code == 403
    assert not is_signed_in(client)


def test_setting_is_off_by_default(settings: Any) -> None:
    assert settings.DEMO_CHOOSER is False


def test_web_process_cannot_turn_its_database_into_a_demonstration(authority: Authority) -> None:
    with pytest.raises(Exception, match="permission denied"), within(authority.id):
        Authority.objects.filter(id=authority.id).update(is_demo=True)


@pytest.fixture
def demo(authority: Authority, owner: Owner, settings: Any) -> None:
    owner.execute("UPDATE core_authority SET is_demo = true WHERE id = %s", [authority.id])
    settings.DEMO_CHOOSER = True


def test_one_chooses_and_is_that_person(client: Client, demo: None, karin: User) -> None:
    page = client.get("/logga-in").content.decode()
    assert "Karin Ek" in page
    assert "Administratör" in page
    assert choose(client, karin, "/klasser/")["Refresh"] == "0;url=/klasser/"
    assert is_signed_in(client)


def test_banner_says_demonstration_on_every_page(client: Client, demo: None, karin: User) -> None:
    assert 'class="demo"' in client.get("/logga-in").content.decode()


def test_one_can_become_somebody_else_without_signing_out(
    client: Client, demo: None, authority: Authority, karin: User
) -> None:
    with within(authority.id):
        nils = account("nils", roles=())
    choose(client, karin)
    choose(client, nils)
    with within(authority.id):
        assert client.session["_auth_user_id"] == str(nils.id)


def test_account_of_a_neighbour_cannot_be_chosen(
    client: Client, demo: None, karin: User, other_authority: Authority
) -> None:
    with within(other_authority.id):
        neighbour = account()
    assert choose(client, neighbour).status_code == 404
    assert send(client, "/logga-in", "/logga-in/valj", {"user": "nobody"}).status_code == 404
    assert not is_signed_in(client)

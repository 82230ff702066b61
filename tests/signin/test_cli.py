"""`kateder user` and `kateder client`: what an operator does without the web."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from kateder.core import clock
from kateder.core.actors import Role
from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from kateder.core.users import UserNameTaken
from kateder.signin.accounts import links
from kateder.signin.cli import NobodyWithThatName, NoSuchService, NoSuchUser, client_app, user_app
from kateder.signin.models import SigningKey
from tests.cast import Cast
from tests.signin.browsers import browser
from tests.signin.relying_party import RelyingParty
from tests.signin.stage import CALLBACK, make_stage


def user(authority: Authority, *arguments: str) -> str:
    """Run `kateder user`; what it refuses is raised."""
    return str(CliRunner().invoke(user_app, [*arguments, "--authority", authority.slug], catch_exceptions=False).stdout)


def client(authority: Authority, *arguments: str) -> str:
    """Run `kateder client`."""
    run = CliRunner().invoke(client_app, [*arguments, "--authority", authority.slug], catch_exceptions=False)
    return str(run.stdout)


def test_new_administrator_gets_a_link_that_opens(authority: Authority) -> None:
    printed = user(authority, "add", "karin", "--name", "Karin Ek").strip()
    assert printed.startswith(f"https://{authority.slug}.test/konto/")
    assert browser(authority).get(urlsplit(printed).path).status_code == 200
    with within(authority.id):
        added = User.objects.get()
    assert added.staff_roles == [Role.ADMINISTRATOR]
    assert not added.has_usable_password()


def test_roles_and_site_can_be_said(authority: Authority) -> None:
    asked = ["--role", "officer", "--site", "http://localhost:8000/"]
    assert user(authority, "add", "dan", "--name", "Dan Ahl", *asked).startswith("http://localhost:8000/konto/")
    assert json.loads(user(authority, "list", "--json")) == [{"username": "dan", "roles": ["officer"], "active": True}]


def test_account_of_a_person_in_the_register_has_the_roles_of_the_register(authority: Authority, cast: Cast) -> None:
    with within(authority.id):
        User.objects.filter(person_id=cast["olle"]).delete()
        eppn = cast.person("olle").edu_person_principal_names[0]
    user(authority, "add", "olle.ost", "--eppn", eppn)
    with within(authority.id):
        added = User.objects.get(username="olle.ost")
        assert (added.person_id, added.staff_roles) == (cast["olle"], [])
    with pytest.raises(NobodyWithThatName):
        user(authority, "add", "other", "--eppn", "nobody@nowhere.example")


def test_user_name_is_one_persons(authority: Authority) -> None:
    user(authority, "add", "karin", "--name", "Karin Ek")
    with pytest.raises(UserNameTaken):
        user(authority, "add", "karin", "--name", "Karin Öst")


def test_new_link_for_somebody_who_lost_the_first(authority: Authority) -> None:
    first = user(authority, "add", "karin", "--name", "Karin Ek").strip()
    second = user(authority, "link", "karin").strip()
    assert browser(authority).get(urlsplit(first).path).status_code == 410
    assert browser(authority).get(urlsplit(second).path).status_code == 200


def test_link_for_nobody_is_refused(authority: Authority) -> None:
    with pytest.raises(NoSuchUser):
        user(authority, "link", "nobody")


def test_client_is_registered_and_its_secret_shown_once(cast: Cast) -> None:
    make_stage(cast)
    asked = ["add", "larlund", "--redirect-uri", "https://larlund.example/annan", "--json"]
    given = json.loads(client(cast.authority, *asked))
    listed = client(cast.authority, "list", "--json")
    assert given["client_id"] in listed
    assert given["client_secret"] not in listed


def test_client_of_an_unknown_service_is_refused(cast: Cast) -> None:
    with pytest.raises(NoSuchService):
        client(cast.authority, "add", "okand", "--redirect-uri", CALLBACK)


def test_key_is_replaced_without_anyone_noticing(cast: Cast) -> None:
    stage = make_stage(cast)
    party = RelyingParty(cast.authority, stage.client, CALLBACK)
    before = {key.kid for key in party.keys().keys}
    assert "signs from" in client(cast.authority, "rotate-key")
    assert before < {key.kid for key in party.keys().keys}
    with within(cast.authority.id):
        newest = SigningKey.objects.order_by("-signs_from")[0]
        assert newest.signs_from > clock.now() + timedelta(hours=23)


def test_link_of_the_command_line_is_good_for_a_day(authority: Authority) -> None:
    token = user(authority, "add", "karin", "--name", "Karin Ek").strip().split("/")[-2]
    with within(authority.id):
        assert links.holder(token, now=clock.now() + timedelta(hours=23)).username == "karin"

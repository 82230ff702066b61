"""A lost device and a person who has left: what they could sign in with is worth nothing at once."""

from __future__ import annotations

import pytest
from django.test import Client
from typer.testing import CliRunner

from kateder.core import clock
from kateder.core.models import User
from kateder.core.tenancy import within
from kateder.signin.accounts import one_time_codes
from kateder.signin.cli import user_app
from kateder.signin.models import OneTimeSecret, Passkey
from tests.cast import TODAY, Cast
from tests.signin.browsers import is_signed_in
from tests.signin.relying_party import RelyingParty, signed_in
from tests.signin.stage import CALLBACK, make_stage


@pytest.fixture
def elsa(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("kateder.core.clock.today", lambda: TODAY)
    with within(cast.authority.id):
        user = cast.users["elsa"]
        user.set_password("fyra gröna kastruller")
        user.save()
        one_time_codes.keep(user, seed=one_time_codes.new_seed(), step=0, now=clock.now())
        Passkey.objects.create(user=user, credential_id=b"1", public_key=b"2", created_at=clock.now())
    return signed_in(cast.authority, cast.users["elsa"])


def run(cast: Cast, *arguments: str) -> None:
    done = CliRunner().invoke(user_app, [*arguments, "--authority", cast.authority.slug], catch_exceptions=False)
    assert done.exit_code == 0


def no_way_in(cast: Cast) -> bool:
    with within(cast.authority.id):
        kept = Passkey.objects.exists() or OneTimeSecret.objects.exists()
        return not kept and not User.objects.get(username="elsa").has_usable_password()


def test_lost_device_is_forgotten_and_its_sessions_end(cast: Cast, elsa: Client) -> None:
    run(cast, "link", "elsa", "--forget")
    assert no_way_in(cast)
    assert not is_signed_in(elsa)


def test_new_link_alone_takes_nothing_back(cast: Cast, elsa: Client) -> None:
    run(cast, "link", "elsa")
    assert not no_way_in(cast)
    assert is_signed_in(elsa)


def test_closed_account_is_out_everywhere(cast: Cast, elsa: Client) -> None:
    stage = make_stage(cast)
    party = RelyingParty(cast.authority, stage.client, CALLBACK)
    code, access_token = party.code(elsa), party.tokens(elsa)["access_token"]
    run(cast, "close", "elsa")
    assert no_way_in(cast)
    assert not is_signed_in(elsa)
    assert party.exchange(code).status_code == 400
    assert party.userinfo(access_token).status_code == 401


def test_others_stay_signed_in(cast: Cast, elsa: Client) -> None:
    tove = signed_in(cast.authority, cast.users["tove"])
    run(cast, "close", "elsa")
    assert is_signed_in(tove)

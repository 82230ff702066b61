"""Memory has an end (domain rule 16): what has expired goes, what lives stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kateder.core import clock
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.signin.accounts import links
from kateder.signin.expiry import KEPT, forget_expired
from kateder.signin.models import AccessToken, Grant, IDToken, Session, SetupLink
from kateder.signin.sessions import SessionStore
from kateder.signin.tasks import forget
from tests.cast import TODAY, Cast
from tests.signin.accounts_of import account
from tests.signin.relying_party import RelyingParty, signed_in
from tests.signin.stage import CALLBACK, make_stage

MODELS = (Session, SetupLink, Grant, AccessToken, IDToken)


@pytest.fixture
def full(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """An authority with one of everything."""
    monkeypatch.setattr("kateder.core.clock.today", lambda: TODAY)
    stage = make_stage(cast)
    RelyingParty(cast.authority, stage.client, CALLBACK).tokens(signed_in(cast.authority, cast.users["elsa"]))
    with within(cast.authority.id):
        links.issue(account().id, now=clock.now())
    return cast


def counts(cast: Cast) -> set[int]:
    with within(cast.authority.id):
        return {model.objects.count() for model in MODELS}


def test_what_lives_is_kept(full: Cast) -> None:
    with within(full.authority.id):
        forget_expired(now=clock.now())
    assert counts(full) == {1}


def test_what_nobody_can_use_is_forgotten(full: Cast) -> None:
    with within(full.authority.id):
        forget_expired(now=clock.now() + timedelta(days=1) + KEPT + timedelta(minutes=1))
    assert counts(full) == {0}


def test_used_code_is_remembered_for_a_day(full: Cast) -> None:
    with within(full.authority.id):
        forget_expired(now=clock.now() + timedelta(hours=23))
        assert Grant.objects.count() == 1


def test_job_forgets_in_every_authority(authority: Authority, other_authority: Authority) -> None:
    for each in (authority, other_authority):
        with within(each.id):
            SessionStore().create()
            Session.objects.update(expires_at=clock.now())
    forget(0)
    for each in (authority, other_authority):
        with within(each.id):
            assert not Session.objects.exists()

"""`kateder doctor` says when nobody can sign in, or when keys do not open."""

from __future__ import annotations

from typing import Any

from kateder.core import clock
from kateder.core.checks import Answer, Verdict
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.signin.diagnosis import check_sign_in
from kateder.signin.models import Passkey
from kateder.signin.oidc import keys
from tests.signin.accounts_of import account


def answers(authority: Authority) -> list[Answer]:
    return [answer for answer in check_sign_in() if answer.found.startswith(authority.slug)]


def test_authority_without_an_administrator_who_can_sign_in_is_warned_of(authority: Authority) -> None:
    with within(authority.id):
        user = account()
    assert Verdict.WARNING in {answer.verdict for answer in answers(authority)}
    with within(authority.id):
        Passkey.objects.create(user=user, credential_id=b"1", public_key=b"2", created_at=clock.now())
    assert {answer.verdict for answer in answers(authority)} == {Verdict.FINE}


def test_signing_key_that_does_not_open_is_a_failure(authority: Authority, settings: Any) -> None:
    with within(authority.id):
        keys.signing_key(now=clock.now())
    settings.SECRET_KEY = "another-" + "y" * 50
    assert Verdict.FAILURE in {answer.verdict for answer in answers(authority)}


def test_chooser_that_cannot_work_is_noted(authority: Authority, settings: Any) -> None:
    settings.DEMO_CHOOSER = True
    assert Verdict.NOTE in {answer.verdict for answer in answers(authority)}

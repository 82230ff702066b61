"""A passkey lets in exactly the person whose device made it, at exactly this site."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from kateder.signin.accounts import passkeys
from kateder.signin.accounts.errors import PasskeyRefused
from kateder.signin.models import Passkey
from tests.signin.accounts_of import account
from tests.signin.authenticator import Authenticator

SITE = passkeys.Site(host="hub.test", origin="https://hub.test", name="Björkvikens kommun")
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.fixture
def user(tenant: Authority) -> User:
    return account()


@pytest.fixture
def device(user: User) -> Authenticator:
    device = Authenticator(SITE.host, SITE.origin, user_handle=user.id.bytes)
    asked = passkeys.ask_for_new(user, site=SITE)
    passkeys.keep(user, answer=device.make(asked.options), challenge=asked.challenge, site=SITE, now=NOW)
    return device


def sign_in(device: Authenticator, *, site: passkeys.Site = SITE) -> User:
    asked = passkeys.ask_who(site=site)
    return passkeys.recognise(answer=device.sign(asked.options), challenge=asked.challenge, site=site, now=NOW)


def test_passkey_lets_its_owner_in_without_a_name(user: User, device: Authenticator) -> None:
    assert sign_in(device) == user
    assert Passkey.objects.get(user=user).last_used_at == NOW


def test_answer_to_another_challenge_is_refused(device: Authenticator) -> None:
    answer = device.sign(passkeys.ask_who(site=SITE).options)
    with pytest.raises(PasskeyRefused):
        passkeys.recognise(answer=answer, challenge=passkeys.ask_who(site=SITE).challenge, site=SITE, now=NOW)


def test_answer_made_at_another_site_is_refused(device: Authenticator) -> None:
    device.origin = "https://hub.test.evil.example"
    with pytest.raises(PasskeyRefused):
        sign_in(device)


def test_device_that_did_not_verify_its_user_is_refused(device: Authenticator) -> None:
    device.verifies = False
    with pytest.raises(PasskeyRefused):
        sign_in(device)


def test_copied_authenticator_is_noticed_by_its_counter(device: Authenticator) -> None:
    copy = dataclasses.replace(device)
    sign_in(device)
    sign_in(device)
    with pytest.raises(PasskeyRefused):
        sign_in(copy)


def test_signature_of_another_key_is_refused(user: User, device: Authenticator) -> None:
    forger = Authenticator(SITE.host, SITE.origin, user.id.bytes, credential_id=device.credential_id)
    with pytest.raises(PasskeyRefused):
        sign_in(forger)


def test_passkey_of_a_closed_account_is_refused(user: User, device: Authenticator) -> None:
    user.is_active = False
    user.save()
    with pytest.raises(PasskeyRefused):
        sign_in(device)


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"id": "AA", "rawId": "AA", "type": "public-key"}', "null"])
def test_nonsense_is_refused_and_not_an_error(tenant: Authority, answer: str) -> None:
    with pytest.raises(PasskeyRefused):
        passkeys.recognise(answer=answer, challenge=b"x", site=SITE, now=NOW)


def test_passkey_of_one_authority_is_unknown_at_another(authority: Authority, other_authority: Authority) -> None:
    with within(authority.id):
        user = account()
        device = Authenticator(SITE.host, SITE.origin, user_handle=user.id.bytes)
        asked = passkeys.ask_for_new(user, site=SITE)
        passkeys.keep(user, answer=device.make(asked.options), challenge=asked.challenge, site=SITE, now=NOW)
    with within(other_authority.id), pytest.raises(PasskeyRefused):
        sign_in(device)


def test_same_passkey_cannot_be_kept_for_two_accounts(device: Authenticator) -> None:
    second = account("nils")
    asked = passkeys.ask_for_new(second, site=SITE)
    with pytest.raises(PasskeyRefused):
        passkeys.keep(second, answer=device.make(asked.options), challenge=asked.challenge, site=SITE, now=NOW)

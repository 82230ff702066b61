"""A code from the app is good once, and only about now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from kateder.core.models import Authority, User
from kateder.signin.accounts import one_time_codes
from kateder.signin.models import OneTimeSecret
from tests.signin.accounts_of import account

NOW = datetime(2026, 11, 23, 8, 0, 10, tzinfo=UTC)
SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SEED).at(moment)


@pytest.fixture
def user(tenant: Authority) -> User:
    user = account()
    one_time_codes.keep(user, seed=SEED, step=0, now=NOW)
    return user


def test_right_code_is_accepted(user: User) -> None:
    assert one_time_codes.accept(user, code=code_at(NOW), now=NOW)


def test_code_is_good_once(user: User) -> None:
    one_time_codes.accept(user, code=code_at(NOW), now=NOW)
    assert not one_time_codes.accept(user, code=code_at(NOW), now=NOW + timedelta(seconds=5))


def test_older_code_is_refused_after_a_newer_one(user: User) -> None:
    one_time_codes.accept(user, code=code_at(NOW), now=NOW)
    assert not one_time_codes.accept(user, code=code_at(NOW - timedelta(seconds=30)), now=NOW)


@pytest.mark.parametrize(("seconds", "accepted"), [(0, True), (29, True), (60, False), (-30, False)])
def test_code_is_good_for_its_step_and_the_next(user: User, seconds: int, accepted: bool) -> None:
    shown = code_at(NOW)
    assert one_time_codes.accept(user, code=shown, now=NOW + timedelta(seconds=seconds)) is accepted


def test_code_written_with_a_space_is_accepted(user: User) -> None:
    code = code_at(NOW)
    assert one_time_codes.accept(user, code=f"{code[:3]} {code[3:]}", now=NOW)


def test_seed_is_sealed_at_rest(user: User) -> None:
    assert SEED not in OneTimeSecret.objects.get(user=user).sealed


def test_account_without_an_app_has_no_right_code(tenant: Authority) -> None:
    assert not one_time_codes.accept(account("nils"), code=code_at(NOW), now=NOW)

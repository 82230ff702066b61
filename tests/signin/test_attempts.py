"""Guessing is slow: per account and per address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.signin.accounts import attempts
from kateder.signin.accounts.errors import TooManyAttempts
from kateder.signin.models import Attempt

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def fail(times: int, *, account: str = "karin", address: str = "192.0.2.1") -> None:
    for _ in range(times):
        attempts.failed(account=account, address=address, now=NOW)


def test_account_waits_after_too_many_failures(tenant: Authority) -> None:
    fail(attempts.PER_ACCOUNT)
    with pytest.raises(TooManyAttempts):
        attempts.check(account="Karin", address="192.0.2.99", now=NOW)


def test_one_failure_fewer_is_still_let_in(tenant: Authority) -> None:
    fail(attempts.PER_ACCOUNT - 1)
    attempts.check(account="karin", address="192.0.2.1", now=NOW)


def test_address_waits_after_trying_many_accounts(tenant: Authority) -> None:
    for number in range(attempts.PER_ADDRESS):
        fail(1, account=f"a{number}")
    with pytest.raises(TooManyAttempts):
        attempts.check(account="karin", address="192.0.2.1", now=NOW)


def test_failed_passkeys_count_for_the_address_alone(tenant: Authority) -> None:
    for _ in range(attempts.PER_ADDRESS - 1):
        attempts.failed(address="192.0.2.1", now=NOW)
    attempts.check(address="192.0.2.1", now=NOW)
    attempts.failed(address="192.0.2.1", now=NOW)
    attempts.check(address="192.0.2.2", now=NOW)
    with pytest.raises(TooManyAttempts):
        attempts.check(address="192.0.2.1", now=NOW)


def test_limit_passes_with_time(tenant: Authority) -> None:
    fail(attempts.PER_ACCOUNT)
    attempts.check(account="karin", address="192.0.2.1", now=NOW + attempts.WINDOW + timedelta(seconds=1))


def test_success_forgets_the_failures_of_the_account(tenant: Authority) -> None:
    fail(attempts.PER_ACCOUNT)
    attempts.succeeded(account="karin")
    attempts.check(account="karin", address="192.0.2.1", now=NOW)


def test_one_authority_does_not_lock_an_account_at_another(authority: Authority, other_authority: Authority) -> None:
    with within(authority.id):
        fail(attempts.PER_ACCOUNT)
    with within(other_authority.id):
        attempts.check(account="karin", address="192.0.2.1", now=NOW)


def test_neither_account_nor_address_can_be_read_from_the_table(tenant: Authority) -> None:
    fail(1)
    kept = str(list(Attempt.objects.values_list()))
    assert "karin" not in kept
    assert "192.0.2.1" not in kept

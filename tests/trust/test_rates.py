"""How fast a client may ask: the same over all processes, and cheap."""

from __future__ import annotations

import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from tests.trust.clients_of import add, request_with

from kateder.core import audit, clock
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.trust import api as trust
from kateder.trust import rates
from kateder.trust.models import RateBucket
from kateder.trust.rates import Shares


def count(shares: list[Shares], client_id: object, *, rate: int, most: int) -> int:
    """How many of `most` requests, sent to the processes in turn, are let through."""
    return sum(shares[n % len(shares)].wait(client_id, rate=rate) == 0 for n in range(most))  # type: ignore[arg-type]


@pytest.mark.parametrize("processes", [1, 3])
def test_all_processes_together_let_through_one_burst(authority: Authority, processes: int) -> None:
    calling = add(authority)
    with within(authority.id):
        begun = time.monotonic()
        through = count([Shares() for _ in range(processes)], calling.row.id, rate=20, most=200)
        earned = 20 * (time.monotonic() - begun)
    assert 40 - 2 * processes <= through <= 40 + earned + 1


def test_bucket_fills_again_at_its_rate(authority: Authority) -> None:
    calling = add(authority)
    with within(authority.id):
        client_id = calling.row.id
        count([Shares()], client_id, rate=10, most=60)
    with within(authority.id):  # committed: the buckets are filled over another connection
        RateBucket.objects.filter(caller_id=client_id).update(tokens=0, filled_at=clock.now() - timedelta(seconds=1))
    with within(authority.id):
        begun = time.monotonic()
        through = count([Shares()], client_id, rate=10, most=60)
        earned = 10 * (time.monotonic() - begun)
    assert 10 <= through <= 10 + earned + 2


def test_client_is_told_how_long_to_wait(authority: Authority) -> None:
    calling = add(authority, rate=1)
    token = calling.token()
    request = request_with(f"Bearer {token}")
    with within(authority.id):
        assert [trust.who_calls(request).id for _ in range(2)]
        with pytest.raises(trust.TooManyRequests) as refused:
            trust.who_calls(request)
    assert 1 <= refused.value.seconds <= 2


def test_client_without_a_rate_asks_as_fast_as_it_can(authority: Authority) -> None:
    calling = add(authority, rate=None)
    token = calling.token()
    with within(authority.id):
        assert all(trust.who_calls(request_with(f"Bearer {token}")) for _ in range(300))
        assert not RateBucket.objects.filter(caller_id=UUID(calling.id)).exists()


def test_one_clients_haste_is_not_anothers_wait(authority: Authority) -> None:
    hasty, calm = add(authority, "Hastig"), add(authority, "Lugn")
    with within(authority.id):
        shares = Shares()
        count([shares], hasty.row.id, rate=5, most=50)
        assert shares.wait(hasty.row.id, rate=5) > 0
        assert shares.wait(calm.row.id, rate=5) == 0


def test_thousand_requests_a_second_cost_few_statements(authority: Authority) -> None:
    calling = add(authority)
    with within(authority.id), CaptureQueriesContext(connections[audit.ALIAS]) as asked:
        assert count([Shares()], calling.row.id, rate=2000, most=1000) == 1000
    taken = [one for one in asked.captured_queries if "trust_ratebucket" in one["sql"]]
    assert len(taken) <= 1000 / (2000 / rates.SHARES_A_SECOND) + 2


def test_refused_request_gives_back_what_was_not_there(authority: Authority) -> None:
    calling = add(authority)
    with within(authority.id):
        for _ in range(30):
            Shares().wait(calling.row.id, rate=10)
        assert RateBucket.objects.get(caller_id=UUID(calling.id)).tokens >= 0

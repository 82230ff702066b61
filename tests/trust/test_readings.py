"""Everything that is read is in the audit trail, in the aggregate; who is protected, each by itself."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import textwrap
from uuid import UUID, uuid4

import pytest
from django.db import connections, transaction
from django.test.utils import CaptureQueriesContext
from tests.trust.clients_of import Calling, add, request_with

from kateder.core import audit
from kateder.core.models import AuditEvent, Authority
from kateder.core.tenancy import within
from kateder.trust import api as trust
from kateder.trust import callers, readings
from kateder.trust.models import ApiClient, Reading


def events(calling: Calling, event: str) -> list[AuditEvent]:
    with within(calling.authority.id):
        return list(AuditEvent.objects.filter(event=event).order_by("id"))


def test_many_requests_become_one_event_with_their_sums(authority: Authority) -> None:
    calling = add(authority)
    with within(authority.id):
        for objects in (50, 50, 7):
            trust.note(calling.row, "Person", objects=objects)
        trust.note(calling.row, "Group", objects=3)
        readings.flush()
        readings.flush()
    told = {event.details["entity"]: event.details for event in events(calling, "api.read")}
    assert told == {
        "Person": {"entity": "Person", "requests": 3, "objects": 107},
        "Group": {"entity": "Group", "requests": 1, "objects": 3},
    }
    assert {event.actor for event in events(calling, "api.read")} == {f"api:{calling.id}"}


def test_day_adds_up_over_flushes_and_says_when_the_client_was_last_seen(authority: Authority) -> None:
    calling = add(authority)
    with within(authority.id):
        for _ in range(2):
            trust.note(calling.row, "Person", objects=10)
            readings.flush()
        row = Reading.objects.get(client=UUID(calling.id))
        assert (row.requests, row.objects_read) == (2, 20)
        assert ApiClient.objects.get(id=calling.id).last_seen_at is not None


def test_protected_person_is_audited_at_once_and_alone_even_if_the_request_is_rolled_back(
    authority: Authority,
) -> None:
    calling, who = add(authority), [uuid4(), uuid4()]
    with within(authority.id):
        trust.note(calling.row, "Person", objects=50, protected=who)
        transaction.set_rollback(True)
    assert {UUID(event.subject_id) for event in events(calling, "api.protected_read")} == set(who)


def test_counting_asks_the_database_nothing(authority: Authority) -> None:
    calling = add(authority)
    with within(authority.id):
        client = calling.row
        with (
            CaptureQueriesContext(connections["default"]) as first,
            CaptureQueriesContext(connections[audit.ALIAS]) as second,
        ):
            for _ in range(100):
                trust.note(client, "Person", objects=50)
    assert len(first) == len(second) == 0


def test_refusals_are_counted_by_their_reason(authority: Authority) -> None:
    calling = add(authority)
    with within(authority.id):
        for shown in ("", "", "Bearer kat_unknown"):
            with contextlib.suppress(trust.NotAuthenticated):
                callers.who_calls(request_with(shown))
        readings.flush()
    told = {event.details["reason"]: event.details["requests"] for event in events(calling, "api.refused")}
    assert told == {"no_token": 2, "unknown_token": 1}


def test_authorities_are_counted_apart(authority: Authority, other_authority: Authority) -> None:
    here, there = add(authority), add(other_authority)
    for calling, objects in ((here, 1), (there, 2)):
        with within(calling.authority.id):
            trust.note(calling.row, "Person", objects=objects)
    readings.flush()
    assert [event.details["objects"] for event in events(here, "api.read")] == [1]
    assert [event.details["objects"] for event in events(there, "api.read")] == [2]


@pytest.mark.parametrize("how", ["itself", "forked"])
def test_process_that_is_asked_to_stop_writes_first(authority: Authority, how: str) -> None:
    calling = add(authority)
    script = f"""
        import multiprocessing
        import sys
        import django
        django.setup()
        from uuid import UUID
        from kateder.core.tenancy import within
        from kateder.trust import api as trust

        def read():
            with within(UUID("{authority.id}")):
                trust.note(trust.ApiClient.objects.get(id="{calling.id}"), "Person", objects=5)

        if "{how}" == "itself":
            read()
        else:
            # As granian makes its workers.
            child = multiprocessing.get_context("fork").Process(target=read)
            child.start()
            child.join()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=True, timeout=60)
    assert [event.details["objects"] for event in events(calling, "api.read")] == [5]

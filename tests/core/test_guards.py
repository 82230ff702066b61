"""Leases, secrets, the audit chain, jobs, host names, partitions."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import socket
import subprocess
import uuid
from datetime import timedelta

import psutil
import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from procrastinate.contrib.django import app

from kateder.core import audit, authorities, clock, feed, jobs, leases, partitions, plans, sealing, secrets
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent, AuditSeal, Authority, Lease, PlanRow, PlanState
from kateder.core.tasks import retry_stalled_jobs
from kateder.core.tenancy import within
from tests.test_consistency import Owner


def test_a_lease_is_held_by_one_only(authority: Authority) -> None:
    with leases.hold(authority.id, "target:1"), pytest.raises(leases.LeaseHeld), leases.hold(authority.id, "target:1"):
        pass
    with leases.hold(authority.id, "target:1") as again:
        assert again.fence == 2


def test_a_holder_that_was_thought_dead_is_refused(authority: Authority) -> None:
    with contextlib.ExitStack() as stack:
        late = stack.enter_context(leases.hold(authority.id, "target:1"))
        with within(authority.id):
            Lease.objects.update(expires_at=clock.now() - timedelta(seconds=1))
        with leases.hold(authority.id, "target:1") as taken_over:
            with pytest.raises(leases.LeaseLost), within(authority.id):
                late.check()
            with pytest.raises(leases.LeaseLost):
                late.renew()
            with within(authority.id):
                taken_over.check()


def test_a_holder_that_was_killed_on_this_machine_is_not_waited_for(authority: Authority) -> None:
    hold = leases.hold(authority.id, "target:1", seconds=900)
    late = hold.__enter__()
    with subprocess.Popen(["sleep", "60"]) as sleeper, within(authority.id):
        started = f"{psutil.Process(sleeper.pid).create_time():.0f}"
        holder = f"{socket.gethostname()}:{sleeper.pid}:{started}"
        Lease.objects.update(holder=holder)
        with pytest.raises(leases.LeaseHeld), leases.hold(authority.id, "target:1"):
            pass
        sleeper.kill()
    with leases.hold(authority.id, "target:1") as taken_over:
        assert taken_over.fence > late.fence
    with within(authority.id):
        Lease.objects.update(holder=holder.replace(":", ".elsewhere:", 1), expires_at=clock.now() + timedelta(hours=1))
    with pytest.raises(leases.LeaseHeld), leases.hold(authority.id, "target:1"):
        pass
    hold.__exit__(None, None, None)


def test_leases_of_two_authorities_do_not_meet(authority: Authority, other_authority: Authority) -> None:
    with leases.hold(authority.id, "target:1"), leases.hold(other_authority.id, "target:1") as other:
        assert other.fence == 1


def test_a_secret_opens_only_for_its_purpose_and_authority(authority: Authority, other_authority: Authority) -> None:
    with within(authority.id):
        sealed = secrets.seal(b"key", purpose="tls")
        assert b"key" not in sealed.encode()
        assert secrets.unseal(sealed, purpose="tls") == b"key"
        with pytest.raises(secrets.CannotUnseal):
            secrets.unseal(sealed, purpose="oidc")
    with within(other_authority.id), pytest.raises(secrets.CannotUnseal):
        secrets.unseal(sealed, purpose="tls")


def _events(count: int) -> None:
    for number in range(count):
        audit.record("test", actor=Actor.system("test"), subject_type="person", subject_id=number)


def test_the_audit_chain_verifies_and_reports_the_tail(tenant: Authority) -> None:
    _events(3)
    assert sealing.seal_closed() == 3
    _events(2)
    assert sealing.seal_closed() == 2
    assert sealing.seal_closed() == 0
    _events(1)
    assert sealing.verify() == sealing.Verdict(seals=2, events=5, unsealed=1, broken_at=None)


@pytest.mark.parametrize("change", ["DELETE FROM core_auditevent WHERE id = %s",
                                    "UPDATE core_auditevent SET actor = 'x' WHERE id = %s"])  # fmt: skip
def test_an_event_changed_behind_our_back_breaks_its_seal(authority: Authority, owner: Owner, change: str) -> None:
    with within(authority.id):
        _events(3)
        sealing.seal_closed()
        first = AuditEvent.objects.order_by("id").values_list("id", flat=True)[0]
    owner.execute(change, [first])
    with within(authority.id):
        assert sealing.verify().broken_at == 1


def test_an_event_that_commits_late_is_sealed_all_the_same(authority: Authority, owner: Owner) -> None:
    with within(authority.id):
        _events(1)
        sealing.seal_closed()
        number = AuditSeal.objects.get().event_ids[0]
    owner.execute(
        "INSERT INTO core_auditevent (id, authority_id, at, event, actor, subject_type, subject_id, details)"
        " VALUES (%s, %s, now() - interval '5 minutes', 'late', 'x', 'x', 'x', '{}')",
        [-number, authority.id],
    )
    with within(authority.id):
        assert sealing.seal_closed() == 1
        assert sealing.verify().unsealed == 0


ran: list[str] = []


@jobs.task("tests.note")
def note(*, authority_id: str, subject: str) -> None:
    """Prove that the job runs within its authority."""
    ran.append(f"{subject}:{AuditEvent.objects.count()}")


def test_an_equal_job_is_asked_for_once_and_the_caller_goes_on(tenant: Authority) -> None:
    assert jobs.request(note, queueing_lock="once", subject="a") is True
    assert jobs.request(note, queueing_lock="once", subject="a") is False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args->>'authority_id' = %s", [str(tenant.id)])
        assert cursor.fetchone() == (1,)


def test_a_job_runs_within_its_authority(authority: Authority, owner: Owner) -> None:
    subject, queue = uuid.uuid4().hex, f"guards-{uuid.uuid4().hex[:8]}"
    with within(authority.id):
        jobs.request(note, subject=subject)
    # A queue of its own: this worker has no business with what other tests have asked for.
    owner.execute("UPDATE procrastinate_jobs SET queue_name = %s WHERE args->>'subject' = %s", [queue, subject])
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]

    async def work() -> None:
        async with worker.open_async():
            await worker.run_worker_async(
                queues=[queue], wait=False, install_signal_handlers=False, listen_notify=False
            )

    asyncio.run(work())
    assert f"{subject}:0" in ran


def test_a_job_whose_worker_was_killed_is_given_to_another(authority: Authority, owner: Owner) -> None:
    with within(authority.id):
        jobs.request(note, subject="stalled")
    owner.execute(
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')"
        " RETURNING id) UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
        " WHERE args->>'authority_id' = %s",
        [str(authority.id)],
    )
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]

    async def retry() -> int:
        async with worker.open_async():
            return await retry_stalled_jobs(worker)

    assert asyncio.run(retry()) >= 1
    row = owner.execute(
        "SELECT status FROM procrastinate_jobs WHERE args->>'authority_id' = %s", [str(authority.id)]
    ).fetchone()
    assert row == ("todo",)


def test_a_killed_workers_job_makes_way_for_an_equal_one_that_waits(authority: Authority, owner: Owner) -> None:
    with within(authority.id):
        jobs.request(note, queueing_lock="equal", lock="equal", subject="stalled")
    owner.execute(
        "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')"
        " RETURNING id) UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
        " WHERE args->>'authority_id' = %s",
        [str(authority.id)],
    )
    with within(authority.id):
        assert jobs.request(note, queueing_lock="equal", lock="equal", subject="waiting") is True
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]

    async def retry() -> None:
        async with worker.open_async():
            await retry_stalled_jobs(worker)

    asyncio.run(retry())
    rows = owner.execute(
        "SELECT args->>'subject', status FROM procrastinate_jobs WHERE args->>'authority_id' = %s ORDER BY id",
        [str(authority.id)],
    ).fetchall()
    assert rows == [("stalled", "aborted"), ("waiting", "todo")]


def test_a_plan_is_decided_once(tenant: Authority) -> None:
    subject, by = uuid.uuid4(), Actor.system("test")
    old = plans.store("import", subject, plan_hash="a", feed_position=0, summary={})
    new = plans.store(
        "import", subject, plan_hash="b", feed_position=0, summary={}, rows=[plans.NewRow("create", "person", "1")]
    )
    with pytest.raises(plans.PlanNotOpen):
        plans.approve(old.id, by=by)
    assert plans.approve(new.id, by=by).state == PlanState.APPROVED
    with pytest.raises(plans.PlanNotOpen):
        plans.refuse(new.id, by=by)
    plans.mark_applied(new.id)
    assert PlanRow.objects.count() == 1


def test_an_unknown_host_is_told_so_and_an_ip_address_is_sent_home(database: str) -> None:
    assert Client().get("/", headers={"host": "nobody.test"}).status_code == 404
    answer = Client().get("/x?y=1", headers={"host": "127.0.0.1:8000"}, SERVER_PORT="8000")
    assert (answer.status_code, answer["Location"]) == (301, "http://localhost:8000/x?y=1")


def test_health_needs_no_authority(database: str) -> None:
    assert Client().get("/halsa", headers={"host": "whatever"}).json() == {"status": "ok"}


def test_a_query_parameter_cannot_choose_the_authority(authority: Authority, other_authority: Authority) -> None:
    found = authorities.by_host(f"{authority.slug}.test")
    assert found is not None
    assert found.id == authority.id


def test_the_runtime_role_cannot_make_an_authority(database: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Authority.objects.create(name="x", slug=uuid.uuid4().hex)


def test_partitions_of_the_coming_year_exist_and_are_made_once(database: str) -> None:
    assert partitions.ensure() == 0
    month = (clock.now() + timedelta(days=330)).strftime("%Y%m")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"core_auditevent_{month}"])
        assert cursor.fetchone() != (None,)


def test_an_empty_append_leaves_the_feed_where_it_was(tenant: Authority) -> None:
    assert feed.append({feed.Entity.PERSON: []}, cause="nothing") == feed.position() == 0


def test_what_fails_in_one_authority_holds_up_no_other(authority: Authority, other_authority: Authority) -> None:
    broken, fine = sorted((authority, other_authority), key=lambda one: one.slug)
    done: list[uuid.UUID] = []

    def work(each: Authority) -> None:
        if each.id == broken.id:
            raise ValueError
        done.append(each.id)

    with pytest.raises(ExceptionGroup):
        jobs.in_every_authority(work)
    assert fine.id in done


@pytest.mark.parametrize(("cookie", "language"), [(None, "sv"), ("en", "en"), ("sv", "sv"), ("xx", "sv")])
def test_swedish_comes_first_whatever_the_browser_was_sold_with(
    authority: Authority, cookie: str | None, language: str
) -> None:
    client = Client()
    if cookie:
        client.cookies["kateder-language"] = cookie
    page = client.get("/", headers={"host": f"{authority.slug}.test", "accept-language": "en-GB,en;q=0.9"})
    assert page["Content-Language"] == language


def test_a_page_asks_for_its_style_by_what_is_in_it(authority: Authority) -> None:
    client, host = Client(), f"{authority.slug}.test"
    page = client.get("/logga-in", headers={"host": host}).content.decode()
    (address,) = re.findall(r'href="(/static/built/kateder\.css[^"]*)"', page)
    style = b"".join(client.get(address, headers={"host": host}).streaming_content)
    assert address.endswith(f"?v={hashlib.sha256(style).hexdigest()[:12]}")


def test_a_typeface_has_the_address_that_the_style_sheet_gives_it(authority: Authority) -> None:
    page = Client().get("/logga-in", headers={"host": f"{authority.slug}.test"}).content.decode()
    assert 'href="/static/built/atkinson-latin.woff2"' in page


def test_a_missing_static_file_is_not_found_and_asks_for_nobody(authority: Authority) -> None:
    answer = Client().get("/static/built/nothing.js", headers={"host": f"{authority.slug}.test"})
    assert (answer.status_code, answer.cookies) == (404, {})

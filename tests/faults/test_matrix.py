"""Each fault × each phase: once the fault is over, one run ends in equality with what is wanted, and nothing is twice.

One authority and one provider for all: each case lets one pupil begin and another leave, so that every run creates,
changes and removes, and meets the fault in the phase that is tried.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from kateder.core import authorities, clock, db, leases
from kateder.provisioning.api import RunState
from kateder.provisioning.egil import listing
from kateder.provisioning.healing import rebuilding, verifying
from kateder.provisioning.models import Receipt, Target, TargetObject
from kateder.provisioning.planning import memory, pieces
from kateder.provisioning.runs import running
from tests.cast import TODAY, make_cast
from tests.deliveries import QUICK, Delivery, make_delivery
from tests.demo_provider import demo_provider

PHASES = {"create": "POST", "update": "PUT", "remove": "DELETE"}
ANSWERS = (400, 401, 403, 404, 409, 410, 412, 422, 429, 500, 503)
IMPATIENT = 0.4  # seconds that a request may take, where the fault is that it takes longer

Fault = Callable[[Delivery, str], AbstractContextManager[None]]


@pytest.fixture(scope="module")
def whole(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivery]:
    """A service in step with the register."""
    slug = f"t-{uuid.uuid4().hex[:10]}"
    authority = authorities.create(name="Felköpings kommun", slug=slug, hosts=[f"{slug}.test"])
    with demo_provider(tmp_path_factory.mktemp("matrix")) as provider:
        delivery = make_delivery(make_cast(authority), provider)
        delivery.first()
        delivery.join(1)
        delivery.run()
        yield delivery


@pytest.fixture
def changed(whole: Delivery) -> Delivery:
    """One pupil has begun in the class and another has left since the last delivery."""
    with whole.inside():
        cast = set(whole.cast.ids.values())
        rows = TargetObject.objects.filter(target=whole.target, resource_type="User").exclude(root_id__in=cast)
        there = [one for one in rows.values_list("root_id", flat=True) if one is not None]
    whole.join(1)
    whole.leave(there)
    return whole


def ordered(**rule: Any) -> Fault:
    """The provider does this to every request of the phase."""

    @contextlib.contextmanager
    def fault(delivery: Delivery, method: str) -> Iterator[None]:
        delivery.provider.order({"match": method, **rule})
        yield
        delivery.provider.order()

    return fault


def target_with(**values: Any) -> Fault:
    """The target is set up like this meanwhile; given as the row has it."""

    @contextlib.contextmanager
    def fault(delivery: Delivery, method: str) -> Iterator[None]:
        with delivery.inside():
            (before,) = Target.objects.filter(id=delivery.target.id).values(*values)
            Target.objects.filter(id=delivery.target.id).update(**values)
        yield
        with delivery.inside():
            Target.objects.filter(id=delivery.target.id).update(**before)

    return fault


def both(one: Fault, other: Fault) -> Fault:
    @contextlib.contextmanager
    def fault(delivery: Delivery, method: str) -> Iterator[None]:
        with one(delivery, method), other(delivery, method):
            yield

    return fault


def closed_port() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"https://127.0.0.1:{one.getsockname()[1]}"


FAULTS: dict[str, Fault] = {
    "refused": target_with(base_uri=closed_port()),
    "reset before": ordered(do="drop_before"),
    "reset after it acted": ordered(do="drop_after"),
    "reset after it acted, once": ordered(do="drop_after", times=1),
    "time-out": both(target_with(request_seconds=IMPATIENT), ordered(do="hang", times=2)),
    "slow drip": both(target_with(request_seconds=IMPATIENT), ordered(do="drip", times=2)),
    "garbage": ordered(do="garbage"),
    "wrong pin": target_with(pins=["A" * 43 + "="]),
    "429 with Retry-After": ordered(do="answer", status=429, retry_after="0", times=2),
    "429 for a day": ordered(do="answer", status=429, retry_after="86400"),
    **{f"{status}": ordered(do="answer", status=status) for status in ANSWERS},
}


def mend(delivery: Delivery) -> None:
    """Run once more, undisturbed: everything is as it should be, and nothing was made twice.

    A removal that was answered is read back first, as a worker does within a minute: "404" may have been a gateway's.
    """
    verifying.verify(delivery.cast.authority.id, delivery.target.id, now=clock.now())
    ended = delivery.run()
    assert ended.state == RunState.SUCCEEDED
    assert delivery.is_right()
    with delivery.inside():
        rows = TargetObject.objects.filter(target=delivery.target)
        assert not rows.exclude(intent="", sanctioned="", failure="").exists()
        assert not rows.filter(content_hash=None).exists()
        made = Receipt.objects.filter(target=delivery.target, action="create", run_id=ended.id)
        assert made.count() == made.values("released_id").distinct().count()


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_on_the_wire_leaves_nothing_wrong(changed: Delivery, name: str, phase: str) -> None:
    with FAULTS[name](changed, PHASES[phase]):
        changed.run()
    mend(changed)


@pytest.mark.parametrize("name", ["400", "403", "500", "reset before", "garbage", "refused", "wrong pin"])
def test_a_fault_while_the_service_is_asked_what_it_has_leaves_nothing_wrong(
    changed: Delivery, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAUSE", 0.01)
    with FAULTS[name](changed, "GET"):
        ended = rebuilding.rebuild(changed.target.id, actor=changed.actor, today=TODAY, patience=QUICK)
    assert ended.state == RunState.FAILED
    mend(changed)


STEPS = {
    "planning": (running, "prepare"),
    "sending": (memory, "intend"),
    "recording": (memory, "keep_results"),
}


@pytest.fixture(params=["memory", "staged"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the plan is: in memory, or in a table as that of a large authority, which looks at everything."""
    if request.param == "staged":
        monkeypatch.setattr(pieces, "LARGE", 0)
    return str(request.param)


@pytest.mark.parametrize("step", STEPS)
def test_a_lost_database_leaves_nothing_wrong(
    changed: Delivery, monkeypatch: pytest.MonkeyPatch, step: str, kept: str
) -> None:
    module, name = STEPS[step]
    real = getattr(module, name)

    def cut_off(*arguments: object, **named: object) -> object:
        with db.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return real(*arguments, **named)

    monkeypatch.setattr(module, name, cut_off)
    with pytest.raises((DatabaseError, psycopg.Error)):
        changed.run(everything=kept == "staged")
    monkeypatch.undo()
    connection.close()
    mend(changed)


@pytest.mark.parametrize("step", STEPS)
def test_a_lost_lease_leaves_nothing_wrong(
    changed: Delivery, monkeypatch: pytest.MonkeyPatch, step: str, kept: str
) -> None:
    module, name = STEPS[step]
    real = getattr(module, name)
    key = f"target:{changed.target.id}"

    def overtaken(*arguments: object, **named: object) -> object:
        done = real(*arguments, **named)
        with db.cursor() as cursor:
            cursor.execute("UPDATE core_lease SET fence = fence + 1 WHERE key = %s", [key])
        return done

    monkeypatch.setattr(module, name, overtaken)
    with pytest.raises(leases.LeaseLost):
        changed.run(everything=kept == "staged")
    monkeypatch.undo()
    with changed.inside(), db.cursor() as cursor:
        cursor.execute("UPDATE core_lease SET expires_at = now() WHERE key = %s", [key])
    mend(changed)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_process_leaves_nothing_wrong(changed: Delivery, step: str, moment: str, kept: str) -> None:
    module, name = STEPS[step]
    arguments = [str(changed.cast.authority.id), str(changed.target.id), TODAY.isoformat()]
    died = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying", *arguments, f"{module.__name__}:{name}", moment, kept],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    mend(changed)

"""A run that ends at any point leaves the register as it was or as it should be."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest
from django.db import connection
from tests.sources.conftest import TODAY, AddSource, Run
from tests.sources.folder import Folder

from kateder.core import plans
from kateder.core.actors import Actor
from kateder.core.leases import LeaseHeld
from kateder.core.models import Authority, FeedEntry
from kateder.core.tenancy import within
from kateder.register import api as register
from kateder.register.models import Changeset, Person
from kateder.sources import api, comparing, connectors, difference, planning, resolving, snapshots, staging
from kateder.sources.models import RunState, SourceLink, SourceRun

POINTS = [
    (connectors, "fetch"),
    (comparing, "read"),
    (staging, "take"),
    (difference, "find"),
    (difference, "judged"),
    (planning, "rows"),
    (plans, "mark_applied"),
    (resolving, "resolve"),
    (register, "apply"),
]


APPROVAL_POINTS = [(snapshots, "stage"), (resolving, "resolve"), (register, "apply")]
Kill = Callable[[ModuleType, str], None]


class Killed(BaseException):
    """What nobody catches."""


@pytest.fixture(params=[False, True], ids=["before", "after"])
def kill(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kill]:
    """Let a function end the run, before or after it has done its work."""

    def prepare(module: ModuleType, name: str) -> None:
        real = getattr(module, name)

        def dying(*arguments: object, **named: object) -> object:
            if request.param:
                real(*arguments, **named)
            raise Killed

        monkeypatch.setattr(module, name, dying)

    yield prepare
    monkeypatch.undo()


def state(authority: Authority) -> tuple[int, int, int, int]:
    with within(authority.id):
        models = (Person, SourceLink, Changeset, FeedEntry)
        return tuple(model._default_manager.count() for model in models)  # type: ignore[return-value]


@pytest.mark.parametrize(("module", "name"), POINTS, ids=[name for _, name in POINTS])
def test_a_killed_run_changes_nothing_and_the_next_one_does_it_all(
    authority: Authority,
    add_source: AddSource,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    kill: Kill,
    module: ModuleType,
    name: str,
) -> None:
    source = add_source()
    before = state(authority)
    kill(module, name)
    with pytest.raises(Killed):
        run(source)
    assert state(authority) == before
    monkeypatch.undo()
    assert run(source).state == RunState.APPLIED
    with within(authority.id):
        assert Person.objects.count() == 3
        states = SourceRun.objects.order_by("started_at").values_list("state", flat=True)
        assert list(states) == [RunState.INTERRUPTED, RunState.APPLIED]


@pytest.mark.parametrize(("module", "name"), APPROVAL_POINTS, ids=["stage", "resolve", "apply"])
def test_a_killed_approval_is_carried_out_when_asked_again(
    authority: Authority,
    actor: Actor,
    add_source: AddSource,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    kill: Kill,
    module: ModuleType,
    name: str,
) -> None:
    held = run(add_source({}))
    assert held.plan is not None
    with within(authority.id):
        api.approve_plan(held.plan.pk, actor=actor)
    kill(module, name)
    with pytest.raises(Killed):
        api.apply_plan(held.plan.pk, actor=actor)
    monkeypatch.undo()
    with within(authority.id):
        assert not Person.objects.exists()
    assert api.apply_plan(held.plan.pk, actor=actor).state == RunState.APPLIED


def test_a_server_that_ends_the_connection_changes_nothing(
    authority: Authority, add_source: AddSource, run: Run, monkeypatch: pytest.MonkeyPatch, owner: object
) -> None:
    source = add_source()
    real = register.apply

    def cut_off(**named: object) -> object:
        real(**named)  # type: ignore[arg-type]
        pid = connection.connection.info.backend_pid
        owner.execute("SELECT pg_terminate_backend(%s)", [pid])  # type: ignore[attr-defined]
        return connection.cursor().execute("SELECT 1")

    monkeypatch.setattr(register, "apply", cut_off)
    with pytest.raises(Exception, match="terminat"):
        run(source)
    connection.close()
    monkeypatch.undo()
    with within(authority.id):
        assert not Person.objects.exists()
    assert run(source).state == RunState.APPLIED


def test_two_runs_at_once_do_not_both_work(
    authority: Authority, actor: Actor, folder: Folder, add_source: AddSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = add_source()
    reading, go_on = threading.Event(), threading.Event()
    real = comparing.read

    def slow(*arguments: object, **named: object) -> object:
        reading.set()
        go_on.wait(20)
        return real(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(comparing, "read", slow)

    def first() -> None:
        try:
            api.run(source.pk, actor=actor, today=TODAY)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert reading.wait(20)
        with pytest.raises(LeaseHeld):
            api.run(source.pk, actor=actor, today=TODAY)
    finally:
        go_on.set()
        thread.join()
    with within(authority.id):
        assert [done.state for done in SourceRun.objects.all()] == [RunState.APPLIED]

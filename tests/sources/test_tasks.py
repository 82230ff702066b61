"""What the web asks for is done by a worker, once."""

from __future__ import annotations

from tests.sources.conftest import AddSource, Run

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources import api, tasks
from kateder.sources.models import RunState, Snapshot, SourceRun


def test_a_run_that_is_asked_for_twice_is_done_once(authority: Authority, add_source: AddSource) -> None:
    source = add_source()
    with within(authority.id):
        assert api.request_run(source.pk)
        assert not api.request_run(source.pk)


def test_the_worker_runs_and_applies(authority: Authority, actor: Actor, add_source: AddSource) -> None:
    source = add_source({})
    tasks.run_source.run(authority_id=str(authority.id), source_id=str(source.pk))
    with within(authority.id):
        (held,) = api.runs_of(source.pk)
        assert held.state == RunState.WAITING
        assert held.plan is not None
        api.approve_plan(held.plan.pk, actor=actor)
        assert api.request_apply(held.plan.pk)
    tasks.apply_plan.run(authority_id=str(authority.id), plan_id=str(held.plan.pk))
    with within(authority.id):
        assert Person.objects.count() == 3


def test_what_nobody_decided_on_in_30_days_is_forgotten(authority: Authority, add_source: AddSource, run: Run) -> None:
    from datetime import timedelta

    from kateder.core import clock
    from kateder.sources import snapshots

    run(add_source({}))
    with within(authority.id):
        assert snapshots.forget_old() == 0
        Snapshot.objects.update(created_at=clock.now() - timedelta(days=31))
        assert snapshots.forget_old() == 7
        assert SourceRun.objects.get().state == RunState.WAITING

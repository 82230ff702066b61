"""Runs and approvals that the web asks for are carried out by a worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery
from procrastinate.contrib.django import app

from kateder.core import clock, jobs
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.sources import connectors, running, snapshots, ss12000, trying
from kateder.sources.connecting import Place
from kateder.sources.egil_in import inlets
from kateder.sources.mastering.corrections import end_passed
from kateder.sources.models import Source, SourceRun, Standing
from kateder.sources.population import tasks as population  # noqa: F401 - the worker looks for jobs here
from kateder.sources.ss12000 import hooks
from kateder.sources.todays import ending


@jobs.task("sources.run", own_transactions=True)
def run_source(*, authority_id: str, source_id: str) -> None:
    """Run one source."""
    running.run(UUID(source_id), actor=_worker(authority_id))


@jobs.task("sources.try", own_transactions=True)
def try_source(*, authority_id: str, source_id: str) -> None:
    """Try one source: its check, and what a run would change."""
    trying.carry_out(UUID(source_id), actor=_worker(authority_id))


@jobs.task("sources.apply", own_transactions=True)
def apply_plan(*, authority_id: str, plan_id: str) -> None:
    """Carry out one approved plan."""
    running.apply_plan(UUID(plan_id), actor=_worker(authority_id))


def request_run(source_id: UUID) -> bool:
    """Ask a worker to run a source; gives False when it has already been asked."""
    return jobs.request(run_source, queueing_lock=f"source-run:{source_id}", source_id=str(source_id))


def request_trial(source_id: UUID) -> bool:
    """Ask a worker to try a source; gives False when it has already been asked."""
    trying.begin(source_id)
    return jobs.request(try_source, queueing_lock=f"source-try:{source_id}", source_id=str(source_id))


def request_apply(plan_id: UUID) -> bool:
    """Ask a worker to carry out an approved plan; gives False when it has already been asked."""
    return jobs.request(apply_plan, queueing_lock=f"plan-apply:{plan_id}", plan_id=str(plan_id))


@app.periodic(cron="* * * * *")
@app.task(name="sources.tick", queueing_lock="sources.tick")
def tick(timestamp: int) -> None:
    """Ask for the runs that are due, in every authority that is not paused."""
    jobs.in_every_authority(lambda authority: authority.paused_at or request_due(now=clock.now()))


def request_due(*, now: datetime) -> list[UUID]:
    """Ask for a run of each source whose time has come; gives which. Counted from when the last run began."""
    last = SourceRun.objects.filter(source=OuterRef("pk")).order_by("-started_at").values("started_at")[:1]
    active = Source.objects.filter(every_minutes__isnull=False, standing=Standing.ACTIVE)
    scheduled = active.annotate(last=Subquery(last))
    due = [
        source.pk
        for source in scheduled
        if source.last is None or now - source.last >= timedelta(minutes=source.every_minutes or 0)
    ]
    due += inlets.take_ready(now=now)
    for source_id in due:
        request_run(source_id)
    return due


@app.periodic(cron="17 * * * *")
@app.task(name="sources.forget", queueing_lock="sources.forget")
def forget(timestamp: int) -> None:
    """Memory has an end (domain rule 16): what runs read, what trials showed, who left long ago after a time here."""
    jobs.in_every_authority(lambda _authority: _forget())


def _forget() -> None:
    snapshots.forget_old()
    trying.forget_old()
    ending.settle(today=clock.today(), actor=Actor.system("worker"))


@jobs.task("sources.subscribe", own_transactions=True)
def subscribe(*, authority_id: str, source_id: str) -> None:
    """See that one source's server tells us when something has changed."""
    with within(UUID(authority_id)):
        settings = connectors.opened(Source.objects.get(pk=UUID(source_id)))
    hooks.keep_subscribed(settings, place=Place(UUID(authority_id), UUID(source_id)), now=clock.now())


@app.periodic(cron="7 * * * *")
@app.task(name="sources.subscriptions", queueing_lock="sources.subscriptions")
def subscriptions(timestamp: int) -> None:
    """Ask for every subscription that sources want to be renewed in time, in every authority that is not paused."""
    jobs.in_every_authority(lambda authority: authority.paused_at or request_subscriptions())


def request_subscriptions() -> list[UUID]:
    """Ask for the subscriptions of sources that have an address for notifications; gives which."""
    active = Source.objects.filter(kind=ss12000.CONNECTOR.kind, standing=Standing.ACTIVE)
    wanting = active.exclude(settings__notify_address__in=["", None])
    asked = [source.pk for source in wanting]
    for source_id in asked:
        jobs.request(subscribe, queueing_lock=f"source-subscribe:{source_id}", source_id=str(source_id))
    return asked


@app.periodic(cron="7 * * * *")
@app.task(name="sources.corrections", queueing_lock="sources.corrections")
def corrections(timestamp: int) -> None:
    """Let the corrections whose last day has passed end, so that the sources decide again."""
    jobs.in_every_authority(lambda _authority: end_passed(today=clock.today(), actor=Actor.system("worker")))


def _worker(authority_id: str) -> Actor:
    with within(UUID(authority_id)):
        return Actor.system("worker")

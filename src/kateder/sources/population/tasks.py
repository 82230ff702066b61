"""Reconciliations that the web asks for, or whose time has come, are carried out by a worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery
from procrastinate.contrib.django import app

from kateder.core import clock, jobs
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.sources.population import trying
from kateder.sources.population.models import PopulationRegister, PopulationRun
from kateder.sources.population.running import run


@jobs.task("population.run", own_transactions=True)
def reconcile(*, authority_id: str, register_id: str, confirmed: str) -> None:
    """Ask one population register."""
    with within(UUID(authority_id)):
        actor = Actor.system("worker")
    run(UUID(register_id), actor=actor, confirmed=confirmed == "yes")


def request(register_id: UUID, *, confirmed: bool = False) -> bool:
    """Ask a worker for a reconciliation; gives False when it has already been asked."""
    return jobs.request(
        reconcile,
        queueing_lock=f"population-run:{register_id}",
        register_id=str(register_id),
        confirmed="yes" if confirmed else "no",
    )


@jobs.task("population.check", own_transactions=True)
def check(*, authority_id: str, register_id: str) -> None:
    """Try one population register."""
    with within(UUID(authority_id)):
        actor = Actor.system("worker")
    trying.carry_out(UUID(register_id), actor=actor)


def request_check(register_id: UUID) -> bool:
    """Ask a worker to try a register; gives False when it has already been asked."""
    trying.begin(register_id)
    return jobs.request(check, queueing_lock=f"population-check:{register_id}", register_id=str(register_id))


@app.periodic(cron="*/10 * * * *")
@app.task(name="population.tick", queueing_lock="population.tick")
def tick(timestamp: int) -> None:
    """Ask for the reconciliations that are due, in every authority that is not paused."""
    jobs.in_every_authority(lambda authority: authority.paused_at or request_due(now=clock.now()))


def request_due(*, now: datetime) -> list[UUID]:
    """Ask for a reconciliation of each register whose time has come; gives which."""
    last = PopulationRun.objects.filter(register=OuterRef("pk")).order_by("-started_at").values("started_at")[:1]
    due = [
        register.pk
        for register in PopulationRegister.objects.filter(every_minutes__isnull=False).annotate(last=Subquery(last))
        if register.last is None or now - register.last >= timedelta(minutes=register.every_minutes or 0)
    ]
    for register_id in due:
        request(register_id)
    return due

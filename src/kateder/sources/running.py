"""A run of a source: fetch → read → stage → difference → judge → plan → (a person) → apply.

A fetch may use the network and is outside of transactions; everything from reading to applying is one. A run that
is killed has therefore changed nothing; the next one marks it as interrupted and starts from what the source has then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from kateder.core import audit, clock, db, feed, findings, leases, plans, statistics
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.models import Plan, PlanState
from kateder.core.plans import NewRow
from kateder.core.setup import Settings
from kateder.core.tenancy import within
from kateder.protocols.reconcile import Verdict
from kateder.register import api as register
from kateder.register.api import Entity
from kateder.sources import (
    comparing,
    connectors,
    difference,
    planning,
    protecting,
    remarks,
    resolving,
    snapshots,
    standing,
)
from kateder.sources.canonical import Delivery
from kateder.sources.connecting import Place
from kateder.sources.errors import NotApproved, PlanGone, PlanOutdated, TooManyBadRows
from kateder.sources.limits import limits_of, stop_if_too_bad
from kateder.sources.mastering import mastering, retiring
from kateder.sources.models import RunState, Source, SourceRun, Standing
from kateder.sources.reading import Reading

KIND = "import"
WRITTEN = (
    "register_organisation",
    "register_person",
    "register_enrolment",
    "register_guardianship",
    "register_duty",
    "register_group",
    "register_groupmembership",
    "register_activity",
    "register_activitygroup",
    "register_activityteacher",
)
"""What an import writes to, and everything else asks about a few of."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A dry run: the run, and a sample of what it would change."""

    run: SourceRun
    rows: tuple[NewRow, ...]


def run(source_id: UUID, *, actor: Actor, today: date | None = None, dry_run: bool = False) -> SourceRun:
    """Read a source and apply it, or plan it and wait where a limit is hit; a dry run does neither.

    Call outside transactions. `today` is today in Europe/Stockholm unless given. Raises LeaseHeld while
    another run works on the source, a SourceFault or TooManyBadRows where it cannot be read; what was
    wrong is then in the findings and in the run.
    """
    return _run(source_id, actor=actor, today=today, dry_run=dry_run).run


def preview(source_id: UUID, *, actor: Actor, today: date | None = None) -> Preview:
    """A dry run with a sample of the lines of its plan."""
    return _run(source_id, actor=actor, today=today, dry_run=True)


def apply_plan(plan_id: UUID, *, actor: Actor) -> SourceRun:
    """Carry out an approved plan, from what its run read.

    Call outside transactions. Raises NotApproved, PlanGone, or PlanOutdated when the register has moved so
    that the same data would now change something else: a new plan then waits instead.
    """
    with within(actor.authority_id):
        planned = _run_of(plan_id)
    with within(actor.authority_id):
        _alone(planned.source_id)
        outdated = _apply_again(plan_id, actor=actor)
    if outdated:
        raise PlanOutdated
    with within(actor.authority_id):
        applied = SourceRun.objects.get(pk=planned.pk)
        _refresh_statistics(applied)
    return applied


def approve_plan(plan_id: UUID, *, actor: Actor) -> Plan:
    """Say yes to a plan; `apply_plan` carries it out. Raises PlanNotOpen."""
    return plans.approve(plan_id, by=actor)


def refuse_plan(plan_id: UUID, *, actor: Actor) -> Plan:
    """Say no; what the run had read is removed. Raises PlanNotOpen."""
    plan = plans.refuse(plan_id, by=actor)
    refused = _run_of(plan_id)
    snapshots.forget(refused)
    _end(refused, RunState.REFUSED)
    return plan


def _run(source_id: UUID, *, actor: Actor, today: date | None, dry_run: bool) -> Preview:
    with within(actor.authority_id):
        _alone(source_id)
        source = Source.objects.get(pk=source_id)
        standing.require_readable(source, dry_run=dry_run)
        begun = _begin(source, actor=actor)
        settings = connectors.opened(source)
    day = today or clock.today()
    try:
        delivery = _fetch(source, settings=settings, place=Place(actor.authority_id, source_id), today=day)
        with within(actor.authority_id), db.cursor() as cursor:
            _alone(source_id)
            reading = comparing.read(cursor, delivery, source_id=source_id, today=day)
            rows = _carry_out(begun, reading, actor=actor, dry_run=dry_run)
    except DomainError as error:
        with within(actor.authority_id):
            _stop(begun, error)
        raise
    if begun.state == RunState.APPLIED:
        with within(actor.authority_id):
            _refresh_statistics(begun)
    return Preview(begun, rows)


def _fetch(source: Source, *, settings: Settings, place: Place, today: date) -> Delivery:
    if source.standing == Standing.LEAVING:
        return retiring.CONNECTOR.fetch(settings, place=place, today=today)
    return connectors.fetch(source, settings=settings, place=place, today=today)


def _alone(source_id: UUID) -> None:
    """Be the only run of the source until this transaction ends, however it ends. Raises LeaseHeld.

    A lock and not a lease: all of a run is one transaction, and a lock goes with it when it is killed.
    """
    with db.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 2))", [f"source:{source_id}"])
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise leases.LeaseHeld


def _begin(source: Source, *, actor: Actor) -> SourceRun:
    """We are alone, so a run that still says it is running was killed."""
    SourceRun.objects.filter(source=source, state=RunState.RUNNING).update(
        state=RunState.INTERRUPTED, finished_at=clock.now()
    )
    begun = SourceRun.objects.create(source=source, requested_by=actor.label, started_at=clock.now())
    audit.record("source.run", actor=actor, subject_type="source", subject_id=source.pk, run=begun.pk)
    return begun


def _carry_out(begun: SourceRun, reading: Reading, *, actor: Actor, dry_run: bool) -> tuple[NewRow, ...]:
    source = begun.source
    begun.counts = {"rows": reading.rows_read, "set_aside": reading.rows_set_aside}
    stop_if_too_bad(reading, stored=source.limits)
    with db.cursor() as cursor:
        if mastering.screen(cursor, source_id=source.pk):
            comparing.find_again(cursor, reading.entities, source_id=source.pk)
        verdict = _judge(cursor, source)
        begun.counts["changes"] = planning.summary(verdict)
        if dry_run:
            _end(begun, RunState.PREVIEWED)
            return tuple(planning.rows(cursor, verdict, source_id=source.pk))
        findings.replace(remarks.scope(source.pk), remarks.findings(source.pk, reading.remarks))
        if verdict.is_empty:
            _supersede(source)
            _end(begun, RunState.UNCHANGED)
            standing.left(source, actor=actor)
        elif verdict.is_held or not source.approve_automatically:
            marked = protecting.newly_marked(cursor, source_id=source.pk, limits=limits_of(source.limits))
            if marked:
                comparing.find_again(cursor, reading.entities, source_id=source.pk)
                verdict = _judge(cursor, source)
            _wait(cursor, begun, verdict, entities=reading.entities)
            if marked:
                protecting.protect_at_once(cursor, source_id=source.pk, actor=actor)
        else:
            plan = _plan(cursor, begun, verdict)
            plans.approve(plan.pk, by=Actor.system("limits"))
            recognised = resolving.resolve(cursor, source_id=source.pk)
            _apply(begun, plan, recognised=recognised, actor=actor)
    return ()


def _judge(cursor: psycopg.Cursor[Any], source: Source) -> Verdict:
    """The verdict on the differences that were found."""
    return difference.judged(cursor, source_id=source.pk, limits=limits_of(source.limits))


def _plan(cursor: psycopg.Cursor[Any], begun: SourceRun, verdict: Verdict) -> Plan:
    _supersede(begun.source)
    begun.plan = plans.store(
        KIND,
        begun.source_id,
        plan_hash=verdict.plan_hash,
        feed_position=feed.position(),
        summary=planning.summary(verdict),
        held_by=[planning.held_by(hit) for hit in verdict.held_by],
        rows=planning.rows(cursor, verdict, source_id=begun.source_id),
    )
    return begun.plan


def _wait(cursor: psycopg.Cursor[Any], begun: SourceRun, verdict: Verdict, *, entities: Iterable[Entity]) -> None:
    _plan(cursor, begun, verdict)
    snapshots.keep(cursor, begun, entities=entities)
    _end(begun, RunState.WAITING)


def _apply(begun: SourceRun, plan: Plan, *, recognised: int, actor: Actor) -> None:
    """The register comes last: its feed entries are the last statements before the commit."""
    begun.counts["recognised"] = recognised
    plans.mark_applied(plan.pk)
    _end(begun, RunState.APPLIED)
    standing.left(begun.source, actor=actor)
    register.apply(cause=f"source:{begun.source_id}", actor=actor)


def _apply_again(plan_id: UUID, *, actor: Actor) -> bool:
    """Apply what the plan's run read; gives whether a new plan had to be made instead."""
    planned = _run_of(plan_id)
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    if plan.state != PlanState.APPROVED:
        raise NotApproved
    with db.cursor() as cursor:
        entities = snapshots.stage(cursor, planned)
        comparing.find_again(cursor, entities, source_id=planned.source_id)
        verdict = _judge(cursor, planned.source)
        if verdict.plan_hash != plan.plan_hash:
            planned.counts["changes"] = planning.summary(verdict)
            _wait(cursor, planned, verdict, entities=entities)
            return True
        recognised = resolving.resolve(cursor, source_id=planned.source_id)
        snapshots.forget(planned)
        _apply(planned, plan, recognised=recognised, actor=actor)
    return False


def _refresh_statistics(applied: SourceRun) -> None:
    """Who asks about a few people next is not to be answered by looking at everybody."""
    written = sum(sum(by_action.values()) for by_action in applied.counts.get("changes", {}).values())
    statistics.refresh(WRITTEN, written=written)


def _run_of(plan_id: UUID) -> SourceRun:
    planned = SourceRun.objects.filter(plan=plan_id).select_related("source").first()
    if planned is None:
        raise PlanGone
    return planned


def _supersede(source: Source) -> None:
    """A newer plan replaces what waits, and what its run had read."""
    plans.supersede(KIND, source.pk)
    for held in SourceRun.objects.filter(source=source, state=RunState.WAITING):
        snapshots.forget(held)
        _end(held, RunState.SUPERSEDED)


def _stop(begun: SourceRun, error: DomainError) -> None:
    """Say why the run stopped; its transaction has changed nothing."""
    begun.error, begun.error_text = error.code, str(error)[:500]
    begun.plan = None
    if isinstance(error, TooManyBadRows):
        bad = remarks.findings(begun.source_id, error.remarks)
        findings.replace(remarks.scope(begun.source_id), bad)
    _end(begun, RunState.STOPPED)


def _end(begun: SourceRun, state: RunState) -> None:
    begun.state, begun.finished_at = state, clock.now()
    begun.save()

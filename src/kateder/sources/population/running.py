"""A reconciliation: ask → lay beside our register → protect → outcomes → findings. Nobody is made or taken away.

Asking uses the network and is outside of transactions; all the rest is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from django.db import transaction

from kateder.core import audit, clock, db, findings, leases, setup
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.setup import Settings
from kateder.core.tenancy import within
from kateder.protocols.population import Batch
from kateder.register.api import take_up_marks
from kateder.sources.population import outcomes, reconciling, remarks
from kateder.sources.population.asking import Asking, chosen
from kateder.sources.population.errors import ManyMarked, ManyUnreadable, NoPersons
from kateder.sources.population.models import PopulationRegister, PopulationRun, PopulationState
from kateder.sources.population.services import KINDS

LONGEST = 3600  # seconds
FEW_MARKED = 20
SHARE_MARKED = 0.02
SHARE_UNREADABLE = 0.05
_NUMBERS = """
SELECT DISTINCT p.civic_no FROM register_person p
 WHERE p.civic_no_kind IN ('personal', 'coordination') ORDER BY 1
"""


def run(
    register_id: UUID, *, actor: Actor, today: date | None = None, dry_run: bool = False, confirmed: bool = False
) -> PopulationRun:
    """Ask the population register and say what follows. Call outside transactions.

    `confirmed`: many new markings are right. Raises a SourceFault, ManyMarked, or LeaseHeld while another run goes on.
    """
    day = today or clock.today()
    with within(actor.authority_id):
        register = PopulationRegister.objects.get(pk=register_id)
        settings, numbers = opened(register), known_numbers()
        begun = PopulationRun.objects.create(register=register, requested_by=actor.label, started_at=clock.now())
        audit.record("population.run", actor=actor, subject_type="population", subject_id=register.pk, dry=dry_run)
    try:
        with leases.hold(actor.authority_id, f"population:{register_id}", seconds=LONGEST):
            asking = chosen(KINDS, register.kind)
            batch = asking.ask(settings, numbers=numbers)
            _stop_if_odd(batch)
            with within(actor.authority_id):
                begun.counts = _conclude(
                    register, batch, asking=asking, whole=asking.is_whole(settings), today=day, actor=actor,
                    dry_run=dry_run, confirmed=confirmed,
                )  # fmt: skip
    except DomainError as error:
        begun.error, begun.error_text = error.code, str(error)[:500]
        _end(begun, PopulationState.STOPPED, actor=actor)
        raise
    return _end(begun, PopulationState.TRIED if dry_run else PopulationState.DONE, actor=actor)


def opened(register: PopulationRegister) -> Settings:
    """The settings as the way of asking wants them. Call within()."""
    return setup.opened(register.settings, purpose=f"sources.population.{register.kind}")


def known_numbers() -> list[str]:
    """The numbers to ask for: everybody's, since a marking matters for staff and guardians as well."""
    with db.cursor() as cursor:
        return [number for (number,) in cursor.execute(_NUMBERS).fetchall()]


def _stop_if_odd(batch: Batch) -> None:
    total = len(batch.records) + len(batch.problems)
    if not batch.records and not batch.unknown:
        raise NoPersons
    if len(batch.problems) > SHARE_UNREADABLE * total:
        raise ManyUnreadable(count=len(batch.problems), total=total)


def _conclude(
    register: PopulationRegister, batch: Batch, *, asking: Asking, whole: bool, today: date, actor: Actor,
    dry_run: bool, confirmed: bool,
) -> dict[str, Any]:  # fmt: skip
    with db.cursor() as cursor, db.whole_sets(cursor):
        reconciling.lay_out(cursor, batch, today=today)
        marked = reconciling.find_marks(cursor, today=today)
        if not confirmed and not dry_run and marked > max(FEW_MARKED, SHARE_MARKED * len(batch.records)):
            raise ManyMarked(count=marked)
        reconciling.find_outcomes(
            cursor, municipalities=register.municipalities, tells_of_others=asking.tells_of_others, today=today
        )
        counts = _counted(cursor, register.municipalities, batch)
        if dry_run:
            return counts
        outcomes.store(cursor, register, whole=whole, today=today)
        # Read before they are copied: a connection does one thing at a time.
        found = list(remarks.findings(register.pk, unreadable=len(batch.problems)))
        findings.replace(remarks.scope(register.pk), found)
    take_up_marks(today=today, actor=actor, cause=f"population:{register.pk}")
    return counts


def _counted(cursor: psycopg.Cursor[Any], municipalities: Sequence[str], batch: Batch) -> dict[str, Any]:
    """How many of each outcome, in all and by school unit; of who is protected and not here, only how many."""
    here = reconciling.enrolled_here(cursor, municipalities=municipalities)
    cursor.execute("SELECT kind, coalesce(unit_id::text, ''), count(*) FROM outcome GROUP BY 1, 2")
    totals: dict[str, int] = {"here": sum(here.values())}
    units: dict[str, dict[str, int]] = {unit: {"here": count} for unit, count in here.items()}
    for kind, unit, count in cursor.fetchall():
        totals[kind] = totals.get(kind, 0) + count
        if unit:
            units.setdefault(unit, {})[kind] = count
    cursor.execute(
        "SELECT count(*) FROM marked m WHERE NOT EXISTS (SELECT 1 FROM known k WHERE k.civic_no = m.civic_no)"
    )
    row = cursor.fetchone()
    return {
        "records": len(batch.records),
        "unreadable": len(batch.problems),
        "protected_not_here": row[0] if row else 0,
        "totals": totals,
        "units": units,
    }


def _end(begun: PopulationRun, state: PopulationState, *, actor: Actor) -> PopulationRun:
    with within(actor.authority_id), transaction.atomic():
        begun.state, begun.finished_at = state, clock.now()
        begun.save()
    return begun

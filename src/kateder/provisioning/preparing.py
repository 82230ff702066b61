"""From the register to a plan: entitled → released → projected → compared with what the target holds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

from kateder.core import db, garbage
from kateder.core.setup import Settings
from kateder.governance import api as governance
from kateder.governance.api import PROTECTED, AllowList, Cause, Entitled, Level, Released, ServiceVerdict
from kateder.licences import api as licences
from kateder.protocols.reconcile import Limits
from kateder.provisioning import memory, never_send, standing
from kateder.provisioning.egil.roster import Roster, read_roster
from kateder.provisioning.models import Target, TargetState
from kateder.provisioning.planning import DeliveryPlan, Held, make_plan
from kateder.provisioning.touching import Touched, around
from kateder.provisioning.wanted import Wanted
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import ACCOUNT, Way

_PROTECTED = f"SELECT id FROM register_person WHERE {PROTECTED} AND id = ANY(%(people)s)"
SAMPLE = 20
"""How many people of a school are asked whether it is still delivered, before all of them are."""
EMPTY = frozenset({TargetState.EMPTYING, TargetState.EMPTIED})
"""Where nothing is wanted."""


def prepare(target_id: UUID, *, today: date, touched: Touched | None = None) -> tuple[DeliveryPlan, AllowList]:
    """Plan a delivery: what a target should hold today against what it has acknowledged.

    With `touched` only those objects are looked at, and the schools: what the rest of the target should hold is what
    it holds. Sends nothing and stores nothing but the pseudonyms and aliases that the release mints.
    """
    with garbage.left_alone():
        return _prepare(target_id, today=today, touched=touched)


def _prepare(target_id: UUID, *, today: date, touched: Touched | None) -> tuple[DeliveryPlan, AllowList]:
    target = Target.objects.get(id=target_id)
    way, absent = ways.of(target.kind), memory.absent(target_id)
    if target.state in EMPTY:
        touched, roster = None, None
        held = memory.read_held(target_id, positions=way.positions)
    elif touched is None:
        held = memory.read_held(target_id, positions=way.positions)
        roster = read_whole(target.service_id, today=today, absent=absent)
    else:
        units = standing.held_units(target_id)
        held = memory.read_held(target_id, positions=way.positions, roots=touched.roots | units) if touched else []
        roster = _read_part(target, touched, held_units=units, today=today, absent=absent) if touched else None
    plan = make_plan(
        _projected(way, roster, settings=ways.settings_of(target), touched=touched),
        held,
        service=governance.verdict(target.service_id, today=today),
        protected=_protected(held, today=today) | never_send.withheld(target.service_id),
        limits=Limits(**target.limits),
        absent=absent,
        existing=None if touched is None else lambda: memory.existing(target_id),
    )
    # Compiled after the release: only identifiers that have been stored may leave.
    known = None if touched is None else (roster.roots if roster else ())
    return replace(plan, causes=_causes(plan, roster)), governance.allow_list(
        target.service_id, today=today, only=known, vocabulary=way.vocabulary
    )


def _causes(plan: DeliveryPlan, roster: Roster | None) -> dict[UUID, tuple[Cause, ...]]:
    """Why those about whom something is to be done should have an account."""
    why = roster.causes if roster else {}
    concerned = (step.root_id for step in (*plan.steps, *plan.urgent) if step.operation.resource_type == ACCOUNT)
    return {root_id: why[root_id] for root_id in concerned if root_id is not None and root_id in why}


def wanted_at(
    service_id: UUID,
    *,
    way: Way,
    settings: Settings,
    today: date,
    only: frozenset[UUID] | None = None,
    absent: frozenset[UUID] = frozenset(),
) -> list[Wanted]:
    """Project what a service should hold today; `only` narrows it to some people (root ids).

    What the service did not accept (`absent`) is tried again, but nothing else refers to it meanwhile.
    """
    roster = read_whole(service_id, today=today, only=only, absent=absent)
    return list(_projected(way, roster, settings=settings))


def read_whole(
    service_id: UUID, *, today: date, only: frozenset[UUID] | None = None, absent: frozenset[UUID] = frozenset()
) -> Roster | None:
    """Read everything that a service should know of today; None when it should know nobody."""
    if not _keeps(governance.verdict(service_id, today=today)):
        return None
    entitled = licences.entitled(service_id, today=today, people=only)
    people = _released(service_id, entitled, today=today)
    return read_roster(service_id, people=people, entitled=entitled, today=today, absent=absent)


def _read_part(
    target: Target, touched: Touched, *, held_units: set[UUID], today: date, absent: frozenset[UUID]
) -> Roster | None:
    """Read what is needed to say what the touched objects are, and which schools are still there."""
    service_id = target.service_id
    if not _keeps(governance.verdict(service_id, today=today)):
        return None
    near = around(touched)
    entitled = licences.entitled(service_id, today=today, people=near.people)
    people = _released(service_id, entitled, today=today)
    units = standing.standing_units(target.id, touched)
    for most in (SAMPLE, None):
        if not held_units - units:
            break
        living = standing.living_in(target.id, touched, units=held_units - units, today=today, most=most)
        also = licences.entitled(service_id, today=today, people=living) if living else []
        units |= {at.unit_root_id for one in _released(service_id, also, today=today) for at in one.enrolments}
    return read_roster(service_id, people=people, entitled=entitled, today=today, absent=absent, near=near, units=units)


def _released(service_id: UUID, entitled: list[Entitled], *, today: date) -> list[Released]:
    outcomes = governance.release_many(service_id, entitled, today=today)
    withheld = never_send.withheld(service_id)
    return [one for one in outcomes if isinstance(one, Released) and one.person_id not in withheld]


def _keeps(verdict: ServiceVerdict) -> bool:
    return verdict.may_keep and verdict.level is not Level.TRANSIENT


def _projected(
    way: Way, roster: Roster | None, *, settings: Settings, touched: Touched | None = None
) -> Iterator[Wanted]:
    """Give what should be there; of a part only what was asked for, not what had to be known besides."""
    if roster is None:
        return
    asked = None if touched is None else touched.roots | roster.context.organisations.keys()
    for one in way.project(roster, settings=settings):
        if asked is None or one.root_id in asked:
            yield one


def _protected(held: list[Held], *, today: date) -> frozenset[UUID]:
    """The protected among those whom the target has an account for."""
    ids = [one.root_id for one in held if one.resource_type == ACCOUNT and one.root_id]
    if not ids:
        return frozenset()
    with db.cursor() as cursor:
        cursor.execute(_PROTECTED, {"people": ids, "today": today})
        return frozenset(person for (person,) in cursor)

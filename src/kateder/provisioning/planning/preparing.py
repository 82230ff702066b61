"""From the register to a plan: entitled → released → projected → compared with what the target holds."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from uuid import UUID

from kateder.core import db, garbage
from kateder.core.setup import Settings
from kateder.governance import api as governance
from kateder.governance.api import PROTECTED, AllowList, Entitled, Level, Released, Rules, ServiceVerdict
from kateder.licences import api as licences
from kateder.protocols.reconcile import Limits
from kateder.provisioning.egil.roster import Roster, read_roster
from kateder.provisioning.healing import never_send
from kateder.provisioning.models import Target, TargetState
from kateder.provisioning.planning import memory, pieces, resuming, standing
from kateder.provisioning.planning.comparing import NO_CAUSES, DeliveryPlan, Differences, Held
from kateder.provisioning.planning.staging import Staging
from kateder.provisioning.planning.step import Kept, Step
from kateder.provisioning.planning.touching import Around, Touched, around
from kateder.provisioning.planning.wanted import Wanted
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import ACCOUNT, Way

_PROTECTED = f"SELECT id FROM register_person WHERE {PROTECTED} AND id = ANY(%(people)s)"
SAMPLE = 5
"""How many people of a school are asked whether it is still delivered, before all of them are."""
EMPTY = frozenset({TargetState.EMPTYING, TargetState.EMPTIED})
"""Where nothing is wanted."""


def prepare(
    target_id: UUID, *, today: date, touched: Touched | None = None, left: Sequence[Step] = ()
) -> tuple[DeliveryPlan, AllowList]:
    """Plan a delivery: what a target should hold today against what it has acknowledged.

    With `touched` only those objects are looked at, and the schools: what the rest of the target should hold is what
    it holds, with what is `left` of an earlier plan carried out. Sends nothing and stores nothing but the pseudonyms
    and aliases that the release mints.
    """
    with garbage.left_alone():
        return _prepare(target_id, today=today, touched=touched, left=left)


def _prepare(
    target_id: UUID, *, today: date, touched: Touched | None, left: Sequence[Step]
) -> tuple[DeliveryPlan, AllowList]:
    target = Target.objects.get(id=target_id)
    service_id, way, absent = target.service_id, ways.of(target.kind), memory.absent(target_id)
    never, rules = never_send.withheld(service_id), governance.rules_of(service_id, today=today)
    ask = _Asking(service_id, rules, never, today=today, absent=absent)
    known: Collection[UUID] | None = None if touched is None or left or target.state in EMPTY else ()
    parts: Iterable[_Part] = _parts(target, touched, way=way, ask=ask, left=left)
    kept: Kept | None = Staging() if touched is None and pieces.is_large() else None
    if left:
        parts = list(parts)
        kept = resuming.without(left, {root for part in parts for root in part.looked_at})
    found = Differences(rules.verdict, kept=kept)
    for part in parts:
        wanted = _projected(way, part, settings=ways.settings_of(target))
        causes = part.roster.causes if part.roster else NO_CAUSES
        found.compare(wanted, part.held, protected=_protected(part.held, today=today) | never, causes=causes)
        known = part.roster.roots if known is not None and part.roster else known
    plan = found.plan(
        limits=Limits(**target.limits),
        absent=absent,
        existing=partial(memory.existing, target_id) if touched is not None else None,
    )
    if not plan.steps and not plan.urgent:
        known = ()
    # Compiled after the release: only identifiers that have been stored may leave.
    allow_list = governance.allow_list(service_id, today=today, only=known, vocabulary=way.vocabulary, rules=rules)
    return plan, allow_list


class _Asking:
    """Reads what a service should know, by rules that were read once: a run asks several times."""

    def __init__(
        self,
        service_id: UUID,
        rules: Rules,
        never: frozenset[UUID],
        *,
        today: date,
        absent: frozenset[UUID],
    ) -> None:
        self.service_id = service_id
        self.rules = rules
        self.today = today
        self._never = never
        self._absent = absent

    def whole(self, only: frozenset[UUID] | None = None) -> Roster | None:
        """Everything, or what there is of some people; None when the service should know nobody."""
        if not _keeps(self.rules.verdict):
            return None
        return self.roster(licences.entitled(self.service_id, today=self.today, people=only))

    def around(self, touched: Touched, *, units: Collection[UUID] = (), also: Collection[UUID] = ()) -> Roster:
        """What is needed to say what the touched objects are; `units` are there besides, and `also` some people."""
        near = around(touched)
        near = replace(near, people=near.people.union(also))
        entitled = licences.entitled(self.service_id, today=self.today, people=near.people)
        return self.roster(entitled, near=near, units=units)

    def roster(self, entitled: list[Entitled], *, near: Around | None = None, units: Collection[UUID] = ()) -> Roster:
        """What there is of some who are entitled; of all groups and activities, or only of those `near`."""
        return read_roster(
            self.service_id,
            people=self.released(entitled),
            entitled=entitled,
            today=self.today,
            absent=self._absent,
            near=near,
            units=units,
            rules=self.rules,
        )

    def released(self, entitled: list[Entitled]) -> list[Released]:
        """Those of them of whom the service may be told something."""
        outcomes = governance.release_many(self.service_id, entitled, today=self.today, rules=self.rules)
        return [one for one in outcomes if isinstance(one, Released) and one.person_id not in self._never]


@dataclass(frozen=True, slots=True)
class _Part:
    """What is held of some objects, and what is to be known to say what they should be; no roster: nothing at all.

    `roots` are the objects that are asked for; None: all that the roster gives.
    """

    held: list[Held]
    roster: Roster | None
    roots: Collection[UUID] | None = None

    @property
    def looked_at(self) -> set[UUID]:
        """The root ids of what this part says all about."""
        return {one.root_id for one in self.held if one.root_id}.union(self.roots or ())


def _parts(
    target: Target, touched: Touched | None, *, way: Way, ask: _Asking, left: Sequence[Step] = ()
) -> Iterator[_Part]:
    if target.state in EMPTY or (touched is None and not pieces.is_large()) or not _keeps(ask.rules.verdict):
        is_empty = target.state in EMPTY
        roster = None if is_empty else ask.whole()
        roots = touched.roots | standing.held_units(target.id) if touched and not is_empty else None
        yield _Part(memory.read_held(target.id, positions=way.positions, roots=roots), roster)
    elif touched is None:
        yield from _in_pieces(target, way=way, ask=ask)
    elif touched:
        units = standing.held_units(target.id)
        held = memory.read_held(target.id, positions=way.positions, roots=touched.roots | units)
        stand = _referred_to(left, held, touched)
        roster = _around(target, touched, held_units=units, stand=stand, ask=ask)
        yield _Part(held, roster, touched.roots | roster.context.organisations.keys())


def _around(target: Target, touched: Touched, *, held_units: set[UUID], stand: set[UUID], ask: _Asking) -> Roster:
    """Read what is around the touched, and the schools that are still there whatever becomes of it.

    Some `stand` for what is still to be sent.
    """
    units = stand | standing.standing_units(target.id, touched)
    doubtful = held_units - units
    if not doubtful:
        return ask.around(touched, units=units)
    living = standing.living_in(target.id, touched, units=doubtful, today=ask.today, most=SAMPLE)
    roster = ask.around(touched, units=units, also={person for people in living.values() for person in people})
    # Where fewer live, they have all been asked about: nobody at all lives in the school above a unit.
    doubtful = {unit for unit, people in living.items() if len(people) == SAMPLE} - {row.id for row in roster.units}
    if not doubtful:
        return roster
    living = standing.living_in(target.id, touched, units=doubtful, today=ask.today)
    everybody = {person for people in living.values() for person in people}
    released = ask.released(licences.entitled(ask.service_id, today=ask.today, people=everybody))
    units |= {row.id for row in roster.units} | {at.unit_root_id for one in released for at in one.enrolments}
    return ask.around(touched, units=units)


def _in_pieces(target: Target, *, way: Way, ask: _Asking) -> Iterator[_Part]:
    units: set[UUID] = set()
    for piece in pieces.pieces(target.id):
        roster = ask.around(piece)
        units |= {row.id for row in roster.units}
        yield _Part(memory.read_held(target.id, positions=way.positions, roots=piece.roots), roster, piece.roots)
    roster = ask.roster([], units=units)
    roots = pieces.nowhere(target.id)
    yield _Part(memory.read_held(target.id, positions=way.positions, roots=roots, rootless=True), roster)


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
    return list(_projected(way, _Part([], roster), settings=settings))


def read_whole(
    service_id: UUID, *, today: date, only: frozenset[UUID] | None = None, absent: frozenset[UUID] = frozenset()
) -> Roster | None:
    """Read everything that a service should know of today; None when it should know nobody."""
    rules, never = governance.rules_of(service_id, today=today), never_send.withheld(service_id)
    return _Asking(service_id, rules, never, today=today, absent=absent).whole(only)


def _referred_to(left: Sequence[Step], held: Sequence[Held], touched: Touched) -> set[UUID]:
    """Find what is held (root ids), not touched itself, and referred to by what is still to be sent."""
    roots = {one.released_id: one.root_id for one in held if one.root_id and one.root_id not in touched.roots}
    return {roots[one] for one in resuming.referred_to(left, roots, besides=touched.roots)}


def _keeps(verdict: ServiceVerdict) -> bool:
    return verdict.may_keep and verdict.level is not Level.TRANSIENT


def _projected(way: Way, part: _Part, *, settings: Settings) -> Iterator[Wanted]:
    """Give what should be there; of a part only what was asked for, not what had to be known besides."""
    wanted = way.project(part.roster, settings=settings) if part.roster else iter(())
    return wanted if part.roots is None else (one for one in wanted if one.root_id in part.roots)


def _protected(held: list[Held], *, today: date) -> frozenset[UUID]:
    """The protected among those whom the target has an account for."""
    ids = [one.root_id for one in held if one.resource_type == ACCOUNT and one.root_id]
    if not ids:
        return frozenset()
    with db.cursor() as cursor:
        cursor.execute(_PROTECTED, {"people": db.uuids(ids), "today": today})
        return frozenset(person for (person,) in cursor)

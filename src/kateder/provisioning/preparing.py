"""From the register to a plan: entitled → released → projected → compared with what the target holds."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from kateder.core.setup import Settings
from kateder.governance import api as governance
from kateder.governance.api import AllowList, Level, Released
from kateder.licences import api as licences
from kateder.protocols.reconcile import Limits
from kateder.provisioning import memory
from kateder.provisioning.egil.roster import read_roster
from kateder.provisioning.models import Target
from kateder.provisioning.planning import DeliveryPlan, Held, make_plan
from kateder.provisioning.wanted import Wanted
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import ACCOUNT, Way
from kateder.register.models import Person
from kateder.register.models.people import UNMARKED


def prepare(target_id: UUID, *, today: date) -> tuple[DeliveryPlan, AllowList]:
    """Plan a delivery: what a target should hold today against what it has acknowledged.

    Sends nothing and stores nothing but the pseudonyms and aliases that the release mints.
    """
    target = Target.objects.get(id=target_id)
    way, settings = ways.of(target.kind), ways.settings_of(target)
    held = memory.read_held(target_id, positions=way.positions)
    absent = memory.absent(target_id)
    wanted = wanted_at(target.service_id, way=way, settings=settings, today=today, absent=absent)
    plan = make_plan(
        wanted,
        held,
        service=governance.verdict(target.service_id, today=today),
        protected=_protected(held, today=today),
        limits=Limits(**target.limits),
        absent=absent,
    )
    # Compiled after the release: only identifiers that have been stored may leave.
    return plan, governance.allow_list(target.service_id, today=today, vocabulary=way.vocabulary)


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
    verdict = governance.verdict(service_id, today=today)
    if not verdict.may_keep or verdict.level is Level.TRANSIENT:
        return []
    entitled = [one for one in licences.entitled(service_id, today=today) if only is None or one.person_id in only]
    outcomes = governance.release_many(service_id, entitled, today=today)
    people = [one for one in outcomes if isinstance(one, Released)]
    roster = read_roster(service_id, people=people, entitled=entitled, today=today, absent=absent)
    return list(way.project(roster, settings=settings))


def _protected(held: list[Held], *, today: date) -> frozenset[UUID]:
    """The protected among those whom the target has an account for."""
    ids = [one.root_id for one in held if one.resource_type == ACCOUNT and one.root_id]
    maybe = Person.objects.filter(~Q(security_marking=UNMARKED) | Q(local_protection=True), id__in=ids)
    return frozenset(person.id for person in maybe if person.is_protected(today))

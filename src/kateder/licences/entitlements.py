"""Who should have an account at a service today. The only place that mints `Entitled`."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from kateder.governance.api import Cause, CauseKind, Entitled, Holder
from kateder.governance.entitlement import mint
from kateder.licences.pools import Pool, pools


def entitled(service_id: UUID, *, today: date) -> list[Entitled]:
    """List the distinct persons who should have an account at a service today, in the order of their ids.

    Evaluated from assignments, register and ledger as they stand: a newcomer in a class is here at once,
    also before `settle` has written the seat (domain rule 11).
    """
    return [one for pool in pools(today=today, service_id=service_id) if pool.id == service_id for one in _of(pool)]


def entitlement_of(person_id: UUID, *, service_id: UUID, today: date) -> Entitled | None:
    """Answer the same for one person, as at sign-in; None when they are not entitled."""
    of_service = pools(today=today, service_id=service_id, people=[person_id])
    found = [one for pool in of_service if pool.id == service_id for one in _of(pool)]
    return next((one for one in found if one.person_id == person_id), None)


def _of(pool: Pool) -> list[Entitled]:
    causes: defaultdict[UUID, dict[Cause, Holder]] = defaultdict(dict)
    for reach in pool.reaches:
        if pool.opens(reach):
            cause = Cause(reach.kind, reach.subject_id, reach.lot_id, reach.resource_id)
            causes[reach.person_id][cause] = reach.role
    for person_id, lot_id in pool.seating.seated.items():
        if person_id not in causes:
            causes[person_id][Cause(CauseKind.GRACE, person_id, lot_id, None)] = Holder.PUPIL
    return [
        mint(
            pool.id,
            person_id=person_id,
            role=Holder.PUPIL if Holder.PUPIL in through.values() else Holder.TEACHER,
            causes=tuple(through),
        )
        for person_id, through in sorted(causes.items())
    ]

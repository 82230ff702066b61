"""Who should have an account at a service today. The only place that mints `Entitled`."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from kateder.governance.api import Cause, CauseKind, Entitled, Holder
from kateder.governance.entitlement import mint
from kateder.licences.pools import Pool, pools


def entitled(service_id: UUID, *, today: date, people: Collection[UUID] | None = None) -> list[Entitled]:
    """List the distinct persons who should have an account at a service today, in the order of their ids.

    Evaluated from assignments, register and ledger as they stand: a newcomer in a class is here at once,
    also before `settle` has written the seat (domain rule 11). With `people` the same is said of them alone.
    """
    found = pools(today=today, service_id=service_id, people=people)
    return [one for pool in found if pool.id == service_id for one in _of(pool)]


def entitlement_of(person_id: UUID, *, service_id: UUID, today: date) -> Entitled | None:
    """Answer the same for one person, as at sign-in; None when they are not entitled."""
    of_service = pools(today=today, service_id=service_id, people=[person_id])
    found = [one for pool in of_service if pool.id == service_id for one in _of(pool)]
    return next((one for one in found if one.person_id == person_id), None)


def _of(pool: Pool) -> list[Entitled]:
    causes: defaultdict[UUID, list[Cause]] = defaultdict(list)
    pupils: set[UUID] = set()
    known: dict[tuple[object, ...], Cause] = {}
    for reach in pool.reaches:
        if not pool.opens(reach):
            continue
        what = (reach.kind, reach.subject_id, reach.lot_id, reach.resource_id)
        cause = known.get(what)
        if cause is None:
            cause = known[what] = Cause(*what)
        causes[reach.person_id].append(cause)
        if reach.role is Holder.PUPIL:
            pupils.add(reach.person_id)
    for person_id, lot_id in pool.seating.seated.items():
        if person_id not in causes:
            causes[person_id].append(Cause(CauseKind.GRACE, person_id, lot_id, None))
            pupils.add(person_id)
    return [
        mint(
            pool.id,
            person_id=person_id,
            role=Holder.PUPIL if person_id in pupils else Holder.TEACHER,
            causes=tuple(through if len(through) == 1 else sorted(through, key=_order)),
        )
        # By the number, as UUIDs compare, without asking each of them a hundred thousand times.
        for person_id, through in sorted(causes.items(), key=lambda item: item[0].int)
    ]


def _order(cause: Cause) -> tuple[str, UUID, str, str]:
    return (cause.kind.value, cause.subject_id, str(cause.lot_id), str(cause.resource_id))

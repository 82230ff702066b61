"""Writes: lots, assignments and corrections. Each is audited and fed; seats are given by `settle`."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from kateder.catalogue.api import NotInCatalogue, require
from kateder.catalogue.models import Resource, ResourceKind
from kateder.core import audit, clock, feed
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.feed import Entity
from kateder.governance.api import is_approved
from kateder.licences import ledger
from kateder.licences.models import AssignedKind, Assignment, LedgerEntry, Lot
from kateder.licences.seats import Event, OnShortage
from kateder.register.models import Group, Organisation, Person

SUBJECTS = {
    AssignedKind.PERSON: Person,
    AssignedKind.GROUP: Group,
    AssignedKind.UNIT: Organisation,
    AssignedKind.YEAR: Organisation,
}


class DatesReversed(DomainError):
    """The last day comes before the first."""


class OneTarget(DomainError):
    """Choose either a service or a single resource: a lot is for one of them."""


class LotNeeded(DomainError):
    """This resource is not free: assign it from a lot."""


class UseNotApproved(DomainError):
    """Nobody has decided that this service may be used: it cannot be handed out yet."""


class NoSuchSubject(DomainError):
    """There is no such person, group or school in the register."""


class YearMissing(DomainError):
    """Say which school year the assignment is for; only assignments to a school year have one."""


class LotInUse(DomainError):
    """Seats of lot {number} are in use: its terms stay as they are, but it can be given more seats."""


class AlreadyCorrected(DomainError):
    """This entry has been corrected already, or is a correction itself."""


def create_lot(
    number: str,
    *,
    quantity: int | None,
    start_date: date,
    end_date: date | None,
    by: Actor,
    service_id: UUID | None = None,
    resource_id: UUID | None = None,
    price: Decimal | None = None,
    currency: str = "SEK",
    payer: str = "",
    on_shortage: OnShortage = OnShortage.ALERT,
    grace_days: int = 0,
    teachers_take_seats: bool = False,
) -> Lot:
    """Record what was ordered. `quantity` None is unlimited; `price` is per seat for the whole period.

    Raises OneTarget unless it is for exactly one of service and resource, DatesReversed, NotInCatalogue.
    """
    if (service_id is None) == (resource_id is None):
        raise OneTarget
    _in_order(start_date, end_date)
    require(service_id=service_id, resource_id=resource_id)
    lot = Lot.objects.create(
        number=number,
        service_id=service_id,
        resource_id=resource_id,
        quantity=quantity,
        start_date=start_date,
        end_date=end_date,
        price=price,
        currency=currency,
        payer=payer,
        on_shortage=on_shortage,
        grace_days=grace_days,
        teachers_take_seats=teachers_take_seats,
        created_by=by.label,
    )
    _done("licences.lot_created", lot.id, Entity.LOT, by, quantity=quantity)
    return lot


def change_lot(
    lot_id: UUID,
    *,
    by: Actor,
    today: date,
    quantity: int | None,
    end_date: date | None,
    on_shortage: OnShortage,
) -> Lot:
    """Change the terms of a lot. While somebody has a seat only more seats are accepted: raises LotInUse."""
    lot = Lot.objects.select_for_update().get(id=lot_id)
    _in_order(lot.start_date, end_date)
    more = lot.quantity is not None and (quantity is None or quantity >= lot.quantity)
    same = (lot.quantity == quantity or more) and (lot.end_date, lot.on_shortage) == (end_date, on_shortage)
    if not same and ledger.taken([lot_id], on=today):
        raise LotInUse(number=lot.number)
    lot.quantity, lot.end_date, lot.on_shortage = quantity, end_date, on_shortage
    lot.save(update_fields=["quantity", "end_date", "on_shortage"])
    _done("licences.lot_changed", lot.id, Entity.LOT, by, quantity=quantity)
    return lot


def assign(
    *,
    to: AssignedKind,
    subject_id: UUID,
    start_date: date,
    by: Actor,
    end_date: date | None = None,
    lot_id: UUID | None = None,
    resource_id: UUID | None = None,
    school_year: int | None = None,
) -> Assignment:
    """Assign a lot, or a free resource, to a person, a group, a school (with all below it) or a year of it.

    Everybody who is reached has the resource at once; teachers of the groups have it too. Raises OneTarget,
    NotInCatalogue, LotNeeded, UseNotApproved, NoSuchSubject, YearMissing or DatesReversed.
    """
    _in_order(start_date, end_date)
    if lot_id is not None and resource_id is None:
        service_id = _service_of_lot(lot_id)
    elif resource_id is not None and lot_id is None:
        service_id = _service_of_free(resource_id)
    else:
        raise OneTarget
    if (school_year is not None) != (to is AssignedKind.YEAR):
        raise YearMissing
    if not SUBJECTS[to].objects.filter(id=subject_id).exists():
        raise NoSuchSubject
    if service_id is not None and not is_approved(service_id, first=start_date, last=end_date):
        raise UseNotApproved
    assignment = Assignment.objects.create(
        lot_id=lot_id,
        resource_id=resource_id,
        kind=to,
        subject_id=subject_id,
        school_year=school_year,
        start_date=start_date,
        end_date=end_date,
        assigned_by=by.label,
        assigned_at=clock.now(),
    )
    _done("licences.assigned", assignment.id, Entity.ASSIGNMENT, by, to=to.value, subject=str(subject_id))
    return assignment


def withdraw(assignment_id: UUID, *, last_day: date, by: Actor) -> None:
    """Let an assignment end after a day; one that has not begun by then is taken away."""
    assignment = Assignment.objects.select_for_update().get(id=assignment_id)
    if last_day < assignment.start_date:
        assignment.delete()
    else:
        assignment.end_date = last_day
        assignment.save(update_fields=["end_date"])
    _done("licences.withdrawn", assignment_id, Entity.ASSIGNMENT, by, last_day=last_day.isoformat())


def withdraw_at_once(assignment_id: UUID, *, today: date, by: Actor) -> None:
    """Take an assignment back now: yesterday was its last day."""
    withdraw(assignment_id, last_day=today - timedelta(days=1), by=by)


def correct(entry_id: int, *, reason: str, today: date, by: Actor) -> LedgerEntry:
    """Take back an entry of the ledger with a new row; the old one stays as it was written.

    `reason` is a short code or sentence without names. Raises AlreadyCorrected.
    """
    entry = LedgerEntry.objects.get(id=entry_id)
    Lot.objects.select_for_update().get(id=entry.lot_id)
    if entry.event == Event.CORRECTION or LedgerEntry.objects.filter(corrects=entry).exists():
        raise AlreadyCorrected
    row = LedgerEntry.objects.create(
        lot_id=entry.lot_id,
        person_id=entry.person_id,
        event=Event.CORRECTION,
        cause=reason[:40],
        date=today,
        at=clock.now(),
        corrects=entry,
        by=by.label,
    )
    _done("licences.ledger_corrected", entry.lot_id, Entity.LOT, by, entry=entry_id, correction=row.id)
    return row


def _service_of_lot(lot_id: UUID) -> UUID | None:
    lot = Lot.objects.select_related("resource").filter(id=lot_id).first()
    if lot is None:
        raise NotInCatalogue
    return lot.service_id or (lot.resource.service_id if lot.resource else None)


def _service_of_free(resource_id: UUID) -> UUID | None:
    require(resource_id=resource_id)
    resource = Resource.objects.get(id=resource_id)
    if resource.kind != ResourceKind.FREE:
        raise LotNeeded
    return resource.service_id


def _in_order(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise DatesReversed


def _done(event: str, subject_id: UUID, entity: Entity, by: Actor, **details: object) -> None:
    audit.record(event, actor=by, subject_type=entity.value, subject_id=subject_id, **details)
    feed.append({entity: [subject_id]}, cause=event)

"""The licences' one door: what was ordered, who has it, and who should have an account."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from kateder.licences import ledger
from kateder.licences.changes import (
    AlreadyCorrected,
    DatesReversed,
    LotInUse,
    LotNeeded,
    NoSuchSubject,
    OneTarget,
    UseNotApproved,
    YearMissing,
    assign,
    change_lot,
    correct,
    create_lot,
    withdraw,
    withdraw_at_once,
)
from kateder.licences.concerning import is_settling, services_near
from kateder.licences.entitlements import entitled, entitlement_of
from kateder.licences.ledger import Seats
from kateder.licences.models import AssignedKind, Assignment, Lot
from kateder.licences.nearby import Reassigned, reaches_by_year, reassigned, rivals
from kateder.licences.seats import OnShortage
from kateder.licences.settling import Settled, settle, settle_days
from kateder.licences.shelf import ShelfItem, ShelfState, resources_for, resources_for_people
from kateder.licences.whose import lots_of_others
from kateder.licences.why import Step, why

__all__ = [
    "AlreadyCorrected",
    "AssignedKind",
    "DatesReversed",
    "LotInUse",
    "LotNeeded",
    "LotStatus",
    "NoSuchSubject",
    "OnShortage",
    "OneTarget",
    "Reassigned",
    "Seats",
    "Settled",
    "ShelfItem",
    "ShelfState",
    "Step",
    "UseNotApproved",
    "YearMissing",
    "assign",
    "assignments",
    "change_lot",
    "correct",
    "create_lot",
    "entitled",
    "entitlement_of",
    "is_settling",
    "lots",
    "lots_of_others",
    "reaches_by_year",
    "reassigned",
    "resources_for",
    "resources_for_people",
    "rivals",
    "seats",
    "services_near",
    "settle",
    "settle_days",
    "why",
    "withdraw",
    "withdraw_at_once",
]


@dataclass(frozen=True, slots=True)
class LotStatus:
    """A lot with its seats on a day."""

    lot: Lot
    seats: Seats


def seats(lot_id: UUID, today: date) -> Seats:
    """Count the seats of a lot on a day, from the ledger alone."""
    lot = Lot.objects.get(id=lot_id)
    return Seats(lot.quantity, ledger.taken([lot_id], on=today).get(lot_id, 0))


def lots(*, today: date) -> list[LotStatus]:
    """List all lots with their seats, those that end first at the top."""
    every = list(Lot.objects.select_related("service", "resource").order_by("end_date", "start_date", "number", "id"))
    taken = ledger.taken([lot.id for lot in every], on=today)
    return [LotStatus(lot, Seats(lot.quantity, taken.get(lot.id, 0))) for lot in every]


def assignments(*, subjects: Collection[UUID] | None = None) -> QuerySet[Assignment]:
    """Give assignments with what was assigned, newest first; `subjects` are persons, groups or schools."""
    every = Assignment.objects.select_related("lot__service", "lot__resource", "resource")
    every = every.order_by("-assigned_at", "id")
    return every if subjects is None else every.filter(subject_id__in=subjects)

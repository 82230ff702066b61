"""What the demo has ordered, and for whom; in class 5B one seat too few, so that there is something to mend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from kateder.catalogue.models import Resource
from kateder.core.actors import Actor
from kateder.demo.synthetic import CAST
from kateder.demo.synthetic.school_year import SchoolYear
from kateder.licences import api as licences
from kateder.licences.models import Lot
from kateder.register.api import members
from kateder.register.models import Group, Organisation

FOR_ALL = "2026-101"
FOR_5B = "2026-114"
PRINTED = "2026-203"
_BEFORE_ELSA_CAME = timedelta(days=8)


def give_licences(service_id: UUID, *, roots: Mapping[str, UUID], today: date, by: Actor) -> None:
    """Order and hand out the connected service: to all compulsory schools, with a lot of its own for class 5B.

    The lot of 5B was filled before Elsa came into the class, and lets nobody more in.
    """
    if Lot.objects.filter(number=FOR_ALL).exists():
        return
    norrskolan, class_5b = roots[CAST["norrskolan"]], roots[CAST["class_5b"]]
    before = today - _BEFORE_ELSA_CAME
    _order_for_all(service_id, norrskolan=norrskolan, class_5b=class_5b, today=today, by=by)
    _order_for_5b(service_id, class_5b=class_5b, before=before, today=today, by=by)
    _order_books(norrskolan=norrskolan, today=today, by=by)
    free = Resource.objects.get(service_id=service_id, kind="free")
    licences.assign(to=licences.AssignedKind.UNIT, subject_id=norrskolan, resource_id=free.id, start_date=before, by=by)
    for day in (before, today):
        licences.settle(today=day, cause="demo")


def _order_for_all(service_id: UUID, *, norrskolan: UUID, class_5b: UUID, today: date, by: Actor) -> None:
    year = SchoolYear.containing(today)
    lot = licences.create_lot(
        FOR_ALL,
        service_id=service_id,
        quantity=None,
        start_date=year.opens,
        end_date=year.closes,
        price=Decimal(95),
        payer="Centralt",
        by=by,
    )
    others = Organisation.objects.filter(organisation_type="Skolenhet", school_types__contains=["GR"])
    for unit_id in others.exclude(pk=norrskolan).values_list("pk", flat=True):
        licences.assign(to=licences.AssignedKind.UNIT, subject_id=unit_id, lot_id=lot.id, start_date=year.opens, by=by)
    classes = Group.objects.filter(organisation_id=norrskolan, group_type="Klass", school_type="GR")
    for group_id in classes.exclude(pk=class_5b).values_list("pk", flat=True):
        licences.assign(
            to=licences.AssignedKind.GROUP, subject_id=group_id, lot_id=lot.id, start_date=year.opens, by=by
        )


def _order_for_5b(service_id: UUID, *, class_5b: UUID, before: date, today: date, by: Actor) -> None:
    year = SchoolYear.containing(today)
    lot = licences.create_lot(
        FOR_5B,
        service_id=service_id,
        quantity=members(class_5b, today=before).count(),
        start_date=year.opens,
        end_date=year.closes,
        price=Decimal(95),
        payer="Norrskolan",
        on_shortage=licences.OnShortage.HARD_STOP,
        by=by,
    )
    licences.assign(to=licences.AssignedKind.GROUP, subject_id=class_5b, lot_id=lot.id, start_date=year.opens, by=by)


def _order_books(*, norrskolan: UUID, today: date, by: Actor) -> None:
    year = SchoolYear.containing(today)
    lot = licences.create_lot(
        PRINTED,
        resource_id=Resource.objects.get(kind="printed", title="Räkneresan 5, boken").id,
        quantity=90,
        start_date=year.opens,
        end_date=None,
        price=Decimal(189),
        payer="Statsbidrag",
        by=by,
    )
    licences.assign(
        to=licences.AssignedKind.YEAR,
        subject_id=norrskolan,
        school_year=5,
        lot_id=lot.id,
        start_date=year.opens,
        by=by,
    )

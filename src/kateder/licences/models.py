"""What was ordered, for whom, and the ledger of who has had a seat."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Resource, Service
from kateder.core.models import Authority, TenantModel
from kateder.core.tenancy import TenantManager, current_authority_id
from kateder.licences.seats import Event, OnShortage


class Lot(TenantModel):
    """What was ordered: seats on a service, or on one resource, for a period.

    The row is locked in the database while seats are given from it, so that two processes at once cannot
    give the last seat twice; its terms are frozen while somebody has a seat. PII: none
    """

    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="lots")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="lots")
    number = models.CharField(max_length=60)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    # Price per seat for the whole period.
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="SEK")
    payer = models.CharField(max_length=200, blank=True)
    on_shortage = models.CharField(max_length=10, choices=OnShortage.choices, default=OnShortage.ALERT)
    grace_days = models.PositiveSmallIntegerField(default=0)
    teachers_take_seats = models.BooleanField(default=False)
    created_by = models.CharField(max_length=80, blank=True)

    objects: TenantManager[Lot] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "number"], name="licences_lot_number"),
            models.CheckConstraint(
                condition=models.Q(service__isnull=True) ^ models.Q(resource__isnull=True),
                name="licences_lot_target",
            ),
            models.CheckConstraint(
                condition=models.Q(end_date__isnull=True) | models.Q(start_date__lte=models.F("end_date")),
                name="licences_lot_dates",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class AssignedKind(models.TextChoices):
    """Whom an assignment is to."""

    PERSON = "person", _("Person")
    GROUP = "group", _("Group")
    UNIT = "unit", _("School")
    YEAR = "year", _("School year")


class Assignment(TenantModel):
    """Who gets what was ordered, or a free resource, which needs no lot. Dates inclusive.

    PII: subject_id · erased: two years after the end date
    """

    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="assignments")
    resource = models.ForeignKey(Resource, models.PROTECT, null=True, blank=True, related_name="assignments")
    kind = models.CharField(max_length=10, choices=AssignedKind.choices)
    # The root id of a person, group or organisation. No foreign key: the register may drop the row.
    subject_id = models.UUIDField()
    school_year = models.PositiveSmallIntegerField(null=True, blank=True)
    start_date = models.DateField()
    end_date = models.DateField(null=True, blank=True)
    assigned_by = models.CharField(max_length=80)
    assigned_at = models.DateTimeField()

    objects: TenantManager[Assignment] = TenantManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lot__isnull=True) ^ models.Q(resource__isnull=True),
                name="licences_assignment_what",
            ),
            models.CheckConstraint(
                condition=models.Q(school_year__isnull=True) ^ models.Q(kind="year"),
                name="licences_assignment_year",
            ),
            models.CheckConstraint(
                condition=models.Q(end_date__isnull=True) | models.Q(start_date__lte=models.F("end_date")),
                name="licences_assignment_dates",
            ),
        ]
        indexes = [models.Index(fields=["authority", "kind", "subject_id"], name="licences_assignment_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class LedgerEntry(models.Model):
    """One thing that happened to one person's seat in one lot. Append-only: a correction is a new row.

    The order of ids is the order of events: they are written while the lot is locked.

    PII: person_id · erased: two years after the lot's end date
    """

    id = models.BigAutoField(primary_key=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, default=current_authority_id, editable=False, related_name="+"
    )
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="entries")
    person_id = models.UUIDField()
    event = models.CharField(max_length=14, choices=Event.choices)
    cause = models.CharField(max_length=40)
    date = models.DateField()
    at = models.DateTimeField()
    # The entry that a correction takes back.
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    by = models.CharField(max_length=80, blank=True)

    objects: TenantManager[LedgerEntry] = TenantManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(corrects__isnull=True) ^ models.Q(event="correction"),
                name="licences_ledger_correction",
            ),
            models.UniqueConstraint(fields=["corrects"], name="licences_ledger_corrected_once"),
        ]
        indexes = [
            models.Index(fields=["lot", "person_id", "-id"], name="licences_ledger_latest"),
            models.Index(fields=["authority", "person_id"], name="licences_ledger_person"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.date}"

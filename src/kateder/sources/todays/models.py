"""Whom a school has let in for a time, and what that put into the register."""

from __future__ import annotations

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class AdmissionKind(models.TextChoices):
    """What somebody who is let in does."""

    SUBSTITUTE = "substitute", _("Substitute")
    AGENCY = "agency", _("Agency teacher")
    STUDENT = "student", _("Student teacher")
    REMOTE = "remote", _("Remote teacher")


class Admission(TenantModel):
    """Somebody whom a school has let in, by whom, until when, and the rows of the register that came of it.

    Ids are root ids. `made_person`: the person was unknown before, and goes when nobody else delivers them.
    PII: person_id, kind, sponsor_id · erased: 90 days after the end
    """

    person_id = models.UUIDField(db_index=True)
    made_person = models.BooleanField()
    duty_id = models.UUIDField()
    unit_id = models.UUIDField()
    activity_ids: ArrayField[list[UUID], list[UUID]] = ArrayField(models.UUIDField(), default=list)
    kind = models.CharField(max_length=12, choices=AdmissionKind.choices)
    sponsor_id = models.UUIDField(null=True)
    user_id = models.UUIDField(null=True)
    start_date = models.DateField()
    end_date = models.DateField()
    admitted_by = models.CharField(max_length=80)
    admitted_at = models.DateTimeField()
    renewed = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)

    objects: TenantManager[Admission] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["authority", "unit_id", "end_date"], name="sources_admission_unit")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_date__gte=models.F("start_date")), name="sources_admission_dates"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

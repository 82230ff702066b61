"""What concerns accounts beyond their delivery: who is never sent, removals until they are proved, emptied targets,
and the grounds of receipts.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Service
from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class NeverSend(TenantModel):
    """A decision that a person is not to be sent: to one service, or to any (`service` is None).

    PII: person_id, reason · erased: two years after it ended
    """

    person_id = models.UUIDField()
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=400)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=80)
    # The last day, inclusive; open without one.
    end_date = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    objects: TenantManager[NeverSend] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id", "service"],
                condition=models.Q(ended_at=None),
                name="provisioning_neversend_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)


class Found(models.TextChoices):
    """What reading back said of an account that was to be removed."""

    UNASKED = "", _("Not yet read back")
    GONE = "gone", _("Gone")
    THERE = "there", _("Still there")
    UNKNOWN = "unknown", _("The service cannot say")


class Removal(TenantModel):
    """One account's removal: asked for, answered, proved by reading back, or confirmed by somebody in writing.

    PII: released_id, root_id · erased: two years after it was closed
    """

    target = models.ForeignKey("provisioning.Target", models.CASCADE, related_name="removals")
    resource_type = models.CharField(max_length=20)
    released_id = models.UUIDField()
    root_id = models.UUIDField(null=True)
    remote_id = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    found = models.CharField(max_length=10, choices=Found.choices, blank=True)
    looked_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=400, blank=True)
    # Nothing more is to be proved: verified, confirmed, or the account has come back.
    closed_at = models.DateTimeField(null=True)

    objects: TenantManager[Removal] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "resource_type", "released_id"],
                condition=models.Q(closed_at=None),
                name="provisioning_removal_open",
            )
        ]
        indexes = [models.Index(fields=["target", "asked_at"], name="provisioning_removal_order")]

    def __str__(self) -> str:
        return f"{self.resource_type} {self.released_id}"


class Unprovisioning(TenantModel):
    """That everything is taken away from a target: by whom, why, and when it was done. PII: none"""

    target = models.ForeignKey("provisioning.Target", models.CASCADE, related_name="unprovisionings")
    reason = models.CharField(max_length=400)
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=80)
    # What the target held when it began, as `{"User": 812}`.
    held = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    # Called off before it was done.
    withdrawn_at = models.DateTimeField(null=True)

    objects: TenantManager[Unprovisioning] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target"],
                condition=models.Q(ended_at=None, withdrawn_at=None),
                name="provisioning_unprovisioning_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target_id} {self.begun_at:%Y-%m-%d}"


class FieldSet(TenantModel):
    """Which fields a receipt was for, by name; its id is the digest of them. Many receipts share one. PII: none"""

    resource_type = models.CharField(max_length=20)
    paths: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=200))

    objects: TenantManager[FieldSet] = TenantManager()

    def __str__(self) -> str:
        return f"{self.resource_type} {len(self.paths)}"


class Grounds(TenantModel):
    """Why something was sent when it was: decision, agreement, and the causes; its id is the digest of them.

    `causes` are `{"kind", "subject", "lot", "resource"}` with ids, where kind is how an assignment reached the person.
    Many receipts share one. PII: causes, where the subject is a person · erased: with the last receipt
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="+")
    decision_id = models.UUIDField(null=True)
    agreement_id = models.UUIDField(null=True)
    causes = models.JSONField(default=list)

    objects: TenantManager[Grounds] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)

"""What clients tell us: where they want to hear of changes, and what they report back."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager
from kateder.trust.models import ApiClient


class Spelling(models.TextChoices):
    """How the list of changed types is spelled in a notification: as published, as meant, or both."""

    BOTH = "both", _("Both spellings")
    PUBLISHED = "published", _("modifiedEntites, as the standard prints it")
    CORRECT = "correct", _("modifiedEntities, as it was meant")


class Trouble(models.TextChoices):
    """What is wrong with a subscription."""

    NONE = "", _("Works")
    FAILING = "failing", _("Does not answer")
    EXPIRING = "expiring", _("Ends soon")
    EXPIRED = "expired", _("Has ended")


class Subscription(TenantModel):
    """Where a client wants to hear that something has changed (SS 12000:2020, webhooks). PII: none"""

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="subscriptions")
    name = models.CharField(max_length=200)
    target = models.CharField(max_length=2000)
    # Names of resource types, such as "Person".
    resource_types: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=30))
    spelling = models.CharField(max_length=10, choices=Spelling.choices, default=Spelling.BOTH)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # Everything in the feed, in changesets, and of the client's edition, up to here has been gathered. Before the
    # first time, the edition may not be there.
    position = models.BigIntegerField(default=-1)
    # The id of the newest changeset that was there: no reference, since changesets are forgotten in time.
    changeset = models.BigIntegerField(default=-1)
    gathered_until = models.DateTimeField()
    # Gathered and not yet told.
    modified: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=30), default=list)
    deleted = models.BooleanField(default=False)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    # The last answer: an HTTP status, or the code of what went wrong instead.
    answer = models.CharField(max_length=40, blank=True)
    trouble = models.CharField(max_length=10, choices=Trouble.choices, default=Trouble.NONE, blank=True)

    objects: TenantManager[Subscription] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["client", "id"], name="provisioning_subscription_ix")]

    def __str__(self) -> str:
        return str(self.id)


class ClientReport(TenantModel):
    """What a client has reported: an event (`POST /log`) or what it has taken in (`POST /statistics`).

    PII: message, resource_id, resource_url · erased: after 90 days, and beyond the newest 2,000 of a client
    """

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="reports")
    at = models.DateTimeField()
    occurred_at = models.DateTimeField(null=True)
    # Info, Warning or Error; empty where it is statistics.
    severity = models.CharField(max_length=10, blank=True)
    message = models.CharField(max_length=4000, blank=True)
    message_type = models.CharField(max_length=200, blank=True)
    resource_type = models.CharField(max_length=60, blank=True)
    resource_id = models.CharField(max_length=200, blank=True)
    resource_url = models.CharField(max_length=2000, blank=True)
    # new, updated, deleted; null where it is an event.
    counts = models.JSONField(null=True)

    objects: TenantManager[ClientReport] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["client", "at"], name="provisioning_report_order")]

    def __str__(self) -> str:
        return str(self.id)

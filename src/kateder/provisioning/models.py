"""Targets, what each has acknowledged, runs and receipts."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Service
from kateder.core.models import Authority, TenantModel
from kateder.core.tenancy import TenantManager, current_authority_id
from kateder.provisioning.account_models import FieldSet, Found, Grounds, NeverSend, Removal, Unprovisioning
from kateder.provisioning.oneroster.models import GradebookRecord
from kateder.provisioning.rollover.models import Consequence, Freeze, Rollover
from kateder.provisioning.ss12000.models import Edition, EditionRow, Listing
from kateder.provisioning.ss12000.subscription_models import ClientReport, Spelling, Subscription, Trouble
from kateder.trust.models import Federation, Keypair

__all__ = [
    "ClientReport",
    "Consequence",
    "DeliveryRun",
    "Edition",
    "EditionRow",
    "FieldSet",
    "Found",
    "Freeze",
    "GradebookRecord",
    "Grounds",
    "KeptWhole",
    "Listing",
    "NeverSend",
    "Phase",
    "Receipt",
    "Removal",
    "Rollover",
    "RunState",
    "Scope",
    "Spelling",
    "Subscription",
    "Target",
    "TargetObject",
    "TargetState",
    "TargetTrial",
    "Trouble",
    "Unprovisioning",
]


class TargetState(models.TextChoices):
    """Whether anything is sent to a target."""

    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    EMPTYING = "emptying", _("Being emptied")
    EMPTIED = "emptied", _("Emptied")


class Target(TenantModel):
    """Where a service takes deliveries: its address, the keys it is known by, and how much may change at once.

    PII: none
    """

    service = models.OneToOneField(Service, models.PROTECT, related_name="target")
    kind = models.CharField(max_length=20, default="egil")
    # Empty for a way that is not known by pins; its own settings, with secrets sealed, stand in `settings`.
    base_uri = models.URLField(blank=True)
    pins: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=44), default=list, blank=True)
    keypair = models.ForeignKey(Keypair, models.PROTECT, related_name="+", null=True, blank=True)
    # A member of a federation instead: its metadata says the address and the pins, our entity there has the key.
    federation = models.ForeignKey(Federation, models.PROTECT, related_name="+", null=True, blank=True)
    entity_id = models.CharField(max_length=300, blank=True)
    tag = models.CharField(max_length=64, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    # What `reconcile.Limits` takes; empty means its defaults.
    limits = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=TargetState.choices, default=TargetState.ACTIVE)
    max_connections = models.PositiveSmallIntegerField(default=16)
    max_per_second = models.FloatField(null=True)
    request_seconds = models.FloatField(default=30.0)
    # How many requests at a time it bore when it was last delivered to: there the next run starts.
    bears = models.PositiveSmallIntegerField(null=True)
    # Since when every run has ended because of the target itself; how many in a row have not ended well, and when the
    # next one is made though nothing has changed. See `trouble`.
    down_since = models.DateTimeField(null=True)
    troubles = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    # The last run knew everything in the feed up to here.
    delivered_position = models.BigIntegerField(default=0)
    # Everything that the feed had said up to here, on that day, is at the target but for the open rows. None while
    # something is being sent, and after whatever ended otherwise: then the next run compares everything.
    known_position = models.BigIntegerField(null=True)
    known_day = models.DateField(null=True)
    # When everything was last compared, not only what had changed.
    compared_at = models.DateTimeField(null=True)

    objects: TenantManager[Target] = TenantManager()

    def __str__(self) -> str:
        return self.place or self.kind

    @property
    def place(self) -> str:
        """Where it is, for people: its address, or the member of a federation that it is."""
        return self.base_uri or self.entity_id

    @property
    def certificate(self) -> str:
        """Our certificate, for the provider; empty for a way that shows none."""
        return self.keypair.certificate if self.keypair else ""


class TargetTrial(TenantModel):
    """What came of trying a target's door: the steps of its check (name, ok, sentence).

    PII: none
    """

    target = models.OneToOneField(Target, models.CASCADE, related_name="trial")
    steps = models.JSONField(default=list)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: TenantManager[TargetTrial] = TenantManager()

    def __str__(self) -> str:
        return f"{self.target_id}"


class TargetObject(TenantModel):
    """One object at a target: what it has acknowledged, and what has been sent or sanctioned since.

    `content_hash` is of the last acknowledged body; without one the object may not be there. `intent` is
    stored before a request and cleared by its answer: while it stands, nobody knows which of the two the
    target holds. `sanctioned` says what an approved plan may do with the object, so that a run that was
    killed goes on without asking again.

    PII: released_id, root_id · erased: when the target has confirmed the removal
    """

    target = models.ForeignKey(Target, models.CASCADE, related_name="objects_held")
    resource_type = models.CharField(max_length=20)
    released_id = models.UUIDField()
    root_id = models.UUIDField(null=True)
    content_hash = models.BinaryField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    # Its name at the target, where the target gives it one of its own.
    remote_id = models.CharField(max_length=200, blank=True)
    intent = models.CharField(max_length=10, blank=True)
    sanctioned = models.CharField(max_length=10, blank=True)
    sanctioned_hash = models.BinaryField(null=True)
    # Why the last attempt failed; empty when it did not.
    failure = models.CharField(max_length=40, blank=True)

    objects: TenantManager[TargetObject] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "resource_type", "released_id"], name="provisioning_object_once")
        ]
        indexes = [
            models.Index(fields=["target", "root_id"], name="provisioning_object_root"),
            # The few about which there is something left to do, among very many.
            models.Index(
                fields=["target"],
                name="provisioning_object_open",
                condition=models.Q(content_hash=None)
                | ~models.Q(intent="")
                | ~models.Q(sanctioned="")
                | ~models.Q(failure=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_type} {self.released_id}"


class KeptWhole(TenantModel):
    """What a target that takes everything at once was last given: the next delivery changes this, and no more.

    What waits for a person must stay in the file as it was, and a hash does not tell what that is.

    PII: sealed · erased: with the account, at the next delivery
    """

    target = models.OneToOneField(Target, models.CASCADE, related_name="kept_whole")
    sealed = models.TextField()

    objects: TenantManager[KeptWhole] = TenantManager()

    def __str__(self) -> str:
        return str(self.target_id)


class RunState(models.TextChoices):
    """How a delivery run stands or ended."""

    RUNNING = "running", _("Under way")
    WAITING = "waiting", _("Waits for a person")
    SUCCEEDED = "succeeded", _("Everything delivered")
    FAILED = "failed", _("Something failed")
    INTERRUPTED = "interrupted", _("Interrupted")
    FROZEN = "frozen", _("Held back")


class Phase(models.TextChoices):
    """What a run is doing."""

    PLANNING = "planning", _("Finding out what has changed")
    SENDING = "sending", _("Sending")
    ENDED = "ended", _("Ended")


class Scope(models.TextChoices):
    """What a run looks at."""

    CHANGES = "changes", _("What has changed")
    EVERYTHING = "everything", _("Everything")


class DeliveryRun(TenantModel):
    """One run of a delivery: phase, counts, how it ended. PII: none"""

    target = models.ForeignKey(Target, models.CASCADE, related_name="runs")
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.RUNNING)
    phase = models.CharField(max_length=10, choices=Phase.choices, default=Phase.PLANNING)
    actor = models.CharField(max_length=80)
    scope = models.CharField(max_length=12, choices=Scope.choices, default=Scope.EVERYTHING)
    # What was found otherwise than it should have been and was put right, as `{"missing": 2}`.
    healed = models.JSONField(default=dict)
    # Seconds per phase, as `{"planning": 0.4}`.
    seconds = models.JSONField(default=dict)
    # How many of each outcome so far, and `{"create User": 12}` planned, in `planned`.
    counts = models.JSONField(default=dict)
    planned = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    stopped_by = models.CharField(max_length=40, blank=True)
    # The stored plan, where a person has to decide (core.Plan).
    plan_id = models.UUIDField(null=True)
    feed_position = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    sending_since = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects: TenantManager[DeliveryRun] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["target", "started_at"], name="provisioning_run_order")]

    def __str__(self) -> str:
        return f"{self.target_id} {self.state}"


class Receipt(models.Model):
    """That a target has confirmed one creation, change or removal. Append-only, partitioned by month.

    PII: released_id, root_id · erased: two years after it was given
    """

    id = models.BigAutoField(primary_key=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, default=current_authority_id, editable=False, related_name="+"
    )
    target = models.ForeignKey(Target, models.PROTECT, related_name="+")
    run_id = models.UUIDField()
    resource_type = models.CharField(max_length=20)
    released_id = models.UUIDField()
    root_id = models.UUIDField(null=True)
    action = models.CharField(max_length=10)
    http_status = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()
    # Which fields, by name, and on what grounds; receipts from before these were kept have neither.
    fields = models.ForeignKey(
        FieldSet, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    grounds = models.ForeignKey(
        Grounds, models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )

    objects: TenantManager[Receipt] = TenantManager()

    class Meta:
        indexes = [
            models.Index(fields=["target", "root_id"], name="provisioning_receipt_root"),
            models.Index(fields=["run_id"], name="provisioning_receipt_run"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.resource_type}"

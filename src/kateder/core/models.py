"""The tables of core. Only core writes them."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.core.tenancy import TenantManager, authority_id_if_any, current_authority_id


class Authority(models.Model):
    """A school authority (huvudman): the tenant. PII: none"""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    slug = models.SlugField(unique=True)
    is_demo = models.BooleanField(default=False, editable=False)
    # Everything that depends on the date has been done up to and including this day.
    acted_through = models.DateField(null=True)
    paused_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.slug


class AuthorityHost(models.Model):
    """A host name under which an authority is reached. PII: none"""

    host = models.CharField(max_length=253, primary_key=True)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="hosts")

    def __str__(self) -> str:
        return self.host


class TenantModel(models.Model):
    """A row that belongs to one authority."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    authority = models.ForeignKey(
        Authority, models.PROTECT, default=current_authority_id, editable=False, related_name="+"
    )

    objects: TenantManager[models.Model] = TenantManager()

    class Meta:
        abstract = True


class UserManager(TenantManager["User"], BaseUserManager["User"]):
    """Finds users by name within the authority."""


class User(AbstractBaseUser, TenantModel):
    """Someone who can sign in. `person_id` is the root id in the register, where there is one.

    PII: username, display_name · erased: 30 days after the person has left
    """

    authority = models.ForeignKey(
        Authority, models.PROTECT, default=authority_id_if_any, editable=False, related_name="+"
    )
    username = models.CharField(max_length=150)
    display_name = models.CharField(max_length=200)
    person_id = models.UUIDField(null=True, db_index=True)
    staff_roles: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=20), default=list)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=5, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "username"], name="core_user_username"),
            models.UniqueConstraint(
                fields=["authority", "person_id"],
                condition=models.Q(person_id__isnull=False),
                name="core_user_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AuditEvent(models.Model):
    """Who did or looked at what, when: ids only. Append-only, partitioned by month, chained by the sealer.

    PII: none
    """

    id = models.BigAutoField(primary_key=True)
    # No constraint: the second connection writes before the first one may have committed the authority.
    authority = models.ForeignKey(Authority, models.PROTECT, db_constraint=False, related_name="+")
    at = models.DateTimeField()
    event = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=80)
    details = models.JSONField(default=dict)

    objects: TenantManager[AuditEvent] = TenantManager()

    class Meta:
        indexes = [
            models.Index(fields=["authority", "subject_type", "subject_id"], name="core_audit_subject"),
            models.Index(fields=["authority", "at"], name="core_audit_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_type}"


class AuditSeal(TenantModel):
    """A closed batch of audit events and its digest, which holds the digest before it. PII: none"""

    number = models.PositiveBigIntegerField()
    event_ids: ArrayField[list[int], list[int]] = ArrayField(models.BigIntegerField())
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    objects: TenantManager[AuditSeal] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "number"], name="core_seal_number")]

    def __str__(self) -> str:
        return str(self.number)


class FeedEntry(models.Model):
    """What a changeset touched: one entity, up to 1,000 ids. PII: none"""

    position = models.BigAutoField(primary_key=True)
    authority = models.ForeignKey(Authority, models.PROTECT, default=current_authority_id, related_name="+")
    at = models.DateTimeField()
    entity = models.CharField(max_length=20)
    ids: ArrayField[list[uuid.UUID], list[uuid.UUID]] = ArrayField(models.UUIDField())
    cause = models.CharField(max_length=80)

    objects: TenantManager[FeedEntry] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["authority", "position"], name="core_feed_order")]

    def __str__(self) -> str:
        return f"{self.position} {self.entity}"


class Severity(models.TextChoices):
    """How much a finding matters."""

    INFO = "info", _("Note")
    WARNING = "warning", _("Warning")
    ERROR = "error", _("Error")


class Finding(TenantModel):
    """Something is wrong, with its place and an owner; gone by itself when it is right.

    `unit_id` is the school unit on whose list it stands. Whoever works the list says that the owner has been asked
    (`asked_*`), or puts it off (`snoozed_*`); both go with the finding.
    PII: none (`params` hold codes, ids and places; a `note` with a personal number is refused)
    """

    rule = models.CharField(max_length=60)
    scope = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=200)
    place = models.CharField(max_length=200, blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    owner = models.CharField(max_length=20)
    unit_id = models.UUIDField(null=True)
    message = models.CharField(max_length=300)
    remedy = models.CharField(max_length=500, blank=True)
    params = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    snoozed_until = models.DateField(null=True)
    snoozed_reason = models.CharField(max_length=300, blank=True)

    objects: TenantManager[Finding] = TenantManager()

    class Meta:
        indexes = [
            models.Index(
                fields=["authority", "unit_id", "rule"],
                condition=models.Q(closed_at__isnull=True),
                name="core_finding_unit",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "scope", "rule", "subject_type", "subject_id", "place"],
                condition=models.Q(closed_at__isnull=True),
                name="core_finding_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.place}"


class FindingCount(TenantModel):
    """How many findings of a rule a school unit had open on a day: the trend. PII: none"""

    day = models.DateField()
    unit_id = models.UUIDField(null=True)
    rule = models.CharField(max_length=60)
    owner = models.CharField(max_length=20)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    open = models.PositiveIntegerField()

    objects: TenantManager[FindingCount] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["authority", "day"], name="core_findingcount_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.rule} {self.open}"


class Sweep(TenantModel):
    """The latest look at the whole register with every rule: for which day, and at which position of the feed.

    PII: none
    """

    day = models.DateField()
    feed_position = models.BigIntegerField()
    at = models.DateTimeField()
    seconds = models.FloatField()
    opened = models.PositiveIntegerField()
    closed = models.PositiveIntegerField()

    objects: TenantManager[Sweep] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority"], name="core_sweep_latest")]

    def __str__(self) -> str:
        return f"{self.day}"


class PlanState(models.TextChoices):
    """Where a plan stands."""

    WAITING = "waiting", _("Waits for a person")
    APPROVED = "approved", _("Approved")
    APPLIED = "applied", _("Applied")
    REFUSED = "refused", _("Refused")
    SUPERSEDED = "superseded", _("Replaced by a newer plan")
    FAILED = "failed", _("Failed")


class Plan(TenantModel):
    """What a run wants to change, before it is changed. Approval is bound to `plan_hash`. PII: none"""

    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField(db_index=True)
    plan_hash = models.CharField(max_length=64)
    feed_position = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=PlanState.choices, default=PlanState.WAITING)
    summary = models.JSONField(default=dict)
    held_by = models.JSONField(default=list)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    applied_at = models.DateTimeField(null=True)

    objects: TenantManager[Plan] = TenantManager()

    def __str__(self) -> str:
        return f"{self.kind} {self.plan_hash[:8]}"


class PlanRow(models.Model):
    """One line of a plan's readable difference; a sample where there are very many.

    PII: key, label, changes · erased: with the plan's details, 30 days after it was decided
    """

    id = models.BigAutoField(primary_key=True)
    authority = models.ForeignKey(Authority, models.PROTECT, default=current_authority_id, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="rows")
    action = models.CharField(max_length=10)
    entity = models.CharField(max_length=30)
    key = models.CharField(max_length=600)
    group_label = models.CharField(max_length=200, blank=True)
    label = models.CharField(max_length=400, blank=True)
    changes = models.JSONField(default=dict)

    objects: TenantManager[PlanRow] = TenantManager()

    def __str__(self) -> str:
        return f"{self.action} {self.entity}"


class Lease(TenantModel):
    """Who works on a target now. `fence` grows with each holder, so that a late one can be told. PII: none"""

    key = models.CharField(max_length=120)
    holder = models.CharField(max_length=120, blank=True)
    fence = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField()

    objects: TenantManager[Lease] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "key"], name="core_lease_key")]

    def __str__(self) -> str:
        return self.key

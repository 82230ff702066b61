"""Where data comes from, what each source last delivered, and its runs. Only `sources.api` writes them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kateder.core.models import Authority, Plan, TenantModel
from kateder.core.tenancy import TenantManager, current_authority_id
from kateder.sources.mastering import models as _mastering  # noqa: F401 - Django looks for an app's tables here
from kateder.sources.population.models import (  # noqa: F401 - Django looks for an app's tables here
    PopulationOutcome,
    PopulationRegister,
    PopulationRun,
    PopulationTrial,
)
from kateder.sources.todays.models import Admission  # noqa: F401


class Standing(models.TextChoices):
    """How a source stands with the register."""

    DRAFT = "draft", _("Not added yet")
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    # What it delivered is being taken away; it is removed when that has been done.
    LEAVING = "leaving", _("Being removed")
    REMOVED = "removed", _("Removed")


class Source(TenantModel):
    """A system that delivers to the register. PII: none

    `settings` is the connector's (for a CSV folder: `folder`); `limits` what a run may change unasked. A draft is
    only tried; a removed one stays for its runs and for the root ids of its keys.
    """

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=100)
    settings = models.JSONField(default=dict)
    limits = models.JSONField(default=dict)
    approve_automatically = models.BooleanField(default=True)
    # Minutes from one run to the next; None: only when somebody asks.
    every_minutes = models.PositiveIntegerField(null=True)
    standing = models.CharField(max_length=8, choices=Standing.choices, default=Standing.ACTIVE)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: TenantManager[Source] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="sources_source_name")]

    def __str__(self) -> str:
        return self.name


class SourceLink(models.Model):
    """What a source last delivered under one of its keys, and the root id that stands for it with us.

    `content_hash` is absent where the source no longer delivers the key: the root id is kept, so that who
    comes back is the same person to every service. A link is written for every row of a source, and register-wide
    checks are made set by set. The key is unique in the database only for what has an identity of its own: of a
    membership it is a digest, in which a million scattered entries would cost more than all the rest of a link.
    PII: key · erased: with the retention class of the controller's plan
    """

    pk = models.CompositePrimaryKey("source_id", "entity", "key")
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        default=current_authority_id,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="links", db_constraint=False, db_index=False)
    entity = models.CharField(max_length=20)
    key = models.CharField(max_length=640, db_collation="C")
    content_hash = models.BinaryField(max_length=16, null=True)
    root_id = models.UUIDField()

    objects: TenantManager[SourceLink] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "entity", "key"],
                name="sources_link_key",
                condition=~models.Q(entity__in=["enrolment", "guardianship", "membership"]),
            )
        ]
        indexes = [models.Index(fields=["source", "entity"], name="sources_link_entity")]

    def __str__(self) -> str:
        return f"{self.entity} {self.root_id}"


class RunState(models.TextChoices):
    """Where a run stands."""

    RUNNING = "running", _("Running")
    PREVIEWED = "previewed", _("Tried, nothing changed")
    UNCHANGED = "unchanged", _("Nothing to change")
    WAITING = "waiting", _("Waits for a person")
    APPLIED = "applied", _("Applied")
    REFUSED = "refused", _("Refused")
    SUPERSEDED = "superseded", _("Replaced by a newer run")
    STOPPED = "stopped", _("Stopped")
    INTERRUPTED = "interrupted", _("Interrupted")


class SourceRun(TenantModel):
    """One reading of a source and what came of it. PII: none

    `counts`: rows read and set aside, and changes by entity and action. `error`: the code of the refusal
    that stopped it, with its `error_params`.
    """

    source = models.ForeignKey(Source, models.CASCADE, related_name="runs")
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.RUNNING)
    phase = models.CharField(max_length=20, default="read")
    counts = models.JSONField(default=dict)
    plan = models.ForeignKey(Plan, models.SET_NULL, null=True, related_name="source_runs")
    requested_by = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=60, blank=True)
    error_text = models.CharField(max_length=500, blank=True)

    objects: TenantManager[SourceRun] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["source", "started_at"], name="sources_run_time")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.state}"


class Snapshot(TenantModel):
    """What a held run read: one entity's normalised rows, compressed, so that approval applies what was seen.

    PII: payload · erased: when the plan is applied, refused or replaced, at the latest after 30 days
    """

    run = models.ForeignKey(SourceRun, models.CASCADE, related_name="snapshots")
    entity = models.CharField(max_length=20)
    payload = models.BinaryField()
    created_at = models.DateTimeField()

    objects: TenantManager[Snapshot] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "entity"], name="sources_snapshot_entity")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.entity}"


class MirrorRecord(models.Model):
    """What another system last told of one of its things, for sources that arrive piece by piece.

    Rows with an `intake` are arriving and count for nothing until it is complete (see `sources.mirror`). No
    constraints but the key: there is a row for everything that such a source has.
    PII: key, body · erased: when the source no longer has it, or is removed
    """

    pk = models.CompositePrimaryKey("source_id", "intake", "resource", "key")
    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        default=current_authority_id,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    source = models.ForeignKey(Source, models.CASCADE, related_name="mirror", db_constraint=False, db_index=False)
    intake = models.UUIDField()
    resource = models.CharField(max_length=40)
    key = models.CharField(max_length=200, db_collation="C")
    body = models.JSONField()
    seen_at = models.DateTimeField()

    objects: TenantManager[MirrorRecord] = TenantManager()

    def __str__(self) -> str:
        return f"{self.source_id} {self.resource}"


class MirrorMark(TenantModel):
    """Until when a mirror is right, by its source's own clock, and when it was last read in full. PII: none

    `mirrors` is a digest of what is mirrored: where that changes, everything is read again. `resources` have been
    read in full. `is_clock_unsure`: the source writes times from which one cannot tell when they are.
    """

    source = models.OneToOneField(Source, models.CASCADE, related_name="mirror_mark")
    mirrors = models.CharField(max_length=64, blank=True)
    through = models.DateTimeField()
    full_date = models.DateField()
    resources: ArrayField[list[str], list[str]] = ArrayField(models.CharField(max_length=40), default=list)
    is_clock_unsure = models.BooleanField(default=False)

    objects: TenantManager[MirrorMark] = TenantManager()

    def __str__(self) -> str:
        return f"{self.source_id} {self.through}"


class Hook(TenantModel):
    """The address at which a source may tell that it has changed, and our subscription there. PII: none

    Only the digest of the secret in the address is kept.
    """

    source = models.OneToOneField(Source, models.CASCADE, related_name="hook")
    secret_digest = models.CharField(max_length=64, unique=True)
    sealed_secret = models.CharField(max_length=200)
    remote_id = models.CharField(max_length=100, blank=True)
    expires_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)

    objects: TenantManager[Hook] = TenantManager()

    def __str__(self) -> str:
        return str(self.source_id)


class Inlet(TenantModel):
    """The door of a source that is sent to us (EGIL in): who may use it, and what has come through it. PII: none

    Only the digest of the token is kept. `pending_since` is when the first change came that no run has read yet,
    `changed_at` the last one.
    """

    source = models.OneToOneField(Source, models.CASCADE, related_name="inlet")
    token_digest = models.CharField(max_length=64, blank=True)
    token_made_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    pending_since = models.DateTimeField(null=True)

    objects: TenantManager[Inlet] = TenantManager()

    def __str__(self) -> str:
        return str(self.source_id)


class MappingVersion(TenantModel):
    """A source's mapping as somebody left it, so that one can go back. `changed_by` is a label of audit. PII: none"""

    source = models.ForeignKey(Source, models.CASCADE, related_name="mappings")
    number = models.PositiveIntegerField()
    text = models.TextField()
    changed_by = models.CharField(max_length=80, blank=True)
    changed_at = models.DateTimeField()

    objects: TenantManager[MappingVersion] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="sources_mappingversion_number")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}"


class Trial(TenantModel):
    """What came of trying a source: the steps of its check, and a sample of what a run would change.

    `steps`: name, ok, sentence; `summary`: changes by entity and action; `rows`: action, entity, school, what.
    PII: rows · erased: with the next trial, when the source is added or removed, at the latest after a day
    """

    source = models.OneToOneField(Source, models.CASCADE, related_name="trial")
    steps = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    error_text = models.CharField(max_length=1000, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: TenantManager[Trial] = TenantManager()

    def __str__(self) -> str:
        return f"{self.source_id}"

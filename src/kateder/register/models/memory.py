"""What was changed when, and how it was before."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kateder.core.models import Authority, TenantModel
from kateder.core.tenancy import TenantManager, current_authority_id


class Changeset(models.Model):
    """One transaction that changed the register. PII: none

    `at` is set by its last statement, just before the commit.
    """

    id = models.BigAutoField(primary_key=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, default=current_authority_id, editable=False, related_name="+"
    )
    cause = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    counts = models.JSONField(default=dict)
    feed_position = models.BigIntegerField(null=True)
    at = models.DateTimeField(null=True)

    objects: TenantManager[Changeset] = TenantManager()

    class Meta:
        indexes = [models.Index(fields=["authority", "at"], name="register_changeset_time")]

    def __str__(self) -> str:
        return f"{self.id} {self.cause}"

    @property
    def at_or_raise(self) -> datetime:
        """Its time; a changeset that can be seen always has one."""
        if self.at is None:
            message = "a changeset without a time is not finished"
            raise ValueError(message)
        return self.at


class ChangeNote(models.Model):
    """What a changeset touched that can alter no account, up to 1,000 ids: the feed names the rest. PII: none

    A lesson's attendance must not set every delivery going, but who reads the register must hear of it.
    """

    id = models.BigAutoField(primary_key=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, default=current_authority_id, editable=False, related_name="+"
    )
    changeset = models.ForeignKey(Changeset, models.CASCADE, related_name="notes")
    entity = models.CharField(max_length=20)
    ids: ArrayField[list[object], list[object]] = ArrayField(models.UUIDField())

    objects: TenantManager[ChangeNote] = TenantManager()

    def __str__(self) -> str:
        return f"{self.changeset_id} {self.entity}"


class HistoryEntry(models.Model):
    """How a row was before a changeset changed or removed it. Append-only, partitioned by month.

    A creation needs no entry: a row without an earlier image did not exist. `tie_id` and `other_tie_id` are what the
    row pointed at by its first two references (of a membership: group and person): columns, because an index on an
    expression is not used behind row-level security.
    PII: before, tie_id, other_tie_id · erased: with the retention class of the controller's plan
    """

    id = models.BigAutoField(primary_key=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, default=current_authority_id, related_name="+", db_constraint=False
    )
    changeset = models.ForeignKey(Changeset, models.PROTECT, related_name="+", db_constraint=False)
    entity = models.CharField(max_length=20)
    root_id = models.UUIDField()
    before = models.JSONField()
    changed_at = models.DateTimeField()
    tie_id = models.UUIDField(null=True)
    other_tie_id = models.UUIDField(null=True)

    objects: TenantManager[HistoryEntry] = TenantManager()

    class Meta:
        indexes = [
            models.Index(fields=["root_id", "changed_at"], name="register_history_root"),
            # Few rows: who was protected by the authority, so that who comes back still is.
            models.Index(
                fields=["root_id"],
                name="register_history_protected",
                condition=models.Q(entity="person", before__local_protection=True),
            ),
            models.Index(fields=["tie_id"], name="register_history_tie", condition=models.Q(tie_id__isnull=False)),
            models.Index(
                fields=["other_tie_id"],
                name="register_history_other_tie",
                condition=models.Q(other_tie_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.root_id}"


class Retention(TenantModel):
    """How long the register's history is kept (domain rule 16). PII: none"""

    history_days = models.PositiveIntegerField()
    decided_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField()

    objects: TenantManager[Retention] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority"], name="register_retention_once")]

    def __str__(self) -> str:
        return str(self.history_days)

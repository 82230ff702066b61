"""The editions that clients read: ready JSON, row by row, with what each client may see and nothing else."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Cast

from kateder.core.models import Authority, TenantModel
from kateder.core.tenancy import TenantManager, current_authority_id


class Edition(TenantModel):
    """What one client reads, and how far it follows the register. Without a client it is the whole register.

    No foreign key to the client: an edition is made anew when it is missing, and ends by itself.
    PII: none
    """

    client_id = models.UUIDField(null=True)
    # Of the profile and of how bodies are written: another one makes everything anew.
    digest = models.CharField(max_length=64, default="")
    # Everything in the feed, and in changesets, up to here is in the edition; and so are the dates of this day.
    feed_position = models.BigIntegerField(default=-1)
    changes_until = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    refreshed_at = models.DateTimeField(null=True)

    objects: TenantManager[Edition] = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "client_id"], name="provisioning_edition_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return str(self.id)


class EditionRow(models.Model):
    """One thing as a client may see it: `body` is what goes out, `doc` the same for questions in SQL.

    `id` is the id that the client knows, `root_id` ours. `modified_at` is when the change could first be read, so that
    who asks for what came since the last visit misses nothing. A row that is gone stays, empty, as a removal.
    PII: body, doc, name · erased: when the register or the profile lets the person go; the empty row after a year
    """

    pk = models.CompositePrimaryKey("authority_id", "edition_id", "path", "id")
    authority = models.ForeignKey(
        Authority, models.PROTECT, default=current_authority_id, db_constraint=False, db_index=False, related_name="+"
    )
    edition = models.ForeignKey(Edition, models.CASCADE, db_constraint=False, db_index=False, related_name="rows")
    path = models.CharField(max_length=30, db_collation="C")
    id = models.UUIDField()
    root_id = models.UUIDField()
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    protected = models.BooleanField(default=False)
    name = models.CharField(max_length=420, null=True)
    # Of the body without its times: by it a change is told from the same thing written again.
    content_hash = models.UUIDField()
    body = models.TextField(null=True)
    doc = models.GeneratedField(
        expression=Cast("body", models.JSONField()), output_field=models.JSONField(), db_persist=True
    )

    objects: TenantManager[EditionRow] = TenantManager()

    class Meta:
        indexes = [
            models.Index(fields=["authority", "edition", "path", "modified_at"], name="provisioning_row_modified"),
            models.Index(
                fields=["authority", "edition", "gone_at"],
                name="provisioning_row_gone",
                condition=models.Q(gone_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.id}"


class Listing(TenantModel):
    """The order in which a sorted list is paged, frozen when it was first asked for: an hour's worth. PII: none"""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    ids: ArrayField[list[object], list[object]] = ArrayField(models.UUIDField())
    made_at = models.DateTimeField()

    objects: TenantManager[Listing] = TenantManager()

    def __str__(self) -> str:
        return str(self.id)

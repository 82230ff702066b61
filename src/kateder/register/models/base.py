"""What every table of the register has in common."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q

from kateder.core.models import Authority, TenantModel
from kateder.core.tenancy import current_authority_id
from kateder.register.models.memory import Changeset


class RegisterModel(TenantModel):
    """A row that a changeset made and a changeset last touched.

    The times are the changesets': a changeset gets its time as its last statement, so a client that asks
    for what was modified since its last visit cannot miss a long import. The authority has no constraint
    of its own here: the policy's WITH CHECK holds it, and a check per row costs more than the row.
    """

    authority = models.ForeignKey(
        Authority,
        models.PROTECT,
        default=current_authority_id,
        editable=False,
        related_name="+",
        db_constraint=False,
    )
    created_in = models.ForeignKey(
        Changeset, models.PROTECT, related_name="+", editable=False, db_constraint=False, db_index=False
    )
    modified_in = models.ForeignKey(
        Changeset, models.PROTECT, related_name="+", editable=False, db_constraint=False, db_index=False
    )

    class Meta:
        abstract = True

    @property
    def created_at(self) -> datetime:
        """When the row came to be seen (SS 12000 `meta.created`)."""
        return self.created_in.at_or_raise

    @property
    def modified_at(self) -> datetime:
        """When its last change came to be seen (SS 12000 `meta.modified`)."""
        return self.modified_in.at_or_raise


def authority_led() -> models.ForeignKey[Authority, Authority]:
    """The authority of a table with a million rows: without an index of its own, since the table's others begin
    with it or are narrower (an index costs an import more than the row does)."""
    return models.ForeignKey(
        Authority,
        models.PROTECT,
        default=current_authority_id,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )


def in_force(today: date, *, prefix: str = "") -> Q:
    """Rows whose dates hold today: inclusive at both ends, a missing end is open (domain rule 1)."""
    start, end = f"{prefix}start_date", f"{prefix}end_date"
    has_begun = Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": today})
    has_not_ended = Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": today})
    return has_begun & has_not_ended


def dates_in_order(table: str) -> models.CheckConstraint:
    """The constraint that nothing ends before it starts."""
    return models.CheckConstraint(
        condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")), name=f"register_{table}_dates"
    )

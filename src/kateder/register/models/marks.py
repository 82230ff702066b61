"""What the population register has said of who is protected."""

from __future__ import annotations

from django.db import models

from kateder.core.models import TenantModel
from kateder.core.tenancy import TenantManager


class PopulationMark(TenantModel):
    """A protection marking that the population register holds for a number, whoever has the number here.

    No source may weaken it; it ends when a person has confirmed that the register has taken it away.
    PII: civic_no, marking · erased: when the removal is confirmed, and when nobody of school age has the number
    """

    civic_no = models.CharField(max_length=20)
    marking = models.CharField(max_length=30)
    since_date = models.DateField()

    objects: TenantManager[PopulationMark] = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["authority", "civic_no"], name="register_populationmark_number")]

    def __str__(self) -> str:
        return str(self.id)


def rank(column: str) -> str:
    """SQL that orders markings by how much they protect."""
    return f"CASE {column} WHEN 'Skyddad folkbokföring' THEN 2 WHEN 'Sekretessmarkering' THEN 1 ELSE 0 END"

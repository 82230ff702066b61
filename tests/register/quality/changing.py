"""Bend the register of the cast and ask a rule what it finds."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tests.cast import TODAY
from tests.register.changing import change, create, remove

from kateder.core import quality
from kateder.core.models import Finding

__all__ = ["change", "create", "found", "remove"]


def found(rule: str, *, today: date = TODAY) -> set[UUID]:
    """Whom or what a rule finds wrong on a day."""
    quality.sweep(today=today)
    rows = Finding.objects.filter(rule=rule, closed_at=None).values_list("subject_id", flat=True)
    return {UUID(row) for row in rows}

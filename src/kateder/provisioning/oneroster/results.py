"""What services have returned about pupils, for those whom it is about: their teachers in the class, and themselves.

As the service wrote it and nothing more: no sum, no mean, no order among pupils (domain rule 18).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime

from kateder.provisioning.oneroster.models import GradebookRecord


@dataclass(frozen=True, slots=True)
class Result:
    """One pupil's result of one line item."""

    score: float | None
    text: str
    status: str
    """The standard's word (`fully graded`), or an extension of it."""
    comment: str
    written_at: datetime


@dataclass(frozen=True, slots=True)
class LineItem:
    """A line item: what was to be done, in which service, and the results by person."""

    title: str
    service: str
    due_at: datetime | None
    most: float | None
    results: Mapping[UUID, Result] = field(default_factory=dict)


def line_items(group_id: UUID) -> QuerySet[GradebookRecord]:
    """The line items of a group that a service has written, the newest first."""
    items = GradebookRecord.objects.filter(kind="lineItems", group_id=group_id, gone_at=None, doc__isnull=False)
    return items.select_related("service").order_by("-created_at", "pk")


def with_results(items: Sequence[GradebookRecord], *, people: Collection[UUID]) -> list[LineItem]:
    """Some line items with the results of some people; of anybody else there is nothing."""
    found: dict[tuple[UUID, str], dict[UUID, Result]] = {(one.service_id, one.sourced_id): {} for one in items}
    rows = GradebookRecord.objects.filter(
        kind="results",
        service__in={one.service_id for one in items},
        line_item__in={one.sourced_id for one in items},
        person_id__in=people,
        gone_at=None,
    )
    # A pupil may have several of one item: the last that was written stands.
    for row in rows.order_by("modified_at", "pk"):
        of = found.get((row.service_id, row.line_item))
        if of is not None and row.doc is not None and row.person_id is not None:
            of[row.person_id] = _result(row.doc, row.modified_at)
    return [_item(one, found[one.service_id, one.sourced_id]) for one in items]


def of_person(person_id: UUID) -> QuerySet[GradebookRecord]:
    """The line items in which a person has a result, the newest first."""
    mine = GradebookRecord.objects.filter(kind="results", person_id=person_id, gone_at=None)
    pairs = mine.values_list("service_id", "line_item")
    services, names = {service for service, _item in pairs}, {name for _service, name in pairs}
    items = GradebookRecord.objects.filter(
        kind="lineItems", service__in=services, sourced_id__in=names, gone_at=None, doc__isnull=False
    )
    return items.select_related("service").order_by("-created_at", "pk")


def has_any(group_id: UUID) -> bool:
    """Whether a service has written anything about a group."""
    return GradebookRecord.objects.filter(kind="lineItems", group_id=group_id, gone_at=None).exists()


def _item(record: GradebookRecord, results: Mapping[UUID, Result]) -> LineItem:
    doc: Mapping[str, Any] = record.doc or {}
    due = parse_datetime(str(doc.get("dueDate", "")))
    return LineItem(str(doc.get("title", "")), record.service.name, due, _number(doc.get("resultValueMax")), results)


def _result(doc: Mapping[str, Any], written_at: datetime) -> Result:
    return Result(
        score=_number(doc.get("score")),
        text=str(doc.get("textScore", "")),
        status=str(doc.get("scoreStatus", "")),
        comment=str(doc.get("comment", "")),
        written_at=written_at,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

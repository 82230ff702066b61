"""Which services a change of licences or of some people may concern, at a glance: more rather than fewer."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from kateder.core import db
from kateder.core.feed import Change
from kateder.licences.models import Assignment
from kateder.licences.nearby import SETTLED
from kateder.licences.seats import OnShortage

_NEAR: Final = """
WITH RECURSIVE units AS (
  SELECT enroled_at_id AS id FROM register_enrolment WHERE person_id = ANY(%(people)s)
   UNION SELECT duty_at_id FROM register_duty WHERE person_id = ANY(%(people)s)
   UNION SELECT organisation_id FROM register_group WHERE id = ANY(%(groups)s)
   UNION SELECT o.parent_id FROM units u JOIN register_organisation o ON o.id = u.id WHERE o.parent_id IS NOT NULL
)
SELECT DISTINCT coalesce(l.service_id, lr.service_id, r.service_id)
  FROM licences_assignment a
  LEFT JOIN licences_lot l ON l.id = a.lot_id LEFT JOIN catalogue_resource lr ON lr.id = l.resource_id
  LEFT JOIN catalogue_resource r ON r.id = a.resource_id
 WHERE a.id = ANY(%(assignments)s) OR a.subject_id = ANY(%(people)s) OR a.subject_id = ANY(%(groups)s)
    OR a.subject_id IN (SELECT id FROM units)
"""
_OF_LOTS: Final = """
SELECT DISTINCT coalesce(l.service_id, r.service_id)
  FROM licences_lot l LEFT JOIN catalogue_resource r ON r.id = l.resource_id
 WHERE l.id = ANY(%(lots)s) OR %(anybody)s AND l.on_shortage = %(stops)s AND l.quantity IS NOT NULL
"""


def is_settling(change: Change) -> bool:
    """Whether a change only writes down what held before: nobody's account is another for it."""
    return change.cause == SETTLED


def services_near(
    *,
    lots: Collection[UUID],
    assignments: set[UUID],
    people: Collection[UUID],
    groups: Collection[UUID],
) -> set[UUID] | None:
    """Give the services of changed lots and assignments, and those of which something is, was or will be assigned to
    some people, their groups or the schools around them; where a seat depends on who else has one, anybody counts.
    None when that cannot be told: an assignment that is there no longer does not say whose it was.
    """
    if Assignment.objects.filter(id__in=assignments).count() < len(assignments):
        return None
    values = {
        "lots": list(lots), "assignments": list(assignments), "people": list(people), "groups": list(groups),
        "anybody": bool(people), "stops": OnShortage.HARD_STOP.value,
    }  # fmt: skip
    with db.cursor() as cursor:
        near = {service for (service,) in cursor.execute(_NEAR, values)}
        near |= {service for (service,) in cursor.execute(_OF_LOTS, values)}
    return near - {None}

"""What a service would get for one class: the very bodies, with everybody else left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from kateder.core import db
from kateder.provisioning.models import Target
from kateder.provisioning.planning.preparing import wanted_at
from kateder.provisioning.ways import registry as ways
from kateder.register.models import Person

_OF_THE_CLASS = """
SELECT m.person_id FROM register_groupmembership m
 WHERE m.group_id = %(group)s AND m.start_date <= %(today)s AND (m.end_date IS NULL OR m.end_date >= %(today)s)
 UNION
SELECT d.person_id FROM register_activitygroup ag
  JOIN register_activityteacher t ON t.activity_id = ag.activity_id
  JOIN register_duty d ON d.id = t.duty_id AND d.start_date <= %(today)s
       AND (d.end_date IS NULL OR d.end_date >= %(today)s)
 WHERE ag.group_id = %(group)s
"""


@dataclass(frozen=True, slots=True)
class Body:
    """One object as the service would get it."""

    resource_type: str
    label: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """Every object for a class, how many people there are without a licence, and how many are not shown."""

    bodies: Sequence[Body]
    people: int
    with_account: int
    hidden: int
    """People with a protected identity: who they are is not shown, not even by what a service may know."""


def preview(target: Target, group_id: UUID, *, today: date) -> Preview:
    """Project one class with its teachers as the target would get it. Sends nothing. Call within()."""
    everybody, protected = of_the_class(group_id, today=today)
    way, settings = ways.of(target.kind), ways.settings_of(target)
    shown = everybody - protected
    wanted = wanted_at(target.service_id, way=way, settings=settings, today=today, only=shown)
    return Preview(
        bodies=[Body(one.resource_type, one.label, orjson.loads(one.body)) for one in wanted],
        people=len(everybody),
        with_account=len({one.root_id for one in wanted} & shown),
        hidden=len(protected),
    )


def of_the_class(group_id: UUID, *, today: date) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """A class with its teachers, and those of them with a protected identity (root ids)."""
    with db.cursor() as cursor:
        values = {"group": group_id, "today": today}
        everybody = frozenset(row[0] for row in cursor.execute(_OF_THE_CLASS, values))
    protected = frozenset(one.pk for one in Person.objects.filter(pk__in=everybody) if one.is_protected(today))
    return everybody, protected

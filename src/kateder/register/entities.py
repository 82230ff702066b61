"""The entities of the register as the set-based paths need them: tables, columns, references.

Everything is read from the models, so that a new field needs no second place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from kateder.core.feed import Entity as FeedEntity
from kateder.register import models as tables

# What the register or the authority itself decides: no source may write it.
OWN_COLUMNS = frozenset(
    {
        "id",
        "authority_id",
        "created_in_id",
        "modified_in_id",
        "local_protection",
        "local_protection_rule",
        "local_protection_until",
    }
)


class Entity(StrEnum):
    """What a changeset can change, in the order in which it may be created."""

    ORGANISATION = "organisation"
    PERSON = "person"
    GROUP = "group"
    DUTY = "duty"
    SYLLABUS = "syllabus"
    ACTIVITY = "activity"
    ENROLMENT = "enrolment"
    GUARDIANSHIP = "guardianship"
    MEMBERSHIP = "membership"
    ACTIVITY_GROUP = "activity_group"
    ACTIVITY_TEACHER = "activity_teacher"
    ASSIGNMENT_ROLE = "assignment_role"
    PROGRAMME = "programme"
    PROGRAMME_SYLLABUS = "programme_syllabus"
    STUDYPLAN = "studyplan"
    STUDYPLAN_SYLLABUS = "studyplan_syllabus"
    OFFERING = "offering"
    OFFERED_SYLLABUS = "offered_syllabus"
    OFFERED_PROGRAMME = "offered_programme"
    PLACEMENT = "placement"
    PLACEMENT_OWNER = "placement_owner"
    ATTENDANCE_SCHEDULE = "attendance_schedule"
    ATTENDANCE_EVENT = "attendance_event"
    ROOM = "room"
    ASSET = "asset"
    CALENDAR_EVENT = "calendar_event"
    ATTENDANCE = "attendance"
    ABSENCE = "absence"
    GRADE = "grade"


_MODELS: Mapping[Entity, type[models.Model]] = {
    Entity.ORGANISATION: tables.Organisation,
    Entity.PERSON: tables.Person,
    Entity.GROUP: tables.Group,
    Entity.DUTY: tables.Duty,
    Entity.SYLLABUS: tables.Syllabus,
    Entity.ACTIVITY: tables.Activity,
    Entity.ENROLMENT: tables.Enrolment,
    Entity.GUARDIANSHIP: tables.Guardianship,
    Entity.MEMBERSHIP: tables.GroupMembership,
    Entity.ACTIVITY_GROUP: tables.ActivityGroup,
    Entity.ACTIVITY_TEACHER: tables.ActivityTeacher,
    Entity.ASSIGNMENT_ROLE: tables.AssignmentRole,
    Entity.PROGRAMME: tables.Programme,
    Entity.PROGRAMME_SYLLABUS: tables.ProgrammeSyllabus,
    Entity.STUDYPLAN: tables.StudyPlan,
    Entity.STUDYPLAN_SYLLABUS: tables.StudyPlanSyllabus,
    Entity.OFFERING: tables.Offering,
    Entity.OFFERED_SYLLABUS: tables.OfferedSyllabus,
    Entity.OFFERED_PROGRAMME: tables.OfferedProgramme,
    Entity.PLACEMENT: tables.Placement,
    Entity.PLACEMENT_OWNER: tables.PlacementOwner,
    Entity.ATTENDANCE_SCHEDULE: tables.AttendanceSchedule,
    Entity.ATTENDANCE_EVENT: tables.AttendanceEvent,
    Entity.ROOM: tables.Room,
    Entity.ASSET: tables.Asset,
    Entity.CALENDAR_EVENT: tables.CalendarEvent,
    Entity.ATTENDANCE: tables.Attendance,
    Entity.ABSENCE: tables.Absence,
    Entity.GRADE: tables.Grade,
}

# The feed speaks of what has an identity outside: for what only ties others together, it names the others.
_FEEDS: Mapping[Entity, tuple[tuple[FeedEntity, str], ...]] = {
    Entity.ORGANISATION: ((FeedEntity.ORGANISATION, "id"),),
    Entity.PERSON: ((FeedEntity.PERSON, "id"),),
    Entity.GROUP: ((FeedEntity.GROUP, "id"),),
    Entity.DUTY: ((FeedEntity.DUTY, "id"), (FeedEntity.PERSON, "person_id")),
    Entity.ACTIVITY: ((FeedEntity.ACTIVITY, "id"),),
    Entity.ENROLMENT: ((FeedEntity.ENROLMENT, "person_id"),),
    Entity.GUARDIANSHIP: ((FeedEntity.GUARDIANSHIP, "child_id"), (FeedEntity.GUARDIANSHIP, "guardian_id")),
    Entity.MEMBERSHIP: ((FeedEntity.MEMBERSHIP, "person_id"), (FeedEntity.MEMBERS, "group_id")),
    Entity.ACTIVITY_GROUP: ((FeedEntity.ACTIVITY, "activity_id"), (FeedEntity.MEMBERS, "group_id")),
    Entity.ACTIVITY_TEACHER: ((FeedEntity.ACTIVITY, "activity_id"), (FeedEntity.DUTY, "duty_id")),
}

# What can alter no account is noted beside the feed, so that it sets no delivery going (models.ChangeNote).
_NOTES: Mapping[Entity, tuple[tuple[Entity, str], ...]] = {
    Entity.SYLLABUS: ((Entity.SYLLABUS, "id"),),
    Entity.ASSIGNMENT_ROLE: ((Entity.DUTY, "duty_id"), (Entity.GROUP, "group_id")),
    Entity.PROGRAMME: ((Entity.PROGRAMME, "id"),),
    Entity.PROGRAMME_SYLLABUS: ((Entity.PROGRAMME, "programme_id"),),
    Entity.STUDYPLAN: ((Entity.STUDYPLAN, "id"),),
    Entity.STUDYPLAN_SYLLABUS: ((Entity.STUDYPLAN, "study_plan_id"),),
    Entity.OFFERING: ((Entity.OFFERING, "id"),),
    Entity.OFFERED_SYLLABUS: ((Entity.OFFERING, "offering_id"),),
    Entity.OFFERED_PROGRAMME: ((Entity.OFFERING, "offering_id"),),
    Entity.PLACEMENT: ((Entity.PLACEMENT, "id"),),
    Entity.PLACEMENT_OWNER: ((Entity.PLACEMENT, "placement_id"),),
    Entity.ATTENDANCE_SCHEDULE: ((Entity.ATTENDANCE_SCHEDULE, "id"),),
    Entity.ATTENDANCE_EVENT: ((Entity.ATTENDANCE_EVENT, "id"),),
    Entity.ROOM: ((Entity.ROOM, "id"),),
    Entity.ASSET: ((Entity.ASSET, "id"),),
    Entity.CALENDAR_EVENT: ((Entity.CALENDAR_EVENT, "id"),),
    Entity.ATTENDANCE: ((Entity.ATTENDANCE, "id"),),
    Entity.ABSENCE: ((Entity.ABSENCE, "id"),),
    Entity.GRADE: ((Entity.GRADE, "id"),),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that points at another entity.

    `cascades`: what is pointed at takes this row with it. `lets_go`: the row stays and points at nothing.
    """

    column: str
    to: Entity
    cascades: bool
    lets_go: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """One entity's table: the columns that a source may deliver with their SQL types, and its references.

    `defaults` are SQL literals for columns that must not be empty and that nobody may have mentioned.
    """

    entity: Entity
    table: str
    columns: Mapping[str, str]
    defaults: Mapping[str, str]
    references: tuple[Reference, ...]
    feeds: tuple[tuple[FeedEntity, str], ...]
    notes: tuple[tuple[Entity, str], ...]

    @property
    def changes(self) -> str:
        """The temporary table that holds the wanted changes."""
        return f"change_{self.entity.value}"

    @property
    def ties(self) -> tuple[str | None, str | None]:
        """The columns that history keeps beside an image: the first two references."""
        columns = [reference.column for reference in self.references]
        return (*columns, None, None)[0], (*columns, None, None)[1]


@cache
def shapes() -> Mapping[Entity, Shape]:
    """Every entity's shape, in order of creation."""
    return {entity: _shape(entity, model) for entity, model in _MODELS.items()}


def _shape(entity: Entity, model: type[models.Model]) -> Shape:
    entities = {each: name for name, each in _MODELS.items()}
    columns: dict[str, str] = {}
    defaults: dict[str, str] = {}
    references: list[Reference] = []
    for field in model._meta.concrete_fields:
        if field.column in OWN_COLUMNS:
            continue
        column = str(field.column)
        columns[column] = str(field.db_type(connection))
        if (default := _default(field)) is not None:
            defaults[column] = default
        if isinstance(field, models.ForeignKey):
            on_delete = field.remote_field.on_delete
            reference = Reference(
                column, entities[field.related_model], on_delete is models.CASCADE, on_delete is models.SET_NULL
            )
            references.append(reference)
    feeds, notes = _FEEDS.get(entity, ()), _NOTES.get(entity, ())
    return Shape(entity, model._meta.db_table, columns, defaults, tuple(references), feeds, notes)


def _default(field: models.Field[Any, Any]) -> str | None:
    """The model's own default of a column that must not be empty, as an SQL literal."""
    if field.null or not field.has_default():
        return None
    value = field.get_default()
    if isinstance(field, ArrayField):
        return "'{}'"
    if isinstance(field, models.JSONField):
        return f"'{json.dumps(value)}'"
    return str(value).lower() if isinstance(value, bool | int) else f"'{value}'"

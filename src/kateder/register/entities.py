"""The entities of the register as the set-based paths need them: tables, columns, references.

Everything is read from the models, so that a new field needs no second place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

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
    ACTIVITY = "activity"
    ENROLMENT = "enrolment"
    GUARDIANSHIP = "guardianship"
    MEMBERSHIP = "membership"
    ACTIVITY_GROUP = "activity_group"
    ACTIVITY_TEACHER = "activity_teacher"


_MODELS: Mapping[Entity, type[models.Model]] = {
    Entity.ORGANISATION: tables.Organisation,
    Entity.PERSON: tables.Person,
    Entity.GROUP: tables.Group,
    Entity.DUTY: tables.Duty,
    Entity.ACTIVITY: tables.Activity,
    Entity.ENROLMENT: tables.Enrolment,
    Entity.GUARDIANSHIP: tables.Guardianship,
    Entity.MEMBERSHIP: tables.GroupMembership,
    Entity.ACTIVITY_GROUP: tables.ActivityGroup,
    Entity.ACTIVITY_TEACHER: tables.ActivityTeacher,
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
    Entity.MEMBERSHIP: ((FeedEntity.MEMBERSHIP, "person_id"), (FeedEntity.GROUP, "group_id")),
    Entity.ACTIVITY_GROUP: ((FeedEntity.ACTIVITY, "activity_id"),),
    Entity.ACTIVITY_TEACHER: ((FeedEntity.ACTIVITY, "activity_id"),),
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A column that points at another entity. `cascades`: what is pointed at takes this row with it."""

    column: str
    to: Entity
    cascades: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """One entity's table: the columns that a source may deliver with their SQL types, and its references."""

    entity: Entity
    table: str
    columns: Mapping[str, str]
    references: tuple[Reference, ...]
    feeds: tuple[tuple[FeedEntity, str], ...]

    @property
    def changes(self) -> str:
        """The temporary table that holds the wanted changes."""
        return f"change_{self.entity.value}"


@cache
def shapes() -> Mapping[Entity, Shape]:
    """Every entity's shape, in order of creation."""
    return {entity: _shape(entity, model) for entity, model in _MODELS.items()}


def _shape(entity: Entity, model: type[models.Model]) -> Shape:
    entities = {each: name for name, each in _MODELS.items()}
    columns: dict[str, str] = {}
    references: list[Reference] = []
    for field in model._meta.concrete_fields:
        if field.column in OWN_COLUMNS:
            continue
        column = str(field.column)
        columns[column] = str(field.db_type(connection))
        if isinstance(field, models.ForeignKey):
            cascades = field.remote_field.on_delete is models.CASCADE
            references.append(Reference(column, entities[field.related_model], cascades))
    return Shape(entity, model._meta.db_table, columns, tuple(references), _FEEDS[entity])

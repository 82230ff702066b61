"""What can be decided about: the attributes of each entity, of one or several columns that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models

from kateder.register.api import Entity, shapes

MASTERED = (Entity.ORGANISATION, Entity.PERSON, Entity.GROUP, Entity.DUTY, Entity.ACTIVITY)
"""What several sources can know the same one of. Of what ties them together, only memberships are the same one."""

# Columns that only have a meaning together. The first one says whether anything is said at all.
_TOGETHER: Mapping[Entity, Mapping[str, tuple[str, ...]]] = {
    Entity.PERSON: {
        "name": ("given_name", "middle_name", "family_name", "sort_key", "search_key"),
        "civic_no": ("civic_no", "civic_no_kind"),
        "emails": ("emails", "email_types"),
        "phone_numbers": ("phone_numbers", "phone_types"),
    }
}
# Sources may each have one of these that is right.
_SEVERAL_ARE_RIGHT = frozenset({"emails", "phone_numbers", "addresses", "external_identifiers"})
MARKING = "security_marking"
"""The strongest protection holds, whoever says it; nobody's word about it can be put aside."""
_UNSPOKEN = frozenset({MARKING, "start_date", "end_date"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its columns, the JSON that stands for saying nothing, and how it behaves.

    `needed`: a row cannot be without it, so a source's word can come last but not be ignored. `compared`: sources
    that say different things do not agree.
    """

    name: str
    columns: tuple[str, ...]
    empty: Mapping[str, object]
    needed: bool
    compared: bool


@cache
def attributes(entity: Entity) -> Mapping[str, Attribute]:
    """The attributes of an entity by name, in the order of its columns."""
    shape = shapes()[entity]
    fields = {str(field.column): field for field in _model(shape.table)._meta.concrete_fields}
    together = _TOGETHER.get(entity, {})
    owner = {column: name for name, columns in together.items() for column in columns}
    grouped: dict[str, list[str]] = {}
    for column in shape.columns:
        grouped.setdefault(owner.get(column, column), []).append(column)
    found = {}
    for name, columns in grouped.items():
        ordered = tuple(column for column in together.get(name, columns) if column in fields)
        found[name] = Attribute(
            name=name,
            columns=ordered,
            empty={column: _empty(fields[column]) for column in ordered},
            needed=_is_needed(fields[ordered[0]]) or name == MARKING,
            compared=name not in _SEVERAL_ARE_RIGHT | _UNSPOKEN,
        )
    return found


def _model(table: str) -> type[models.Model]:
    return next(model for model in apps.get_app_config("register").get_models() if model._meta.db_table == table)


def _empty(field: models.Field[object, object]) -> object:
    """What stands in the column when nobody has said anything; None where that is nothing, or cannot be."""
    return field.get_default() if field.has_default() else None


def _is_needed(field: models.Field[object, object]) -> bool:
    return not field.null and not field.has_default()

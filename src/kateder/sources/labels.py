"""What a line of a plan is called, in words that a person at the authority knows.

The same expressions serve for what is staged (`stage_…`, joined by the source's keys) and for what the register
holds (`register_…`, joined by root ids). A protected person has no name here: plans are read as lists, and a
list is not a look that is audited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kateder.register.api import Entity

HIDDEN = "***"


def _name(alias: str) -> str:
    return (
        f"CASE WHEN {alias}.security_marking <> 'Ingen' THEN '{HIDDEN}'"
        f" ELSE {alias}.given_name || ' ' || {alias}.family_name END"
    )


@dataclass(frozen=True, slots=True)
class Label:
    """SQL for a row `s`: its label, the school it belongs to, and the joins both need.

    In the joins `{person}`, `{group}` and `{organisation}` are tables, `{id}` their identifying column.
    """

    text: str
    school: str = "''"
    joins: str = ""


_AT = " LEFT JOIN {organisation} o ON o.{id} = s.%s"
_WHO = " LEFT JOIN {person} %s ON %s.{id} = s.%s"

LABELS: Mapping[Entity, Label] = {
    Entity.ORGANISATION: Label("s.display_name"),
    Entity.PERSON: Label(_name("s")),
    Entity.GROUP: Label("s.display_name", "o.display_name", _AT % "organisation_id"),
    Entity.ACTIVITY: Label("s.display_name", "o.display_name", _AT % "organisation_id"),
    Entity.DUTY: Label(
        f"{_name('p')} || ', ' || s.duty_role",
        "o.display_name",
        _AT % "duty_at_id" + _WHO % ("p", "p", "person_id"),
    ),
    Entity.ENROLMENT: Label(
        f"{_name('p')} || ', ' || s.school_type || coalesce(' ' || s.school_year, '')",
        "o.display_name",
        _AT % "enroled_at_id" + _WHO % ("p", "p", "person_id"),
    ),
    Entity.GUARDIANSHIP: Label(
        f"{_name('g')} || ' → ' || {_name('p')}",
        joins=_WHO % ("p", "p", "child_id") + _WHO % ("g", "g", "guardian_id"),
    ),
    Entity.MEMBERSHIP: Label(
        f"{_name('p')} || ' → ' || g.display_name",
        "o.display_name",
        _WHO % ("p", "p", "person_id")
        + " LEFT JOIN {group} g ON g.{id} = s.group_id LEFT JOIN {organisation} o ON o.{id} = g.organisation_id",
    ),
}

STAGED = {"person": "stage_person", "group": "stage_group", "organisation": "stage_organisation", "id": "key"}
REGISTERED = {
    "person": "register_person",
    "group": "register_group",
    "organisation": "register_organisation",
    "id": "id",
}


def _one(table: str, column: str, *, text: str = "r.display_name") -> tuple[str, str]:
    """The name of what a column points at, in the register (`t`) and as staged (`s`)."""
    return (
        f"(SELECT {text} FROM register_{table} r WHERE r.id = t.{column})",
        f"(SELECT {text} FROM stage_{table} r WHERE r.key = s.{column})",
    )


def _many(listed: str, table: str, through: str, column: str, text: str) -> tuple[str, str]:
    """The names of everything in a list, likewise."""
    return (
        f"(SELECT array_agg({text} ORDER BY {text}) FROM {through} x JOIN register_{table} r ON r.id = x.{column}"
        " WHERE x.activity_id = t.id)",
        f"(SELECT array_agg({text} ORDER BY {text}) FROM stage_{table} r WHERE r.key = ANY(s.{listed}))",
    )


_SIGNED = "coalesce(r.signature, r.duty_role)"
# What a row points at and may point at something else tomorrow: what names a row never changes.
POINTED_AT: Mapping[Entity, Mapping[str, tuple[str, str]]] = {
    Entity.ORGANISATION: {"parent": _one("organisation", "parent_id")},
    Entity.GROUP: {"organisation": _one("organisation", "organisation_id")},
    Entity.DUTY: {
        "person": _one("person", "person_id", text=_name("r")),
        "duty_at": _one("organisation", "duty_at_id"),
    },
    Entity.ACTIVITY: {
        "organisation": _one("organisation", "organisation_id"),
        "groups": _many("groups", "group", "register_activitygroup", "group_id", "r.display_name"),
        "teachers": _many("duties", "duty", "register_activityteacher", "duty_id", _SIGNED),
    },
}


def pointed_at(entity: Entity) -> tuple[str, str]:
    """SQL for two objects with the names of what a row points at: in the register, and as staged."""
    fields = POINTED_AT.get(entity, {})
    old, new = (", ".join(f"'{name}', {expressions[side]}" for name, expressions in fields.items()) for side in (0, 1))
    return f"jsonb_build_object({old})", f"jsonb_build_object({new})"

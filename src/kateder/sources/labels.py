"""What a line of a plan is called, in words that a person at the authority knows.

The same expressions serve for what is staged (`stage_…`, joined by the source's keys) and for what the register
holds (`register_…`, joined by root ids). A protected person has no name here: plans are read as lists, and a
list is not a look that is audited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

from kateder.register.api import Entity

HIDDEN = "***"

# Protected by either side, by marking or by the authority's own decision, which no source knows of. A person who
# comes under a new key is known by the number.
_UNSHOWN = """
CREATE TEMP TABLE unshown ON COMMIT DROP AS
WITH protected AS MATERIALIZED (
  SELECT id, civic_no FROM register_person WHERE security_marking <> 'Ingen' OR local_protection
), marked AS MATERIALIZED (
  SELECT s.key FROM stage_person s LEFT JOIN protected p ON p.civic_no = s.civic_no
   WHERE s.security_marking <> 'Ingen' OR p.id IS NOT NULL
), linked AS MATERIALIZED (
  SELECT l.key, l.root_id FROM sources_sourcelink l
    LEFT JOIN marked m ON m.key = l.key LEFT JOIN protected p ON p.id = l.root_id
   WHERE l.source_id = %(source)s AND l.entity = 'person' AND (m.key IS NOT NULL OR p.id IS NOT NULL)
)
SELECT id::text COLLATE "C" AS id FROM protected
 UNION SELECT key FROM marked UNION SELECT key FROM linked UNION SELECT root_id::text FROM linked
"""


def hide_protected(cursor: psycopg.Cursor[Any], *, source_id: UUID) -> None:
    """Fill the temporary table `unshown` with the keys and root ids of everybody who is protected."""
    cursor.execute("DROP TABLE IF EXISTS unshown")
    cursor.execute(_UNSHOWN, {"source": source_id})


def _unshown(column: str) -> str:
    return f"{column}::text IN (SELECT id FROM unshown)"


def _name(alias: str) -> str:
    return f"{alias}.given_name || ' ' || {alias}.family_name"


@dataclass(frozen=True, slots=True)
class Label:
    """SQL for a row `s`: its label, the school it belongs to, and the joins both need.

    In the joins `{person}`, `{group}` and `{organisation}` are tables, `{id}` their identifying column. `people`
    are the columns with the persons whom a row tells of: one who is protected hides all of it.
    """

    text: str
    school: str = "''"
    joins: str = ""
    people: tuple[str, ...] = ()

    def shown(self, names: Mapping[str, str]) -> tuple[str, str, str]:
        """The label, the school and the joins, for what is staged or for what the register holds."""
        if not self.people:
            return self.text, self.school, self.joins.format(**names)
        hidden = " OR ".join(_unshown(column.format(**names)) for column in self.people)
        return (
            f"CASE WHEN {hidden} THEN '{HIDDEN}' ELSE {self.text} END",
            f"CASE WHEN {hidden} THEN '' ELSE {self.school} END",
            self.joins.format(**names),
        )


_AT = " LEFT JOIN {organisation} o ON o.{id} = s.%s"
_WHO = " LEFT JOIN {person} %s ON %s.{id} = s.%s"

LABELS: Mapping[Entity, Label] = {
    Entity.ORGANISATION: Label("s.display_name"),
    Entity.PERSON: Label(_name("s"), people=("s.{id}",)),
    Entity.GROUP: Label("s.display_name", "o.display_name", _AT % "organisation_id"),
    Entity.ACTIVITY: Label("s.display_name", "o.display_name", _AT % "organisation_id"),
    Entity.DUTY: Label(
        f"{_name('p')} || ', ' || s.duty_role",
        "o.display_name",
        _AT % "duty_at_id" + _WHO % ("p", "p", "person_id"),
        ("s.person_id",),
    ),
    Entity.ENROLMENT: Label(
        f"{_name('p')} || ', ' || s.school_type || coalesce(' ' || s.school_year, '')",
        "o.display_name",
        _AT % "enroled_at_id" + _WHO % ("p", "p", "person_id"),
        ("s.person_id",),
    ),
    Entity.GUARDIANSHIP: Label(
        f"{_name('g')} || ' → ' || {_name('p')}",
        joins=_WHO % ("p", "p", "child_id") + _WHO % ("g", "g", "guardian_id"),
        people=("s.child_id", "s.guardian_id"),
    ),
    Entity.MEMBERSHIP: Label(
        f"{_name('p')} || ' → ' || g.display_name",
        "o.display_name",
        _WHO % ("p", "p", "person_id")
        + " LEFT JOIN {group} g ON g.{id} = s.group_id LEFT JOIN {organisation} o ON o.{id} = g.organisation_id",
        ("s.person_id",),
    ),
    Entity.SYLLABUS: Label("coalesce(s.course_name, s.subject_name)"),
    Entity.PROGRAMME: Label("s.name"),
    Entity.PROGRAMME_SYLLABUS: Label("s.type"),
    Entity.STUDYPLAN: Label(_name("p"), joins=_WHO % ("p", "p", "student_id"), people=("s.student_id",)),
    Entity.STUDYPLAN_SYLLABUS: Label("coalesce(s.title, s.type, '')"),
    Entity.OFFERING: Label("o.display_name", "o.display_name", _AT % "offered_at_id"),
    Entity.OFFERED_SYLLABUS: Label("''"),
    Entity.OFFERED_PROGRAMME: Label("''"),
    Entity.PLACEMENT: Label(
        _name("p"), "o.display_name", _AT % "placed_at_id" + _WHO % ("p", "p", "child_id"), ("s.child_id",)
    ),
    Entity.PLACEMENT_OWNER: Label(_name("p"), joins=_WHO % ("p", "p", "owner_id"), people=("s.owner_id",)),
    Entity.ASSIGNMENT_ROLE: Label("s.assignment_role_type"),
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


def _named(row: str) -> tuple[str, str]:
    """The name of the person whom a row of either side points at, unless it is protected."""
    text = f"CASE WHEN {_unshown(f'{row}.person_id')} THEN '{HIDDEN}' ELSE {_name('r')} END"
    return _one("person", "person_id", text=text)


def _many(listed: str, table: str, through: str, column: str, text: str) -> tuple[str, str]:
    """The names of everything in a list, likewise."""
    return (
        f"(SELECT array_agg({text} ORDER BY {text}) FROM {through} x JOIN register_{table} r ON r.id = x.{column}"
        " WHERE x.activity_id = t.id)",
        f"(SELECT array_agg({text} ORDER BY {text}) FROM stage_{table} r WHERE r.key = ANY(s.{listed}))",
    )


_SIGNED = f"CASE WHEN {_unshown('r.person_id')} THEN '{HIDDEN}' ELSE coalesce(r.signature, r.duty_role) END"
# What a row points at and may point at something else tomorrow: what names a row never changes.
POINTED_AT: Mapping[Entity, Mapping[str, tuple[str, str]]] = {
    Entity.ORGANISATION: {"parent": _one("organisation", "parent_id")},
    Entity.GROUP: {"organisation": _one("organisation", "organisation_id")},
    Entity.DUTY: {
        "person": (_named("t")[0], _named("s")[1]),
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

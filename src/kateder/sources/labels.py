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

"""From the whole register to what a profile that is set lets a client see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg

from kateder.protocols.ss12000.references import ORDER, Body, Reference, narrowed
from kateder.provisioning.ss12000.profiles import People, Profile
from kateder.provisioning.ss12000.storing import Row, Store

PERSONAL: Final = frozenset({"persons", "duties", "placements"})
"""Kinds of things whose id alone points at a person: not referred to by a profile that does not hold them."""

_WHOLE: Final = """
SELECT id, created_at, modified_at, protected, name, body FROM provisioning_editionrow
WHERE edition_id = %(edition)s AND path = %(path)s AND gone_at IS NULL ORDER BY id
"""
_NOW: Final = "(end_date IS NULL OR end_date >= %(today)s)"
_PUPILS: Final = f"""
SELECT person_id AS id FROM register_enrolment
 WHERE {_NOW} AND NOT cancelled AND (%(units)s::uuid[] IS NULL OR enroled_at_id = ANY(%(units)s))
UNION
SELECT child_id FROM register_placement
 WHERE {_NOW} AND (%(units)s::uuid[] IS NULL OR placed_at_id = ANY(%(units)s))
"""
_STAFF: Final = f"""
SELECT person_id AS id FROM register_duty
 WHERE {_NOW} AND (%(units)s::uuid[] IS NULL OR duty_at_id = ANY(%(units)s))
"""
_GUARDIANS: Final = f"""
SELECT g.guardian_id AS id FROM register_guardianship g JOIN register_person k ON k.id = g.child_id
 WHERE NOT g.blocked AND (g.start_date IS NULL OR g.start_date <= %(today)s)
   AND (g.end_date IS NULL OR g.end_date >= %(today)s)
   AND (k.birth_date IS NULL OR k.birth_date + interval '18 years' > %(today)s)
   AND g.child_id IN ({_PUPILS})
"""
_WHO: Final = {People.PUPIL: _PUPILS, People.STAFF: _STAFF, People.GUARDIAN: _GUARDIANS}
_EVERYBODY: Final = "SELECT id FROM register_person"
_UNPROTECTED: Final = """
 AND security_marking = 'Ingen' AND NOT (local_protection
   AND (local_protection_until IS NULL OR local_protection_until >= %(today)s))
"""
_PARENTS: Final = "SELECT id, parent_id FROM register_organisation"

Cursor = psycopg.Cursor[Any]
Ids = set[str]


def project(store: Store, profile: Profile, *, whole: UUID, today: date) -> None:
    """Write the edition of a profile that is set, from the edition of the whole register."""
    units = None if profile.units is None else {str(unit) for unit in profile.units}
    there: dict[str, Ids] = {
        "organisations": organisations(store.cursor, units),
        "persons": persons(store.cursor, profile, today=today),
    }
    view = View(profile, units, there)
    for path in ORDER:
        rows = list_rows(store.cursor, view, path, whole=whole)
        if path in _LATER_NEEDED:
            kept = list(rows)
            there.setdefault(path, {str(row.id) for row in kept})
            rows = iter(kept)
        store.rows(path, rows if profile.may_read(path) else ())


_LATER_NEEDED: Final = frozenset(
    {"syllabuses", "programmes", "groups", "duties", "activities", "placements", "rooms", "resources", "calendarEvents"}
)


class View:
    """A profile at work: which references stay, which attributes, what a thing may be called."""

    def __init__(self, profile: Profile, units: Ids | None, there: Mapping[str, Ids]) -> None:
        self.profile = profile
        self._units = units
        self._there = there

    def keeps(self, reference: Reference, id_: str) -> bool:
        """Whether what is referred to may be referred to."""
        if reference.to in PERSONAL and not self.profile.may_read(reference.to):
            return False
        if reference.home and self._units is not None and id_ not in self._units:
            return False
        # Programmes and organisations may stand before their own parents: those have been looked up beforehand.
        there = self._there.get(reference.to)
        return there is None or id_ in there

    def has(self, path: str, id_: str) -> bool:
        """Whether a person or an organisation is there at all."""
        return path not in {"persons", "organisations"} or id_ in self._there[path]

    def shown(self, path: str, body: Body) -> Body | None:
        """The thing as the client may see it, or None."""
        left = narrowed(path, body, keep=self.keeps)
        if left is None or (path == "activities" and not left["groups"]):
            return None
        if path in self.profile.attributes and not self.profile.everything:
            return {name: value for name, value in left.items() if self.profile.shows(path, name)}
        return left

    def name(self, path: str, body: Body, name: str | None) -> str | None:
        """What references may call the thing: made of attributes that are shown."""
        needed = {"persons": ("givenName", "familyName"), "programmes": ("name",)}.get(path, ("displayName",))
        if path == "duties":
            seen = self.profile.may_read("persons")
            return name if seen and all(self.profile.shows("persons", part) for part in _NAMES) else None
        if path == "syllabuses":
            return body.get("courseName") or body.get("subjectName")
        return name if all(self.profile.shows(path, part) for part in needed) else None


_NAMES: Final = ("givenName", "familyName")


def list_rows(cursor: Cursor, view: View, path: str, *, whole: UUID) -> Iterator[Row]:
    """The rows of one kind, as the client may see them, read a part at a time."""
    with cursor.connection.cursor(name=f"whole_{path.lower()}") as rows:
        rows.itersize = 2000
        rows.execute(_WHOLE, {"edition": whole, "path": path})
        for id_, created_at, modified_at, protected, name, text in rows:
            if not view.has(path, str(id_)):
                continue
            body = view.shown(path, orjson.loads(text))
            if body is None:
                continue
            body["meta"] = 0
            content = orjson.dumps(body).decode()
            called = view.name(path, body, name)
            yield Row(id_, id_, created_at, modified_at, protected, called, content)


def organisations(cursor: Cursor, units: Ids | None) -> Ids:
    """The units of a profile and everything above them; all organisations where no units are named."""
    parents = {str(id_): None if up is None else str(up) for id_, up in cursor.execute(_PARENTS).fetchall()}
    if units is None:
        return set(parents)
    found: Ids = set()
    for unit in units & parents.keys():
        above: str | None = unit
        while above is not None and above not in found:
            found.add(above)
            above = parents.get(above)
    return found


def persons(cursor: Cursor, profile: Profile, *, today: date) -> Ids:
    """The persons of a profile: by what they are at its units today or later; the protected only by rule."""
    if not profile.may_read("persons"):
        return set()
    everybody = profile.units is None and profile.people == frozenset(People)
    chosen = _EVERYBODY if everybody else " UNION ".join(_WHO[one] for one in sorted(profile.people)) or "SELECT NULL"
    rule = "" if profile.protected else _UNPROTECTED
    units = None if profile.units is None else list(profile.units)
    cursor.execute(
        f"SELECT id::text FROM register_person WHERE id IN ({chosen}){rule}", {"units": units, "today": today}
    )
    return {id_ for (id_,) in cursor.fetchall()}

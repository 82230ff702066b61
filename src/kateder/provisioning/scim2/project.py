"""From a roster to SCIM bodies: a pure function. Members stand under the ids that we released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from kateder.governance.api import Field, Holder, Released
from kateder.protocols.egil.encoding import content_hash, encode
from kateder.protocols.scim import resources
from kateder.protocols.scim.resources import STUDENT, TEACHER, Body
from kateder.provisioning.egil.roster import GroupRow, Roster
from kateder.provisioning.planning.wanted import Wanted
from kateder.provisioning.scim2.choices import Choices
from kateder.provisioning.ways import grouping
from kateder.provisioning.ways.naming import emails_of

USER: Final = "User"
GROUP: Final = "Group"
POSITIONS: Final[Mapping[str, int]] = {USER: 0, GROUP: 1}


def project(roster: Roster, *, choices: Choices) -> Iterator[Wanted]:
    """Give every User and Group that the target should have, in sending order."""
    yield from (_user(one, choices) for one in roster.people)
    if not choices.groups:
        return
    subjects = {one.person_id: one.subject for one in roster.people}
    teachers = _teachers(roster) if choices.teachers_in_groups else {}
    for row in roster.groups:
        thing = roster.context.groups.get(row.id)
        if thing and grouping.is_among(thing.fields.get(Field.GROUP_TYPE), choices.group_types):
            yield _group(row, thing.released_id, thing.display_name, teachers.get(row.id, set()), subjects)


def _user(one: Released, choices: Choices) -> Wanted:
    kind = STUDENT if one.role is Holder.PUPIL else TEACHER
    body = resources.user(
        str(one.subject),
        user_name=choices.naming.user_name_of(one),
        display_name=choices.naming.display_name_of(one),
        given_name=_text(one, Field.GIVEN_NAME),
        family_name=_text(one, Field.FAMILY_NAME),
        emails=emails_of(one.fields),
        user_type=kind if choices.user_type else None,
    )
    return _wanted(USER, one.person_id, one.subject, body)


def _group(row: GroupRow, released_id: UUID, name: str, teachers: set[UUID], subjects: Mapping[UUID, UUID]) -> Wanted:
    members = {subjects[person] for person in {*row.members, *teachers} if person in subjects}
    body = resources.group(str(released_id), display_name=name, members=map(str, members))
    return _wanted(GROUP, row.id, released_id, body, depends_on=frozenset(members))


def _teachers(roster: Roster) -> Mapping[UUID, set[UUID]]:
    person_of = {duty.id: duty.person_id for duty in roster.duties}
    teachers: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for activity in roster.activities:
        for group in activity.groups:
            teachers[group].update(person_of[duty] for duty in activity.duties if duty in person_of)
    return teachers


def _text(one: Released, field: Field) -> str | None:
    value = one.fields.get(field.value)
    return None if value is None else str(value)


def _wanted(
    kind: str, root_id: UUID, released_id: UUID, body: Body, *, depends_on: frozenset[UUID] = frozenset()
) -> Wanted:
    encoded = encode(body)
    return Wanted(
        resource_type=kind,
        position=POSITIONS[kind],
        released_id=released_id,
        root_id=root_id,
        body=encoded,
        content_hash=content_hash(encoded),
        depends_on=depends_on,
        label=str(body["displayName"]),
    )

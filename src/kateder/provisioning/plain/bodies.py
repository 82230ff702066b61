"""From a roster to plain bodies: a pure function, with the same objects and references as EGIL has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

import orjson

from kateder.governance.api import Field, Holder, Released, ReleasedThing
from kateder.protocols.egil.encoding import content_hash
from kateder.provisioning.egil.roster import ActivityRow, DutyRow, GroupRow, Roster, UnitRow
from kateder.provisioning.planning.wanted import Wanted

Body = dict[str, Any]

ORGANISATION: Final = "Organisation"
SCHOOL: Final = "SchoolUnitGroup"
UNIT: Final = "SchoolUnit"
USER: Final = "User"
GROUP: Final = "StudentGroup"
EMPLOYMENT: Final = "Employment"
ACTIVITY: Final = "Activity"
POSITIONS: Final[Mapping[str, int]] = {
    kind: position for position, kind in enumerate((ORGANISATION, SCHOOL, UNIT, USER, GROUP, EMPLOYMENT, ACTIVITY))
}

Organisations = Mapping[UUID, ReleasedThing]


def project(roster: Roster) -> Iterator[Wanted]:
    """Give every body that the target should have, in sending order."""
    things = roster.context
    subjects = {one.person_id: one.subject for one in roster.people}
    authorities = {row.authority_id for row in roster.units if row.authority_id}
    schools = {row.school_id for row in roster.units if row.school_id}
    for kind, roots in ((ORGANISATION, authorities), (SCHOOL, schools)):
        for root in sorted(roots):
            yield _wanted(kind, root, _named(things.organisations[root]))
    yield from (_unit(row, things.organisations) for row in roster.units)
    yield from (_user(one) for one in roster.people)
    for group in roster.groups:
        if (thing := things.groups.get(group.id)) and group.unit_id in things.organisations:
            yield _group(group, thing, things.organisations, subjects)
    for duty in roster.duties:
        if (thing := things.duties.get(duty.id)) and duty.person_id in subjects:
            yield _employment(duty, thing, things.organisations, subjects)
    for activity in roster.activities:
        if thing := things.activities.get(activity.id):
            yield _activity(activity, thing, roster)


def _named(thing: ReleasedThing) -> Body:
    return {"id": thing.released_id, "displayName": thing.display_name}


def _unit(row: UnitRow, organisations: Organisations) -> Wanted:
    thing = organisations[row.id]
    above = {
        "organisation": organisations[row.authority_id].released_id if row.authority_id else None,
        "schoolUnitGroup": organisations[row.school_id].released_id if row.school_id else None,
    }
    codes = {
        "schoolUnitCode": thing.codes.get("school_unit_code"),
        "municipalityCode": thing.codes.get("municipality_code"),
    }
    return _wanted(UNIT, row.id, _named(thing) | above | codes, refers_to=above.values())


def _user(one: Released) -> Wanted:
    fields = one.fields
    places = [
        _present(
            {
                "schoolUnit": place.unit,
                "schoolYear": place.school_year,
                "schoolType": place.school_type,
                "programme": place.programme,
            }
        )
        for place in one.enrolments
    ]
    emails = fields.get(Field.EMAILS.value, ())
    body = {
        "id": one.subject,
        "role": "pupil" if one.role is Holder.PUPIL else "teacher",
        "displayName": str(fields.get("display_name", one.subject)),
        "userName": str(fields.get(Field.USER_NAME.value, one.subject)),
        "givenName": fields.get(Field.GIVEN_NAME.value),
        "familyName": fields.get(Field.FAMILY_NAME.value),
        "civicNo": fields.get(Field.CIVIC_NO.value),
        # The first address is the one that is used: their order means something.
        "emails": [address for address in emails if address] if isinstance(emails, list | tuple) else [],
        "enrolments": sorted(places, key=_in_order),
    }
    return _wanted(USER, one.person_id, body, refers_to=[place["schoolUnit"] for place in places])


def _group(row: GroupRow, thing: ReleasedThing, organisations: Organisations, subjects: Mapping[UUID, UUID]) -> Wanted:
    unit, members = organisations[row.unit_id].released_id, {subjects[member] for member in row.members}
    body = _named(thing) | {
        "groupType": thing.fields.get(Field.GROUP_TYPE),
        "schoolType": thing.fields.get(Field.SCHOOL_TYPE),
        "schoolUnit": unit,
        "members": sorted(members, key=str),
    }
    return _wanted(GROUP, row.id, body, refers_to=[unit, *members])


def _employment(
    row: DutyRow, thing: ReleasedThing, organisations: Organisations, subjects: Mapping[UUID, UUID]
) -> Wanted:
    user, unit = subjects[row.person_id], organisations[row.unit_id].released_id
    body: Body = {
        "id": thing.released_id,
        "user": user,
        "schoolUnit": unit,
        "role": thing.fields.get(Field.DUTY_ROLE),
        "signature": thing.fields.get(Field.SIGNATURE),
    }
    return _wanted(EMPLOYMENT, row.id, body, refers_to=[user, unit])


def _activity(row: ActivityRow, thing: ReleasedThing, roster: Roster) -> Wanted:
    things = roster.context
    unit = things.organisations[row.unit_id].released_id
    groups = {things.groups[group].released_id for group in row.groups}
    duties = {things.duties[duty].released_id for duty in row.duties}
    body = _named(thing) | {
        "schoolUnit": unit,
        "groups": sorted(groups, key=str),
        "employments": sorted(duties, key=str),
    }
    return _wanted(ACTIVITY, row.id, body, refers_to=[unit, *groups, *duties])


def _present(body: Body) -> Body:
    return {name: value for name, value in body.items() if value is not None and value != []}


def _in_order(place: Body) -> tuple[str, ...]:
    return tuple(str(place.get(name, "")) for name in ("schoolUnit", "schoolType", "schoolYear", "programme"))


def _wanted(kind: str, root_id: UUID, body: Body, *, refers_to: Any = ()) -> Wanted:
    encoded = orjson.dumps(_present(body), option=orjson.OPT_SORT_KEYS)
    return Wanted(
        resource_type=kind,
        position=POSITIONS[kind],
        released_id=body["id"],
        root_id=root_id,
        body=encoded,
        content_hash=content_hash(encoded),
        depends_on=frozenset(one for one in refers_to if one),
        label=str(body.get("displayName", "")),
    )

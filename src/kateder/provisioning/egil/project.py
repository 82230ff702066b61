"""From a roster to EGIL bodies: a pure function. Nothing is read here and nothing is decided but the form."""

from collections.abc import Iterator, Mapping
from itertools import chain
from uuid import UUID

from kateder.governance.api import Field, Released, ReleasedThing
from kateder.protocols.egil import resources
from kateder.protocols.egil.encoding import Body, content_hash, encode, references
from kateder.protocols.egil.types import ResourceType
from kateder.provisioning.egil.roster import ActivityRow, DutyRow, GroupRow, Roster, UnitRow
from kateder.provisioning.wanted import Wanted

# What a body says where the policy does not let the real value out: EGIL asks for something.
ANY_GROUP = "Undervisning"
ANY_ROLE = "Lärare"

Organisations = Mapping[UUID, ReleasedThing]


def project(roster: Roster) -> Iterator[Wanted]:
    """Give every resource that the target should have, in sending order."""
    subjects = {one.person_id: one.subject for one in roster.people}
    things = roster.context
    yield from _above_units(roster)
    yield from (_unit(row, things.organisations) for row in roster.units)
    yield from (_user(one) for one in roster.people)
    for group in roster.groups:
        if (released := things.groups.get(group.id)) and group.unit_id in things.organisations:
            yield _group(group, released, things.organisations, subjects)
    for duty in roster.duties:
        if (released := things.duties.get(duty.id)) and duty.person_id in subjects:
            yield _employment(duty, released, things.organisations, subjects)
    for activity in roster.activities:
        if released := things.activities.get(activity.id):
            yield _activity(activity, released, roster)


def _above_units(roster: Roster) -> Iterator[Wanted]:
    organisations = roster.context.organisations
    authorities = {row.authority_id for row in roster.units if row.authority_id}
    schools = {row.school_id for row in roster.units if row.school_id}
    for root, build in chain(
        ((root, resources.organisation) for root in sorted(authorities)),
        ((root, resources.school_unit_group) for root in sorted(schools)),
    ):
        thing = organisations[root]
        yield _wanted(root, build(thing.released_id, display_name=thing.display_name))


def _unit(row: UnitRow, organisations: Organisations) -> Wanted:
    thing = organisations[row.id]
    return _wanted(
        row.id,
        resources.school_unit(
            thing.released_id,
            display_name=thing.display_name,
            school_unit_code=thing.codes.get("school_unit_code"),
            municipality_code=thing.codes.get("municipality_code"),
            organisation_id=organisations[row.authority_id].released_id if row.authority_id else None,
            school_unit_group_id=organisations[row.school_id].released_id if row.school_id else None,
        ),
    )


def _user(one: Released) -> Wanted:
    fields = one.fields
    user_name = str(fields.get(Field.USER_NAME.value, one.subject))
    emails = fields.get(Field.EMAILS.value, ())
    return _wanted(
        one.person_id,
        resources.user(
            one.subject,
            user_name=user_name,
            # A service that is shown no name at all still needs something to put on the screen.
            display_name=str(fields.get("display_name", one.subject)),
            given_name=_text(fields, Field.GIVEN_NAME),
            family_name=_text(fields, Field.FAMILY_NAME),
            emails=emails if isinstance(emails, list | tuple) else (),
            civic_no=_text(fields, Field.CIVIC_NO),
            enrolments=[
                resources.PupilEnrolment(
                    school_unit=place.unit,
                    school_year=place.school_year,
                    school_type=place.school_type,
                    program_code=place.programme,
                )
                for place in one.enrolments
            ],
        ),
    )


def _group(row: GroupRow, thing: ReleasedThing, organisations: Organisations, subjects: Mapping[UUID, UUID]) -> Wanted:
    return _wanted(
        row.id,
        resources.student_group(
            thing.released_id,
            display_name=thing.display_name,
            owner=organisations[row.unit_id].released_id,
            members=[subjects[member] for member in row.members],
            student_group_type=thing.fields.get(Field.GROUP_TYPE, ANY_GROUP),
            school_type=thing.fields.get(Field.SCHOOL_TYPE),
        ),
    )


def _employment(
    row: DutyRow, thing: ReleasedThing, organisations: Organisations, subjects: Mapping[UUID, UUID]
) -> Wanted:
    return _wanted(
        row.id,
        resources.employment(
            thing.released_id,
            employed_at=organisations[row.unit_id].released_id,
            user_id=subjects[row.person_id],
            employment_role=thing.fields.get(Field.DUTY_ROLE, ANY_ROLE),
            signature=thing.fields.get(Field.SIGNATURE),
        ),
    )


def _activity(row: ActivityRow, thing: ReleasedThing, roster: Roster) -> Wanted:
    things = roster.context
    return _wanted(
        row.id,
        resources.activity(
            thing.released_id,
            display_name=thing.display_name,
            owner=things.organisations[row.unit_id].released_id,
            groups=[things.groups[group].released_id for group in row.groups],
            teachers=[things.duties[duty].released_id for duty in row.duties],
        ),
    )


def _text(fields: Mapping[str, object], field: Field) -> str | None:
    value = fields.get(field.value)
    return None if value is None else str(value)


KINDS = {kind.schemas[-1]: kind for kind in ResourceType}


def _wanted(root_id: UUID, body: Body) -> Wanted:
    kind = KINDS[body["schemas"][-1]]
    encoded = encode(body)
    return Wanted(
        resource_type=kind.value,
        position=kind.position,
        released_id=UUID(body["externalId"]),
        root_id=root_id,
        body=encoded,
        content_hash=content_hash(encoded),
        depends_on=frozenset(map(UUID, references(body))),
        label=str(body.get("displayName", "")),
    )

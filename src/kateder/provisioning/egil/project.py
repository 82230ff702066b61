"""From a roster to EGIL bodies: a pure function. Nothing is read here and nothing is decided but the form."""

from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import chain
from uuid import UUID

from kateder.governance.api import Field, Released, ReleasedThing
from kateder.protocols.egil import resources
from kateder.protocols.egil.encoding import Body, content_hash, encode
from kateder.protocols.egil.types import NO_UNIT, ResourceType
from kateder.provisioning.egil.choices import Choices
from kateder.provisioning.egil.roster import ActivityRow, DutyRow, GroupRow, Roster, UnitRow
from kateder.provisioning.planning.wanted import Wanted
from kateder.provisioning.ways.naming import emails_of, parts_of

# What a body says where the policy does not let the real value out: EGIL asks for something.
ANY_GROUP = "Undervisning"
ANY_ROLE = "Lärare"

Organisations = Mapping[UUID, ReleasedThing]


def project(roster: Roster, *, choices: Choices | None = None) -> Iterator[Wanted]:
    """Give every resource that the target should have, in sending order."""
    chosen = choices or Choices()
    subjects = {one.person_id: one.subject for one in roster.people}
    things = roster.context
    sent = {root for root, thing in things.groups.items() if chosen.takes(thing.fields.get(Field.GROUP_TYPE))}
    yield from _above_units(roster, chosen)
    yield from (_unit(row, things.organisations, chosen) for row in roster.units)
    yield from (_user(one, chosen) for one in roster.people)
    for group in roster.groups:
        if group.id in sent and group.unit_id in things.organisations:
            yield _group(group, things.groups[group.id], things.organisations, subjects, chosen)
    for duty in roster.duties if chosen.employments else ():
        if (released := things.duties.get(duty.id)) and duty.person_id in subjects:
            yield _employment(duty, released, things.organisations, subjects, chosen)
    for activity in roster.activities if chosen.activities else ():
        if (released := things.activities.get(activity.id)) and not sent.isdisjoint(activity.groups):
            yield _activity(activity, released, roster, sent, chosen)


def _above_units(roster: Roster, chosen: Choices) -> Iterator[Wanted]:
    organisations = roster.context.organisations
    authorities = {row.authority_id for row in roster.units if row.authority_id and chosen.organisations}
    schools = {row.school_id for row in roster.units if row.school_id and chosen.school_unit_groups}
    for root, build in chain(
        ((root, resources.organisation) for root in sorted(authorities)),
        ((root, resources.school_unit_group) for root in sorted(schools)),
    ):
        thing = organisations[root]
        yield _wanted(root, thing.released_id, build(thing.released_id, display_name=thing.display_name))


def _unit(row: UnitRow, organisations: Organisations, chosen: Choices) -> Wanted:
    thing = organisations[row.id]
    authority = organisations[row.authority_id].released_id if row.authority_id and chosen.organisations else None
    school = organisations[row.school_id].released_id if row.school_id and chosen.school_unit_groups else None
    return _wanted(
        row.id,
        thing.released_id,
        resources.school_unit(
            thing.released_id,
            display_name=thing.display_name,
            school_unit_code=thing.codes.get("school_unit_code", NO_UNIT if chosen.fillers else None),
            municipality_code=thing.codes.get("municipality_code"),
            organisation_id=authority,
            school_unit_group_id=school,
        ),
        refers_to=(authority, school),
    )


def _user(one: Released, chosen: Choices) -> Wanted:
    fields, naming = one.fields, chosen.naming
    given, family = parts_of(one.alias) if chosen.fillers else (None, None)
    return _wanted(
        one.person_id,
        one.subject,
        resources.user(
            one.subject,
            user_name=naming.user_name_of(one),
            display_name=naming.display_name_of(one),
            given_name=_text(fields, Field.GIVEN_NAME) or given,
            family_name=_text(fields, Field.FAMILY_NAME) or family,
            emails=emails_of(fields),
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
        refers_to=[place.unit for place in one.enrolments],
    )


def _group(
    row: GroupRow,
    thing: ReleasedThing,
    organisations: Organisations,
    subjects: Mapping[UUID, UUID],
    chosen: Choices,
) -> Wanted:
    kind, owner = thing.fields.get(Field.GROUP_TYPE), organisations[row.unit_id].released_id
    members = [subjects[member] for member in row.members]
    return _wanted(
        row.id,
        thing.released_id,
        resources.student_group(
            thing.released_id,
            display_name=thing.display_name,
            owner=owner,
            members=members,
            student_group_type=chosen.group_type_words.get(kind, kind) if kind else ANY_GROUP,
            school_type=thing.fields.get(Field.SCHOOL_TYPE),
        ),
        refers_to=(owner, *members),
    )


def _employment(
    row: DutyRow,
    thing: ReleasedThing,
    organisations: Organisations,
    subjects: Mapping[UUID, UUID],
    chosen: Choices,
) -> Wanted:
    role = thing.fields.get(Field.DUTY_ROLE)
    unit, user = organisations[row.unit_id].released_id, subjects[row.person_id]
    return _wanted(
        row.id,
        thing.released_id,
        resources.employment(
            thing.released_id,
            employed_at=unit,
            user_id=user,
            employment_role=chosen.role_words.get(role, role) if role else ANY_ROLE,
            signature=thing.fields.get(Field.SIGNATURE),
        ),
        refers_to=(unit, user),
    )


def _activity(row: ActivityRow, thing: ReleasedThing, roster: Roster, sent: Container[UUID], chosen: Choices) -> Wanted:
    things = roster.context
    test, owner = thing.fields.get(Field.TEST_ACTIVITY), things.organisations[row.unit_id].released_id
    groups = [things.groups[group].released_id for group in row.groups if group in sent]
    teachers = [things.duties[duty].released_id for duty in row.duties] if chosen.employments else []
    return _wanted(
        row.id,
        thing.released_id,
        resources.activity(
            thing.released_id,
            display_name=thing.display_name,
            owner=owner,
            groups=groups,
            teachers=teachers,
            parent_activities=[UUID(test)] if test else (),
        ),
        refers_to=(owner, *groups, *teachers),
    )


def _text(fields: Mapping[str, object], field: Field) -> str | None:
    value = fields.get(field.value)
    return None if value is None else str(value)


KINDS = {kind.schemas[-1]: (kind.value, kind.position) for kind in ResourceType}


def _wanted(root_id: UUID, released_id: UUID, body: Body, *, refers_to: Iterable[UUID | None] = ()) -> Wanted:
    kind, position = KINDS[body["schemas"][-1]]
    encoded = encode(body)
    return Wanted(
        resource_type=kind,
        position=position,
        released_id=released_id,
        root_id=root_id,
        body=encoded,
        content_hash=content_hash(encoded),
        depends_on=frozenset([one for one in refers_to if one is not None]),
        label=body.get("displayName", ""),
    )

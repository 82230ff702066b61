"""What a service may know of the things around people: groups, schools, duties and activities."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

import psycopg

from kateder.core import db
from kateder.governance import store
from kateder.governance.fields import Field, GroupNames
from kateder.governance.group_names import names_in_force, subjects_and_years
from kateder.governance.known_ids import known_ids
from kateder.governance.people import PROTECTED
from kateder.governance.policies import Policy, Rules, policy_of
from kateder.governance.pseudonyms import Kind

_ORGANISATIONS = """
SELECT id, organisation_type, display_name, school_unit_code, municipality_code
  FROM register_organisation WHERE id = ANY(%s)
"""
_GROUPS = "SELECT id, display_name, group_type, school_type FROM register_group WHERE id = ANY(%s)"
_ACTIVITIES = "SELECT id, display_name, parent_activity FROM register_activity WHERE id = ANY(%s)"
_DUTIES = f"""
SELECT d.id, d.duty_role, d.signature, {PROTECTED}
  FROM register_duty d JOIN register_person p ON p.id = d.person_id WHERE d.id = ANY(%(duties)s)
"""

AUTHORITY_TYPE = "Huvudman"
"""The authority itself is the other party of the agreement: its name is no secret."""

Cursor = psycopg.Cursor[Any]


@dataclass(frozen=True, slots=True)
class ReleasedThing:
    """A group, school, duty or activity as the service may know it; `fields` holds what is approved."""

    released_id: UUID
    display_name: str = ""
    fields: Mapping[Field, str] = field(default_factory=lambda: MappingProxyType({}))
    codes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """`school_unit_code` and `municipality_code`, only where the school is approved."""


@dataclass(frozen=True, slots=True)
class ReleaseContext:
    """Root id to what may be told, for each kind of thing; unknown ids are left out."""

    service_id: UUID
    organisations: Mapping[UUID, ReleasedThing]
    groups: Mapping[UUID, ReleasedThing]
    activities: Mapping[UUID, ReleasedThing]
    duties: Mapping[UUID, ReleasedThing]


def release_context(
    service_id: UUID,
    *,
    today: date,
    organisations: Collection[UUID] = (),
    groups: Collection[UUID] = (),
    activities: Collection[UUID] = (),
    duties: Collection[UUID] = (),
    rules: Rules | None = None,
) -> ReleaseContext:
    """Name the things that people at the service belong to; pseudonyms and aliases are stored.
    `rules` are the service's, where they have been read in this transaction.

    Free text goes out by policy, by default as an alias. A name that holds a member's or teacher's name
    goes out as an alias whatever the policy says, and is a finding.
    """
    policy = rules.policy if rules else policy_of(service_id, today=today)
    with db.cursor() as cursor:
        return ReleaseContext(
            service_id,
            _organisations(policy, cursor.execute(_ORGANISATIONS, [list(organisations)]).fetchall()),
            _groups(policy, cursor.execute(_GROUPS, [list(groups)]).fetchall(), today),
            _activities(policy, cursor.execute(_ACTIVITIES, [list(activities)]).fetchall(), today),
            _duties(policy, cursor.execute(_DUTIES, {"duties": list(duties), "today": today}).fetchall()),
        )


def _ids(policy: Policy, kind: Kind, rows: list[tuple[Any, ...]]) -> dict[UUID, UUID]:
    roots = [row[0] for row in rows]
    known = known_ids(policy, kind=kind)
    return store.pseudonyms(policy.service_id, epoch=policy.epoch, kind=kind, root_ids=roots, known=known)


def _organisations(policy: Policy, rows: list[tuple[Any, ...]]) -> dict[UUID, ReleasedThing]:
    is_open = Field.SCHOOL_UNIT in policy.approved
    ids = _ids(policy, Kind.ORGANISATION, rows)
    hidden = [row[0] for row in rows if row[1] != AUTHORITY_TYPE and not is_open]
    aliases = store.aliases(policy.service_id, kind=Kind.ORGANISATION, root_ids=hidden)
    things = {}
    for root, _kind, name, unit_code, municipality in rows:
        codes = {"school_unit_code": unit_code, "municipality_code": municipality}
        things[root] = ReleasedThing(
            ids[root],
            aliases.get(root, name),
            codes={key: code for key, code in codes.items() if code} if is_open else {},
        )
    return things


def _groups(policy: Policy, rows: list[tuple[Any, ...]], today: date) -> dict[UUID, ReleasedThing]:
    ids = _ids(policy, Kind.GROUP, rows)
    names = _names(policy, Kind.GROUP, {row[0]: row[1] for row in rows}, today)
    return {
        root: ReleasedThing(
            ids[root],
            names[root],
            _only_approved(policy, {Field.GROUP_TYPE: group_type, Field.SCHOOL_TYPE: school_type}),
        )
        for root, _name, group_type, school_type in rows
    }


def _activities(policy: Policy, rows: list[tuple[Any, ...]], today: date) -> dict[UUID, ReleasedThing]:
    ids = _ids(policy, Kind.ACTIVITY, rows)
    names = _names(policy, Kind.ACTIVITY, {row[0]: row[1] for row in rows}, today)
    return {
        root: ReleasedThing(ids[root], names[root], _only_approved(policy, {Field.TEST_ACTIVITY: _test(parent)}))
        for root, _name, parent in rows
    }


def _test(parent: UUID | None) -> str | None:
    """The national test that an activity belongs to: Skolverket's ids of those are UUIDv5. Others are nobody's."""
    return str(parent) if parent is not None and parent.version == 5 else None


def _duties(policy: Policy, rows: list[tuple[Any, ...]]) -> dict[UUID, ReleasedThing]:
    ids = _ids(policy, Kind.DUTY, rows)
    return {
        root: ReleasedThing(
            ids[root],
            # A signature is made of a name: of who is protected an alias goes out, and no more (domain rule 8).
            fields={} if is_protected else _only_approved(policy, {Field.DUTY_ROLE: role, Field.SIGNATURE: signature}),
        )
        for root, role, signature, is_protected in rows
    }


def _names(policy: Policy, kind: Kind, real: Mapping[UUID, str], today: date) -> dict[UUID, str]:
    names = store.aliases(policy.service_id, kind=kind, root_ids=list(real))
    if policy.group_names is GroupNames.SUBJECT_YEAR:
        return names | subjects_and_years(names, kind=kind, today=today)
    if policy.group_names is GroupNames.REAL:
        return names | names_in_force(policy.service_id, kind=kind, names=real, today=today)
    return names


def _only_approved(policy: Policy, values: Mapping[Field, str | None]) -> dict[Field, str]:
    return {key: value for key, value in values.items() if value and key in policy.approved}

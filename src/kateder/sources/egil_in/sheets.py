"""The mirror of an EGIL source as the canonical sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from kateder.core.clock import ZONE
from kateder.protocols.egil.types import USER_EXTENSION, ResourceType
from kateder.register.api import Entity
from kateder.sources import mirror
from kateder.sources.canonical import Sheet, sheet_of
from kateder.sources.egil_in.kept import Kept, read
from kateder.sources.egil_in.since import enrolments, place_key
from kateder.sources.reading import Remark

Record = Mapping[str, str]
TEACHING = "Undervisning"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What lies in a source's mirror; each sheet is made when it is asked for."""

    reads_database: ClassVar[bool] = True
    source_id: UUID
    school_type: str
    remarks: Sequence[Remark] = ()

    def sheet(self, entity: Entity) -> Sheet | None:
        """An entity's rows; None where EGIL has no such thing. A finding names the endpoint."""
        if entity not in _RECORDS:
            return None
        endpoint, records = _RECORDS[entity]
        return sheet_of(entity, records(self), name=endpoint)

    def every(self, kind: ResourceType) -> Iterator[Kept]:
        """Everything of a kind, in the order of the ids."""
        for record in mirror.records(self.source_id, kind.value):
            yield read(record.key, record.body)


def _organisations(mirrored: Mirrored) -> Iterator[Record]:
    authorities = list(mirrored.every(ResourceType.ORGANISATION))
    schools = list(mirrored.every(ResourceType.SCHOOL_UNIT_GROUP))
    units = list(mirrored.every(ResourceType.SCHOOL_UNIT))
    for kept in authorities:
        yield {
            **_named(kept, "Huvudman"),
            "organisationNumber": _text(kept.body, "organisationNumber"),
            "organisationCode": _text(kept.body, "organisationCode"),
        }
    # A school has no reference of its own: it belongs where its units do.
    above = {_target(unit.body, "schoolUnitGroup"): _target(unit.body, "organisation") for unit in units}
    only = authorities[0].id if len(authorities) == 1 else ""
    for kept in schools:
        code = _text(kept.body, "schoolUnitGroupCode")
        parent = above.get(kept.id) or only
        yield {**_named(kept, "Skola"), "organisationCode": code, "parentOrganisation": parent}
    for kept in units:
        yield {
            **_named(kept, "Skolenhet"),
            "schoolUnitCode": _text(kept.body, "schoolUnitCode"),
            "municipalityCode": _text(kept.body, "municipalityCode"),
            "schoolTypes": "|".join(kept.body.get("schoolTypes") or ()),
            "parentOrganisation": _target(kept.body, "schoolUnitGroup") or _target(kept.body, "organisation"),
        }


def _persons(mirrored: Mirrored) -> Iterator[Record]:
    for kept in mirrored.every(ResourceType.USER):
        body = kept.body
        name = body.get("name") or {}
        # A display name is parted only where it is all that came.
        first, _, last = str(body["displayName"]).strip().rpartition(" ")
        has_parts = bool(name.get("givenName") or name.get("familyName"))
        user_name = str(body["userName"])
        yield {
            "id": kept.id,
            "givenName": _text(name, "givenName") if has_parts else first,
            "middleName": _text(name, "middleName"),
            "familyName": _text(name, "familyName") if has_parts else last,
            "civicNo": _text(body.get(USER_EXTENSION) or {}, "civicNo"),
            "emails": "|".join(str(address["value"]) for address in body.get("emails") or ()),
            "eduPersonPrincipalNames": user_name if "@" in user_name else "",
        }


def _enrolments(mirrored: Mirrored) -> Iterator[Record]:
    for kept in mirrored.every(ResourceType.USER):
        for place in enrolments(kept.body):
            yield {
                "person": kept.id,
                "enroledAt": str(place["value"]),
                "schoolType": _text(place, "schoolType") or mirrored.school_type,
                "schoolYear": _text(place, "schoolYear"),
                "educationCode": _text(place, "programCode"),
                "startDate": kept.since.get(place_key(place), _day(kept)),
            }


def _duties(mirrored: Mirrored) -> Iterator[Record]:
    for kept in mirrored.every(ResourceType.EMPLOYMENT):
        yield {
            "id": kept.id,
            "person": _target(kept.body, "user"),
            "dutyAt": _target(kept.body, "employedAt"),
            "dutyRole": _text(kept.body, "employmentRole"),
            "signature": _text(kept.body, "signature"),
            "startDate": _day(kept),
        }


def _groups(mirrored: Mirrored) -> Iterator[Record]:
    for kept in mirrored.every(ResourceType.STUDENT_GROUP):
        yield {
            "id": kept.id,
            "displayName": _text(kept.body, "displayName"),
            "groupType": _text(kept.body, "studentGroupType") or TEACHING,
            "schoolType": _text(kept.body, "schoolType"),
            "organisation": _target(kept.body, "owner"),
            "startDate": _day(kept),
        }


def _memberships(mirrored: Mirrored) -> Iterator[Record]:
    for kept in mirrored.every(ResourceType.STUDENT_GROUP):
        for member in dict.fromkeys(_targets(kept.body, "studentMemberships")):
            yield {"group": kept.id, "person": member, "startDate": kept.since.get(member, _day(kept))}


def _activities(mirrored: Mirrored) -> Iterator[Record]:
    for kept in mirrored.every(ResourceType.ACTIVITY):
        yield {
            "id": kept.id,
            "displayName": _text(kept.body, "displayName"),
            "organisation": _target(kept.body, "owner"),
            "groups": "|".join(_targets(kept.body, "groups")),
            "duties": "|".join(_targets(kept.body, "teachers")),
            "parentActivity": next(iter(_targets(kept.body, "parentActivity")), ""),
            "startDate": _day(kept),
        }


def _named(kept: Kept, organisation_type: str) -> dict[str, str]:
    return {"id": kept.id, "displayName": _text(kept.body, "displayName"), "organisationType": organisation_type}


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return "" if value is None else str(value)


def _target(body: Mapping[str, Any], name: str) -> str:
    """What a reference points at."""
    return _text(body.get(name) or {}, "value")


def _targets(body: Mapping[str, Any], name: str) -> list[str]:
    return [str(member["value"]) for member in body.get(name) or ()]


def _day(kept: Kept) -> str:
    """The day on which it came, in Sweden."""
    came: date = kept.created.astimezone(ZONE).date()
    return came.isoformat()


_RECORDS: Mapping[Entity, tuple[str, Callable[[Mirrored], Iterator[Record]]]] = {
    Entity.ORGANISATION: ("SchoolUnits", _organisations),
    Entity.PERSON: ("Users", _persons),
    Entity.ENROLMENT: ("Users (enrolments)", _enrolments),
    Entity.DUTY: ("Employments", _duties),
    Entity.GROUP: ("StudentGroups", _groups),
    Entity.MEMBERSHIP: ("StudentGroups (studentMemberships)", _memberships),
    Entity.ACTIVITY: ("Activities", _activities),
}

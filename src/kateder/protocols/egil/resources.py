"""Builders of EGIL bodies: one function per resource type, in and out as plain values.

Member names and shapes are those the public reference client sends to providers; optional members are
left out when absent. A body never carries `id` or `meta`: the server adopts `externalId` as its id.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kateder.protocols.egil.encoding import Body
from kateder.protocols.egil.types import USER_EXTENSION, ResourceType


class MissingValueError(ValueError):
    """A required member would have been empty: the reference client sends invalid JSON there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilEnrolment:
    """A pupil's place at a school unit. School type and programme go out only to national tests."""

    school_unit: UUID
    school_year: int | None = None
    school_type: str | None = None
    program_code: str | None = None

    def body(self) -> Body:
        """Give the member of `enrolments`."""
        member = _reference(ResourceType.SCHOOL_UNIT, self.school_unit)
        member["schoolYear"] = self.school_year
        member["schoolType"] = self.school_type
        member["programCode"] = self.program_code
        return _present(member)


def organisation(external_id: UUID, *, display_name: str) -> Body:
    """Build an Organisation: the school authority itself."""
    return _resource(ResourceType.ORGANISATION, external_id, display_name)


def school_unit_group(external_id: UUID, *, display_name: str) -> Body:
    """Build a SchoolUnitGroup: what people call a school, when it holds several units."""
    return _resource(ResourceType.SCHOOL_UNIT_GROUP, external_id, display_name)


def school_unit(
    external_id: UUID,
    *,
    display_name: str,
    school_unit_code: str | None,
    organisation_id: UUID | None = None,
    school_unit_group_id: UUID | None = None,
    municipality_code: str | None = None,
) -> Body:
    """Build a SchoolUnit. `school_unit_code` is Skolverket's eight digits; absent when not released."""
    body = _resource(ResourceType.SCHOOL_UNIT, external_id, display_name)
    body["schoolUnitCode"] = school_unit_code
    if school_unit_group_id:
        body["schoolUnitGroup"] = _reference(ResourceType.SCHOOL_UNIT_GROUP, school_unit_group_id)
    if organisation_id:
        body["organisation"] = _reference(ResourceType.ORGANISATION, organisation_id)
    body["municipalityCode"] = municipality_code
    return _present(body)


def user(
    external_id: UUID,
    *,
    user_name: str,
    display_name: str,
    given_name: str | None = None,
    family_name: str | None = None,
    emails: Iterable[str] = (),
    enrolments: Iterable[PupilEnrolment] = (),
    civic_no: str | None = None,
) -> Body:
    """Build a User. Only a pupil gets the extension object; a teacher's Employments say the rest."""
    body = _resource(ResourceType.USER, external_id, display_name)
    body["userName"] = _required("userName", user_name)
    if given_name or family_name:
        body["name"] = _present({"familyName": family_name, "givenName": given_name})
    if addresses := [{"value": address} for address in emails if address]:
        body["emails"] = addresses
    extension = _present({"civicNo": civic_no})
    if places := [enrolment.body() for enrolment in enrolments]:
        extension["enrolments"] = places
    if extension:
        body[USER_EXTENSION] = extension
    return body


def student_group(
    external_id: UUID,
    *,
    display_name: str,
    owner: UUID,
    members: Iterable[UUID],
    student_group_type: str | None = None,
    school_type: str | None = None,
) -> Body:
    """Build a StudentGroup. Members are pupils only; teachers come through Activity."""
    body = _resource(ResourceType.STUDENT_GROUP, external_id, display_name)
    body["studentGroupType"] = student_group_type
    body["schoolType"] = school_type
    body["owner"] = _reference(ResourceType.SCHOOL_UNIT, owner)
    body["studentMemberships"] = _references(ResourceType.USER, members)
    return _present(body)


def employment(
    external_id: UUID,
    *,
    employed_at: UUID,
    user_id: UUID,
    employment_role: str,
    signature: str | None = None,
) -> Body:
    """Build an Employment: one teacher at one school unit (SS 12000:2020 calls it a Duty)."""
    body: Body = {"schemas": ResourceType.EMPLOYMENT.schemas, "externalId": str(external_id)}
    body["employedAt"] = _reference(ResourceType.SCHOOL_UNIT, employed_at)
    body["user"] = _reference(ResourceType.USER, user_id)
    body["employmentRole"] = _required("employmentRole", employment_role)
    body["signature"] = signature
    return _present(body)


def activity(
    external_id: UUID,
    *,
    display_name: str,
    owner: UUID,
    groups: Iterable[UUID],
    teachers: Iterable[UUID],
    parent_activities: Iterable[UUID] = (),
) -> Body:
    """Build an Activity, which ties Employments (`teachers`) to StudentGroups (`groups`)."""
    body = _resource(ResourceType.ACTIVITY, external_id, display_name)
    body["owner"] = _reference(ResourceType.SCHOOL_UNIT, owner)
    body["groups"] = _references(ResourceType.STUDENT_GROUP, groups)
    body["teachers"] = _references(ResourceType.EMPLOYMENT, teachers)
    if parents := [{"value": str(parent)} for parent in parent_activities]:
        body["parentActivity"] = parents
    return body


def _resource(kind: ResourceType, external_id: UUID, display_name: str) -> Body:
    return {
        "schemas": kind.schemas,
        "externalId": str(external_id),
        "displayName": _required("displayName", display_name),
    }


def _reference(kind: ResourceType, external_id: UUID) -> Body:
    value = str(external_id)
    return {"value": value, "$ref": f"{kind.endpoint}/{value}"}


def _references(kind: ResourceType, external_ids: Iterable[UUID]) -> list[Body]:
    return [_reference(kind, external_id) for external_id in set(external_ids)]


def _required(name: str, value: str) -> str:
    if not value.strip():
        raise MissingValueError(name)
    return value


def _present(body: Body) -> Body:
    return {name: value for name, value in body.items() if value is not None}

"""The EGIL types as SCIM schemas: what a server of them accepts, requires and publishes.

`resources` builds what we send; these say what may be sent to us. Attributes are those of SS 12000:2018 in SCIM, with
what national tests add; references name their target by `value`, and `$ref` is what the reference client writes there.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field
from scim2_models import (
    URI,
    URN,
    CaseExact,
    ComplexAttribute,
    Extension,
    Reference,
    Required,
    Resource,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
)

from kateder.protocols.egil import types

Identifier = Annotated[str | None, Required.true, CaseExact.true]


def _ref() -> Any:
    return Field(None, serialization_alias="$ref", validation_alias="$ref")


class Pointer(ComplexAttribute):
    """A reference to another resource by its id."""

    value: Identifier = None
    display_name: str | None = None


class ToOrganisation(Pointer):
    """Points at an organisation."""

    ref: Reference["Organisation"] | None = _ref()


class ToSchoolUnitGroup(Pointer):
    """Points at a school."""

    ref: Reference["SchoolUnitGroup"] | None = _ref()


class ToSchoolUnit(Pointer):
    """Points at a school unit."""

    ref: Reference["SchoolUnit"] | None = _ref()


class ToUser(Pointer):
    """Points at a user."""

    ref: Reference["User"] | None = _ref()


class ToStudentGroup(Pointer):
    """Points at a group."""

    ref: Reference["StudentGroup"] | None = _ref()


class ToEmployment(Pointer):
    """Points at an employment."""

    ref: Reference["Employment"] | None = _ref()


class TestActivity(ComplexAttribute):
    """A national test that an activity belongs to: not a resource of ours."""

    __test__ = False

    value: Identifier = None


class PupilPlace(ToSchoolUnit):
    """A pupil's place at a school unit."""

    school_year: int | None = None
    school_type: str | None = None
    program_code: str | None = None


class Name(ComplexAttribute):
    """The parts of a name."""

    formatted: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    middle_name: str | None = None


class Email(ComplexAttribute):
    """An address."""

    value: Annotated[str | None, Required.true] = None
    type: str | None = None
    primary: bool | None = None


class Organisation(Resource[Any]):
    """The school authority itself."""

    __schema__ = URN(f"{types.SCHOOL}Organisation")

    display_name: Annotated[str | None, Required.true] = None
    organisation_number: Annotated[str | None, CaseExact.true] = None
    organisation_code: Annotated[str | None, CaseExact.true] = None


class SchoolUnitGroup(Resource[Any]):
    """What people call a school."""

    __schema__ = URN(f"{types.SCHOOL}SchoolUnitGroup")

    display_name: Annotated[str | None, Required.true] = None
    school_unit_group_code: Annotated[str | None, CaseExact.true] = None


class SchoolUnit(Resource[Any]):
    """A school unit with Skolverket's code."""

    __schema__ = URN(f"{types.SCHOOL}SchoolUnit")

    display_name: Annotated[str | None, Required.true] = None
    school_unit_code: Annotated[str | None, CaseExact.true] = None
    school_types: Annotated[list[str] | None, CaseExact.true] = None
    municipality_code: Annotated[str | None, CaseExact.true] = None
    organisation: ToOrganisation | None = None
    school_unit_group: ToSchoolUnitGroup | None = None


class User(Resource[Any]):
    """A pupil or a member of staff: the core schema's attributes that EGIL uses, no others."""

    __schema__ = URN(types.CORE_USER)

    user_name: Annotated[str | None, Required.true] = None
    display_name: Annotated[str | None, Required.true] = None
    name: Name | None = None
    emails: list[Email] | None = None


class SchoolUser(Extension):
    """What makes a user a pupil."""

    __schema__ = URN(types.USER_EXTENSION)

    enrolments: list[PupilPlace] | None = None
    civic_no: Annotated[str | None, CaseExact.true] = None


class StudentGroup(Resource[Any]):
    """A class or teaching group: pupils only."""

    __schema__ = URN(f"{types.SCHOOL}StudentGroup")

    display_name: Annotated[str | None, Required.true] = None
    student_group_type: str | None = None
    school_type: str | None = None
    owner: Annotated[ToSchoolUnit | None, Required.true] = None
    student_memberships: list[ToUser] | None = None


class Employment(Resource[Any]):
    """A teacher at a school unit."""

    __schema__ = URN(f"{types.SCHOOL}Employment")

    employed_at: Annotated[ToSchoolUnit | None, Required.true] = None
    user: Annotated[ToUser | None, Required.true] = None
    employment_role: Annotated[str | None, Required.true] = None
    signature: str | None = None


class Activity(Resource[Any]):
    """Ties teachers (employments) to groups."""

    __schema__ = URN(f"{types.SCHOOL}Activity")

    display_name: Annotated[str | None, Required.true] = None
    owner: Annotated[ToSchoolUnit | None, Required.true] = None
    groups: list[ToStudentGroup] | None = None
    teachers: list[ToEmployment] | None = None
    parent_activity: list[TestActivity] | None = None


MODELS: Mapping[types.ResourceType, type[Resource[Any]]] = {
    types.ResourceType.ORGANISATION: Organisation,
    types.ResourceType.SCHOOL_UNIT_GROUP: SchoolUnitGroup,
    types.ResourceType.SCHOOL_UNIT: SchoolUnit,
    types.ResourceType.USER: User.__class_getitem__(SchoolUser),
    types.ResourceType.STUDENT_GROUP: StudentGroup,
    types.ResourceType.EMPLOYMENT: Employment,
    types.ResourceType.ACTIVITY: Activity,
}


def provider(config: ServiceProviderConfig) -> ScimProvider:
    """A server of the EGIL types, with what it publishes about itself."""
    return ScimProvider(
        models=[Organisation, SchoolUnitGroup, SchoolUnit, User, SchoolUser, StudentGroup, Employment, Activity],
        resource_types=[_resource_type(kind, model) for kind, model in MODELS.items()],
        config=config,
    )


def _resource_type(kind: types.ResourceType, model: type[Resource[Any]]) -> ResourceType:
    published = ResourceType.from_resource(model)
    published.endpoint = Reference[URI](f"/{kind.endpoint}")
    published.description = model.__doc__ if kind is not types.ResourceType.USER else User.__doc__
    return published

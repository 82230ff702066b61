"""The seven kinds of EGIL resource: names, schemas, endpoints, and the order they are sent in."""

from enum import StrEnum

SCHOOL = "urn:scim:schemas:extension:sis:school:1.0:"
CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
USER_EXTENSION = f"{SCHOOL}User"
NO_UNIT = "00000000"
"""What stands for a school unit's code where it may not be told: servers require one (Skolverket has no such unit)."""


class ResourceType(StrEnum):
    """A kind of resource. Members stand in sending order: what is referred to comes before who refers."""

    ORGANISATION = "Organisation"
    SCHOOL_UNIT_GROUP = "SchoolUnitGroup"
    SCHOOL_UNIT = "SchoolUnit"
    USER = "User"
    STUDENT_GROUP = "StudentGroup"
    EMPLOYMENT = "Employment"
    ACTIVITY = "Activity"

    @property
    def endpoint(self) -> str:
        """The collection's path segment, which is also how a `$ref` begins."""
        return ENDPOINTS[self]

    @property
    def position(self) -> int:
        """Place in the sending order; removals go the other way."""
        return POSITIONS[self]

    @property
    def schemas(self) -> list[str]:
        """The `schemas` member of a body of this kind."""
        return [CORE_USER, USER_EXTENSION] if self is ResourceType.USER else [f"{SCHOOL}{self.value}"]


ENDPOINTS = {kind: f"{kind.value}s" for kind in ResourceType} | {ResourceType.ACTIVITY: "Activities"}
POSITIONS = {kind: position for position, kind in enumerate(ResourceType)}

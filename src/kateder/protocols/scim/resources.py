"""Bodies of SCIM's Users and Groups as we write them, and what of a server's is ours to compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"
STUDENT: Final = "Student"
TEACHER: Final = "Teacher"
WORK: Final = "work"

Body = dict[str, Any]

SCALARS: Final = ("userName", "displayName", "active", "userType")
NAMES: Final = ("givenName", "familyName")
_EMAIL: Final = ("value", "type", "primary")


def user(
    external_id: str,
    *,
    user_name: str,
    display_name: str,
    given_name: str | None = None,
    family_name: str | None = None,
    emails: Iterable[str] = (),
    user_type: str | None = None,
) -> Body:
    """Build a User (RFC 7643 §4.1). The first address is the primary one."""
    addresses = [address for address in emails if address]
    body: Body = {
        "schemas": [USER],
        "externalId": external_id,
        "userName": user_name,
        "displayName": display_name,
        "active": True,
    }
    if given_name or family_name:
        parts = {"givenName": given_name, "familyName": family_name}
        body["name"] = {part: value for part, value in parts.items() if value}
    if addresses:
        body["emails"] = [
            {"value": address, "type": WORK, "primary": number == 0} for number, address in enumerate(addresses)
        ]
    if user_type:
        body["userType"] = user_type
    return body


def group(external_id: str, *, display_name: str, members: Iterable[str]) -> Body:
    """Build a Group (RFC 7643 §4.2)."""
    named = [{"value": member} for member in sorted(set(members))]
    return {"schemas": [GROUP], "externalId": external_id, "displayName": display_name, "members": named}


def ours(kind: str, resource: Mapping[str, Any], *, names: Mapping[str, str]) -> Body:
    """What of a server's resource we may have written, as we would have written it; `names` gives the external id
    of a member's own id.
    """
    schema = USER if kind == "User" else GROUP
    body: Body = {"schemas": [schema], "externalId": str(resource.get("externalId", ""))}
    for scalar in SCALARS:
        if (value := resource.get(scalar)) not in (None, ""):
            body[scalar] = truth(value) if scalar == "active" else value
    parts = resource.get("name")
    if isinstance(parts, Mapping) and any(parts.get(part) for part in NAMES):
        body["name"] = {part: parts[part] for part in NAMES if parts.get(part)}
    if emails := items(resource, "emails"):
        body["emails"] = [{part: email[part] for part in _EMAIL if email.get(part) is not None} for email in emails]
    if kind == "Group":
        own = [str(member.get("value", "")) for member in items(resource, "members")]
        body["members"] = [{"value": names.get(member, member)} for member in own]
    return body


def items(resource: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A multi-valued attribute's items; whatever else stands there counts as nothing."""
    value = resource.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def truth(value: object) -> object:
    """A truth value, also where a server writes it as a text."""
    words = {"true": True, "false": False}
    return words.get(value.casefold(), value) if isinstance(value, str) else value

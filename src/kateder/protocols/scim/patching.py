"""What has to be asked of a server so that a resource becomes as wanted: PATCH operations (RFC 7644 §3.5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kateder.protocols.scim.resources import NAMES, SCALARS, items, truth

PATCH_OP: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_MEMBERS: Final = 100
"""How many members one operation adds, and how many operations one request holds."""

Change = dict[str, Any]
Resource = Mapping[str, Any]


def changes(held: Resource, wanted: Resource) -> list[Change]:
    """List what differs, one operation per attribute, members in chunks; only attributes that are ours to set."""
    return [
        *_scalars(held, wanted),
        *_names(held, wanted),
        *_emails(held, wanted),
        *_members(held, wanted),
    ]


def messages(operations: Sequence[Change], *, most: int = MOST_MEMBERS) -> Iterator[Mapping[str, Any]]:
    """Give the bodies of the requests, each of a reasonable size: a big group is changed in several."""
    batch: list[Change] = []
    weight = 0
    for operation in operations:
        own = len(operation["value"]) if operation["path"] == "members" else 1
        if batch and weight + own > most:
            yield _message(batch)
            batch, weight = [], 0
        batch.append(operation)
        weight += own
    if batch:
        yield _message(batch)


def _message(operations: Sequence[Change]) -> Mapping[str, Any]:
    return {"schemas": [PATCH_OP], "Operations": list(operations)}


def _set(path: str, value: object) -> Change:
    # A path of its own for each attribute: that is what servers understand alike.
    return {"op": "remove", "path": path} if value is None else {"op": "replace", "path": path, "value": value}


def _scalars(held: Resource, wanted: Resource) -> Iterator[Change]:
    if held.get("externalId") != wanted.get("externalId") and "externalId" in wanted:
        yield _set("externalId", wanted["externalId"])
    for name in SCALARS:
        if (truth(held.get(name)) or None) != (wanted.get(name) or None):
            yield _set(name, wanted.get(name))


def _names(held: Resource, wanted: Resource) -> Iterator[Change]:
    there, should = held.get("name") or {}, wanted.get("name") or {}
    for part in NAMES:
        if (there.get(part) or None) != should.get(part):
            yield _set(f"name.{part}", should.get(part))


def _emails(held: Resource, wanted: Resource) -> Iterator[Change]:
    should = items(wanted, "emails")
    if {one.get("value") for one in items(held, "emails")} != {one.get("value") for one in should}:
        yield _set("emails", [dict(one) for one in should] or None)


def _members(held: Resource, wanted: Resource) -> Iterator[Change]:
    if "members" not in wanted:
        return
    there = {str(one.get("value")) for one in items(held, "members")}
    should = {str(one.get("value")) for one in items(wanted, "members")}
    new = sorted(should - there)
    for first in range(0, len(new), MOST_MEMBERS):
        chunk = new[first : first + MOST_MEMBERS]
        yield {"op": "add", "path": "members", "value": [{"value": member} for member in chunk]}
    for member in sorted(there - should):
        yield {"op": "remove", "path": f'members[value eq "{_quoted(member)}"]'}


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')

"""The one byte form of a body: what is sent is what is hashed.

Two bodies that mean the same have the same bytes: members are sorted by name, and lists of references,
which are sets in EGIL, by the resource they point at. The reference client compares templates byte by
byte instead, and re-sent every user for one space and every group for rows in another order.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

Body = dict[str, Any]

HASH_BYTES = 16


def encode(body: Body) -> bytes:
    """Give the canonical JSON of a body, UTF-8."""
    return orjson.dumps(_in_order(body), option=orjson.OPT_SORT_KEYS)


def content_hash(encoded: bytes) -> bytes:
    """Give the 16-byte digest by which a resource is known to have changed or not."""
    return hashlib.blake2b(encoded, digest_size=HASH_BYTES).digest()


def references(body: Mapping[str, Any]) -> Iterator[str]:
    """Give the external id of every resource that the body points at with a `$ref`."""
    for member in body.values():
        if isinstance(member, Mapping):
            if "$ref" in member:
                yield str(member["value"])
            else:
                yield from references(member)
        elif isinstance(member, list):
            for item in member:
                if isinstance(item, Mapping) and "$ref" in item:
                    yield str(item["value"])


def _in_order(body: Body) -> Body:
    ordered: Body = {}
    for name, member in body.items():
        if isinstance(member, list) and member and isinstance(member[0], dict):
            ordered[name] = sorted(member, key=_value)
        elif isinstance(member, dict):
            ordered[name] = _in_order(member)
        else:
            ordered[name] = member
    return ordered


def _value(item: Mapping[str, Any]) -> tuple[str, str, str]:
    # One pupil may be enrolled twice at one unit, in two school types or years.
    return str(item.get("value", "")), str(item.get("schoolType", "")), str(item.get("schoolYear", ""))

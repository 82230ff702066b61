"""Versions of a resource as entity tags (RFC 7644 §3.14, RFC 9110 §8.8.3)."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson


def version_of(body: Mapping[str, Any]) -> str:
    """The weak entity tag of a resource: the same content has the same version, whatever is asked of it."""
    content = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return f'W/"{blake2b(content, digest_size=12).hexdigest()}"'


def matches(header: str, version: str) -> bool:
    """Whether a header of conditions (`If-Match`, `If-None-Match`) names this version, or any with `*`.

    Compared weakly, for `If-Match` too: SCIM's own examples do (RFC 7644 §3.14).
    """
    named = [tag.strip() for tag in header.split(",")]
    return "*" in named or version.removeprefix("W/") in {tag.removeprefix("W/") for tag in named}

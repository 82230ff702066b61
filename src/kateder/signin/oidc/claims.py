"""What a service is told about a person: what `governance` released, under OpenID Connect's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

# OpenID Connect Core §5.1 where it has a name for the thing; otherwise the field's own.
STANDARD_NAMES: Final = {
    "display_name": "name",
    "given_name": "given_name",
    "family_name": "family_name",
    "user_name": "preferred_username",
    "emails": "email",
    "role": "role",
    "school_year": "school_year",
    "school_unit": "school_unit",
}


def claims(fields: Mapping[str, object], *, subject: UUID) -> dict[str, object]:
    """Claims of one released person. A field that is empty or unknown here is not told at all."""
    told: dict[str, object] = {"sub": str(subject)}
    for field, value in fields.items():
        name = STANDARD_NAMES.get(field)
        if name is None or value in (None, "", [], ()):
            continue
        told[name] = _plain(name, value)
    return told


def _plain(name: str, value: object) -> object:
    if name == "email" and isinstance(value, (list, tuple)):
        return str(value[0])
    if isinstance(value, (list, tuple, set, frozenset)):
        return [str(item) for item in value]
    return value if isinstance(value, (bool, int)) else str(value)

"""Accounts that are switched off: EGIL has no such thing, and to leave it out would keep somebody who has gone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scim2_models import InvalidValueException

from kateder.protocols.egil.types import ResourceType

# Some clients write truth as a word.
OFF = (False, "false", "False")


def refuse_inactive(kind: ResourceType, given: Any) -> None:
    """Refuse a user, or a change of one (RFC 7644 §3.5.2), that says `active: false`, also where what we do not know
    is ignored: the sender would take the account to be off. Raises InvalidValueException.
    """
    if kind is not ResourceType.USER or not isinstance(given, Mapping):
        return
    operations = given.get("Operations")
    parts = [given, *(operations if isinstance(operations, list) else ())]
    if any(_switches_off(part) for part in parts if isinstance(part, Mapping)):
        raise InvalidValueException(detail="EGIL has no active: DELETE the user instead")


def _switches_off(part: Mapping[str, Any]) -> bool:
    value = part.get("value")
    named = str(part.get("path", "")).rpartition(":")[2].casefold() == "active" and value in OFF
    return named or _says_off(part) or (isinstance(value, Mapping) and _says_off(value))


def _says_off(body: Mapping[str, Any]) -> bool:
    return any(name.rpartition(":")[2].casefold() == "active" and value in OFF for name, value in body.items())

"""What stands in a directory's attributes: texts, binary identifiers, times."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kateder.core.clock import ZONE

# Active Directory keeps these as 16 bytes, the first three parts little-endian (MS-DTYP §2.3.4).
MIXED_ENDIAN = frozenset({"objectguid", "ms-ds-consistencyguid", "msexchmailboxguid", "msds-consistencyguid"})
_NEVER = {0, 0x7FFFFFFFFFFFFFFF}
_WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_GENERALIZED = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?(\d\d)?(?:[.,]\d+)?(Z|[+-]\d{2,4})?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def text_of(raw: bytes, *, attribute: str) -> str | None:
    """An attribute's value as text; None where it is binary and nothing we know."""
    if attribute.lower() in MIXED_ENDIAN and len(raw) == 16:
        return str(UUID(bytes_le=bytes(raw)))
    try:
        return bytes(raw).decode().strip()
    except UnicodeDecodeError:
        return None


def day_of(text: str) -> str:
    """A time as a day in Sweden: generalized time (RFC 4517 §3.3.13), ISO, or Active Directory's ticks since 1601.

    Empty where it is none of them, or means never.
    """
    if _ISO.match(text):
        return text[:10]
    try:
        if found := _GENERALIZED.fullmatch(text):
            return _generalized(found)
        if text.isdigit() and int(text) not in _NEVER:
            return (_WINDOWS_EPOCH + timedelta(microseconds=int(text) // 10)).astimezone(ZONE).date().isoformat()
    except (ValueError, OverflowError):
        return ""
    return ""


def _generalized(found: re.Match[str]) -> str:
    *digits, zone = found.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in digits)
    offset = timedelta(0)
    if zone and zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:] or 0)) * (-1 if zone[0] == "-" else 1)
    moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - offset
    return moment.astimezone(ZONE).date().isoformat()

"""Names in a directory's tree (RFC 4514): compared, taken apart, made."""

from __future__ import annotations

import re

_AROUND = re.compile(r"\s*(?<!\\)([,=+])\s*")
_HEX = re.compile(r"(?:\\[0-9a-fA-F]{2})+")
_PART = re.compile(r"(?<!\\)[,+]")
_SPECIAL = re.compile(r'([,+"\\<>;=])')


def dn_key(dn: str) -> str:
    """A name by which two spellings of one entry's DN are the same (RFC 4514): case, space, kind of escape."""
    if "\\" in dn:
        dn = _HEX.sub(_unescaped, dn)
    return _AROUND.sub(r"\1", dn.strip()).casefold()


def _unescaped(found: re.Match[str]) -> str:
    text = bytes.fromhex(found.group().replace("\\", "")).decode(errors="replace")
    return _SPECIAL.sub(r"\\\1", text)


def part_of(dn: str, *, attribute: str, place: int) -> str | None:
    """The value of the `place`th part (from 1, innermost first) of a DN that is of this attribute, such as `ou`."""
    for part in _PART.split(_HEX.sub(_unescaped, dn)):
        name, _, value = part.partition("=")
        if name.strip().casefold() == attribute.casefold():
            place -= 1
            if place == 0:
                return re.sub(r"\\(.)", r"\1", value.strip())
    return None

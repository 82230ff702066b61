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


def parts(dn: str) -> list[str]:
    """The parts of a DN in the form in which they are compared, innermost first."""
    key, found, start, escaped = dn_key(dn), [], 0, False
    for place, sign in enumerate(key):
        if sign == "," and not escaped:
            found.append(key[start:place])
            start = place + 1
        escaped = sign == "\\" and not escaped
    return [*found, key[start:]] if key else []


def is_below(dn: str, base: str) -> bool:
    """Whether an entry stands below a base: the base itself does not."""
    own, above = parts(dn), parts(base)
    return bool(above) and len(own) > len(above) and own[-len(above) :] == above


def parent(dn: str) -> str:
    """The DN without its innermost part."""
    escaped = False
    for place, sign in enumerate(dn):
        if sign == "," and not escaped:
            return dn[place + 1 :].strip()
        escaped = sign == "\\" and not escaped
    return ""


def own_name(dn: str) -> str:
    """The innermost part of a DN as it is written there."""
    return dn[: len(dn) - len(parent(dn))].rstrip(", ")


def is_named(dn: str, *, attribute: str, value: str) -> bool:
    """Whether the innermost part of a DN is this attribute with this value."""
    return parts(f"{attribute}={escaped(value)}") == parts(own_name(dn))


def escaped(value: str) -> str:
    """A value as it stands in a DN (RFC 4514 §2.4)."""
    text = _SPECIAL.sub(r"\\\1", value).replace("\0", "\\00")
    if text.startswith(("#", " ")):
        text = "\\" + text
    return text[:-1] + "\\ " if text.endswith(" ") and not text.endswith("\\ ") else text

"""What an administrator writes to say where in the directory something stands.

givenName                    an attribute
department ~ ^(\\d)           the first group of a regular expression, or all that it matches
dn:ou  dn:ou:2               the innermost ou of the entry's name, the next one
"Lärare"                     always this
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kateder.core.ldap.names import part_of
from kateder.core.ldap.session import Entry
from kateder.sources.directory.errors import BadExpression
from kateder.sources.directory.values import text_of

_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9;-]*|\d+(?:\.\d+)+")
_PART = re.compile(r"dn:([A-Za-z]+)(?::([1-9]))?")
_CONSTANT = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Expression:
    """Where a value comes from: a constant, a part of the DN or an attribute; and what of it."""

    attribute: str = ""
    part: str = ""
    place: int = 1
    constant: str | None = None
    pattern: re.Pattern[str] | None = None

    def values(self, entry: Entry) -> list[str]:
        """Every value that an entry has, once, in the directory's order."""
        if self.constant is not None:
            return [self.constant]
        found = (self._value(text) for text in self._texts(entry))
        return list(dict.fromkeys(value for value in found if value))

    def value(self, entry: Entry) -> str:
        """The first value, or nothing."""
        return next(iter(self.values(entry)), "")

    def _texts(self, entry: Entry) -> list[str]:
        if self.part:
            return [part_of(entry.dn, attribute=self.part, place=self.place) or ""]
        raw = entry.values.get(self.attribute.lower(), ())
        return [text for one in raw if (text := text_of(one, attribute=self.attribute))]

    def _value(self, text: str) -> str:
        if self.pattern is None:
            return text
        found = self.pattern.search(text)
        if found is None:
            return ""
        return (found.group(1) if self.pattern.groups else found.group()) or ""


def parse(text: str, *, field: str) -> Expression | None:
    """Read what stands in a field of the settings; None where it is empty. Raises BadExpression."""
    text = text.strip()
    if not text:
        return None
    if constant := _CONSTANT.fullmatch(text):
        return Expression(constant=constant.group(1))
    source, tilde, pattern_text = text.partition("~")
    source = source.strip()
    try:
        pattern = re.compile(pattern_text.strip()) if tilde else None
    except re.error:
        raise BadExpression(field=field, text=text) from None
    if part := _PART.fullmatch(source):
        return Expression(part=part.group(1), place=int(part.group(2) or 1), pattern=pattern)
    if _ATTRIBUTE.fullmatch(source):
        return Expression(attribute=source, pattern=pattern)
    raise BadExpression(field=field, text=text)

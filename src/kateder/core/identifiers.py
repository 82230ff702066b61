"""Personal numbers, and keys by which Swedish names are sorted and searched without ICU."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_PERSONAL = re.compile(r"^(\d{2})?(\d{2})(\d{2})(\d{2})([-+]?)(\d{4})$")
_TEMPORARY = re.compile(r"^(\d{2})?(\d{6})-?(T\d{3}|TF\d{2}|[A-ZÅÄÖ][A-ZÅÄÖ0-9]\d{2})$")


class NumberKind(StrEnum):
    """What a personal number turned out to be."""

    PERSONAL = "personal"
    COORDINATION = "coordination"
    TEMPORARY = "temporary"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class PersonalNumber:
    """A personal, co-ordination (day + 60) or temporary number; `value` is 12 characters, or as given if invalid."""

    kind: NumberKind
    value: str
    birth_date: date | None

    @classmethod
    def parse(cls, text: str, *, today: date) -> PersonalNumber:
        """Read any of the forms in use. Never raises: an odd number is a finding, not a refusal (domain rule 2)."""
        if len(text) == 12 and text.isascii() and text.isdigit():
            return cls._twelve(text)
        compact = text.strip().upper().replace(" ", "")
        if match := _PERSONAL.match(compact):
            return cls._personal(match, compact, today)
        if match := _TEMPORARY.match(compact):
            century = match[1] or _century(int(match[2][:2]), today)
            return cls(NumberKind.TEMPORARY, f"{century}{match[2]}{match[3]}", _date(century + match[2]))
        return cls(NumberKind.INVALID, compact, None)

    @classmethod
    def _twelve(cls, digits: str) -> PersonalNumber:
        """The form that nearly all numbers have already."""
        day = int(digits[6:8])
        coordination = day > 60
        birth = _date(f"{digits[:6]}{day - 60:02d}" if coordination else digits[:8])
        if birth is None or not luhn(digits[2:]):
            return cls(NumberKind.INVALID, digits, birth)
        return cls(NumberKind.COORDINATION if coordination else NumberKind.PERSONAL, digits, birth)

    @classmethod
    def _personal(cls, match: re.Match[str], compact: str, today: date) -> PersonalNumber:
        year, month, day, sign, last = match[2], match[3], match[4], match[5], match[6]
        century = match[1] or _century(int(year), today, past_hundred=sign == "+")
        coordination = int(day) > 60
        birth = _date(f"{century}{year}{month}{int(day) - 60 if coordination else int(day):02d}")
        value = f"{century}{year}{month}{day}{last}"
        if birth is None or not luhn(value[2:]):
            return cls(NumberKind.INVALID, compact, birth)
        return cls(NumberKind.COORDINATION if coordination else NumberKind.PERSONAL, value, birth)


# Each digit doubled, with its digits added.
_DOUBLED = str.maketrans("0123456789", "0246813579")


def luhn(digits: str) -> bool:
    """Whether the last of ten digits is the check digit of the others (SKV 704)."""
    doubled = digits[::2].translate(_DOUBLED)
    return sum(map(int, doubled + digits[1::2])) % 10 == 0


def _century(year: int, today: date, *, past_hundred: bool = False) -> str:
    century = today.year // 100 - (1 if year > today.year % 100 else 0)
    return str(century - 1 if past_hundred else century)


def _date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


# Å, Ä and Ö come after Z, in that order; every other accent is its plain letter.
_SWEDISH = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "ü": "y", "ß": "ss", "đ": "d", "ł": "l"})
_BREAKS = re.compile(r"[^0-9a-z{|}]+")


def sort_key(text: str) -> str:
    """A key that sorts as Swedish does when compared byte by byte (COLLATE "C")."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_SWEDISH)
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))
    return _BREAKS.sub(" ", folded).strip()


def search_key(text: str) -> str:
    """The same key without spaces, for search by beginning (`>= key` and `< key + "~"`)."""
    return sort_key(text).replace(" ", "")

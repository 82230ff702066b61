"""Grades become school types and school years. OneRoster leaves the codes to each country."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kateder.protocols.ss12000 import SCHOOL_TYPE, UnknownCode
from kateder.sources.oneroster.errors import BadGrades

_LINE = re.compile(r"([^=]+)=\s*(\w+)(?:\s+(\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Grade:
    """A school type, and the year in it where there is one."""

    school_type: str
    year: str = ""


# CEDS codes as 1EdTech recommends them, and what Swedish systems write: F or 0 for förskoleklass, 1–9.
USUAL: Mapping[str, Grade] = {
    **dict.fromkeys(("it", "pr", "pk"), Grade("FS")),
    **dict.fromkeys(("tk", "kg", "f", "fk", "fklass", "0"), Grade("FKLASS", "0")),
    **{str(year): Grade("GR", str(year)) for year in range(1, 10)},
    **{str(9 + year): Grade("GY", str(year)) for year in range(1, 4)},
}


def grades_of(lines: str) -> Mapping[str, Grade]:
    """The usual grades, with an authority's own over them: `07 = GR 7`, a line for each. Raises BadGrades."""
    own: dict[str, Grade] = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        found = _LINE.fullmatch(line)
        if found is None:
            raise BadGrades
        code, school_type, year = found.groups()
        try:
            own[_key(code)] = Grade(SCHOOL_TYPE.read(school_type), year or "")
        except UnknownCode:
            raise BadGrades from None
    return {**USUAL, **own}


def grade(codes: Sequence[str], known: Mapping[str, Grade]) -> Grade | None:
    """The first of a person's or a class's grades that is known."""
    return next((known[key] for code in codes if (key := _key(code)) in known), None)


def _key(code: str) -> str:
    """07 and 7 are the same, as are Kg and KG."""
    text = code.strip().casefold()
    return text.lstrip("0") or "0" if text.isdigit() else text

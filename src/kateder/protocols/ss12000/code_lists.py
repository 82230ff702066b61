"""Code lists of SS 12000 with the days on which each value is in force."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any


class UnknownCode(ValueError):
    """The list has no such value, neither in force nor formerly."""

    def __init__(self, code_list: str, value: str) -> None:
        super().__init__(f"{code_list} has no value {value!r}")
        self.code_list = code_list
        self.value = value


@dataclass(frozen=True, slots=True)
class Code:
    """One value: its Swedish name, its days in force (inclusive, absent means open), its successor.

    `origin` says who issued it: a version of the standard, or an extension of ours.
    """

    value: str
    name: str
    origin: str
    valid_from: date | None = None
    valid_to: date | None = None
    replaced_by: str | None = None

    def in_force(self, today: date) -> bool:
        """Whether the value may be given to something new on this day."""
        return (self.valid_from is None or self.valid_from <= today) and (
            self.valid_to is None or today <= self.valid_to
        )


@dataclass(frozen=True)
class CodeList:
    """A named, versioned list of codes, with the other spellings that systems are known to send."""

    name: str
    version: str
    codes: Mapping[str, Code]
    spellings: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """The value in force that a text stands for: former values and known spellings are mapped.

        Raises UnknownCode.
        """
        code = self.codes.get(text) or self.codes.get(self.spellings.get(text.casefold(), ""))
        if code is None:
            raise UnknownCode(self.name, text)
        while code.replaced_by is not None:
            code = self.codes[code.replaced_by]
        return code.value

    def name_of(self, value: str) -> str:
        """The Swedish name of a value, that of its successor where it has one. Raises UnknownCode."""
        return self.codes[self.read(value)].name

    def in_force(self, today: date) -> tuple[Code, ...]:
        """The values that may be given on this day, in the order of the list."""
        return tuple(code for code in self.codes.values() if code.in_force(today))


def load(name: str) -> CodeList:
    """Read one list from the data that lies beside this module. Raises ValueError for a broken list."""
    text = files(__package__).joinpath("codes", f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    codes = {row["value"]: _code(row, origin=data["version"]) for row in data["codes"]}
    spellings = {value.casefold(): value for value in codes}
    for row in data["codes"]:
        spellings |= {other.casefold(): row["value"] for other in row.get("also", ())}
    for code in codes.values():
        if code.replaced_by is not None and code.replaced_by not in codes:
            message = f"{name}: {code.value} is replaced by {code.replaced_by}, which is not in the list"
            raise ValueError(message)
    return CodeList(name=data["name"], version=data["version"], codes=codes, spellings=spellings)


def _code(row: Mapping[str, Any], *, origin: str) -> Code:
    return Code(
        value=row["value"],
        name=row.get("name", row["value"]),
        origin=row.get("origin", origin),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
        replaced_by=row.get("replaced_by"),
    )


ACTIVITY_TYPE = load("activity_type")
ASSIGNMENT_ROLE_TYPE = load("assignment_role_type")
CONTENT_TYPE = load("content_type")
DUTY_ROLE = load("duty_role")
GROUP_TYPE = load("group_type")
ORGANISATION_TYPE = load("organisation_type")
PERSON_STATUS = load("person_status")
PLACEMENT_REASON = load("placement_reason")
PROGRAMME_TYPE = load("programme_type")
RELATION_TYPE = load("relation_type")
SCHOOL_TYPE = load("school_type")
SECURITY_MARKING = load("security_marking")
SEX = load("sex")

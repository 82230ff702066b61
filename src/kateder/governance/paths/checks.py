"""What a value must be to stand at a place in what goes out, and the places that one way of speaking has."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kateder.governance.fields import Field
from kateder.governance.pseudonyms import Kind


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value that must be a stored pseudonym of this kind, after an optional endpoint."""

    kind: Kind
    prefix: str = ""
    ties: bool = False
    """Whether standing here ties a person to a group or school (domain rule 8)."""


@dataclass(frozen=True, slots=True)
class Name:
    """The display name of a thing of this kind: an alias, a pseudonym, or what the policy allows."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class NamePart:
    """One of the two parts of such a name, where it is parted before its last word, or what stands for no name."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a plain test accepts."""

    accepts: Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class UserName:
    """What somebody signs in with, where no real one is approved: a pseudonym or an alias, with a domain or without."""

    kind: Kind


Check = Identifier | Name | NamePart | UserName | Value
Rule = tuple[str, str, Check]
"""Resource type, path, and the check that the value must pass."""


def one_of(*allowed: str) -> Value:
    """Accept only these words."""
    return Value(frozenset(allowed).__contains__)


def matching(pattern: str) -> Value:
    compiled = re.compile(pattern)
    return Value(lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None)


def _school_year(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 13


NAMELESS: Final = "-"
"""What stands where a name is required and there is none to tell."""
CODE: Final = matching(r"[A-ZÅÄÖa-zåäö0-9_-]{1,40}")
DOMAIN: Final = matching(r"(?=.{1,150}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+")
ADDRESS: Final = matching(r"[^\s@]{1,100}@[^\s@]{1,150}")
TEXT: Final = matching(r"(?!.*[0-9]{6}[-+ ]?[0-9T][0-9]{3})[^\r\n]{1,200}")
"""A name in the open. Anything shaped as a personal number in it stops the whole body."""
TEXT_OR_NOTHING: Final = matching(r"(?!.*[0-9]{6}[-+ ]?[0-9T][0-9]{3})[^\r\n]{0,200}")
"""The same, or empty: where a standard demands a text that there is none for."""
YEAR: Final = Value(_school_year)
TEST: Final = matching(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""The id of a national test: a UUIDv5, which no id of the register is."""
CIVIC_NO: Final = matching(r"[0-9]{8}[0-9T][0-9A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The bodies of one way of delivering: where in them each released thing may stand.

    A body's own identifier stands at `identity` of its type; of types that `speaks_of`, the released id of the
    person they are about stands at that path (members separated by `/`).
    """

    name: str
    structure: tuple[Rule, ...]
    """What goes out from the pairwise level up: pseudonyms and names that reveal nothing."""
    by_field: Mapping[Field, tuple[Rule, ...]]
    """What each approved field adds; a rule here is an alternative to one of the same path above."""
    in_the_open: Mapping[Kind, tuple[Rule, ...]] = field(default_factory=dict)
    """What is added when the policy shows people, or groups and activities, by other names than aliases."""
    speaks_of: Mapping[str, str] = field(default_factory=dict)
    identity: str = "externalId"
    places: tuple[str, ...] = ("enrolments",)
    """Members that tie a person to a school: not for whom that would reveal (domain rule 8)."""

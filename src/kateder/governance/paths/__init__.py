"""Where each released thing may stand in what goes out, one vocabulary per way of delivering."""

from collections.abc import Mapping
from typing import Final

from kateder.governance.paths.checks import (
    DOMAIN,
    TEXT,
    Check,
    Identifier,
    Name,
    NamePart,
    Rule,
    UserName,
    Value,
    Vocabulary,
)
from kateder.governance.paths.egil import CLAIMS, EGIL
from kateder.governance.paths.oneroster import ONEROSTER

VOCABULARIES: Final[Mapping[str, Vocabulary]] = {one.name: one for one in (EGIL, ONEROSTER)}

__all__ = [
    "CLAIMS",
    "DOMAIN",
    "EGIL",
    "ONEROSTER",
    "TEXT",
    "VOCABULARIES",
    "Check",
    "Identifier",
    "Name",
    "NamePart",
    "Rule",
    "UserName",
    "Value",
    "Vocabulary",
]

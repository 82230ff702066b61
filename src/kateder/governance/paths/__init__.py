"""Where each released thing may stand in what goes out, one vocabulary per way of delivering."""

from collections.abc import Mapping
from typing import Final

from kateder.governance.paths.checks import (
    DOMAIN,
    NAMELESS,
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
from kateder.governance.paths.plain import PLAIN
from kateder.governance.paths.scim2 import SCIM2

VOCABULARIES: Final[Mapping[str, Vocabulary]] = {one.name: one for one in (EGIL, ONEROSTER, PLAIN, SCIM2)}

__all__ = [
    "CLAIMS",
    "DOMAIN",
    "EGIL",
    "NAMELESS",
    "ONEROSTER",
    "PLAIN",
    "SCIM2",
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

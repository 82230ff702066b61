"""The door of mastering, for the layers above and for commands and pages. All within()."""

from __future__ import annotations

from kateder.sources.mastering.attributes import MASTERED, Attribute, attributes
from kateder.sources.mastering.models import Answer, Closing, Likeness, Say
from kateder.sources.mastering.policies import (
    AttributeNeeded,
    Effect,
    Effects,
    UnknownAttribute,
    change,
    foresee,
    set_right,
    set_say,
)
from kateder.sources.mastering.rules import Policy, Right, policy

__all__ = [
    "MASTERED",
    "Answer",
    "Attribute",
    "AttributeNeeded",
    "Closing",
    "Effect",
    "Effects",
    "Likeness",
    "Policy",
    "Right",
    "Say",
    "UnknownAttribute",
    "attributes",
    "change",
    "foresee",
    "policy",
    "set_right",
    "set_say",
]

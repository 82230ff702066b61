"""The door of mastering, for the layers above and for commands and pages. All within()."""

from __future__ import annotations

from kateder.sources.mastering.answering import refuse, suggestions, taken_over
from kateder.sources.mastering.attributes import MASTERED, Attribute, attributes
from kateder.sources.mastering.corrections import CORRECTABLE, correct, end_passed, withdraw
from kateder.sources.mastering.merging import NotTwo, Pair, Unmergeable, merge, survivor_of
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
from kateder.sources.mastering.provenance import Origin, Voice, origins
from kateder.sources.mastering.retiring import KIND as RETIRED
from kateder.sources.mastering.retiring import AlreadyRetired, NotRetired, retire, take_back
from kateder.sources.mastering.rules import Policy, Right, policy
from kateder.sources.mastering.unmerging import unmerge

__all__ = [
    "CORRECTABLE",
    "MASTERED",
    "RETIRED",
    "AlreadyRetired",
    "Answer",
    "Attribute",
    "AttributeNeeded",
    "Closing",
    "Effect",
    "Effects",
    "Likeness",
    "NotRetired",
    "NotTwo",
    "Origin",
    "Pair",
    "Policy",
    "Right",
    "Say",
    "UnknownAttribute",
    "Unmergeable",
    "Voice",
    "attributes",
    "change",
    "correct",
    "end_passed",
    "foresee",
    "merge",
    "origins",
    "policy",
    "refuse",
    "retire",
    "set_right",
    "set_say",
    "suggestions",
    "survivor_of",
    "take_back",
    "taken_over",
    "unmerge",
    "withdraw",
]

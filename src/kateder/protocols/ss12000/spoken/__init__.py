"""SS 12000:2020 as it is spoken: read what servers really answer, mend what can be mended, say what deviated.

`envelopes` reads the answers to lists and to deletedEntities, `records` makes each record what the standard says,
`deviations` gathers what was wrong: kinds, attributes and ids, never values.
"""

from kateder.protocols.ss12000.spoken.deviations import Deviation, Noted, Observed
from kateder.protocols.ss12000.spoken.envelopes import Page, Removed, Unreadable, page, removed
from kateder.protocols.ss12000.spoken.records import mended, modified

__all__ = [
    "Deviation",
    "Noted",
    "Observed",
    "Page",
    "Removed",
    "Unreadable",
    "mended",
    "modified",
    "page",
    "removed",
]

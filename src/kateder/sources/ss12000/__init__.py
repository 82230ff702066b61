"""Another system's SS 12000 API as a source (docs/handbok/kalla-ss12000.md).

`paging` reads one list, `crawl` brings the mirror up to date, `told` delivers it as sheets by way of `cells` and
`rare`, `observations` says what deviated, `hooks` lets the server tell when something has changed.
"""

from kateder.sources.ss12000.connector import CONNECTOR

__all__ = ["CONNECTOR"]

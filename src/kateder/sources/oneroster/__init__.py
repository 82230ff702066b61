"""OneRoster 1.1 and 1.2 as a source: a zip of CSV files, or REST (docs/handbok/kalla-oneroster.md).

`archives` brings the mirror up to date from zip files, `crawl` from a server; `cells` makes sheets of the mirror, with
`grades` and `roles` for what OneRoster says otherwise than SS 12000.
"""

from kateder.sources.oneroster.csv_connector import CSV_CONNECTOR
from kateder.sources.oneroster.rest_connector import REST_CONNECTOR

__all__ = ["CSV_CONNECTOR", "REST_CONNECTOR"]

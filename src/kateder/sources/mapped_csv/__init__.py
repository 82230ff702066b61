"""Files with any columns, and a mapping that says what they mean (docs/handbok/csv-mappning.md).

`mapping` reads the text into what `schema` allows, `files` opens what it names, `evaluating` makes its tables by
`steps` of `values` and `conditions`, `delivering` makes the sheets, `preview` shows the first rows before and after.
"""

from kateder.sources.mapped_csv.connector import CONNECTOR

__all__ = ["CONNECTOR"]

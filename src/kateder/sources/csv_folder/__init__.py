"""The CSV folder: one file per entity with the columns of SS 12000:2020 (docs/handbok/csv-mapp.md).

`files` finds out delimiter and columns, `layout` says which columns there are, `values` normalises cells,
`checking` sets rows aside, `connector` puts it together.
"""

from kateder.sources.csv_folder.connector import check, read

__all__ = ["check", "read"]

"""The CSV folder: one file per entity with the columns of SS 12000:2020 (docs/handbok/csv-mapp.md)."""

from kateder.sources.csv_folder.connector import CONNECTOR

__all__ = ["CONNECTOR"]

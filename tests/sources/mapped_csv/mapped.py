"""A folder with files, and what a mapping makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from textwrap import dedent

from kateder.register.api import Entity
from kateder.sources.canonical import Delivery, normalise
from kateder.sources.mapped_csv import mapping
from kateder.sources.mapped_csv.delivering import MappedDelivery
from kateder.sources.mapped_csv.evaluating import MOST_ROWS, Evaluation
from kateder.sources.mapped_csv.files import Folder
from kateder.sources.mapped_csv.frames import Frame
from kateder.sources.reading import Nowhere, Remark

TODAY = date(2026, 11, 23)
PERSON = '\n[[persons]]\nfrom = "t"\nid = "{id}"\ngivenName = "{given}"\nfamilyName = "{family}"\n'


@dataclass
class Mapped:
    """Files by name; text is written as UTF-8."""

    path: Path
    files: Mapping[str, str | bytes] = field(default_factory=dict)

    def evaluation(self, text: str, *, most_rows: int = MOST_ROWS) -> Evaluation:
        """The tables of a mapping."""
        for name, content in self.files.items():
            raw = content if isinstance(content, bytes) else dedent(content).lstrip("\n").encode()
            (self.path / name).write_bytes(raw)
        made = Evaluation(mapping.read(text), folder=Folder(self.path), today=TODAY, most_rows=most_rows)
        made.run()
        return made

    def table(self, text: str, name: str = "t") -> Frame:
        """One table of a mapping without blocks."""
        return self.evaluation(f"version = 1\n{text}").tables[name]

    def column(self, steps: str, column: str, *, file: str = "t.csv", more: str = "") -> list[str]:
        """A column of the file's table after some steps."""
        used = f'{{ set = "seen", from = "{{{column}}}" }}'
        text = f'{more}\n[[tables]]\nname = "t"\nfile = "{file}"\nsteps = [{steps}, {used}]'
        return self.table(text).columns["seen"]

    def delivery(self, text: str) -> Delivery:
        """What a mapping delivers."""
        return MappedDelivery(self.evaluation(text))

    def rows(self, text: str, entity: Entity) -> list[dict[str, str]]:
        """The rows of one kind of thing, by column, as the handbook's CSV files would have them."""
        sheet = self.delivery(text).sheet(entity)
        assert sheet is not None
        return [dict(zip(sheet.columns, row, strict=False)) for part in (sheet, *sheet.rest) for row in part.rows]

    def remarks(self, text: str) -> list[Remark]:
        """What the check says of it."""
        return list(normalise(self.delivery(text), today=TODAY, stage=Nowhere()).remarks)

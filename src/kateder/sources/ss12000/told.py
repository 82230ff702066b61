"""SS 12000 records as a delivery, wherever they are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from kateder.register.api import Entity
from kateder.sources import mirror
from kateder.sources.canonical import Sheet, sheet_of
from kateder.sources.reading import Remark
from kateder.sources.ss12000.cells import SHEETS
from kateder.sources.ss12000.values import Row


class Told:
    """A delivery of SS 12000 records: whoever has them says which lists there are, and gives their rows."""

    __slots__ = ()
    reads_database: ClassVar[bool] = True

    @property
    def remarks(self) -> Sequence[Remark]:
        """Nothing: what deviates is told of elsewhere."""
        return ()

    def sheet(self, entity: Entity) -> Sheet | None:
        """The entity's rows, from the list that holds it; None where there is no such list."""
        resource, cells = SHEETS.get(entity, ("", None))
        if cells is None or not self.has(resource):
            return None
        return sheet_of(entity, cells(self), name=resource)

    def has(self, resource: str) -> bool:
        """Whether this list has been given in full."""
        raise NotImplementedError

    def rows(self, resource: str) -> Iterator[Row]:
        """The records of one list."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Mirrored(Told):
    """Everything in a mirror. `resources` are those that the server has given in full."""

    source_id: UUID
    resources: Collection[str]

    def has(self, resource: str) -> bool:
        """Whether the server has given this list in full."""
        return resource in self.resources

    def rows(self, resource: str) -> Iterator[Row]:
        """The records of one list."""
        for record in mirror.records(self.source_id, resource):
            yield record.body

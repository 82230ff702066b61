"""What a connector hands over, whatever it read from: normalised rows per entity, and what was set aside.

Rows come as the text of PostgreSQL's COPY, since all of them go there and most of them nowhere else: one line
per row with the key, the digest of the content, and the columns in the order of `Table.columns`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kateder.register.api import Entity

NULL = r"\N"
HASH_BYTES = 16


class Fault(StrEnum):
    """Why a row, or a value in it, could not be used."""

    WRONG_COLUMNS = "wrong_columns"
    MISSING = "missing"
    TOO_LONG = "too_long"
    BAD_DATE = "bad_date"
    ENDS_BEFORE_START = "ends_before_start"
    UNKNOWN_CODE = "unknown_code"
    BAD_NUMBER = "bad_number"
    BAD_TRUTH = "bad_truth"
    BAD_TEXT = "bad_text"
    DUPLICATE = "duplicate"
    DANGLING = "dangling"
    PARENT_IS_UNIT = "parent_is_unit"
    # The row stays; only the value was put aside.
    NUMBER_REMOVED = "number_removed"
    NUMBER_SHARED = "number_shared"
    REFERENCE_REMOVED = "reference_removed"


KEEPS_ROW = frozenset({Fault.NUMBER_REMOVED, Fault.NUMBER_SHARED, Fault.REFERENCE_REMOVED})


@dataclass(frozen=True, slots=True)
class Remark:
    """A fault with its place: file, line (from 1) and column; never the value, which may be personal."""

    fault: Fault
    file: str
    line: int
    column: str

    @property
    def sets_row_aside(self) -> bool:
        """Whether the whole row was put aside for it."""
        return self.fault not in KEEPS_ROW


@dataclass(frozen=True, slots=True)
class Table:
    """Usable rows of one entity, all of them or a piece: COPY text of (key, content_hash, *columns)."""

    entity: Entity
    columns: tuple[str, ...]
    payload: bytes
    rows: int


class Stage(Protocol):
    """Where the rows go, piece by piece, in the order in which they are read."""

    def take(self, table: Table) -> None:
        """Some rows of an entity."""

    def end(self, entity: Entity, *, kept: Collection[str]) -> None:
        """There are no more of it. `kept` are keys of rows that were set aside but that the source is known for:
        what it delivered before stays as it is."""

    def known(self, entity: Entity, keys: Collection[str]) -> set[str]:
        """Which of these keys the source already has a living link for."""

    def settle(self) -> None:
        """Wait until all that was taken is staged: a delivery may then use the connection itself."""


class Nowhere:
    """The stage of a source that has never delivered, where only the remarks matter."""

    def take(self, table: Table) -> None:
        """Let go of it."""

    def end(self, entity: Entity, *, kept: Collection[str]) -> None:
        """There is nothing to compare with."""

    def known(self, entity: Entity, keys: Collection[str]) -> set[str]:
        """None."""
        return set()

    def settle(self) -> None:
        """There is nothing to wait for."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading everything that a source delivered at once; the rows themselves are staged.

    An entity that is not among `entities` was not delivered, and is left alone.
    """

    entities: tuple[Entity, ...]
    remarks: Sequence[Remark] = ()
    rows_by_file: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """How many rows there were, usable or not."""
        return sum(self.rows_by_file.values())

    @property
    def rows_set_aside(self) -> int:
        """How many rows could not be used."""
        return len({(r.file, r.line) for r in self.remarks if r.sets_row_aside})


def copy_text(keys: Sequence[str], contents: Sequence[str], derived: Sequence[str]) -> bytes:
    """One COPY line per row. The digest is over the content, not over what is derived from it."""
    digest, size = hashlib.blake2b, HASH_BYTES
    return "".join(
        [
            f"{key}\t\\\\x{digest(content.encode(), digest_size=size).hexdigest()}\t{content}{more}\n"
            for key, content, more in zip(keys, contents, derived, strict=True)
        ]
    ).encode()

"""The steps of a large plan, in a temporary table: a first delivery of 100,000 pupils does not fit in little memory.

The table is the session's own and is gone with it: a run that is killed plans anew, and nobody else ever sees what
stands there. A session holds one staged plan, the latest.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Final, overload
from uuid import UUID

from kateder.core import db
from kateder.governance.api import Cause
from kateder.protocols.reconcile import Action, Difference
from kateder.provisioning.delivery.operations import Operation
from kateder.provisioning.planning.step import Step

CHUNK: Final = 500
"""How many steps are in memory when all of them are gone through."""
UUID_BYTES: Final = 16

_TYPES: Final = {
    "number": "int4",
    "phase": "int4",
    "released_id": "uuid",
    "root_id": "uuid",
    "action": "text",
    "resource_type": "text",
    "position": "int4",
    "body": "bytea",
    "content_hash": "bytea",
    "old_hash": "bytea",
    "depends_on": "bytea",
    "remote_id": "text",
    "label": "text",
    "sanctioned": "bool",
    "uncertain": "bool",
    "causes": "int4",
}
_CREATE: Final = f"""
DROP TABLE IF EXISTS staged_step;
CREATE TEMP TABLE staged_step ({", ".join(f"{name} {kind}" for name, kind in _TYPES.items())}, PRIMARY KEY (number))
"""
_COPY: Final = f"COPY staged_step ({', '.join(_TYPES)}) FROM STDIN (FORMAT BINARY)"
_ORDER: Final = "SELECT number FROM staged_step ORDER BY phase, released_id"
_DIFFERENCES: Final = """
SELECT number, action, resource_type, released_id::text, old_hash, content_hash, sanctioned FROM staged_step
"""
_LET_GO: Final = "DELETE FROM staged_step WHERE number <> ALL (%(left)s) OR root_id = ANY (%(looked_at)s)"
_CONCERNS: Final = """
SELECT EXISTS (SELECT FROM staged_step
                WHERE number = ANY (%(left)s) AND root_id = ANY (%(roots)s) AND action <> 'remove')
"""
_REFERENCES: Final = """
SELECT DISTINCT depends_on FROM staged_step
 WHERE number = ANY (%(left)s) AND action <> 'remove' AND (root_id = ANY (%(besides)s)) IS NOT TRUE
"""
_READ: Final = f"SELECT {', '.join(_TYPES)} FROM staged_step WHERE number = ANY(%s)"


class Staged(Sequence[Step]):
    """Steps in a table, in sending order; read inside `within`, some at a time.

    Those up to the number `sanctioned` have been sanctioned since they were found.
    """

    def __init__(self, numbers: array[int], causes: Sequence[tuple[Cause, ...]], *, sanctioned: int = 0) -> None:
        self._numbers = numbers
        self._causes = causes
        self._sanctioned = sanctioned

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...
    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        if isinstance(index, slice):
            return self._read(self._numbers[index])
        (found,) = self._read(array("i", [self._numbers[index]]))
        return found

    def __iter__(self) -> Iterator[Step]:
        for start in range(0, len(self), CHUNK):
            yield from self[start : start + CHUNK]

    def _read(self, numbers: array[int]) -> list[Step]:
        with db.cursor() as cursor:
            rows = cursor.execute(_READ, [numbers.tolist()])
            found = {row[0]: _step(row, self._causes, sanctioned=self._sanctioned) for row in rows}
        return [found[number] for number in numbers]

    def from_number(self, given: int, *, sanctioned: bool) -> Staged:
        """Give all but the first so many, which have all been `sanctioned`, or are as they were."""
        until = max(self._numbers, default=0) if sanctioned else self._sanctioned
        return Staged(self._numbers[given:], self._causes, sanctioned=until)

    def concern(self, roots: Collection[UUID]) -> bool:
        """Whether something about these is to be created or changed."""
        with db.cursor() as cursor:
            row = cursor.execute(_CONCERNS, {"left": self._literal, "roots": db.uuids(roots)}).fetchone()
        return bool(row and row[0])

    def referred_to(self, among: Container[UUID], *, besides: Collection[UUID]) -> set[UUID]:
        """Give those of some released ids that are referred to by what is to be created or changed about others than
        some (root ids).
        """
        found: set[UUID] = set()
        with db.cursor() as cursor:
            values = {"left": self._literal, "besides": db.uuids(besides)}
            for (together,) in cursor.execute(_REFERENCES, values):
                found.update(one for one in _apart(together) if one in among)
        return found

    def without(self, looked_at: Collection[UUID]) -> Staging:
        """Go on with these in another plan, but for what is about some root ids. Nothing else may be read again."""
        with db.cursor() as cursor:
            cursor.execute(_LET_GO, {"left": self._literal, "looked_at": db.uuids(looked_at)})
        # What comes has higher numbers than all of which it is known that they were sanctioned.
        highest = max(self._sanctioned, *self._numbers)
        return Staging(number=highest, causes=self._causes, sanctioned=self._sanctioned)

    @property
    def _literal(self) -> str:
        return db.numbers(self._numbers)


class Staging:
    """Takes the steps of one plan into the table, replacing what the session held before."""

    def __init__(self, *, number: int = 0, causes: Iterable[tuple[Cause, ...]] = (), sanctioned: int = 0) -> None:
        self._number = number
        self._causes = {each: index for index, each in enumerate(causes)}
        self._sanctioned = sanctioned

    def extend(self, steps: Iterable[Step]) -> None:
        """Take more steps; making them must not read the database."""
        coming = iter(steps)
        if (first := next(coming, None)) is None:
            return
        with db.cursor() as cursor:
            if not self._number:
                cursor.execute(_CREATE)
            with cursor.copy(_COPY) as copy:
                copy.set_types(list(_TYPES.values()))
                for step in chain([first], coming):
                    copy.write_row(self._row(step))

    def differences(self) -> Iterator[tuple[Difference, bool]]:
        """Give the difference of each, and whether it is sanctioned."""
        if not self._number:
            return
        with db.cursor() as cursor:
            for number, action, kind, key, old, new, sanctioned in cursor.execute(_DIFFERENCES):
                done = Action(action)
                gone = done is Action.REMOVE
                yield Difference(done, kind, key, old, None if gone else new), sanctioned or number <= self._sanctioned

    def in_order(self) -> Sequence[Step]:
        """Give them all in sending order."""
        if not self._number:
            return []
        with db.cursor() as cursor:
            cursor.execute("ANALYZE staged_step")
            numbers = array("i", (number for (number,) in cursor.execute(_ORDER)))
        return Staged(numbers, list(self._causes), sanctioned=self._sanctioned)

    def _row(self, step: Step) -> tuple[object, ...]:
        one = step.operation
        self._number += 1
        return (
            self._number, one.phase, one.released_id, step.root_id, one.action.value, one.resource_type, one.position,
            one.body, one.content_hash, step.old_hash, b"".join([each.bytes for each in one.depends_on]),
            one.remote_id, step.label, step.sanctioned, step.uncertain,
            self._causes.setdefault(step.causes, len(self._causes)),
        )  # fmt: skip


def drop() -> None:
    """Leave nothing of what the session held; inside `within`."""
    with db.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_step")


def _apart(together: bytes) -> Iterator[UUID]:
    return (UUID(bytes=together[at : at + UUID_BYTES]) for at in range(0, len(together), UUID_BYTES))


def _step(row: tuple[Any, ...], causes: Sequence[tuple[Cause, ...]], *, sanctioned: int) -> Step:
    (number, _, released, root, action, kind, position, body, content_hash, old_hash, depends_on, remote_id, label,
     was_sanctioned, uncertain, cause) = row  # fmt: skip
    return Step(
        operation=Operation(
            action=Action(action),
            resource_type=kind,
            position=position,
            released_id=released,
            body=body,
            content_hash=content_hash,
            depends_on=frozenset(_apart(depends_on)),
            remote_id=remote_id,
            uncertain=uncertain,
        ),
        root_id=root,
        old_hash=old_hash,
        label=label,
        sanctioned=was_sanctioned or number <= sanctioned,
        uncertain=uncertain,
        causes=causes[cause],
    )

"""What a receipt says besides that it was confirmed: which fields, by name, and on what grounds.

Both are shared: a first delivery of 13,500 objects gives a handful of field sets and some grounds per class. Their ids
are digests of what they say, so that nothing has to be looked up; values are never kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson
from django.db.models import Q

from kateder.core.tenancy import current_authority_id
from kateder.governance.api import Cause
from kateder.governance.models import Agreement, Decision
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Outcome, Result
from kateder.provisioning.models import FieldSet, Grounds
from kateder.provisioning.planning.step import Key, Step

NAMES: Final = re.compile(rb'[{,]"([^"\\]*)":')
MOST_KNOWN: Final = 10_000

Shape = tuple[str, frozenset[bytes]]
_paths: dict[Shape, tuple[str, ...]] = {}
"""The fields of bodies that have been read, by type and member names: a body's names say what its paths are."""

Marks = Mapping[Key, tuple[UUID | None, UUID | None]]
"""Field set and grounds of each confirmed object."""


class Receipting:
    """Gives the confirmed objects of a run their field sets and grounds, and keeps those that are new."""

    def __init__(self, service_id: UUID, *, today: date) -> None:
        self._service_id = service_id
        self._today = today
        self._terms: tuple[UUID | None, UUID | None] | None = None
        self._known: dict[tuple[Cause, ...], Grounds] = {}
        self._sets: dict[tuple[str, tuple[str, ...]], FieldSet] = {}
        self._kept: set[UUID] = set()

    def mark(self, results: Sequence[Result], steps: Mapping[Key, Step]) -> Marks:
        """Mark what was created or changed. Call in the transaction that writes the receipts."""
        sent = [
            (result.operation.resource_type, result.operation.released_id, result.operation.body)
            for result in results
            if result.outcome is Outcome.ACKNOWLEDGED and result.operation.action is not Action.REMOVE
        ]
        sets: dict[UUID, FieldSet] = {}
        why: dict[UUID, Grounds] = {}
        marks: dict[Key, tuple[UUID | None, UUID | None]] = {}
        for kind, released, body in sent:
            fields = self._field_set(kind, paths_of(kind, body))
            grounds = self._grounds(steps[kind, released].causes)
            sets[fields.id], why[grounds.id] = fields, grounds
            marks[kind, released] = (fields.id, grounds.id)
        # What one transaction of the run has kept is there for the others: one that fails ends the run.
        FieldSet.objects.bulk_create((sets[new] for new in sets.keys() - self._kept), ignore_conflicts=True)
        Grounds.objects.bulk_create((why[new] for new in why.keys() - self._kept), ignore_conflicts=True)
        self._kept.update(sets, why)
        return marks

    def _grounds(self, causes: tuple[Cause, ...]) -> Grounds:
        known = self._known.get(causes)
        if known is None:
            known = self._known[causes] = self._made(causes)
        return known

    def _made(self, causes: tuple[Cause, ...]) -> Grounds:
        if self._terms is None:
            self._terms = _terms(self._service_id, today=self._today)
        decision, agreement = self._terms
        said = sorted((_said(cause) for cause in causes), key=orjson.dumps)
        return Grounds(
            id=_id([str(self._service_id), str(decision), str(agreement), said]),
            service_id=self._service_id,
            decision_id=decision,
            agreement_id=agreement,
            causes=said,
        )

    def _field_set(self, kind: str, paths: tuple[str, ...]) -> FieldSet:
        known = self._sets.get((kind, paths))
        if known is None:
            known = FieldSet(id=_id([kind, *paths]), resource_type=kind, paths=list(paths))
            self._sets[kind, paths] = known
        return known


def _terms(service_id: UUID, *, today: date) -> tuple[UUID | None, UUID | None]:
    """The decision and the agreement that hold today, the latest of each."""
    holds = Q(service_id=service_id, valid_from_date__lte=today)
    ended = Q(valid_to_date__lt=today)
    decision = Decision.objects.filter(holds).exclude(ended).order_by("-valid_from_date", "-outcome").first()
    agreement = Agreement.objects.filter(holds).exclude(ended).order_by("-valid_from_date", "id").first()
    return decision.id if decision else None, agreement.id if agreement else None


def _said(cause: Cause) -> dict[str, str | None]:
    return {
        "kind": cause.kind.value,
        "subject": str(cause.subject_id),
        "lot": str(cause.lot_id) if cause.lot_id else None,
        "resource": str(cause.resource_id) if cause.resource_id else None,
    }


def paths_of(kind: str, body: bytes) -> tuple[str, ...]:
    """Give the paths of a body's values, `*` for each item of a list: `name/givenName`, `emails/*/value`."""
    shape = kind, frozenset(NAMES.findall(body))
    known = _paths.get(shape)
    if known is None:
        if len(_paths) >= MOST_KNOWN:
            _paths.clear()
        known = _paths[shape] = tuple(sorted(set(_walk(orjson.loads(body)))))
    return known


def _walk(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from _walk(member, f"{path}/{name}" if path else str(name))
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, f"{path}/*")
    else:
        yield path[:200]


def _id(said: Sequence[object]) -> UUID:
    digest = hashlib.blake2b(current_authority_id().bytes + orjson.dumps(said), digest_size=16).digest()
    return UUID(bytes=digest)

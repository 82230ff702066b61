"""Accounts that are to be removed, from the asking to the proof (domain rule 17): erase with proof.

Asked for before the request leaves, answered when the service has said yes, closed when reading back has found
nothing or somebody has confirmed it in writing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from kateder.core import audit, db
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.tenancy import current_authority_id
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Outcome, Result
from kateder.provisioning.models import Removal
from kateder.provisioning.planning.step import Step
from kateder.provisioning.ways.contract import ACCOUNT

_ASK: Final = """
INSERT INTO provisioning_removal
       (id, authority_id, target_id, resource_type, released_id, root_id, remote_id, asked_at,
        found, confirmed_by, note)
SELECT gen_random_uuid(), %(authority)s, %(target)s, %(kind)s, released, root, remote, %(now)s, '', '', ''
  FROM unnest(%(ids)s::uuid[], %(roots)s::uuid[], %(remotes)s::text[]) AS new (released, root, remote)
    ON CONFLICT (target_id, resource_type, released_id) WHERE closed_at IS NULL DO NOTHING
"""
_ANSWER: Final = """
UPDATE provisioning_removal r SET answered_at = %(now)s, looked_at = NULL
 WHERE r.target_id = %(target)s AND r.resource_type = %(kind)s AND r.released_id = ANY(%(ids)s) AND r.closed_at IS NULL
"""


class NoteMissing(DomainError):
    """Write how the provider confirmed it: a letter, a case number, a date."""


def ask(target_id: UUID, steps: Sequence[Step], *, now: datetime) -> None:
    """Note that the removals among some steps are about to be asked for; commit before the first of them is."""
    accounts = [
        step for step in steps if step.operation.action is Action.REMOVE and step.operation.resource_type == ACCOUNT
    ]
    if accounts:
        values = {
            "authority": current_authority_id(),
            "target": target_id,
            "kind": ACCOUNT,
            "now": now,
            "ids": [step.operation.released_id for step in accounts],
            "roots": [step.root_id for step in accounts],
            "remotes": [step.operation.remote_id for step in accounts],
        }
        with db.cursor() as cursor:
            cursor.execute(_ASK, values)


def answer(target_id: UUID, results: Sequence[Result], *, now: datetime) -> None:
    """Note which removals were answered. "Not found" is an answer and no proof: a gateway says so of everything."""
    done = [
        result
        for result in results
        if result.outcome is Outcome.ACKNOWLEDGED
        and result.operation.action is Action.REMOVE
        and result.operation.resource_type == ACCOUNT
    ]
    if done:
        values = {
            "target": target_id,
            "kind": ACCOUNT,
            "now": now,
            "ids": [result.operation.released_id for result in done],
        }
        with db.cursor() as cursor:
            cursor.execute(_ANSWER, values)


def confirm(target_id: UUID, *, note: str, by: Actor, now: datetime, only: Collection[UUID] | None = None) -> int:
    """The provider has confirmed in writing that accounts are gone: all that were answered, or `only` some (ids).

    Gives how many that were. Raises NoteMissing.
    """
    if not note.strip():
        raise NoteMissing
    found = unproved(target_id)
    if only is not None:
        found = found.filter(id__in=only)
    ids = list(found.values_list("id", flat=True))
    Removal.objects.filter(id__in=ids).update(
        confirmed_at=now, confirmed_by=by.label, note=note.strip()[:400], closed_at=now
    )
    audit.record(
        "provisioning.removals_confirmed", actor=by, subject_type="target", subject_id=target_id, count=len(ids)
    )
    return len(ids)


def unproved(target_id: UUID) -> QuerySet[Removal]:
    """Removals that were answered and are neither verified nor confirmed, oldest first."""
    return Removal.objects.filter(target_id=target_id, closed_at=None, answered_at__isnull=False).order_by(
        "answered_at", "id"
    )

"""What services have been given, for those who answer for it: who has an account, since when, with which fields,
confirmed when; and what was ever sent of one person, on what grounds. Ids and names of fields, never values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from kateder.core import audit, db
from kateder.core.actors import Actor
from kateder.governance.models import Agreement, Decision
from kateder.licences.models import Lot
from kateder.provisioning.models import Receipt, Removal, Target, TargetObject
from kateder.provisioning.ways.contract import ACCOUNT
from kateder.register.models import Duty

CHUNK: Final = 2000

# The newest creation and what was sent last, of each account; a list of people keeps it to the index.
_SAID: Final = """
SELECT released_id, max(at) FILTER (WHERE action = 'create'),
       (array_agg(fields_id ORDER BY at DESC, id DESC) FILTER (WHERE action <> 'remove'))[1],
       (array_agg(grounds_id ORDER BY at DESC, id DESC) FILTER (WHERE action <> 'remove'))[1]
  FROM provisioning_receipt
 WHERE target_id = %(target)s AND resource_type = %(kind)s AND root_id = ANY(%(roots)s)
 GROUP BY released_id
"""
_FIELD_SETS: Final = "SELECT id, paths FROM provisioning_fieldset WHERE id = ANY(%(ids)s)"
_GROUNDS: Final = "SELECT id, decision_id, agreement_id FROM provisioning_grounds WHERE id = ANY(%(ids)s)"


@dataclass(frozen=True, slots=True)
class Held:
    """One account at a service. `since` is its newest creation, None where that is older than the receipts."""

    released_id: UUID
    person_id: UUID | None
    since: datetime | None
    confirmed_at: datetime | None
    fields: tuple[str, ...]
    decision: str = ""
    agreement: str = ""
    """Registration numbers at the time."""


@dataclass(frozen=True, slots=True)
class EverSent:
    """One thing that a service has confirmed about a person: `action` is create, update or remove.

    `causes` are (kind, lot number or nothing); registration numbers are those that held then.
    """

    at: datetime
    service: str
    resource_type: str
    action: str
    fields: tuple[str, ...]
    decision: str
    agreement: str
    causes: tuple[tuple[str, str], ...]


def accounts(target_id: UUID) -> QuerySet[TargetObject]:
    """The accounts that a target has confirmed, in the order of their ids there."""
    found = TargetObject.objects.filter(target_id=target_id, resource_type=ACCOUNT, content_hash__isnull=False)
    return found.order_by("released_id")


def described(target_id: UUID, rows: Sequence[TargetObject]) -> list[Held]:
    """Say of some accounts since when, with which fields and on what grounds; in a few queries, however many."""
    values = {"target": target_id, "kind": ACCOUNT, "roots": [row.root_id for row in rows if row.root_id]}
    with db.cursor() as cursor:
        said = {row[0]: row[1:] for row in cursor.execute(_SAID, values)}
        sets = dict(cursor.execute(_FIELD_SETS, {"ids": [one[1] for one in said.values() if one[1]]}).fetchall())
        grounds = {
            row[0]: row[1:] for row in cursor.execute(_GROUNDS, {"ids": [one[2] for one in said.values() if one[2]]})
        }
    numbers = _numbers(each for pair in grounds.values() for each in pair)
    held = []
    for row in rows:
        since, fields, why = said.get(row.released_id, (None, None, None))
        decision, agreement = grounds.get(why, (None, None))
        held.append(
            Held(
                row.released_id,
                row.root_id,
                since,
                row.acknowledged_at,
                tuple(sets.get(fields, ())),
                numbers.get(decision, ""),
                numbers.get(agreement, ""),
            )
        )
    return held


def ever_sent(person_id: UUID) -> QuerySet[Receipt]:
    """Every receipt about a person, and about their duties, newest first."""
    duties = list(Duty.objects.filter(person=person_id).values_list("id", flat=True))
    found = Receipt.objects.filter(root_id__in=[person_id, *duties])
    return found.select_related("target__service", "fields", "grounds").order_by("-at", "-id")


def explained(rows: Sequence[Receipt]) -> list[EverSent]:
    """Put receipts in words: where, what, which fields, and why."""
    why = [row.grounds for row in rows if row.grounds]
    numbers = _numbers(each for one in why for each in (one.decision_id, one.agreement_id))
    lots = {cause["lot"] for one in why for cause in one.causes if cause["lot"]}
    orders = {str(lot.id): lot.number for lot in Lot.objects.filter(id__in=lots)}
    return [
        EverSent(
            row.at,
            row.target.service.name,
            row.resource_type,
            row.action,
            tuple(row.fields.paths) if row.fields else (),
            numbers.get(row.grounds.decision_id, "") if row.grounds else "",
            numbers.get(row.grounds.agreement_id, "") if row.grounds else "",
            tuple((cause["kind"], orders.get(cause["lot"] or "", "")) for cause in row.grounds.causes)
            if row.grounds
            else (),
        )
        for row in rows
    ]


def export(target_id: UUID, *, actor: Actor) -> Iterator[dict[str, Any]]:
    """Give every account and every removal at a target as rows of ids, days and names of fields, bit by bit.

    The export is audited before its first row.
    """
    audit.look("provisioning.accounts_exported", actor=actor, subject_type="target", subject_id=target_id)
    service = Target.objects.select_related("service").get(id=target_id).service.slug
    for rows in _in_chunks(accounts(target_id)):
        for one in described(target_id, rows):
            yield _row(service, "there", one.released_id, one.person_id) | {
                "since": one.since,
                "confirmed_at": one.confirmed_at,
                "fields": list(one.fields),
                "decision": one.decision,
                "agreement": one.agreement,
            }
    for gone in Removal.objects.filter(target_id=target_id).order_by("asked_at", "id").iterator(chunk_size=CHUNK):
        yield _row(service, "removed" if gone.closed_at else "to_be_proved", gone.released_id, gone.root_id) | {
            "removal_asked_at": gone.asked_at,
            "removal_answered_at": gone.answered_at,
            "removal_verified_at": gone.verified_at,
            "removal_confirmed_at": gone.confirmed_at,
            "note": gone.note,
        }


COLUMNS: Final = (
    "service", "state", "account", "person", "since", "confirmed_at", "fields", "decision", "agreement",
    "removal_asked_at", "removal_answered_at", "removal_verified_at", "removal_confirmed_at", "note",
)  # fmt: skip


def _row(service: str, state: str, account: UUID, person: UUID | None) -> dict[str, Any]:
    return dict.fromkeys(COLUMNS) | {"service": service, "state": state, "account": account, "person": person}


def as_cells(row: Mapping[str, Any]) -> list[str]:
    """A row of the export as text for CSV: fields with spaces between, times to the second."""
    return [_cell(row[name]) for name in COLUMNS]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = " ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _in_chunks(found: QuerySet[TargetObject]) -> Iterator[list[TargetObject]]:
    last: UUID | None = None
    while rows := list((found if last is None else found.filter(released_id__gt=last))[:CHUNK]):
        yield rows
        last = rows[-1].released_id


def _numbers(ids: Iterator[UUID | None]) -> dict[UUID | None, str]:
    """The registration numbers of decisions and agreements."""
    wanted: Collection[UUID] = {each for each in ids if each}
    numbers: dict[UUID | None, str] = {}
    for model in (Decision, Agreement):
        numbers |= dict(model.objects.filter(id__in=wanted).values_list("id", "registration_number"))
    return numbers

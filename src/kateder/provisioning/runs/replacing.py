"""Deliver to a target that takes everything at once: what it was last given, with the steps of this run carried out.

A step that waits for a person leaves its object in the file as it was. So that this can be, the bodies of the last
delivery are kept, sealed; they and the receipts are written in one transaction, after the file is in place.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from kateder.core import db, secrets
from kateder.core.leases import Lease
from kateder.core.tenancy import within
from kateder.governance import api as governance
from kateder.governance.api import AllowList
from kateder.protocols.reconcile import Action
from kateder.provisioning import exit as one_exit
from kateder.provisioning.delivery.operations import Operation, Outcome, Result
from kateder.provisioning.models import KeptWhole, Target
from kateder.provisioning.planning.step import Key
from kateder.provisioning.runs.windows import Windows
from kateder.provisioning.ways.contract import Door, NotDelivered, Replacing, Whole

EVERYTHING: Final = 10_000_000
UNKNOWN: Final = "unknown_what_is_there"
PURPOSE: Final = "provisioning.kept_whole"

Bodies = dict[Key, bytes]

_ACKNOWLEDGED = """
SELECT resource_type, released_id, intent <> '' FROM provisioning_targetobject
 WHERE target_id = %s AND content_hash IS NOT NULL
"""
_DOUBT = """
UPDATE provisioning_targetobject o SET intent = 'update'
  FROM unnest(%(kinds)s::text[], %(ids)s::uuid[]) AS doubtful (kind, released)
 WHERE o.target_id = %(target)s AND o.resource_type = doubtful.kind AND o.released_id = doubtful.released
   AND o.intent = ''
"""


def put(way: Replacing, windows: Windows, door: Door, *, lease: Lease, today: date) -> str:
    """Carry out all steps of a plan by putting a new whole in the place of the old one.

    Gives the code of what stopped it, or nothing. Everything in the whole passes the exit, also what has not
    changed. Raises LeaseLost. Outside transactions.
    """
    operations = windows.next_window(EVERYTHING)
    if not operations:
        return ""
    with within(lease.authority_id):
        target = Target.objects.get(id=door.target_id)
        # Of everybody: the plan's own list may only know those whom the plan is about.
        allow_list = governance.allow_list(target.service_id, today=today, vocabulary=way.vocabulary)
        kept = _kept(door.target_id)
        acknowledged = _acknowledged(door.target_id)
        missing = acknowledged.keys() - kept.keys() - {_key(one) for one in operations}
        if missing:
            # Somebody took away what we keep: everything is sent once more, as after a restored database.
            _doubt(door.target_id, missing)
            windows.moved = not all(acknowledged[key] for key in missing)
            return "" if windows.moved else UNKNOWN
    standing = {key: body for key, body in kept.items() if key in acknowledged}
    whole, refused = _carried_out(standing, operations, allow_list=allow_list)
    try:
        way.replace(door, Whole(bodies=_by_type(whole), today=today))
    except NotDelivered as failure:
        attempts = 1 if failure.is_uncertain else 0
        windows.record([Result(operation=one, outcome=Outcome.NOT_SENT, attempts=attempts) for one in operations])
        return failure.failure
    with within(lease.authority_id):
        _keep(door.target_id, whole)
        _doubt(door.target_id, standing.keys() - whole.keys())
        windows.record([_result(one, refused) for one in operations])
    return ""


def _carried_out(
    standing: Bodies, operations: Sequence[Operation], *, allow_list: AllowList
) -> tuple[Bodies, set[Key]]:
    """The new whole, and what of the operations may not leave."""
    whole, refused = dict(standing), set[Key]()
    for one in operations:
        if not one_exit.may_leave(one, allow_list):
            refused.add(_key(one))
        elif one.action is Action.REMOVE:
            whole.pop(_key(one), None)
        else:
            whole[_key(one)] = one.body
    changed = {_key(one) for one in operations} - refused
    return {
        key: body for key, body in whole.items() if key in changed or _still_may_leave(key, body, allow_list)
    }, refused


def _still_may_leave(key: Key, body: bytes, allow_list: AllowList) -> bool:
    content: Any = orjson.loads(body)
    return allow_list.is_about(content, key[1]) and not allow_list.violations(key[0], content)


def _result(operation: Operation, refused: set[Key]) -> Result:
    if _key(operation) in refused:
        return Result(operation=operation, outcome=Outcome.FAILED, code=one_exit.STOPPED)
    return Result(operation=operation, outcome=Outcome.ACKNOWLEDGED, attempts=1)


def _by_type(whole: Mapping[Key, bytes]) -> dict[str, list[bytes]]:
    bodies: dict[str, list[bytes]] = {}
    for kind, released in sorted(whole):
        bodies.setdefault(kind, []).append(whole[kind, released])
    return bodies


def _kept(target_id: UUID) -> Bodies:
    kept = KeptWhole.objects.filter(target_id=target_id).first()
    if kept is None:
        return {}
    lines = zlib.decompress(secrets.unseal(kept.sealed, purpose=PURPOSE)).splitlines()
    parts = (line.split(b" ", 2) for line in lines)
    return {(kind.decode(), UUID(released.decode())): body for kind, released, body in parts}


def _keep(target_id: UUID, whole: Bodies) -> None:
    lines = (f"{kind} {released} ".encode() + body for (kind, released), body in whole.items())
    sealed = secrets.seal(zlib.compress(b"\n".join(lines), 1), purpose=PURPOSE)
    KeptWhole.objects.update_or_create(target_id=target_id, defaults={"sealed": sealed})


def _acknowledged(target_id: UUID) -> dict[Key, bool]:
    """What the target holds, and of each whether that is in doubt."""
    with db.cursor() as cursor:
        return {(kind, released): doubtful for kind, released, doubtful in cursor.execute(_ACKNOWLEDGED, [target_id])}


def _doubt(target_id: UUID, keys: Iterable[Key]) -> None:
    wanted = list(keys)
    if wanted:
        values = {"target": target_id, "kinds": [key[0] for key in wanted], "ids": [key[1] for key in wanted]}
        with db.cursor() as cursor:
            cursor.execute(_DOUBT, values)


def _key(operation: Operation) -> Key:
    return operation.resource_type, operation.released_id

"""The one exit: every byte that leaves for a target passes `guarded`, which looks at the bytes themselves.

Each body is read back from what is about to be sent, and compared field by field with the service's compiled
allow-list. What is not on it does not leave: it fails closed, as a refusal of that one object with a finding.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson

from kateder.governance.api import AllowList
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Answer, Exchange, Kind, Operation
from kateder.provisioning.ways.contract import Connect

STOPPED = "stopped_at_the_exit"


def guarded(connect: Connect, *, allow_list: AllowList) -> Connect:
    """Give the same connection with the exit before it. Connectors are opened nowhere else."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Exchange]:
        async with connect() as exchange:

            async def carry_out(operation: Operation) -> Answer:
                if not may_leave(operation, allow_list):
                    return Answer(kind=Kind.REFUSED, code=STOPPED)
                return await exchange(operation)

            yield carry_out

    return opened


def may_leave(operation: Operation, allow_list: AllowList) -> bool:
    """Tell whether exactly these bytes may leave. A removal holds nothing but an id that the target gave a receipt
    for or was sent before.
    """
    if operation.action is Action.REMOVE:
        return not operation.body
    body: Any = orjson.loads(operation.body)
    if not isinstance(body, dict) or not allow_list.is_about(body, operation.released_id):
        return False
    return not allow_list.violations(operation.resource_type, body)

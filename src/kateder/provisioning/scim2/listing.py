"""What a SCIM server says that it has: Users and Groups of ours, under our ids, and how many are somebody else's."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote
from uuid import UUID

import aiohttp

from kateder.core.setup.reaching import context_of, text_of
from kateder.core.tls import BadCertificate
from kateder.protocols.egil.encoding import content_hash, encode
from kateder.protocols.scim import resources
from kateder.provisioning.delivery.http import GONE
from kateder.provisioning.scim2.authorising import TokenRefused, proof_of
from kateder.provisioning.scim2.choices import Choices, Removal
from kateder.provisioning.scim2.finding import Finder, Refused, everything
from kateder.provisioning.scim2.habits import Habits, discover
from kateder.provisioning.scim2.project import GROUP, USER
from kateder.provisioning.scim2.wire import Wire, session
from kateder.provisioning.ways.contract import Door, Listed, Unlistable


async def listed(door: Door) -> AsyncIterator[Listed]:
    """Everything that the server says it has. A deactivated account counts as removed where that is how we remove.

    Raises Unlistable.
    """
    off_is_gone = Choices.of(door.settings).removal is Removal.DEACTIVATE
    async with _opened(door) as (wire, habits):
        names: dict[str, str] = {}
        for kind in (USER, GROUP):
            if kind == GROUP and not Choices.of(door.settings).groups:
                continue
            async for one in everything(wire, habits.endpoints[kind]):
                if kind == USER:
                    names[str(one.get("id"))] = str(one.get("externalId") or "")
                    if off_is_gone and resources.truth(one.get("active")) is False:
                        continue
                yield _listed(kind, one, names)


async def is_there(door: Door, resource_type: str, released_id: UUID, remote_id: str) -> bool | None:
    """Ask for one object by the server's own id, or look for it by ours. Raises Unlistable."""
    async with _opened(door) as (wire, habits):
        there = remote_id or await Finder(wire, habits).find(resource_type, str(released_id))
        if not there:
            return False
        reply = await wire.request("GET", f"{habits.endpoints[resource_type]}/{quote(there, safe='')}")
        if reply.status in GONE:
            return False
        if not reply.is_good:
            raise Refused(reply.answer())
        if str(reply.body.get("id", "")) != there:
            return None
        off_is_gone = Choices.of(door.settings).removal is Removal.DEACTIVATE
        return not (off_is_gone and resources.truth(reply.body.get("active")) is False)


async def look(door: Door) -> Habits:
    """Ask what the server can and for one user, which tells it nothing. Raises Unlistable."""
    async with _opened(door) as (wire, habits):
        reply = await wire.request("GET", habits.endpoints[USER], query={"startIndex": "1", "count": "1"})
        if not reply.is_good:
            raise Refused(reply.answer())
        return habits


@asynccontextmanager
async def _opened(door: Door) -> AsyncIterator[tuple[Wire, Habits]]:
    try:
        context = context_of(door.settings)
    except BadCertificate:
        raise Unlistable(code="bad_certificate") from None
    async with session(context, connections=1, seconds=door.seconds) as http:
        wire = Wire(http, text_of(door.settings, "address"), proof_of(door.settings, http))
        try:
            yield wire, await discover(wire, updates=Choices.of(door.settings).updates)
        except Refused as refusal:
            raise Unlistable(code=refusal.answer.code) from None
        except TokenRefused:
            raise Unlistable(code="token_refused") from None
        except aiohttp.ClientConnectorCertificateError:
            raise Unlistable(code="not_trusted") from None
        except TimeoutError:
            raise Unlistable(code="timeout") from None
        except aiohttp.ClientError:
            raise Unlistable(code="connection") from None


def _listed(kind: str, resource: Mapping[str, Any], names: Mapping[str, str]) -> Listed:
    own = resources.ours(kind, resource, names=names)
    try:
        released = UUID(own["externalId"])
    except ValueError:
        released = None
    return Listed(
        resource_type=kind,
        released_id=released,
        content_hash=content_hash(encode(own)),
        remote_id=str(resource.get("id") or ""),
    )

"""Targets that are members of a federation: their address and pins are what its metadata says now."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import clock
from kateder.provisioning.models import Target
from kateder.trust import api as trust
from kateder.trust.api import NotThroughFederation

MOVED = "moved"
"""The member has another address or other keys than when the door was opened: open it anew."""

SENTENCES = {
    "not_a_member": gettext_noop(
        "{entity} is no longer a member of {federation}. Nothing is sent there, not even removals."
    ),
    "no_such_server": gettext_noop("{entity} has no server for {tag} in {federation} any more. Nothing is sent there."),
    "no_metadata": gettext_noop("There is no metadata of {federation}, so nothing can be sent to {entity}."),
    "metadata_ended": gettext_noop(
        "The metadata of {federation} has ended and newer could not be fetched, so nothing is sent to {entity}."
    ),
    "metadata_unverified": gettext_noop(
        "The metadata of {federation} cannot be verified by its pinned keys, so nothing is sent to {entity}."
    ),
    "no_key_of_ours": gettext_noop("We have no key to show in {federation}, so nothing can be sent to {entity}."),
}
"""Why a delivery to a member stopped, by code."""


@dataclass(frozen=True, slots=True)
class Through:
    """A member of a federation, to the letter, and what we want of it."""

    federation_id: UUID
    entity_id: str
    tag: str = "egilv1"


@dataclass(frozen=True, slots=True)
class Way:
    """An address, and a context that shows our certificate and knows the server by its pins only."""

    base_uri: str
    pins: frozenset[str]
    context: ssl.SSLContext


def way_to(through: Through, *, now: datetime) -> Way:
    """How to get to a member now. Call within(). Raises NotThroughFederation or CannotUnseal."""
    server = _server(through, now=now)
    return Way(server.base_uri, server.pins, trust.context_in(through.federation_id, pins=server.pins))


def through_of(target: Target) -> Through | None:
    """The member that a target is, if it is one."""
    if target.federation_id is None:
        return None
    return Through(target.federation_id, target.entity_id, target.tag)


def certificate_ends(target: Target) -> datetime | None:
    """When the certificate that we show there ends: the target's own, or our entity's in its federation."""
    if target.federation_id is None:
        return target.keypair.not_after if target.keypair is not None else None
    key = trust.key_in_use(target.federation_id)
    return key.keypair.not_after if key is not None else None


def watch(target: Target) -> Callable[[], str]:
    """What a run asks before each window: the code of why it may not go on to a member, or nothing.

    Make it in the transaction in which the door is opened. Call it within().
    """
    through = through_of(target)
    if through is None:
        return str
    opened = _server(through, now=clock.now())

    def look() -> str:
        try:
            return "" if _server(through, now=clock.now()) == opened else MOVED
        except NotThroughFederation as refusal:
            return refusal.stops

    return look


def why_not(target: Target, code: str) -> tuple[str, dict[str, object]] | None:
    """The sentence about a delivery that a federation stopped, with its parameters; None for any other code."""
    if target.federation is None or code not in SENTENCES:
        return None
    return SENTENCES[code], {"entity": target.entity_id, "tag": target.tag, "federation": target.federation.name}


def _server(through: Through, *, now: datetime) -> trust.Server:
    return trust.server_of(through.federation_id, entity_id=through.entity_id, tag=through.tag, now=now)

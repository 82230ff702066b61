"""The members of a federation, for people who look for one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from kateder.protocols.matf.metadata import Entity
from kateder.trust.federations.current import metadata_of


def members(federation_id: UUID, *, now: datetime, text: str = "", tag: str = "") -> list[Entity]:
    """Members by name; those that `text` is a part of, and that have a server for `tag`. Call within().

    Raises NotThroughFederation where there is no metadata that holds.
    """
    wanted = text.casefold().strip()
    found = [
        one
        for one in metadata_of(federation_id, now=now).entities.values()
        if wanted in f"{one.organization}\n{one.organization_id}\n{one.entity_id}".casefold()
        and (not tag or one.server(tag) is not None)
    ]
    return sorted(found, key=lambda one: (one.organization.casefold(), one.entity_id))

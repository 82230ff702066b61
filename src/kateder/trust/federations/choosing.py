"""Where a member serves what we want, and who is calling us (RFC 9932 §6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kateder.trust.federations.current import metadata_of
from kateder.trust.federations.refusals import NoSuchServer, NotAMember, NotThroughFederation
from kateder.trust.models import Federation


@dataclass(frozen=True, slots=True)
class Server:
    """Where to connect, and the pins to know it by before the first byte."""

    base_uri: str
    pins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Member:
    """Who is calling: an entity of a federation, with the key of a client that has the tag."""

    federation_id: UUID
    federation: str
    entity_id: str
    organization: str
    organization_id: str


def server_of(federation_id: UUID, *, entity_id: str, tag: str, now: datetime) -> Server:
    """The server of an entity for a tag, compared to the letter. Call within(). Raises NotThroughFederation."""
    metadata = metadata_of(federation_id, now=now)
    found = metadata.server(entity_id, tag)
    if found is not None:
        return Server(found.base_uri, frozenset(found.pins))
    name = Federation.objects.values_list("name", flat=True).get(id=federation_id)
    if entity_id not in metadata.entities:
        raise NotAMember(entity=entity_id, federation=name)
    raise NoSuchServer(entity=entity_id, tag=tag, federation=name)


def members_behind(pin: str, *, tag: str, now: datetime) -> list[Member]:
    """Whose client holds a key, in each of our federations, where that client has the tag. Call within().

    A federation whose metadata has ended, or cannot be verified, knows nobody.
    """
    found = []
    ours = Federation.objects.exclude(version="").order_by("name").values_list("id", "name")
    for federation_id, name in ours:
        try:
            caller = metadata_of(federation_id, now=now).caller(pin)
        except NotThroughFederation:
            continue
        if caller is not None and tag in caller.tags:
            entity = caller.entity
            found.append(Member(federation_id, name, entity.entity_id, entity.organization, entity.organization_id))
    return found

"""What a federation says of its members, once it has been accepted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

USUAL_TTL: Final = timedelta(hours=1)
"""How long metadata that does not say is kept before it is fetched again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A server or a client of an entity. Pins are canonical base64 of a SHA-256, so that they compare as text."""

    pins: tuple[str, ...]
    tags: tuple[str, ...] = ()
    description: str = ""
    base_uri: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A member. `entity_id` is compared to the letter, always."""

    entity_id: str
    organization: str = ""
    organization_id: str = ""
    issuers: tuple[str, ...] = ()
    servers: tuple[Endpoint, ...] = ()
    clients: tuple[Endpoint, ...] = ()
    follows_draft: bool = False

    def server(self, tag: str) -> Endpoint | None:
        """The first server with a tag (RFC 9932 §6.1)."""
        return next((one for one in self.servers if tag in one.tags), None)

    @property
    def pins(self) -> frozenset[str]:
        """Every pin of it, of clients and servers."""
        return frozenset(pin for one in (*self.servers, *self.clients) for pin in one.pins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who a client is: its entity, and the tags of the clients that hold its key."""

    entity: Entity
    tags: frozenset[str]


@dataclass(frozen=True)
class Metadata:
    """A federation as of one moment."""

    version: str
    issued_at: datetime
    expires_at: datetime
    issuer: str
    cache_ttl: timedelta
    entities: Mapping[str, Entity] = field(repr=False)

    def server(self, entity_id: str, tag: str) -> Endpoint | None:
        """Where an entity serves a tag, with the pins to know it by; None where it is not there or does not."""
        entity = self.entities.get(entity_id)
        return None if entity is None else entity.server(tag)

    def caller(self, pin: str) -> Caller | None:
        """Whose client holds a key (RFC 9932 §6.2); a server's pin names no caller."""
        return self._callers.get(pin)

    @cached_property
    def _callers(self) -> Mapping[str, Caller]:
        found: dict[str, Caller] = {}
        for entity in self.entities.values():
            for client in entity.clients:
                for pin in client.pins:
                    before = found[pin].tags if pin in found else frozenset()
                    found[pin] = Caller(entity=entity, tags=before | frozenset(client.tags))
        return found

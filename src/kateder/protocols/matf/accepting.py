"""Accepting metadata: one function, one order, whether it has just been fetched or was kept (RFC 9932 §5)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from kateder.protocols.matf.dates import Validity, validity
from kateder.protocols.matf.keys import SigningKey
from kateder.protocols.matf.metadata import USUAL_TTL, Endpoint, Entity, Metadata
from kateder.protocols.matf.refusals import BadEntity, MetadataRefused
from kateder.protocols.matf.schema import entity_of, frame_of
from kateder.protocols.matf.signatures import verified


class Flaw(StrEnum):
    """What was left out of metadata that was accepted."""

    BAD_ENTITY = "bad_entity"
    ENTITY_TWICE = "entity_twice"
    PIN_TWICE = "pin_twice"
    NOT_HTTPS = "not_https"
    NO_PIN = "no_pin"


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that was left out: of which entity, and where in it (or the pin)."""

    flaw: Flaw
    entity_id: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Metadata to be used, and what was left out of it."""

    metadata: Metadata
    dropped: tuple[Dropped, ...]


def accept(
    raw: bytes,
    *,
    keys: Sequence[SigningKey],
    now: datetime,
    issuer: str = "",
    newest: datetime | None = None,
) -> Accepted:
    """Accept metadata, or raise MetadataRefused.

    `raw` is the JWS as it came; `keys` are pinned here; `issuer`, when not empty, is who must have issued it;
    `newest` is when the newest that was ever accepted was issued: nothing older is taken again.
    """
    payload, valid = _signed_and_valid(raw, keys=keys, now=now, issuer=issuer, newest=newest)
    frame = frame_of(payload)
    dropped: list[Dropped] = []
    entities = _sound(frame.entities, dropped)
    entities = _unique(entities, dropped)
    entities = _with_pins_of_their_own(entities, dropped)
    metadata = Metadata(
        frame.version,
        valid.issued_at,
        valid.expires_at,
        valid.issuer,
        USUAL_TTL if frame.cache_ttl is None else timedelta(seconds=min(frame.cache_ttl, 10**8)),
        {one.entity_id: one for one in entities},
    )
    return Accepted(metadata, tuple(dropped))


def _signed_and_valid(
    raw: bytes, *, keys: Sequence[SigningKey], now: datetime, issuer: str, newest: datetime | None
) -> tuple[Mapping[str, Any], Validity]:
    """The payload of the first good signature whose dates hold: in the older layout each has dates of its own."""
    refused = MetadataRefused("no_signature")
    for one in verified(raw, keys=keys):
        payload = _payload(one.payload)
        try:
            valid = validity(one.header, payload, now=now, issuer=issuer)
        except MetadataRefused as refusal:
            refused = refusal
            continue
        if newest is None or valid.issued_at >= newest:
            return payload, valid
        refused = MetadataRefused("rollback")
    raise refused


def _payload(text: bytes) -> Mapping[str, Any]:
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        raise MetadataRefused("not_json") from None
    if not isinstance(payload, dict):
        raise MetadataRefused("not_json")
    return payload


def _sound(members: Iterable[object], dropped: list[Dropped]) -> list[Entity]:
    entities = []
    for place, member in enumerate(members):
        try:
            entity = entity_of(member)
        except BadEntity as refusal:
            dropped.append(Dropped(Flaw.BAD_ENTITY, _named(member, place), refusal.where))
            continue
        servers = [one for one in entity.servers if _usable(one, entity, "servers", dropped, is_server=True)]
        clients = [one for one in entity.clients if _usable(one, entity, "clients", dropped)]
        entities.append(replace(entity, servers=tuple(servers), clients=tuple(clients)))
    return entities


def _named(member: object, place: int) -> str:
    """What a bad entity calls itself, where it does: cut, since it may be anything."""
    name = member.get("entity_id") if isinstance(member, dict) else None
    return name[:200] if isinstance(name, str) and name.isprintable() and name else f"#{place}"


def _usable(one: Endpoint, entity: Entity, where: str, dropped: list[Dropped], *, is_server: bool = False) -> bool:
    if not one.pins:
        dropped.append(Dropped(Flaw.NO_PIN, entity.entity_id, where))
        return False
    if is_server and not _is_https(one.base_uri):
        dropped.append(Dropped(Flaw.NOT_HTTPS, entity.entity_id, where))
        return False
    return True


def _is_https(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False


def _unique(entities: Sequence[Entity], dropped: list[Dropped]) -> list[Entity]:
    """An entity_id that two have means neither: nobody knows which of them is meant."""
    times = Counter(one.entity_id for one in entities)
    dropped += [Dropped(Flaw.ENTITY_TWICE, name) for name, count in times.items() if count > 1]
    return [one for one in entities if times[one.entity_id] == 1]


def _with_pins_of_their_own(entities: Sequence[Entity], dropped: list[Dropped]) -> list[Entity]:
    """A client's pin that two entities claim is nobody's; one entity may repeat its own."""
    claims = Counter(pin for one in entities for pin in {pin for client in one.clients for pin in client.pins})
    contested = {pin for pin, count in claims.items() if count > 1}
    if not contested:
        return list(entities)
    return [_without(one, contested, dropped) for one in entities]


def _without(entity: Entity, contested: set[str], dropped: list[Dropped]) -> Entity:
    lost = {pin for client in entity.clients for pin in client.pins} & contested
    dropped += [Dropped(Flaw.PIN_TWICE, entity.entity_id, pin) for pin in sorted(lost)]
    kept = [replace(one, pins=tuple(pin for pin in one.pins if pin not in lost)) for one in entity.clients]
    return replace(entity, clients=tuple(one for one in kept if one.pins))

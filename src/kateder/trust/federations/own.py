"""Our own entity in a federation: who we are there, our keys, and the JSON that its operator publishes.

Certificates are self-signed and listed among our `issuers`: an authorisation server that is widely used matches the
certificate against them, and refused a pinned one that a CA had issued.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.trust.federations.refusals import NoKeyOfOurs
from kateder.trust.keypairs import client_context, make_keypair
from kateder.trust.models import EntityKey, Federation, KeyUse, OwnEntity

VERBATIM: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s]+")
TAG: Final = re.compile(r"[a-z0-9]{1,64}")


class EntityIncomplete(DomainError):
    """Our entity needs an id that is an address, such as https://bjorkviken.se, a name, and tags of a–z and 0–9."""


class EntityIsNamed(DomainError):
    """Our entity is called {entity} in this federation. Others know us by it, so it stays."""


def describe_entity(
    federation_id: UUID,
    *,
    entity_id: str,
    organization: str,
    by: Actor,
    now: datetime,
    organization_id: str = "",
    client_tags: Collection[str] = ("egilv1",),
    server_uri: str = "",
    server_tags: Collection[str] = (),
) -> OwnEntity:
    """Say who we are in a federation, or change it; the keys that it takes are made.

    Raises EntityIncomplete, or EntityIsNamed for another id than the one we have there.
    """
    tags = [*client_tags, *server_tags]
    sound = VERBATIM.fullmatch(entity_id) and organization.strip() and all(TAG.fullmatch(tag) for tag in tags)
    if not sound or bool(server_uri) != bool(server_tags) or not _is_address(server_uri):
        raise EntityIncomplete
    before = OwnEntity.objects.select_for_update().filter(federation_id=federation_id).first()
    if before is not None and before.entity_id != entity_id:
        raise EntityIsNamed(entity=before.entity_id)
    values = {
        "organization": organization.strip(), "organization_id": organization_id.strip(),
        "client_tags": list(client_tags), "server_uri": server_uri, "server_tags": list(server_tags),
    }  # fmt: skip
    entity, _made = OwnEntity.objects.update_or_create(
        federation_id=federation_id, defaults=values,
        create_defaults={**values, "entity_id": entity_id, "created_at": now},
    )  # fmt: skip
    for use in uses_of(entity):
        if not keys_of_ours(entity, use):
            make_key(entity, use, by=by, now=now, in_use=True)
    audit.record("trust.entity_described", actor=by, subject_type="own_entity", subject_id=entity.id, tags=tags)
    return entity


def make_key(entity: OwnEntity, use: KeyUse, *, by: Actor, now: datetime, in_use: bool = False) -> EntityKey:
    """Make a key for a use. The first is in use at once; one that replaces another waits for its turn."""
    hosts = [urlsplit(entity.server_uri).hostname or ""] if use is KeyUse.SERVER else []
    keypair = make_keypair(
        f"entity:{use.value}:{entity.id}", common_name=f"{entity.organization} {use.value}", by=by, now=now, hosts=hosts
    )
    return EntityKey.objects.create(
        entity=entity, use=use, keypair=keypair, made_at=now, used_at=now if in_use else None
    )


def keys_of_ours(entity: OwnEntity, use: KeyUse | None = None) -> list[EntityKey]:
    """The keys that our entity is to be published with: in use and coming, not those that have been replaced."""
    found = EntityKey.objects.filter(entity=entity, replaced_at=None).select_related("keypair").order_by("made_at")
    return list(found if use is None else found.filter(use=use))


def entity_json(entity: OwnEntity) -> dict[str, Any]:
    """Our entity as the federation's operator takes it: a client for each tag (Moa wants exactly one in each)."""
    keys = {use: keys_of_ours(entity, use) for use in uses_of(entity)}
    clients = [
        {"description": f"Kateder {tag}", "pins": _pins(keys[KeyUse.CLIENT]), "tags": [tag]}
        for tag in entity.client_tags
    ]
    servers = [
        {
            "description": "Kateder", "base_uri": entity.server_uri, "pins": _pins(keys[KeyUse.SERVER]),
            "tags": entity.server_tags,
        }
    ] if entity.server_uri else []  # fmt: skip
    return {
        "entity_id": entity.entity_id,
        "organization": entity.organization,
        **({"organization_id": entity.organization_id} if entity.organization_id else {}),
        "issuers": [{"x509certificate": one.keypair.certificate} for use in keys for one in keys[use]],
        **({"clients": clients} if clients else {}),
        **({"servers": servers} if servers else {}),
    }


def context_in(federation_id: UUID, *, pins: Collection[str]) -> ssl.SSLContext:
    """A TLS context that shows our client certificate in a federation and knows the server by its pins only.

    Raises NoKeyOfOurs or CannotUnseal.
    """
    key = key_in_use(federation_id)
    if key is None:
        raise NoKeyOfOurs(federation=Federation.objects.values_list("name", flat=True).get(id=federation_id))
    return client_context(pins, keypair_id=key.keypair_id)


def key_in_use(federation_id: UUID, use: KeyUse = KeyUse.CLIENT) -> EntityKey | None:
    """The key that we use in a federation now."""
    ours = EntityKey.objects.filter(entity__federation_id=federation_id, use=use, replaced_at=None)
    return ours.exclude(used_at=None).select_related("keypair").order_by("-used_at").first()


def uses_of(entity: OwnEntity) -> list[KeyUse]:
    """What our entity has keys for: clients where it calls, a server where it is called."""
    return [*([KeyUse.CLIENT] if entity.client_tags else []), *([KeyUse.SERVER] if entity.server_uri else [])]


def _pins(keys: Iterable[EntityKey]) -> list[dict[str, str]]:
    return [{"alg": "sha256", "digest": one.keypair.pin} for one in keys]


def _is_address(server_uri: str) -> bool:
    try:
        parts = urlsplit(server_uri)
    except ValueError:
        return False
    return not server_uri or (parts.scheme == "https" and bool(parts.hostname))

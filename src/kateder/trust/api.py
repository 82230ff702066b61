"""Trust's one door: our own keys, federations and their members, and the clients that may call us."""

from __future__ import annotations

from kateder.protocols.matf.keys import SigningKey
from kateder.protocols.matf.metadata import Entity
from kateder.trust.callers import NotAuthenticated, TooManyRequests, recalled, who_calls
from kateder.trust.clients import (
    ClientNameMissing,
    ClientNameTaken,
    Credentials,
    add_client,
    change_client,
    disable_client,
    enable_client,
    rotate_secret,
)
from kateder.trust.federations.callers import members_calling
from kateder.trust.federations.choosing import Member, Server, members_behind, server_of
from kateder.trust.federations.current import metadata_of
from kateder.trust.federations.managing import add_federation, fetch_soon, keys_of, offered, pin_keys, unpin_key
from kateder.trust.federations.own import context_in, describe_entity, entity_json, key_in_use
from kateder.trust.federations.presets import PRESETS, TAGS, Preset
from kateder.trust.federations.refreshing import refresh
from kateder.trust.federations.refusals import NotThroughFederation
from kateder.trust.federations.rotation import Standing, Step, standings
from kateder.trust.federations.rotation import begin as begin_rotation
from kateder.trust.federations.rotation import switch as switch_key
from kateder.trust.federations.schedule import next_at
from kateder.trust.federations.searching import members
from kateder.trust.issuers import IssuerIncomplete, NoKeys, trust_issuer
from kateder.trust.keypairs import client_context, identity_of, make_keypair
from kateder.trust.models import (
    ApiClient,
    ApiSecret,
    EntityKey,
    Federation,
    Issuer,
    Keypair,
    KeyUse,
    OwnEntity,
    Reading,
)
from kateder.trust.rates import wait_for
from kateder.trust.readings import actor_of, note, note_refusal

__all__ = [
    "PRESETS",
    "TAGS",
    "ApiClient",
    "ApiSecret",
    "ClientNameMissing",
    "ClientNameTaken",
    "Credentials",
    "Entity",
    "EntityKey",
    "Federation",
    "Issuer",
    "IssuerIncomplete",
    "KeyUse",
    "Keypair",
    "Member",
    "NoKeys",
    "NotAuthenticated",
    "NotThroughFederation",
    "OwnEntity",
    "Preset",
    "Reading",
    "Server",
    "SigningKey",
    "Standing",
    "Step",
    "TooManyRequests",
    "actor_of",
    "add_client",
    "add_federation",
    "begin_rotation",
    "change_client",
    "client_context",
    "context_in",
    "describe_entity",
    "disable_client",
    "enable_client",
    "entity_json",
    "fetch_soon",
    "identity_of",
    "key_in_use",
    "keys_of",
    "make_keypair",
    "members",
    "members_behind",
    "members_calling",
    "metadata_of",
    "next_at",
    "note",
    "note_refusal",
    "offered",
    "pin_keys",
    "recalled",
    "refresh",
    "rotate_secret",
    "server_of",
    "standings",
    "switch_key",
    "trust_issuer",
    "unpin_key",
    "wait_for",
    "who_calls",
]

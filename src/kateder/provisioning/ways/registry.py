"""The ways out there are, one line each."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from uuid import UUID

from kateder.core import clock, setup
from kateder.core.errors import DomainError
from kateder.core.setup import FieldKind, Settings
from kateder.governance.api import Kind
from kateder.governance.paths import VOCABULARIES, Identifier
from kateder.provisioning.directory.way import DIRECTORY
from kateder.provisioning.egil.way import EGIL
from kateder.provisioning.files.way import FILES
from kateder.provisioning.models import Target, TargetObject
from kateder.provisioning.scim2.way import SCIM2
from kateder.provisioning.targets import federated
from kateder.provisioning.ways.contract import Door, RemotelyNamed, Way
from kateder.trust import api as trust

WAYS: tuple[Way, ...] = (EGIL, SCIM2, FILES, DIRECTORY)
KINDS: Mapping[str, Way] = {way.kind: way for way in WAYS}


class UnknownWay(DomainError):
    """There is no way out called {kind}. List them with `kateder target kinds`."""


def of(kind: str) -> Way:
    """The way of a kind. Raises UnknownWay."""
    if kind not in KINDS:
        raise UnknownWay(kind=kind)
    return KINDS[kind]


def ways_offered() -> tuple[Way, ...]:
    """Every way out there is."""
    return WAYS


def kinds_of(way: Way) -> dict[str, Kind]:
    """Resource type to the kind of pseudonym that an object of it is called by."""
    vocabulary = VOCABULARIES[way.vocabulary]
    return {
        str(resource_type): check.kind
        for resource_type, path, check in vocabulary.structure
        if path == vocabulary.identity and isinstance(check, Identifier) and resource_type in way.positions
    }


def shown_settings(target: Target) -> Settings:
    """The target's settings without its secrets, for a form. Call within()."""
    secret = {field.name for field in of(target.kind).fields if field.kind is FieldKind.SECRET}
    return {name: value for name, value in settings_of(target).items() if name not in secret}


def sealed_as(kind: str) -> str:
    """What the secrets of a kind's settings are sealed for."""
    return f"provisioning.{kind}"


def settings_of(target: Target) -> Settings:
    """The target's settings, secrets opened, absent ones at their defaults. Call within()."""
    defaults = {field.name: field.default for field in of(target.kind).fields}
    return defaults | dict(setup.opened(target.settings, purpose=sealed_as(target.kind)))


def door_of(target: Target) -> Door:
    """How to get in at a target. Call within(); raises CannotUnseal, or NotThroughFederation for a member of one."""
    base_uri, context = _place(target)
    return Door(
        target_id=target.id,
        base_uri=base_uri,
        settings=settings_of(target),
        context=context,
        connections=target.max_connections,
        seconds=target.request_seconds,
        remote_ids=_remote_ids(target),
    )


def _remote_ids(target: Target) -> dict[UUID, str]:
    way = of(target.kind)
    if not isinstance(way, RemotelyNamed):
        return {}
    named = TargetObject.objects.filter(target=target, resource_type=way.referred_to).exclude(remote_id="")
    return dict(named.values_list("released_id", "remote_id"))


def _place(target: Target) -> tuple[str, ssl.SSLContext | None]:
    if not of(target.kind).is_pinned:
        return target.base_uri, None
    through = federated.through_of(target)
    if through is not None:
        way = federated.way_to(through, now=clock.now())
        return way.base_uri, way.context
    if target.keypair_id is None:
        return target.base_uri, None
    return target.base_uri, trust.client_context(target.pins, keypair_id=target.keypair_id)

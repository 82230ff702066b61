"""Where services take deliveries: add a target, check it, pause it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kateder.core import audit, clock, setup
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.models import Authority
from kateder.core.tenancy import current_authority_id
from kateder.protocols.reconcile import Limits
from kateder.provisioning.healing import healed
from kateder.provisioning.healing.unprovisioning import AlreadyBeingEmptied
from kateder.provisioning.models import Target, TargetState
from kateder.provisioning.targets import federated
from kateder.provisioning.targets.federated import Through
from kateder.provisioning.ways import registry as ways
from kateder.trust import api as trust

PIN = re.compile(r"[A-Za-z0-9+/]{43}=")


class BadPin(DomainError):
    """A pin is the base64 of a SHA-256 digest: 44 characters that end in “=”. Ask the provider for theirs."""


class BadAddress(DomainError):
    """The address of a target must begin with https://."""


class BadLimits(DomainError):
    """The limits cannot be read: counts are whole numbers and shares lie between 0 and 1."""


def add_target(
    service_id: UUID,
    *,
    by: Actor,
    kind: str = "egil",
    base_uri: str = "",
    pins: Sequence[str] = (),
    through: Through | None = None,
    settings: Mapping[str, object] | None = None,
    limits: Mapping[str, object] | None = None,
    max_connections: int = 16,
    request_seconds: float = 30.0,
) -> Target:
    """Connect a service that takes deliveries; where it is known by pins, a key of our own is made for it.

    The provider is given `target.certificate`. A member of a federation (`through`) is known by its metadata, and
    knows us by our entity. Raises UnknownWay, BadAddress, BadPin, BadLimits, UnknownSetting, SettingMissing,
    BadSetting or NotThroughFederation.
    """
    way = ways.of(kind)
    values = setup.checked(settings or {}, fields=way.fields)
    target = Target(
        service_id=service_id,
        kind=kind,
        settings=setup.sealed(values, purpose=ways.sealed_as(kind), fields=way.fields),
        base_uri=base_uri,
        pins=list(pins),
        limits=_checked(limits or {}),
        max_connections=max_connections,
        request_seconds=request_seconds,
    )
    if way.is_pinned:
        _place(target, base_uri, pins, through, by=by)
    target.save(force_insert=True)
    audit.record("provisioning.target_added", actor=by, subject_type="target", subject_id=target.id)
    return target


def change_target(
    target_id: UUID,
    *,
    by: Actor,
    base_uri: str | None = None,
    pins: Sequence[str] | None = None,
    through: Through | None = None,
    settings: Mapping[str, object] | None = None,
    limits: Mapping[str, object] | None = None,
) -> Target:
    """Change where a target is, the keys it is known by, its settings or its limits; None leaves a value as it is.

    It is known either by address and pins or as a member of a federation: by the one that is given. A secret that
    is given empty stays as it is. Raises as `add_target`.
    """
    target = Target.objects.select_for_update().get(id=target_id)
    way = ways.of(target.kind)
    if through is not None or base_uri is not None or pins is not None:
        _place(
            target, target.base_uri if base_uri is None else base_uri, target.pins if pins is None else pins, through,
            by=by,
        )  # fmt: skip
    if settings is not None:
        values = setup.checked(settings, fields=way.fields, before=ways.settings_of(target))
        target.settings = setup.sealed(values, purpose=ways.sealed_as(target.kind), fields=way.fields)
        target.known_position = None  # what is wanted may be made in another way now
    if limits is not None:
        target.limits = _checked(limits)
    placed = ["base_uri", "pins", "federation", "entity_id", "tag", "keypair"]
    target.save(update_fields=[*placed, "settings", "limits", "known_position"])
    audit.record("provisioning.target_changed", actor=by, subject_type="target", subject_id=target.id)
    return target


def set_state(target_id: UUID, state: TargetState, *, by: Actor) -> Target:
    """Pause a target, or let it go on; a run under way stops at its next window.

    Raises AlreadyBeingEmptied: that is called off by itself.
    """
    target = Target.objects.select_for_update().get(id=target_id)
    if target.state == TargetState.EMPTYING:
        raise AlreadyBeingEmptied
    if target.state == TargetState.EMPTIED and state == TargetState.ACTIVE:
        healed.compare_everything(target_id)
    target.state = state
    target.save(update_fields=["state"])
    audit.record(f"provisioning.target_{state}", actor=by, subject_type="target", subject_id=target.id)
    return target


def set_pace(target_id: UUID, *, by: Actor, connections: int | None = None, per_second: float | None = None) -> Target:
    """Set how many requests at a time and a second a target is sent at most; None leaves it, 0 takes it away."""
    target = Target.objects.select_for_update().get(id=target_id)
    if connections is not None:
        target.max_connections = connections
    if per_second is not None:
        target.max_per_second = per_second or None
    target.save(update_fields=["max_connections", "max_per_second"])
    audit.record("provisioning.target_changed", actor=by, subject_type="target", subject_id=target.id)
    return target


def targets() -> QuerySet[Target]:
    """All targets with their services, by the service's name."""
    return Target.objects.select_related("service", "keypair").order_by("service__name", "id")


def _place(target: Target, base_uri: str, pins: Sequence[str], through: Through | None, *, by: Actor) -> None:
    if through is not None:
        federated.way_to(through, now=clock.now())
        target.federation_id, target.entity_id, target.tag = through.federation_id, through.entity_id, through.tag
        target.base_uri, target.pins = "", []
        return
    _check_door(base_uri, pins)
    target.base_uri, target.pins = base_uri, list(pins)
    target.federation_id, target.entity_id, target.tag = None, "", ""
    if target.keypair_id is None:
        name = Authority.objects.get(id=current_authority_id()).name
        target.keypair = trust.make_keypair(f"delivery:{target.service_id}", common_name=name, by=by, now=clock.now())


def _check_door(base_uri: str, pins: Sequence[str]) -> None:
    if not base_uri.startswith("https://"):
        raise BadAddress
    if not pins or not all(PIN.fullmatch(pin) for pin in pins):
        raise BadPin


def _checked(limits: Mapping[str, Any]) -> dict[str, object]:
    try:
        Limits(**limits)
    except (TypeError, ValueError):
        raise BadLimits from None
    return dict(limits)

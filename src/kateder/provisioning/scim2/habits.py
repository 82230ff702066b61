"""What a server says that it can, and where its resources are (RFC 7643 §5, §6; RFC 7644 §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from kateder.protocols.scim.resources import items
from kateder.provisioning.scim2.choices import Updates
from kateder.provisioning.scim2.wire import Wire

ENDPOINTS: Final[Mapping[str, str]] = {"User": "Users", "Group": "Groups"}


@dataclass(slots=True)
class Habits:
    """What is known of a server; what it turns out not to do although it said so is put right during a run."""

    patch: bool = False
    filters: bool = True
    declared: bool = False
    """Whether it has a ServiceProviderConfig at all."""
    endpoints: Mapping[str, str] = field(default_factory=lambda: ENDPOINTS)


async def discover(wire: Wire, *, updates: Updates = Updates.AS_DECLARED) -> Habits:
    """Ask a server what it can. One that does not say is asked for little: whole objects, and filters on trial.

    Raises TokenRefused, TimeoutError or an aiohttp.ClientError.
    """
    config = await wire.request("GET", "ServiceProviderConfig")
    types = await wire.request("GET", "ResourceTypes")
    declared = config.status == HTTPStatus.OK and bool(config.body)
    return Habits(
        patch=_supports(config.body, "patch") if updates is Updates.AS_DECLARED else updates is Updates.PATCH,
        filters=_supports(config.body, "filter") if declared else True,
        declared=declared,
        endpoints={**ENDPOINTS, **_endpoints(types.body)} if types.status == HTTPStatus.OK else ENDPOINTS,
    )


def _supports(config: Mapping[str, Any], what: str) -> bool:
    feature = config.get(what)
    return isinstance(feature, Mapping) and feature.get("supported") is True


def _endpoints(types: Mapping[str, Any]) -> dict[str, str]:
    """The last part of the endpoints of Users and Groups; another server's address is no endpoint."""
    found = {str(one.get("name") or one.get("id")): str(one.get("endpoint", "")) for one in items(types, "Resources")}
    return {
        kind: found[kind].strip("/")
        for kind in ENDPOINTS
        if found.get(kind, "").strip("/").replace("/", "").replace("-", "").isalnum()
    }

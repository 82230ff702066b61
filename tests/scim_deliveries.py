"""A service of the cast's authority that takes SCIM 2.0, at a strict server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
import pytest

from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.protocols.egil.encoding import encode
from kateder.protocols.scim import resources
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import DeliveryRun, RunState
from kateder.provisioning.models import TargetObject
from kateder.provisioning.planning.preparing import wanted_at
from kateder.provisioning.scim2.way import SCIM2
from kateder.provisioning.ways import registry as ways
from tests.cast import TODAY, Cast
from tests.deliveries import Delivery
from tests.offer import make_offer
from tests.scim_server import ScimServer, scim_server


@dataclass
class Service:
    """The delivery and the server that takes it."""

    delivery: Delivery
    server: ScimServer

    def wanted(self) -> list[dict[str, Any]]:
        """The bodies that the server should hold, with our ids."""
        with self.delivery.inside():
            settings = ways.settings_of(provisioning.Target.objects.get(id=self.delivery.target.id))
            found = wanted_at(self.delivery.offer.service.id, way=SCIM2, settings=settings, today=TODAY)
        return [orjson.loads(one.body) for one in found]

    def is_right(self) -> bool:
        """Whether the server holds exactly what it should, under names of its own."""
        names = {one["id"]: one.get("externalId", "") for one in self.server.held("User")}
        held = [
            encode(resources.ours(kind, one, names=names))
            for kind in ("User", "Group")
            for one in self.server.held(kind)
        ]
        return sorted(held) == sorted(encode(body) for body in self.wanted())

    def settle(self) -> DeliveryRun:
        """Deliver, approving what waits."""
        ended = self.delivery.run()
        if ended.state == RunState.WAITING:
            self.delivery.approve()
            ended = self.delivery.run()
        return ended

    def user(self, name: str) -> dict[str, Any]:
        """Somebody's account at the server."""
        (found,) = [one for one in self.server.held("User") if one.get("externalId") == str(self.released(name))]
        return found

    def released(self, name: str) -> UUID:
        """The id that the server was given of somebody."""
        with self.delivery.inside():
            row = TargetObject.objects.get(target=self.delivery.target, root_id=self.delivery.cast[name])
        return row.released_id

    def change(self, **settings: object) -> None:
        """Change some settings of the target."""
        with self.delivery.inside():
            target = provisioning.Target.objects.get(id=self.delivery.target.id)
            before = dict(ways.shown_settings(target))
            provisioning.change_target(target.id, settings=before | settings, by=self.delivery.offer.by)


def service_at(cast: Cast, server: ScimServer, **settings: object) -> Service:
    """Class 5B has a resource at the service; nothing is delivered yet."""
    with within(cast.authority.id):
        offer = make_offer(cast)
        offer.allow()
        offer.assign(offer.lot(), "class_5b")
        target = provisioning.add_target(
            offer.service.id,
            kind="scim2",
            settings=server.settings | settings,
            by=offer.by,
            request_seconds=5.0,
        )
        actor = Actor.system("test")
    return Service(Delivery(offer, target, None, actor), server)  # type: ignore[arg-type]


@pytest.fixture
def scim_service(cast: Cast) -> Iterator[Service]:
    """A server that does all that we may ask of one."""
    with scim_server() as server:
        yield service_at(cast, server)


@pytest.fixture
def plain_scim_service(cast: Cast) -> Iterator[Service]:
    """A server that takes whole objects only, and knows no filters."""
    with scim_server(patch=False, filters=False) as server:
        yield service_at(cast, server)

"""Connect the demo provider: keys exchanged both ways, a sign-in client, and the first delivery."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from kateder.core import plans
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.demo.setup.provider import Address
from kateder.provisioning import api as provisioning
from kateder.provisioning.models import DeliveryRun, Target
from kateder.signin import api as signin
from kateder.signin.models import Application


class FirstDeliveryFailed(DomainError):
    """The demo's first delivery did not succeed: {state}. `kateder target show larkan` says more."""


def is_connected(service_id: UUID, *, state: Path) -> bool:
    """Say whether the first delivery has succeeded, and the provider still has what it was told."""
    delivered = DeliveryRun.objects.filter(target__service_id=service_id, state=provisioning.RunState.SUCCEEDED)
    return delivered.exists() and (state / "oidc.json").exists() and (state / "clients" / "kateder.pem").exists()


def connect(service_id: UUID, *, address: Address, state: Path, by: Actor) -> UUID:
    """Tell each side about the other; return the target. Both may have forgotten: told again, they agree."""
    target = Target.objects.filter(service_id=service_id).first()
    if target is None:
        target = provisioning.add_target(service_id, base_uri=address.scim, pins=[address.pin], by=by)
    elif (target.base_uri, target.pins) != (address.scim, [address.pin]):
        target = provisioning.change_target(target.id, base_uri=address.scim, pins=[address.pin], by=by)
    clients = state / "clients"
    clients.mkdir(parents=True, exist_ok=True)
    (clients / "kateder.pem").write_text(target.certificate, encoding="ascii")
    _register_sign_in(service_id, pages=address.pages, file=state / "oidc.json", by=by)
    return target.id


def deliver_first(target_id: UUID, *, by: Actor) -> None:
    """Deliver, and approve what waits, as the person whom a first delivery needs. Call outside transactions.

    Raises FirstDeliveryFailed.
    """
    run = provisioning.run(target_id, actor=by)
    if run.state == provisioning.RunState.WAITING and run.plan_id is not None:
        with within(by.authority_id):
            plans.approve(run.plan_id, by=by)
        run = provisioning.run(target_id, actor=by)
    if run.state != provisioning.RunState.SUCCEEDED:
        raise FirstDeliveryFailed(state=run.state)


def _register_sign_in(service_id: UUID, *, pages: str, file: Path, by: Actor) -> None:
    known = Application.objects.filter(service_id=service_id).first()
    if known is not None and file.exists():
        return
    if known is None:
        given = signin.register_client(service_id, name="Lärkan", redirect_uris=[f"{pages}/callback"], actor=by)
    else:
        given = signin.new_secret(known.client_id, actor=by)
    file.touch(mode=0o600)
    file.write_text(json.dumps({"client_id": given.client_id, "client_secret": given.client_secret}), encoding="ascii")

"""All of it in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.demo.setup import connection, provider, register
from kateder.demo.setup.accounts import add_accounts
from kateder.demo.setup.licences import give_licences
from kateder.demo.setup.services import add_services

PUPILS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where the demo lives: its files, and the addresses of Kateder and of the provider."""

    data_dir: Path
    issuer: str
    pages_port: int
    scim_port: int

    @property
    def provider_state(self) -> Path:
        """The folder of the provider, which is nobody else's."""
        return self.data_dir / "demo-provider"


def set_up(
    authority: Authority,
    *,
    around: Surroundings,
    today: date,
    pupils: int = PUPILS,
    say: Callable[[str], None] = lambda _: None,
) -> None:
    """Set the demo up as far as it is not. Call outside transactions; `say` is told what is being done."""
    with within(authority.id):
        by = Actor.system("demo")
        is_new = not register.is_filled()
    if is_new:
        say("The register: a synthetic authority, imported from CSV files")
        register.fill_register(around.data_dir / "demo-export", pupils=pupils, today=today, by=by)
        say("Services, agreements, licences and accounts")
    with within(authority.id):
        service_id = add_services(pages=f"http://127.0.0.1:{around.pages_port}", today=today, by=by)
        roots = register.roots_of_cast()
        give_licences(service_id, roots=roots, today=today, by=by)
        add_accounts(roots=roots, by=by)
        if connection.is_connected(service_id, state=around.provider_state):
            return
    say("The provider: keys exchanged, accounts delivered")
    with provider.running(
        around.provider_state,
        issuer=around.issuer,
        pages_port=around.pages_port,
        scim_port=around.scim_port,
    ) as address:
        with within(authority.id):
            target_id = connection.connect(service_id, address=address, state=around.provider_state, by=by)
        connection.deliver_first(target_id, by=by)

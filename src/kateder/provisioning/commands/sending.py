"""`kateder target`, further: how deliveries go, and how fast they may."""

from __future__ import annotations

from typing import Annotated

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, table
from kateder.core.tenancy import within
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import Health
from kateder.provisioning.commands.healing import app
from kateder.provisioning.commands.targets import SlugArgument, target_of

__all__ = ["app"]


@app.command("health")
def health(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Say of every service whether it is in step with the register, since when not, why, and what to do next.

    Exit code 1 when a person has to do something.
    """
    with within(authorities.pick(authority).id):
        found = provisioning.health(now=clock.now())
        rows = [_line(one) for one in found]
    table(rows, as_json=as_json)
    if not all(one.is_well for one in found):
        raise typer.Exit(1)


@app.command("retry")
def retry(service: SlugArgument, authority: AuthorityOption = None) -> None:
    """Have a worker deliver now to a target that has been down, instead of when its next attempt is due."""
    with within(authorities.pick(authority).id):
        provisioning.request_delivery([target_of(service).service_id], by=Actor.system("cli"))
    typer.echo(f"{service}: asked for")


@app.command("pace")
def pace(
    service: SlugArgument,
    *,
    connections: Annotated[int | None, typer.Option(min=1, max=200, help="At most so many requests at a time.")] = None,
    per_second: Annotated[float | None, typer.Option(min=0, help="At most so many a second; 0 for no ceiling.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Set how much a target is asked to bear. Below these ceilings Kateder finds out by itself."""
    with within(authorities.pick(authority).id):
        provisioning.set_pace(
            target_of(service).id, connections=connections, per_second=per_second, by=Actor.system("cli")
        )
    typer.echo(f"{service}: set")


def _line(one: Health) -> dict[str, object]:
    return {
        "service": one.slug,
        "standing": one.standing.value,
        "since": one.since,
        "why": str(one.why) or None,
        "code": one.code or None,
        "next_step": str(one.next_step) or None,
        "next_attempt": one.next_attempt,
        "last_good": one.last_good,
        "compared_at": one.compared_at,
        "certificate_ends": one.certificate_ends,
        "seconds_behind": round(one.seconds_behind),
    }

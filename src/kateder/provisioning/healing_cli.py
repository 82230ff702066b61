"""`kateder target`, further: putting a target right, emptying it, and what it has been given."""

from __future__ import annotations

from typing import Annotated

import typer

from kateder.core import authorities
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, console, show
from kateder.core.tenancy import within
from kateder.provisioning import rebuilding
from kateder.provisioning.cli import SlugArgument, app, show_ended, target_of, when_free

__all__ = ["app"]


@app.command("rebuild")
def rebuild(
    service: SlugArgument,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what differs, and change nothing.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the service what it has, remember that, and deliver what differs from what it should have.

    For a service that was restored from a backup or has lost accounts, and after our own database was restored.
    Objects that we did not put there are counted and never touched. Exit codes as for `kateder target run`; with
    --dry-run 1 when something differs.
    """
    chosen = authorities.pick(authority)
    with within(chosen.id):
        target_id = target_of(service).id
        actor = Actor.system("cli")
    if dry_run:
        with console.status("Asking the service what it has …"):
            look = rebuilding.compare(target_id, actor=actor)
        show({"agrees": look.agrees} | dict(look.found), as_json=as_json)
        raise typer.Exit(0 if look.agrees else 1)
    with console.status("Asking the service what it has, comparing and delivering …"):
        ended = when_free(lambda: rebuilding.rebuild(target_id, actor=actor))
    show_ended(ended, as_json=as_json)

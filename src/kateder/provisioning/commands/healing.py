"""`kateder target`, further: putting a target right, emptying it, and what it has been given."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict
from typing import Annotated

import orjson
import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, console, show
from kateder.core.tenancy import within
from kateder.provisioning import api as provisioning
from kateder.provisioning.commands.targets import SlugArgument, app, show_ended, target_of, when_free
from kateder.provisioning.healing import rebuilding, removals, unprovisioning, verifying
from kateder.provisioning.models import Found
from kateder.provisioning.sight import given

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


@app.command("verify")
def verify(service: SlugArgument, authority: AuthorityOption = None, *, as_json: JsonOption = False) -> None:
    """Read back whether the accounts that the service said it removed are gone; exit code 1 when one is still there."""
    chosen = authorities.pick(authority)
    with within(chosen.id):
        target_id = target_of(service).id
    counts = verifying.verify(chosen.id, target_id, now=clock.now())
    show({found.value: counts.get(found.value, 0) for found in Found if found}, as_json=as_json)
    raise typer.Exit(1 if counts.get(Found.THERE.value) else 0)


@app.command("confirm-removals")
def confirm_removals(
    service: SlugArgument,
    note: Annotated[str, typer.Option("--note", help="How the provider confirmed it: a letter, a case number.")],
    authority: AuthorityOption = None,
) -> None:
    """Note that the provider has confirmed in writing that everything it said it removed is gone."""
    with within(authorities.pick(authority).id):
        count = removals.confirm(target_of(service).id, note=note, by=Actor.system("cli"), now=clock.now())
    typer.echo(f"{count} confirmed.")


@app.command("unprovision")
def unprovision(
    service: SlugArgument,
    *,
    confirm: Annotated[str, typer.Option("--confirm", help="The service's short name once more.")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the report.")] = "",
    call_off: Annotated[bool, typer.Option("--call-off", help="Stop doing so; the target is paused.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove everything from a service, as a plan that a person approves (`kateder plan`).

    Without --confirm it asks for the short name. Makes no new accounts meanwhile, goes on by itself after a kill, and
    ends in the report that `kateder target report` shows.
    """
    chosen = authorities.pick(authority)
    with within(chosen.id):
        target_id, actor, now = target_of(service).id, Actor.system("cli"), clock.now()
        if call_off:
            unprovisioning.withdraw(target_id, by=actor, now=now)
            typer.echo(f"{service}: paused")
            return
    typed = confirm or typer.prompt("Everything will be removed. Write the service's short name")
    with within(chosen.id):
        unprovisioning.begin(target_id, confirmation=typed, reason=reason, by=actor, now=now)
    with console.status("Comparing …"):
        ended = when_free(lambda: provisioning.run(target_id, actor=actor))
    show_ended(ended, as_json=as_json)


@app.command("report")
def report(service: SlugArgument, authority: AuthorityOption = None, *, as_json: JsonOption = False) -> None:
    """Show what has become of everything at a service that is or was emptied; exit code 3 until all is proved."""
    with within(authorities.pick(authority).id):
        latest = unprovisioning.latest(target_of(service).id)
        if latest is None:
            raise unprovisioning.NotBeingEmptied
        found = unprovisioning.report(latest)
    show(asdict(found) | {"unproved": found.unproved}, as_json=as_json)
    raise typer.Exit(0 if found.ended_at and not found.unproved else 3)


@app.command("export")
def export(
    service: SlugArgument,
    authority: AuthorityOption = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line, instead of CSV.")] = False,
) -> None:
    """Write every account and removal at a service: ids, days, names of fields, registration numbers. No names.

    For the data protection officer; that it was made is audited.
    """
    with within(authorities.pick(authority).id):
        writer = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
        if not as_json:
            writer.writerow(given.COLUMNS)
        for row in given.export(target_of(service).id, actor=Actor.system("cli")):
            if as_json:
                typer.echo(orjson.dumps(row).decode())
            else:
                writer.writerow(given.as_cells(row))

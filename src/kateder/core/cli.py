"""`kateder authority`, `kateder audit`: commands of core."""

from __future__ import annotations

from typing import Annotated

import typer

from kateder.core import authorities, sealing
from kateder.core.console import AuthorityOption, JsonOption, show, table
from kateder.core.tenancy import within

authority_app = typer.Typer(help="School authorities that live in this installation.", no_args_is_help=True)
audit_app = typer.Typer(help="The audit trail: who did or looked at what.", no_args_is_help=True)


@authority_app.command("list")
def list_authorities(*, as_json: JsonOption = False) -> None:
    """List the authorities with their host names."""
    rows = [
        {"slug": a.slug, "name": a.name, "hosts": sorted(h.host for h in a.hosts.all()), "demo": a.is_demo}
        for a in authorities.every()
    ]
    table(rows, as_json=as_json)


@authority_app.command("add")
def add(
    slug: Annotated[str, typer.Argument(help="A short name for the command line, such as bjorkviken.")],
    name: Annotated[str, typer.Option(help="The name that people see.")],
    host: Annotated[list[str], typer.Option(help="A host name at which it answers; may be repeated.")],
) -> None:
    """Add an authority (needs the owner's connection)."""
    created = authorities.create(name=name, slug=slug, hosts=host)
    typer.echo(f"Added {created.slug} ({created.id}).")


@audit_app.command("verify")
def verify(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Check every seal of the audit chain; exit code 1 when one is broken."""
    with within(authorities.pick(authority).id):
        verdict = sealing.verify()
    show(
        {
            "seals": verdict.seals,
            "events": verdict.events,
            "unsealed": verdict.unsealed,
            "broken_at": verdict.broken_at,
        },
        as_json=as_json,
    )
    if verdict.broken_at is not None:
        raise typer.Exit(1)

"""`kateder history`: how long the register's past is kept."""

from __future__ import annotations

from typing import Annotated

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, show
from kateder.core.tenancy import within
from kateder.register import as_it_was

app = typer.Typer(help="The register's past: as it was, and how long it is kept.", no_args_is_help=True)


@app.command("show")
def show_history(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Show for how long history is kept, and the first day that can still be looked at."""
    with within(authorities.pick(authority).id):
        show(
            {"days": as_it_was.history_days(), "first_day": as_it_was.first_day(today=clock.today())},
            as_json=as_json,
        )


@app.command("keep")
def keep(
    days: Annotated[int, typer.Option(help="For how many days, as the plan for retention says.")],
    authority: AuthorityOption = None,
) -> None:
    """Decide how long history is kept; what is older is removed within the hour."""
    with within(authorities.pick(authority).id):
        as_it_was.keep_history(days=days, by=Actor.system("cli"))
    typer.echo(f"History is kept for {days} days.")

"""`kateder service`: services with their agreements, decisions and release policies, from files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, show, table
from kateder.core.tenancy import within
from kateder.governance.flows import data_flows
from kateder.governance.service_files import read_service_file, take_in

app = typer.Typer(
    help="Services of providers: what was agreed and decided, and what each may know.", no_args_is_help=True
)


@app.command("list")
def list_services(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """List the services with what they may know, and why they get nothing where that is so."""
    with within(authorities.pick(authority).id):
        rows = [
            {
                "service": flow.service_name,
                "provider": flow.provider_name,
                "level": flow.level.value,
                "open": flow.verdict.may_create,
                "why not": flow.verdict.reason.value if flow.verdict.reason else "",
            }
            for flow in data_flows(today=clock.today())
        ]
    table(rows, as_json=as_json)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A service file (TOML).")],
    *,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a service from a file, or bring one up to what its file says now.

    The file names the provider, the service and its learning resources, and may hold the agreement, the decision and
    the release policy. Without agreement and decision the service gets no data. The handbook has an example.
    """
    described = read_service_file(file.read_text(encoding="utf-8"))
    with within(authorities.pick(authority).id):
        taken = take_in(described, by=Actor.system("command line"))
    show({"service": described.service.slug, "changed": taken.done or ["nothing"]}, as_json=as_json)

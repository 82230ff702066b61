"""`kateder service`: services with their agreements, decisions and release policies, from files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kateder.catalogue.models import Service
from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, show, table
from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.governance.changes import end_agreement, rotate
from kateder.governance.flows import data_flows
from kateder.governance.models import Agreement
from kateder.governance.service_files import read_service_file, take_in


class NoSuchAgreement(DomainError):
    """There is no agreement registered as {number}."""


class NoSuchService(DomainError):
    """There is no service with the short name {slug}."""


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


@app.command("end-agreement")
def end(
    number: Annotated[str, typer.Argument(help="The agreement's registration number.")],
    last_day: Annotated[datetime, typer.Option("--last-day", formats=["%Y-%m-%d"], help="The last day it holds.")],
    *,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """End an agreement. New accounts stop after its last day, existing ones when the notice that it states is over."""
    with within(authorities.pick(authority).id):
        agreement = Agreement.objects.filter(registration_number=number).order_by("-valid_from_date").first()
        if agreement is None:
            raise NoSuchAgreement(number=number)
        ended = end_agreement(agreement.id, last_day=last_day.date(), by=Actor.system("command line"))
    show({"agreement": number, "last day": ended.valid_to_date, "notice days": ended.notice_days}, as_json=as_json)


@app.command("new-ids")
def new_ids(
    slug: Annotated[str, typer.Argument(help="The service's short name.")],
    *,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Give everybody and everything a new id at a service, as its release policy now says.

    The next delivery removes every account and makes it again, so it waits for a person. What pupils have done at the
    service stays with their old accounts.
    """
    with within(authorities.pick(authority).id):
        service = Service.objects.filter(slug=slug).first()
        if service is None:
            raise NoSuchService(slug=slug)
        yes or typer.confirm(f"Every account at {service.name} gets a new id. Go on?", abort=True)
        rotate(service.pk, by=Actor.system("command line"))
    show({"service": slug, "ids": "new"}, as_json=as_json)

"""`kateder never-send`: people who are never sent to a service, or to any."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, table
from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.provisioning.commands.targets import service_of
from kateder.provisioning.healing import never_send
from kateder.provisioning.models import NeverSend
from kateder.register.models import Person

app = typer.Typer(help="People who are never sent to a service, or to any.", no_args_is_help=True)

PersonArgument = Annotated[UUID, typer.Argument(help="The person's id, as the address of their page has it.")]


class NoSuchPerson(DomainError):
    """There is no person with that id in the register."""


class NoSuchDecision(DomainError):
    """There is no such decision. List them with `kateder never-send list`."""


@app.command("add")
def add(
    person: PersonArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why, with the decision's number.")],
    service: Annotated[str, typer.Option("--service", help="The service's short name; every service without.")] = "",
    until: Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="The last day.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Decide that a person is not sent; an account that is there is removed at once, before anything else."""
    last: date | None = until.date() if until else None
    with within(authorities.pick(authority).id):
        if not Person.objects.filter(id=person).exists():
            raise NoSuchPerson
        made = never_send.begin(
            person,
            service_id=service_of(service).id if service else None,
            reason=reason,
            until=last,
            by=Actor.system("cli"),
            today=clock.today(),
            now=clock.now(),
        )
    typer.echo(str(made.id))


@app.command("end")
def end(
    decision: Annotated[UUID, typer.Argument(help="The decision's id, as `kateder never-send list` shows it.")],
    authority: AuthorityOption = None,
) -> None:
    """Let the person be sent again, by rule as everybody else."""
    with within(authorities.pick(authority).id):
        if not NeverSend.objects.filter(id=decision).exists():
            raise NoSuchDecision
        never_send.end(decision, by=Actor.system("cli"), now=clock.now())
    typer.echo("Ended.")


@app.command("list")
def list_decisions(authority: AuthorityOption = None, *, as_json: JsonOption = False) -> None:
    """List the decisions that stand: ids, not names."""
    with within(authorities.pick(authority).id):
        rows = [
            {
                "decision": one.id,
                "person": one.person_id,
                "service": one.service.slug if one.service else None,
                "reason": one.reason,
                "since": one.begun_at.date(),
                "by": one.begun_by,
                "until": one.end_date,
            }
            for one in never_send.standing()
        ]
    table(rows, as_json=as_json)

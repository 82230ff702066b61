"""`kateder rollover`: the school year turns, step by step, from the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from kateder.catalogue.models import Service
from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, console, show, table
from kateder.core.tenancy import within
from kateder.provisioning.models import Target
from kateder.provisioning.rollover import event, readiness
from kateder.provisioning.rollover.freezing import freeze as freeze_targets
from kateder.provisioning.rollover.freezing import frozen, thaw
from kateder.register.models import Organisation

app = typer.Typer(help="The school year turns: freeze, load, look, release.", no_args_is_help=True)
DayArgument = Annotated[
    datetime, typer.Argument(formats=["%Y-%m-%d"], help="The first day of the new school year, such as 2027-08-17.")
]


@app.command("begin")
def begin(day: DayArgument, authority: AuthorityOption = None) -> None:
    """Begin a rollover to the school year that starts on a day."""
    with within(authorities.pick(authority).id):
        event.begin(day.date(), today=clock.today(), by=Actor.system("cli"))
    typer.echo("Begun. Freeze deliveries next: kateder rollover freeze --reason … --remind …")


@app.command("freeze")
def freeze(
    reason: Annotated[str, typer.Option(help="Why, in a sentence without names.")],
    remind: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day on which to be reminded.")],
    service: Annotated[list[str] | None, typer.Option(help="Only these services; may be repeated.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Hold deliveries back; removals of people who become protected still go out."""
    with within(authorities.pick(authority).id):
        targets = Target.objects.filter(service__slug__in=service) if service else None
        made = freeze_targets(
            reason=reason,
            remind_date=remind.date(),
            today=clock.today(),
            by=Actor.system("cli"),
            target_ids=None if targets is None else list(targets.values_list("pk", flat=True)),
            rollover=event.current(),
        )
    typer.echo(f"Frozen: {len(made)}.")


@app.command("thaw")
def thaw_targets(
    service: Annotated[list[str] | None, typer.Option(help="Only these services; may be repeated.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Let deliveries go on without releasing the rollover."""
    with within(authorities.pick(authority).id):
        targets = Target.objects.filter(service__slug__in=service) if service else None
        ids = None if targets is None else list(targets.values_list("pk", flat=True))
        count = thaw(by=Actor.system("cli"), target_ids=ids)
    typer.echo(f"Thawed: {count}.")


@app.command("status")
def status(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Show where the rollover stands: the day, what is frozen, whether every school has its classes."""
    today = clock.today()
    with within(authorities.pick(authority).id):
        found = event.require()
        units = readiness.units(day=found.day, today=today)
        show(
            {
                "day": found.day,
                "frozen": [f"{one.target.service.slug} (reminder {one.remind_date})" for one in frozen()],
                "schools_ready": sum(unit.is_ready for unit in units),
                "schools": len(units),
                "pupils_without_class": sum(unit.without_class for unit in units),
                "looked_at": found.looked_at,
                "still_holds": event.is_current(found),
            },
            as_json=as_json,
        )


@app.command("look")
def look(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Work out who gets and who loses what on the day, per service and school; nothing is changed or sent."""
    with console.status("Living through the days until then …"), within(authorities.pick(authority).id):
        found = event.look(today=clock.today())
        services = dict(Service.objects.values_list("pk", "slug"))
        units = dict(Organisation.objects.values_list("pk", "display_name"))
        rows = [
            {
                "service": services[one.service_id],
                "school": units.get(one.unit_id, "") if one.unit_id else "",
                "gets": len(one.gets),
                "loses": len(one.loses),
                "keeps": one.keeps,
            }
            for one in found.consequences.order_by("service__name", "pk")
        ]
    table(rows, as_json=as_json)


@app.command("release")
def release(authority: AuthorityOption = None) -> None:
    """Let the deliveries go; what they would do is held by the targets' limits as always."""
    with within(authorities.pick(authority).id):
        event.release(by=Actor.system("cli"))
    typer.echo("Released.")


@app.command("leave")
def leave(authority: AuthorityOption = None) -> None:
    """Give the rollover up; what was frozen for it goes on."""
    with within(authorities.pick(authority).id):
        event.leave(by=Actor.system("cli"))
    typer.echo("Left.")

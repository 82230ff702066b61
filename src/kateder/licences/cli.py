"""`kateder licence`: what was ordered, who has it, handing it out."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import typer

from kateder.catalogue.models import Resource, Service
from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, show, table
from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.licences import api as licences
from kateder.licences.models import AssignedKind, LedgerEntry, Lot
from kateder.register.models import Group, Organisation
from kateder.register.models.base import in_force

app = typer.Typer(help="Licences: what was ordered, for whom, who has it.", no_args_is_help=True)


class NotInCatalogue(DomainError):
    """There is no service or learning resource called {name}. `kateder service list` shows the services."""


class NoSuchLot(DomainError):
    """There is no lot with the number {number}. `kateder licence list` shows them."""


class NoSuchUnit(DomainError):
    """There is no school unit called {name} today."""


class NoSuchGroup(DomainError):
    """{unit} has no group called {name} today, or several."""


@app.command("list")
def list_lots(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """List what was ordered, with the seats in use today."""
    with within(authorities.pick(authority).id):
        rows = [
            {
                "lot": status.lot.number,
                "for": str(status.lot.service or status.lot.resource),
                "taken": status.seats.taken,
                "of": status.lot.quantity,
                "from": status.lot.start_date,
                "to": status.lot.end_date,
                "payer": status.lot.payer,
            }
            for status in licences.lots(today=clock.today())
        ]
    table(rows, as_json=as_json)


@app.command()
def lot(
    *,
    what: Annotated[str, typer.Argument(help="A service's short name, or a learning resource's title.")],
    number: Annotated[str, typer.Option(help="Your own number of the order; each is used once.")],
    starts: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day.")],
    ends: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")] = None,
    quantity: Annotated[int | None, typer.Option(min=0, help="Seats; without it as many as are needed.")] = None,
    price: Annotated[str | None, typer.Option(help="Price per seat for the whole period, in SEK.")] = None,
    payer: Annotated[str, typer.Option(help="Who pays.")] = "",
    hard_stop: Annotated[bool, typer.Option("--hard-stop", help="When it is full nobody more gets in.")] = False,
    grace_days: Annotated[int, typer.Option(min=0, help="Days that somebody who leaves keeps the seat.")] = 0,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record an order. A shortage alerts you and lets the pupil in, unless you say --hard-stop."""
    with within(authorities.pick(authority).id):
        made = licences.create_lot(
            number,
            service_id=_service(what),
            resource_id=_resource(what),
            quantity=quantity,
            start_date=starts.date(),
            end_date=ends.date() if ends else None,
            price=Decimal(price) if price else None,
            payer=payer,
            on_shortage=licences.OnShortage.HARD_STOP if hard_stop else licences.OnShortage.ALERT,
            grace_days=grace_days,
            by=Actor.system("command line"),
        )
        show({"lot": made.number, "quantity": made.quantity, "from": made.start_date}, as_json=as_json)


@app.command()
def assign(
    number: Annotated[str, typer.Argument(help="The lot's number.")],
    unit: Annotated[str, typer.Option(help="The school unit's name; alone, everybody there gets it.")],
    group: Annotated[str | None, typer.Option(help="Only this group of the unit, such as 5B.")] = None,
    year: Annotated[int | None, typer.Option(help="Only this school year of the unit.")] = None,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hand a lot out to a school unit, to one of its groups, or to one of its school years, from today."""
    today = clock.today()
    with within(authorities.pick(authority).id):
        chosen = Lot.objects.filter(number=number).first()
        if chosen is None:
            raise NoSuchLot(number=number)
        kind, subject_id = _subject(unit, group=group, year=year)
        licences.assign(
            to=kind,
            subject_id=subject_id,
            school_year=year if kind is AssignedKind.YEAR else None,
            lot_id=chosen.id,
            start_date=today,
            by=Actor.system("command line"),
        )
        settled = licences.settle(today=today, cause="assigned")
        show({"lot": number, "seats_taken_now": settled.taken, "refused": settled.refused}, as_json=as_json)


@app.command()
def settle(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Bring the ledger up to today, as the worker does by itself. Exit code 1 when somebody is refused."""
    with within(authorities.pick(authority).id):
        settled = licences.settle(today=clock.today(), cause="command")
    done = {"taken": settled.taken, "leaving": settled.leaving, "released": settled.released}
    show(done | {"refused": settled.refused, "short": sum(settled.short.values())}, as_json=as_json)
    if settled.refused:
        raise typer.Exit(1)


@app.command()
def ledger(
    number: Annotated[str, typer.Argument(help="The lot's number.")],
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what a lot's ledger says, in the order it was written: ids of persons, no names."""
    with within(authorities.pick(authority).id):
        entries = LedgerEntry.objects.filter(lot__number=number).order_by("id")
        rows = [
            {
                "entry": entry.id,
                "date": entry.date,
                "event": entry.event,
                "cause": entry.cause,
                "person": entry.person_id,
                "corrects": entry.corrects_id,
            }
            for entry in entries
        ]
    table(rows, as_json=as_json)


def _service(what: str) -> UUID | None:
    return Service.objects.filter(slug=what).values_list("id", flat=True).first()


def _resource(what: str) -> UUID | None:
    if _service(what) is not None:
        return None
    found = Resource.objects.filter(title=what).values_list("id", flat=True).first()
    if found is None:
        raise NotInCatalogue(name=what)
    return found


def _subject(unit: str, *, group: str | None, year: int | None) -> tuple[AssignedKind, UUID]:
    today = clock.today()
    found = Organisation.objects.filter(display_name=unit, organisation_type="Skolenhet").first()
    if found is None:
        raise NoSuchUnit(name=unit)
    if group is not None:
        groups = list(Group.objects.filter(in_force(today), organisation=found, display_name=group)[:2])
        if len(groups) != 1:
            raise NoSuchGroup(unit=unit, name=group)
        return AssignedKind.GROUP, groups[0].pk
    return (AssignedKind.YEAR if year is not None else AssignedKind.UNIT), found.pk

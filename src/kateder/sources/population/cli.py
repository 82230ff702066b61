"""`kateder population …`: ask the population register, look at what came of it."""

from __future__ import annotations

from typing import Annotated

import typer

from kateder.core import authorities
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, console, show, table
from kateder.core.tenancy import within
from kateder.sources.connecting import STEP_LABELS
from kateder.sources.population import api
from kateder.sources.population.models import PopulationOutcome, PopulationRegister, PopulationRun

population_app = typer.Typer(help="Reconcile with the population register (Navet, SPAR).", no_args_is_help=True)

RegisterName = Annotated[str, typer.Argument(help="The register's name; see `kateder population list`.")]


@population_app.command("kinds")
def kinds(as_json: JsonOption = False) -> None:
    """The ways to ask, with their settings."""
    rows = [
        {"kind": one.kind, "what": str(one.label), "settings": ", ".join(field.name for field in one.fields)}
        for one in api.KINDS
    ]
    table(rows, as_json=as_json)


@population_app.command("add")
def add(
    kind: Annotated[str, typer.Argument(help="See `kateder population kinds`.")],
    name: Annotated[str, typer.Option(help="What you call it.")],
    municipality: Annotated[str, typer.Option(help="Municipality codes, such as 1292; several separated by space.")],
    setting: Annotated[list[str] | None, typer.Option("--set", help="name=value; may be repeated.")] = None,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a way to ask the population register."""
    given = dict(one.split("=", 1) for one in setting or [] if "=" in one)
    with within(authorities.pick(authority).id):
        made = api.add(
            kind=kind, name=name, municipalities=municipality, settings=given, actor=Actor.system("command line")
        )
        show(_register(made), as_json=as_json)


@population_app.command("list")
def list_registers(authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """The registers, and how their last reconciliation went."""
    with within(authorities.pick(authority).id):
        table([_register(one) for one in PopulationRegister.objects.order_by("name")], as_json=as_json)


@population_app.command()
def check(name: RegisterName, authority: AuthorityOption = None) -> None:
    """Try it step by step: settings, connection, credentials, one record."""
    with within(authorities.pick(authority).id):
        register_id, actor = api.find(name).pk, Actor.system("command line")
    steps = api.check(register_id, actor=actor)
    for step in steps:
        console.print(f"{'✓' if step.ok else '✗'} {STEP_LABELS[step.name]} {step.sentence}".rstrip())
    if not all(step.ok for step in steps):
        raise typer.Exit(1)


@population_app.command()
def run(
    name: RegisterName,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what would follow, and change nothing.")] = False,
    many: Annotated[bool, typer.Option("--many-are-right", help="Many new markings are right: protect them.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask, protect who is newly marked, and say what else follows."""
    with within(authorities.pick(authority).id):
        register_id, actor = api.find(name).pk, Actor.system("command line")
    with console.status("Asking and comparing …"):
        done = api.run(register_id, actor=actor, dry_run=dry_run, confirmed=many)
    show({"state": done.state, **done.counts}, as_json=as_json)


@population_app.command()
def outcomes(name: RegisterName, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """What waits for somebody, by ids: names are on the page, for those who may see them."""
    with within(authorities.pick(authority).id):
        found = PopulationOutcome.objects.filter(register=api.find(name), decision="").order_by("kind", "since_date")
        rows = [
            {"kind": one.kind, "person": one.person_id, "school": one.unit_id, "since": one.since_date, "id": one.pk}
            for one in found
        ]
    table(rows, as_json=as_json)


def _register(register: PopulationRegister) -> dict[str, object]:
    last = PopulationRun.objects.filter(register=register).order_by("-started_at").first()
    return {
        "name": register.name,
        "kind": register.kind,
        "municipalities": " ".join(register.municipalities),
        "id": register.pk,
        "last_run": None if last is None else last.started_at,
        "state": None if last is None else last.state,
    }

"""`kateder source …` and `kateder plan …`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from kateder.core import authorities, plans
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, console, print_json, show, table
from kateder.core.errors import DomainError
from kateder.core.models import Plan, PlanState
from kateder.core.tenancy import within
from kateder.sources import api, settings_cli
from kateder.sources.connecting import STEP_LABELS
from kateder.sources.egil_in import cli as egil_in
from kateder.sources.models import RunState, Source, SourceRun, Standing

WAITING_CODE = 3

source_app = typer.Typer(help="Where the register comes from: add a source, try it, run it.", no_args_is_help=True)
add_app = typer.Typer(help="Add a source of some kind.", no_args_is_help=True)
source_app.add_typer(add_app, name="add")
settings_cli.mount_add(add_app, but=frozenset({"csv"}))
settings_cli.mount_change(source_app)
source_app.command("inlet")(egil_in.inlet)
plan_app = typer.Typer(help="What waits for a decision: read it, approve it or refuse it.", no_args_is_help=True)

SourceName = Annotated[str, typer.Argument(help="The source's name; see `kateder source list`.")]
PlanId = Annotated[str, typer.Argument(help="The plan's id, or enough of its beginning.")]


class UnknownPlan(DomainError):
    """There is no single plan whose id begins with {id}. `kateder plan list` shows them."""


@add_app.command("csv")
def add_csv(
    name: Annotated[str, typer.Option(help="What you call the source.")],
    folder: Annotated[Path, typer.Option(help="The folder with the CSV files.", exists=True, file_okay=False)],
    ask: Annotated[
        bool, typer.Option("--always-ask", help="Let every plan wait for a person, also a small one.")
    ] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a folder of CSV files (docs/handbok/csv-mapp.md). Its first run always waits for a person."""
    with within(authorities.pick(authority).id):
        source = api.add_csv_source(
            name=name, folder=folder, approve_automatically=not ask, actor=Actor.system("command line")
        )
        show(_source(source), as_json=as_json)


@source_app.command("list")
def list_sources(authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """The sources, and how their last run went."""
    with within(authorities.pick(authority).id):
        found = Source.objects.exclude(standing=Standing.REMOVED).order_by("name")
        table([_source(source) for source in found], as_json=as_json)


@source_app.command()
def schedule(
    name: SourceName,
    every: Annotated[int | None, typer.Option(help="Minutes from one run to the next.", min=api.FEWEST_MINUTES)] = None,
    never: Annotated[bool, typer.Option("--never", help="Only when somebody asks.")] = False,
    authority: AuthorityOption = None,
) -> None:
    """Let the worker run a source by itself, such as every 60 minutes. Plans over the limits wait for a person."""
    if (every is None) != never:
        raise typer.BadParameter("Say --every MINUTES or --never.")
    with within(authorities.pick(authority).id):
        source = api.set_schedule(api.find(name).pk, every_minutes=every, actor=Actor.system("command line"))
        show(_source(source), as_json=False)


@source_app.command()
def check(name: SourceName, authority: AuthorityOption = None) -> None:
    """Look whether the source can be reached, without reading it."""
    with within(authorities.pick(authority).id):
        source_id, actor = api.find(name).pk, Actor.system("command line")
    steps = api.check(source_id, actor=actor)
    for step in steps:
        console.print(f"{'✓' if step.ok else '✗'} {STEP_LABELS[step.name]} {step.sentence}".rstrip())
    if not all(step.ok for step in steps):
        raise typer.Exit(1)


@source_app.command()
def run(
    name: SourceName,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the source, and apply what changed or leave a plan to be approved.

    Exit code 0: applied, or nothing to change. 3: a plan waits for a person. 1: stopped, nothing changed.
    """
    authority_id = authorities.pick(authority).id
    with within(authority_id):
        source_id, actor = api.find(name).pk, Actor.system("command line")
    if dry_run:
        tried = api.preview(source_id, actor=actor)
        lines = [_row(row.action, row.entity, row.group_label, row.label) for row in tried.rows]
        _both(_run(tried.run), lines, as_json=as_json)
        return
    with console.status("Reading and comparing …"):
        done = api.run(source_id, actor=actor)
    with within(authority_id):
        show(_run(done), as_json=as_json)
    if done.state == RunState.WAITING:
        raise typer.Exit(WAITING_CODE)


@plan_app.command("list")
def list_plans(
    every: Annotated[bool, typer.Option("--all", help="Also those that are decided.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """The plans that wait, newest first."""
    with within(authorities.pick(authority).id):
        found = Plan.objects.order_by("-created_at")
        shown = found if every else found.filter(state__in=[PlanState.WAITING, PlanState.APPROVED])
        table([_plan(plan) for plan in shown[:50]], as_json=as_json)


@plan_app.command("show")
def show_plan(plan: PlanId, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """What a plan would change: the counts, what holds it, and a sample of its lines."""
    with within(authorities.pick(authority).id):
        found = _find(plan)
        rows = found.rows.order_by("entity", "action", "group_label", "label")
        lines = [_row(r.action, r.entity, r.group_label, r.label) | {"changes": r.changes} for r in rows]
        described = _plan(found) | {"held_by": found.held_by, "summary": found.summary}
        _both(described, lines, as_json=as_json)


@plan_app.command()
def approve(
    plan: PlanId,
    only: Annotated[bool, typer.Option("--no-apply", help="Approve, and leave applying to later.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say yes to a plan. One for the register is applied at once; a delivery goes with its next run."""
    authority_id = authorities.pick(authority).id
    with within(authority_id):
        approved = plans.approve(_find(plan).pk, by=Actor.system("command line"))
    if approved.kind == "import" and not only:
        _apply(authority_id, approved.pk)
    with within(authority_id):
        show(_plan(Plan.objects.get(pk=approved.pk)), as_json=as_json)


@plan_app.command()
def refuse(plan: PlanId, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Say no to a plan. Nothing is changed."""
    with within(authorities.pick(authority).id):
        found, actor = _find(plan), Actor.system("command line")
        refused = api.refuse_plan(found.pk, actor=actor) if found.kind == "import" else plans.refuse(found.pk, by=actor)
        show(_plan(refused), as_json=as_json)


@plan_app.command()
def apply(plan: PlanId, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Carry out an approved plan for the register. Exit code 1 when the register has moved since."""
    authority_id = authorities.pick(authority).id
    with within(authority_id):
        plan_id = _find(plan).pk
    _apply(authority_id, plan_id)
    with within(authority_id):
        show(_plan(Plan.objects.get(pk=plan_id)), as_json=as_json)


def _apply(authority_id: UUID, plan_id: UUID) -> None:
    with within(authority_id):
        actor = Actor.system("command line")
    with console.status("Applying …"):
        api.apply_plan(plan_id, actor=actor)


def _both(described: dict[str, object], lines: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        print_json({**described, "rows": lines})
        return
    show(described, as_json=False)
    table(lines, as_json=False)


def _find(beginning: str) -> Plan:
    found = [plan for plan in Plan.objects.order_by("-created_at") if str(plan.pk).startswith(beginning.lower())]
    if len(found) != 1:
        raise UnknownPlan(id=beginning)
    return found[0]


def _source(source: Source) -> dict[str, object]:
    last = SourceRun.objects.filter(source=source).order_by("-started_at").first()
    return {
        "name": source.name,
        "kind": source.kind,
        "standing": source.standing,
        "every_minutes": source.every_minutes,
        "id": source.pk,
        "last_run": None if last is None else last.started_at,
        "state": None if last is None else last.state,
    }


def _run(done: SourceRun) -> dict[str, object]:
    return {
        "state": done.state,
        "plan": done.plan_id,
        "seconds": None if done.finished_at is None else (done.finished_at - done.started_at).total_seconds(),
        **done.counts,
    }


def _plan(plan: Plan) -> dict[str, object]:
    return {
        "id": plan.pk,
        "kind": plan.kind,
        "state": plan.state,
        "created": plan.created_at,
        "held": len(plan.held_by),
    }


def _row(action: str, entity: str, group_label: str, label: str) -> dict[str, object]:
    return {"action": action, "entity": entity, "school": group_label, "what": label}

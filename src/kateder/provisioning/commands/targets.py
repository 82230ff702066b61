"""`kateder target`: where services take deliveries, and delivering to them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from kateder.catalogue.models import Service
from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, console, show, table
from kateder.core.errors import DomainError
from kateder.core.leases import LeaseHeld
from kateder.core.setup import options
from kateder.core.tenancy import within
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import DeliveryRun, RunState, Target, TargetState
from kateder.provisioning.planning.preparing import prepare
from kateder.provisioning.targets import federated
from kateder.provisioning.targets.checking import check as check_target
from kateder.provisioning.ways import registry as ways
from kateder.trust.api import Federation

app = typer.Typer(help="Targets: where services take deliveries of accounts.", no_args_is_help=True)

SlugArgument = Annotated[str, typer.Argument(help="The service's short name, as `kateder target list` shows it.")]

EXIT_CODES = {RunState.SUCCEEDED: 0, RunState.WAITING: 3, RunState.FROZEN: 3}
"""0: everything delivered; 3: a plan waits for a person, or deliveries are frozen; 1: something failed."""

WAIT_SECONDS = 60


class NoSuchService(DomainError):
    """There is no service called {slug}. List them with `kateder target list`."""


class NoSuchTarget(DomainError):
    """The service {slug} has no target. Add one with `kateder target add`."""


class NoSuchFederation(DomainError):
    """There is no federation called {name}. List them with `kateder trust federation show`."""


@app.command("list")
def list_targets(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """List the services, with their targets and how the last delivery ended."""
    with within(authorities.pick(authority).id):
        rows = [_line(service) for service in Service.objects.order_by("name")]
    table(rows, as_json=as_json)


@app.command("kinds")
def kinds(*, as_json: JsonOption = False) -> None:
    """List the ways out, with the settings of each."""
    rows = [
        {
            "kind": way.kind,
            "label": str(way.label),
            "pins": way.is_pinned,
            "settings": [field.name + ("*" if field.required else "") for field in way.fields],
        }
        for way in ways.WAYS
    ]
    table(rows, as_json=as_json)


@app.command("add")
def add(
    service: SlugArgument,
    base_uri: Annotated[str, typer.Option("--base-uri", help="The server's address, https://….")] = "",
    pin: Annotated[list[str] | None, typer.Option(help="The pin of the server's key; may be repeated.")] = None,
    federation: Annotated[str | None, typer.Option(help="The federation that the server is a member of.")] = None,
    entity: Annotated[str, typer.Option(help="The member's entity_id, to the letter.")] = "",
    tag: Annotated[str, typer.Option(help="What is wanted of the member.")] = "egilv1",
    kind: Annotated[str, typer.Option(help="The way out, as `kateder target kinds` lists them.")] = "egil",
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="name=value, or name=@FILE for what is secret or long.")
    ] = None,
    certificate: Annotated[Path | None, typer.Option(help="Where to write our certificate, for the provider.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Connect a service that takes deliveries; where it is known by pins, makes a key of ours for it."""
    with within(authorities.pick(authority).id):
        target = provisioning.add_target(
            service_of(service).id,
            kind=kind,
            base_uri=base_uri,
            pins=pin or [],
            through=_through(federation, entity, tag),
            settings=options.read(setting or [], fields=ways.of(kind).fields),
            by=Actor.system("cli"),
        )
        pem = target.certificate
    if certificate and pem:
        certificate.write_text(pem)
        typer.echo(f"Added. Our certificate is in {certificate}.")
    else:
        typer.echo(pem or "Added.")


@app.command("check")
def check(service: SlugArgument, authority: AuthorityOption = None, *, as_json: JsonOption = False) -> None:
    """Check settings, key, certificate dates and connection, sending no data; exit code 1 when one is wrong."""
    chosen = authorities.pick(authority)
    with within(chosen.id):
        target_id = target_of(service).id
    checks = check_target(chosen.id, target_id, now=clock.now())
    table(
        [{"check": one.name.value, "ok": one.ok, "what_to_do": one.sentence} for one in checks],
        as_json=as_json,
    )
    if not all(one.ok for one in checks):
        raise typer.Exit(1)


@app.command("run")
def run(
    service: SlugArgument,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent, and send nothing.")] = False,
    everything: Annotated[
        bool, typer.Option("--everything", help="Compare everything, not only what has changed since the last run.")
    ] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Deliver what has changed; waits for up to a minute while another run works on the target.

    Exit code 0: everything delivered; 3: a plan waits for a person (`kateder plan`); 1: something failed.
    """
    chosen = authorities.pick(authority)
    with within(chosen.id):
        target_id = target_of(service).id
        actor = Actor.system("cli")
        if dry_run:
            plan, _ = prepare(target_id, today=clock.today())
            show(
                {"planned": plan.planned, "urgent": len(plan.urgent), "held_by": list(plan.verdict.held_by)},
                as_json=as_json,
            )
            return
    with console.status("Comparing and delivering …"):
        ended = when_free(lambda: provisioning.run(target_id, actor=actor))
    show_ended(ended, as_json=as_json)


@app.command("show")
def show_target(service: SlugArgument, authority: AuthorityOption = None, *, as_json: JsonOption = False) -> None:
    """Show a target: address, pins, our certificate's pin, what it holds, and the last runs."""
    with within(authorities.pick(authority).id):
        target = target_of(service)
        runs = provisioning.DeliveryRun.objects.filter(target=target).order_by("-started_at")[:5]
        show(
            {
                "service": target.service.slug,
                "base_uri": target.base_uri,
                "member": f"{target.entity_id} ({target.tag}) in {target.federation}" if target.federation else None,
                "pins": target.pins,
                "our_pin": target.keypair.pin if target.keypair else None,
                "certificate_until": federated.certificate_ends(target),
                "state": target.state,
                "objects": target.objects_held.exclude(content_hash=None).count(),
                "runs": [f"{one.started_at:%Y-%m-%d %H:%M} {one.state} {one.counts}" for one in runs],
            },
            as_json=as_json,
        )


@app.command("pause")
def pause(service: SlugArgument, authority: AuthorityOption = None) -> None:
    """Send nothing to a target until `kateder target resume`; a run under way stops at its next window."""
    _set_state(service, TargetState.PAUSED, authority=authority)


@app.command("resume")
def resume(service: SlugArgument, authority: AuthorityOption = None) -> None:
    """Let a paused target go on; what has changed meanwhile is delivered."""
    _set_state(service, TargetState.ACTIVE, authority=authority)


def _set_state(slug: str, state: TargetState, *, authority: str | None) -> None:
    with within(authorities.pick(authority).id):
        provisioning.set_state(target_of(slug).id, state, by=Actor.system("cli"))
    typer.echo(f"{slug}: {state.value}")


def show_ended(ended: DeliveryRun, *, as_json: bool) -> None:
    """Say how a run ended, also by the exit code."""
    show(
        {
            "state": ended.state,
            "looked_at": ended.scope,
            "planned": ended.planned,
            "outcomes": ended.counts,
            "healed": ended.healed,
            "stopped_by": ended.stopped_by or None,
            "plan": ended.plan_id,
        },
        as_json=as_json,
    )
    raise typer.Exit(EXIT_CODES.get(RunState(ended.state), 1))


def when_free(act: Callable[[], DeliveryRun]) -> DeliveryRun:
    """Run once nobody else does: the worker's own runs are short, and a killed one holds the target half a minute."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return act()
        except LeaseHeld:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _through(federation: str | None, entity: str, tag: str) -> provisioning.Through | None:
    if federation is None:
        return None
    found = Federation.objects.filter(name=federation).first()
    if found is None:
        raise NoSuchFederation(name=federation)
    return provisioning.Through(found.id, entity, tag)


def service_of(slug: str) -> Service:
    """A service by its short name. Raises NoSuchService."""
    service = Service.objects.filter(slug=slug).first()
    if service is None:
        raise NoSuchService(slug=slug)
    return service


def target_of(slug: str) -> Target:
    """A service's target, by the service's short name. Raises NoSuchService or NoSuchTarget."""
    target = Target.objects.select_related("keypair", "service").filter(service=service_of(slug)).first()
    if target is None:
        raise NoSuchTarget(slug=slug)
    return target


def _line(service: Service) -> dict[str, object]:
    target = Target.objects.filter(service=service).first()
    last = provisioning.DeliveryRun.objects.filter(target=target).order_by("-started_at").first() if target else None
    return {
        "service": service.slug,
        "target": target.place if target else None,
        "state": target.state if target else None,
        "last_run": last.state if last else None,
    }

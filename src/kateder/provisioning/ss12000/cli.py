"""`kateder api-client`: who may call our SS 12000 API, what each may see, and how it proves who it is."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from kateder.catalogue.models import Service
from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, print_json, show, table
from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.provisioning.models import Spelling, Subscription
from kateder.provisioning.ss12000 import profiles, subscriptions
from kateder.provisioning.ss12000.description import described
from kateder.provisioning.ss12000.presets import PRESETS
from kateder.provisioning.ss12000.profiles import Api
from kateder.provisioning.targets.fetching import let_fetch
from kateder.trust import api as trust
from kateder.trust.api import ApiClient

app = typer.Typer(help="Systems that may read our SS 12000 API.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The client's name, or its client id.")]
ServiceOption = Annotated[str | None, typer.Option(help="It sees what this service may know (its short name).")]
PresetOption = Annotated[str | None, typer.Option(help=f"A ready profile: {', '.join(PRESETS)}.")]
ProfileOption = Annotated[Path | None, typer.Option(help="A file with the profile as JSON.")]
ApiOption = Annotated[Api, typer.Option(help="With --service: which API it reads.")]
ResultsOption = Annotated[bool, typer.Option("--results", help="With OneRoster: it may return results.")]
RateOption = Annotated[int, typer.Option(min=0, help="Requests a second; 0 is as fast as it can.")]


class NoSuchClient(DomainError):
    """There is no API client called {name}. `kateder api-client list` shows them."""


class NoSuchService(DomainError):
    """There is no service called {name}."""


class NoSuchPreset(DomainError):
    """There is no ready profile called {name}. They are: {names}."""


class OneProfile(DomainError):
    """Say what the client may see in one way: --service, --preset or --profile."""


class OneRosterNeedsService(DomainError):
    """OneRoster is for a service: say which with --service."""


class NotJson(DomainError):
    """{path} cannot be read as JSON."""


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What people know it by.")],
    *,
    service: ServiceOption = None,
    preset: PresetOption = None,
    profile: ProfileOption = None,
    api: ApiOption = Api.SS12000,
    results: ResultsOption = False,
    rate: RateOption = 50,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a system call the API; prints its client id and its secret, which is shown only now."""
    with within(authorities.pick(authority).id):
        service_id, chosen = _sees(service, preset, profile)
        by, now, most = _cli(), clock.now(), rate or None
        if service_id is not None:
            given = let_fetch(service_id, name=name, api=api, returns_results=results, by=by, now=now, rate=most)
        elif api is Api.ONEROSTER:
            raise OneRosterNeedsService
        else:
            given = trust.add_client(name, by=by, now=now, profile=chosen, rate=most)
    show({"client_id": given.client_id, "client_secret": given.client_secret}, as_json=as_json)


@app.command("list")
def list_clients(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """List the clients, when each was last seen and how many subscriptions it has."""
    with within(authorities.pick(authority).id):
        rows = [
            {
                "name": client.name,
                "client_id": client.id,
                "state": "disabled" if client.disabled_at else "active",
                "sees": _seen_by(client),
                "last_seen": client.last_seen_at,
                "subscriptions": Subscription.objects.filter(client=client).count(),
            }
            for client in ApiClient.objects.order_by("name")
        ]
    table(rows, as_json=as_json)


@app.command("show")
def show_client(name: NameArgument, *, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Show one client: its profile, its secrets' dates, what it read lately, its subscriptions."""
    with within(authorities.pick(authority).id):
        client = _client(name)
        values = {
            "name": client.name,
            "client_id": client.id,
            "state": "disabled" if client.disabled_at else "active",
            "sees": _seen_by(client),
            "profile": client.profile,
            "rate": client.rate,
            "last_seen": client.last_seen_at,
            "secrets": [
                f"made {one.created_at:%Y-%m-%d}"
                + (f", good until {one.expires_at:%Y-%m-%d}" if one.expires_at else "")
                for one in client.secrets.order_by("created_at")
            ],
            "read": [
                f"{one.date} {one.entity}: {one.objects_read} in {one.requests} requests"
                for one in client.readings.order_by("-date", "entity")[:20]
            ],
            "subscriptions": [
                f"{one.id} {one.target} {one.resource_types} until {one.expires_at:%Y-%m-%d} {one.trouble or 'works'}"
                for one in subscriptions.of(client)
            ],
        }
    show(values, as_json=as_json)


@app.command("change")
def change(
    name: NameArgument,
    *,
    service: ServiceOption = None,
    preset: PresetOption = None,
    profile: ProfileOption = None,
    rate: Annotated[int | None, typer.Option(min=0, help="Requests a second; 0 is as fast as it can.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Set what a client may see, or how fast it may ask."""
    with within(authorities.pick(authority).id):
        client, changes = _client(name), dict[str, Any]()
        if service or preset or profile:
            changes["service_id"], changes["profile"] = _sees(service, preset, profile)
        if rate is not None:
            changes["rate"] = rate or None
        trust.change_client(client.id, by=_cli(), **changes)
    typer.echo("Changed.")


@app.command("rotate")
def rotate(
    name: NameArgument,
    *,
    now: Annotated[bool, typer.Option("--now", help="The old secret has leaked: it ends at once.")] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a new secret, shown only now. The old one is good for a week yet, unless --now."""
    with within(authorities.pick(authority).id):
        grace = {"grace": timedelta(0)} if now else {}
        given = trust.rotate_secret(_client(name).id, by=_cli(), now=clock.now(), **grace)
    show({"client_id": given.client_id, "client_secret": given.client_secret}, as_json=as_json)


@app.command("disable")
def disable(name: NameArgument, *, authority: AuthorityOption = None) -> None:
    """Shut a client out; its tokens end within seconds."""
    with within(authorities.pick(authority).id):
        trust.disable_client(_client(name).id, by=_cli(), now=clock.now())
    typer.echo("Disabled.")


@app.command("enable")
def enable(name: NameArgument, *, authority: AuthorityOption = None) -> None:
    """Let a client in again."""
    with within(authorities.pick(authority).id):
        trust.enable_client(_client(name).id, by=_cli())
    typer.echo("Enabled.")


@app.command("trust")
def trust_issuer(
    name: NameArgument,
    *,
    issuer: Annotated[str, typer.Option(help="What its tokens say in iss.")],
    audience: Annotated[list[str], typer.Option(help="What they may say in aud; may be repeated.")],
    organization: Annotated[str, typer.Option(help="What they say in organization_id, such as SE2021004185.")],
    location: Annotated[str, typer.Option(help="Our base URL as the server has it, to the letter.")],
    jwks_uri: Annotated[str, typer.Option(help="Where the server's keys are fetched.")] = "",
    jwks: Annotated[Path | None, typer.Option(help="A file with its keys, which are pinned.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Take an authorisation server's word for a client, as Skolverket's test service asks for."""
    keys = _json(jwks).get("keys", []) if jwks else []
    with within(authorities.pick(authority).id):
        trust.trust_issuer(
            _client(name).id, issuer=issuer, audiences=audience, organization_id=organization, location=location,
            jwks_uri=jwks_uri, keys=keys, by=_cli(), now=clock.now(),
        )  # fmt: skip
    typer.echo("Trusted.")


@app.command("spelling")
def spelling(
    subscription_id: Annotated[UUID, typer.Argument(help="As `kateder api-client show` gives it.")],
    how: Annotated[Spelling, typer.Argument(help="both, published (modifiedEntites) or correct (modifiedEntities).")],
    *,
    authority: AuthorityOption = None,
) -> None:
    """Choose how the list of changed types is spelled in the notifications of one subscription."""
    with within(authorities.pick(authority).id):
        subscriptions.spell(subscription_id, how, by=_cli())
    typer.echo("Changed.")


@app.command("openapi")
def openapi(
    site: Annotated[str, typer.Argument(help="Where Kateder answers, such as https://kateder.example.se.")],
) -> None:
    """Print the API's OpenAPI document, which is also served at /ss12000/v2.0/openapi.json."""
    print_json(described(site))


def _cli() -> Actor:
    return Actor.system("command line")


def _client(name: str) -> ApiClient:
    try:
        found = ApiClient.objects.filter(id=UUID(name)).first()
    except ValueError:
        found = ApiClient.objects.filter(name=name).first()
    if found is None:
        raise NoSuchClient(name=name)
    return found


def _sees(service: str | None, preset: str | None, profile: Path | None) -> tuple[UUID | None, dict[str, Any]]:
    if sum(map(bool, (service, preset, profile))) > 1:
        raise OneProfile
    if service:
        found = Service.objects.filter(slug=service).first()
        if found is None:
            raise NoSuchService(name=service)
        return found.id, {}
    if preset and preset not in PRESETS:
        raise NoSuchPreset(name=preset, names=", ".join(PRESETS))
    chosen = _json(profile) if profile else dict(PRESETS[preset or "nothing"].profile)
    profiles.read(chosen)
    return None, chosen


def _seen_by(client: ApiClient) -> str:
    if client.service_id is not None:
        found = Service.objects.filter(id=client.service_id).first()
        return f"what {found.slug} may know" if found else "nothing: its service is gone"
    profile = profiles.profile_of(client)
    return "everything" if profile.everything else ", ".join(sorted(profile.entities)) or "nothing"


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        raise NotJson(path=path) from None
    if not isinstance(found, dict):
        raise NotJson(path=path)
    return found

"""`kateder trust federation`: federations, their keys, their metadata, their members."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, show, table
from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.protocols.matf.keys import SigningKey
from kateder.protocols.matf.metadata import Entity
from kateder.trust.federations import managing, searching
from kateder.trust.federations.entity_cli import entity_app
from kateder.trust.federations.presets import PRESETS
from kateder.trust.federations.refreshing import refresh
from kateder.trust.models import Federation

app = typer.Typer(help="Whom machines trust: federations, and ourselves in them.", no_args_is_help=True)
federation_app = typer.Typer(help="Federations (RFC 9932), such as Skolfederation Moa.", no_args_is_help=True)
app.add_typer(federation_app, name="federation")
app.add_typer(entity_app, name="entity")

NameArgument = Annotated[str, typer.Argument(help="The federation's name here.")]


class NoSuchFederation(DomainError):
    """There is no federation called {name}. List them with `kateder trust federation show`."""


class NoSuchPreset(DomainError):
    """There is no ready federation called {name}. They are: {names}."""


class MetadataNotTaken(DomainError):
    """The metadata was not taken ({code}). What was there before holds until it ends."""


@federation_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What it is to be called here; that of the preset by default.")] = "",
    *,
    preset: Annotated[str | None, typer.Option(help=f"A ready one: {', '.join(PRESETS)}.")] = None,
    address: Annotated[str, typer.Option(help="Where its metadata is, https://….")] = "",
    issuer: Annotated[str, typer.Option(help="Who must have issued the metadata, if it says so.")] = "",
    authority: AuthorityOption = None,
) -> None:
    """Add a federation. Nothing is fetched before one of its keys is pinned (`kateder trust federation keys`)."""
    if preset is not None and preset not in PRESETS:
        raise NoSuchPreset(name=preset, names=", ".join(PRESETS))
    ready = PRESETS[preset] if preset is not None else None
    with within(authorities.pick(authority).id):
        made = managing.add_federation(
            name or (ready.name if ready else ""), address=address or (ready.address if ready else ""),
            issuer=issuer or (ready.issuer if ready else ""), by=Actor.system("cli"),
        )  # fmt: skip
    typer.echo(f"Added {made.name}. Get its public keys from its operator; compare their thumbprints, then pin them.")
    if ready:
        typer.echo(f"It says that it signs with the key {ready.kid}.")


@federation_app.command("keys")
def keys(
    name: NameArgument,
    *,
    jwks: Annotated[Path | None, typer.Option(help="A file with its public keys (a JWK set).")] = None,
    thumbprint: Annotated[
        list[str] | None,
        typer.Option(help="Pin the key with this thumbprint, once compared; may be repeated."),
    ] = None,
    remove: Annotated[str | None, typer.Option(help="Let the key with this name (kid) go.")] = None,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the keys in a file, pin those whose thumbprints (RFC 7638) you have compared, or show the pinned ones."""
    with within(authorities.pick(authority).id):
        federation = _federation(name)
        if remove is not None:
            managing.unpin_key(federation.id, remove, by=Actor.system("cli"))
            federation.refresh_from_db()
        text = jwks.read_text() if jwks is not None else ""
        if text and thumbprint:
            managing.pin_keys(federation.id, text, thumbprints=thumbprint, by=Actor.system("cli"))
            federation.refresh_from_db()
        pinned = managing.keys_of(federation)
        found = managing.offered(text) if text and not thumbprint else pinned
    table([_key(one, pinned=one in pinned) for one in found], as_json=as_json)


@federation_app.command("fetch")
def fetch(name: NameArgument, *, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Fetch the metadata now; exit code 1 when it is not to be taken."""
    chosen = authorities.pick(authority)
    with within(chosen.id):
        federation = _federation(name)
    code = refresh(chosen.id, federation.id, now=clock.now())
    if code:
        raise MetadataNotTaken(code=code)
    with within(chosen.id):
        show(_state(_federation(name)), as_json=as_json)


@federation_app.command("show")
def show_federations(
    name: Annotated[str | None, typer.Argument(help="The federation's name here; all of them by default.")] = None,
    *,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show federations: where they are, when they were fetched, until when their metadata holds, what is wrong."""
    with within(authorities.pick(authority).id):
        if name is not None:
            found = _state(_federation(name))
        else:
            rows = [_state(one) for one in Federation.objects.defer("raw").order_by("name")]
    if name is not None:
        show(found, as_json=as_json)
    else:
        table(rows, as_json=as_json)


@federation_app.command("entities")
def entities(
    name: NameArgument,
    *,
    search: Annotated[str, typer.Option(help="Part of a name, an organisation number or an entity_id.")] = "",
    tag: Annotated[str, typer.Option(help="Only those with a server for this tag.")] = "",
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the members of a federation."""
    with within(authorities.pick(authority).id):
        found = searching.members(_federation(name).id, text=search, tag=tag, now=clock.now())
    table([_entity(one) for one in found], as_json=as_json)


def _federation(name: str) -> Federation:
    found = Federation.objects.defer("raw").filter(name=name).first()
    if found is None:
        raise NoSuchFederation(name=name)
    return found


def _key(one: SigningKey, *, pinned: bool) -> dict[str, object]:
    return {"kid": one.kid, "kind": f"{one.kty} {one.curve}".strip(), "thumbprint": one.thumbprint, "pinned": pinned}


def _state(one: Federation) -> dict[str, object]:
    return {
        "name": one.name,
        "address": one.address,
        "keys": [key.kid for key in managing.keys_of(one)],
        "fetched": one.fetched_at,
        "issued": one.issued_at,
        "ends": one.expires_at,
        "failure": one.failure or None,
    }


def _entity(one: Entity) -> dict[str, object]:
    return {
        "entity_id": one.entity_id,
        "organization": one.organization,
        "organization_id": one.organization_id,
        "serves": sorted({tag for server in one.servers for tag in server.tags}),
        "calls": sorted({tag for client in one.clients for tag in client.tags}),
    }

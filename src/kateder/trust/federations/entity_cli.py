"""`kateder trust entity`: ourselves as a member of a federation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, print_json, table
from kateder.core.errors import DomainError
from kateder.core.tenancy import within
from kateder.trust.federations import own, rotation
from kateder.trust.keypairs import identity_of
from kateder.trust.models import Federation, KeyUse, OwnEntity

entity_app = typer.Typer(help="Our own entity in a federation: who we are there, our keys.", no_args_is_help=True)

FederationArgument = Annotated[str, typer.Argument(help="The federation's name here.")]
UseOption = Annotated[KeyUse, typer.Option(help="Which of our keys: client (when we call) or server.")]


class NoEntity(DomainError):
    """We have no entity in {name} yet. Describe it with `kateder trust entity describe`."""


@entity_app.command("describe")
def describe(
    name: FederationArgument,
    *,
    entity_id: Annotated[str, typer.Option(help="What others know us by, such as https://bjorkviken.se.")],
    organization: Annotated[str, typer.Option(help="Our name; the authority's by default.")] = "",
    organization_id: Annotated[str, typer.Option(help="Country and organisation number: SE2120000000.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="What we deliver by: egilv1 by default.")] = None,
    server_uri: Annotated[str, typer.Option(help="Where others call us, https://….")] = "",
    server_tag: Annotated[list[str] | None, typer.Option(help="What they may do there; may be repeated.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Say who we are in a federation, or change it; makes the keys, and prints the JSON to upload."""
    chosen = authorities.pick(authority)
    with within(chosen.id):
        found = Federation.objects.defer("raw").filter(name=name).first()
        if found is None:
            raise NoEntity(name=name)
        entity = own.describe_entity(
            found.id, entity_id=entity_id, organization=organization or chosen.name, organization_id=organization_id,
            client_tags=tag or ["egilv1"], server_uri=server_uri, server_tags=server_tag or [],
            by=Actor.system("cli"), now=clock.now(),
        )  # fmt: skip
        printed = own.entity_json(entity)
    print_json(printed)


@entity_app.command("json")
def as_uploaded(name: FederationArgument, authority: AuthorityOption = None) -> None:
    """Print our entity as the federation's operator takes it."""
    with within(authorities.pick(authority).id):
        printed = own.entity_json(_entity(name))
    print_json(printed)


@entity_app.command("show")
def show_keys(name: FederationArgument, *, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """Show our keys, when their certificates end, and what is to be done next."""
    with within(authorities.pick(authority).id):
        rows = [_standing(one) for one in rotation.standings(_entity(name), now=clock.now())]
    table(rows, as_json=as_json)


@entity_app.command("rotate")
def rotate(name: FederationArgument, *, use: UseOption = KeyUse.CLIENT, authority: AuthorityOption = None) -> None:
    """Make the key that will replace the one in use, and print the JSON to upload, with both."""
    with within(authorities.pick(authority).id):
        entity = _entity(name)
        rotation.begin(entity.id, use, by=Actor.system("cli"), now=clock.now())
        printed = own.entity_json(entity)
    print_json(printed)


@entity_app.command("switch")
def switch(name: FederationArgument, *, use: UseOption = KeyUse.CLIENT, authority: AuthorityOption = None) -> None:
    """Use the new key from now on, once it is known everywhere, and print the JSON to upload, without the old."""
    with within(authorities.pick(authority).id):
        entity = _entity(name)
        rotation.switch(entity.id, use, by=Actor.system("cli"), now=clock.now())
        printed = own.entity_json(entity)
    print_json(printed)


@entity_app.command("server-key")
def server_key(
    name: FederationArgument,
    file: Annotated[Path, typer.Argument(help="Where to write key and certificate (PEM, 0600), for the proxy.")],
    *,
    new: Annotated[bool, typer.Option("--new", help="The key that is coming, not the one in use.")] = False,
    authority: AuthorityOption = None,
) -> None:
    """Write the key and the certificate that our proxy shows to members."""
    with within(authorities.pick(authority).id):
        found = rotation.standing(_entity(name), KeyUse.SERVER, now=clock.now())
        key = found.coming if new else found.current
        if key is None:
            raise rotation.NoRotation
        identity = identity_of(key.keypair_id)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(identity.certificate + identity.private_key)
    typer.echo(f"Written to {file}. The pin is {identity.pin}.")


def _entity(name: str) -> OwnEntity:
    found = OwnEntity.objects.select_related("federation").filter(federation__name=name).first()
    if found is None:
        raise NoEntity(name=name)
    return found


def _standing(one: rotation.Standing) -> dict[str, object]:
    return {
        "use": one.use.value,
        "pin": one.current.keypair.pin if one.current else None,
        "certificate_until": one.current.keypair.not_after if one.current else None,
        "published": one.current.published_at if one.current else None,
        "new_pin": one.coming.keypair.pin if one.coming else None,
        "next": one.step.value,
        "not_before": one.until if one.step is rotation.Step.WAIT else None,
    }

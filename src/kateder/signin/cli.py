"""`kateder user`, `kateder client`: accounts and relying parties."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from kateder.catalogue.models import Service
from kateder.core import audit, authorities, clock, users
from kateder.core.actors import Actor, Role
from kateder.core.console import AuthorityOption, JsonOption, show, table
from kateder.core.errors import DomainError
from kateder.core.models import Authority, User
from kateder.core.tenancy import within
from kateder.register import api as register
from kateder.register.models import Person
from kateder.signin.accounts import ending, links
from kateder.signin.models import Application
from kateder.signin.oidc import clients, keys

user_app = typer.Typer(help="People who sign in with a local account, such as administrators.", no_args_is_help=True)
client_app = typer.Typer(help="Services that may ask who signs in (OpenID Connect).", no_args_is_help=True)


class NoSuchUser(DomainError):
    """There is no account called {name}. `kateder user list` shows them."""


class NobodyWithThatName(DomainError):
    """Nobody in the register has the EPPN {eppn}, or several have. Look at the source's findings."""


class NoSuchService(DomainError):
    """There is no service called {name}."""


@user_app.command("list")
def list_users(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """List the accounts with their roles and whether they can sign in."""
    with within(authorities.pick(authority).id):
        rows = [
            {"username": user.username, "roles": user.staff_roles, "active": user.is_active}
            for user in User.objects.order_by("username")
        ]
    table(rows, as_json=as_json)


@user_app.command("add")
def add_user(
    username: Annotated[str, typer.Argument(help="What the person writes when signing in.")],
    name: Annotated[str | None, typer.Option(help="The name shown on the pages; the register's with --eppn.")] = None,
    eppn: Annotated[str | None, typer.Option(help="Whose account: the person in the register with this EPPN.")] = None,
    role: Annotated[
        list[Role] | None,
        typer.Option(help="Role beside those in the register; may be repeated. Administrator without --eppn."),
    ] = None,
    site: Annotated[str | None, typer.Option(help="Where Kateder answers, such as https://hub.example.se.")] = None,
    authority: AuthorityOption = None,
) -> None:
    """Add an account and print the link with which the person sets up a passkey. It works once, for 24 hours."""
    owner = authorities.pick(authority)
    with within(owner.id):
        by = Actor.system("command line")
        person = _person(eppn)
        user = users.add(
            username,
            display_name=name or (person.full_name if person else username),
            person_id=person.id if person else None,
            staff_roles=role or ([] if person else [Role.ADMINISTRATOR]),
            by=by,
        )
        address = _link(user, site=site, owner=owner)
    typer.echo(address)


@user_app.command("link")
def link(
    username: Annotated[str, typer.Argument(help="Whose link.")],
    site: Annotated[str | None, typer.Option(help="Where Kateder answers, such as https://hub.example.se.")] = None,
    authority: AuthorityOption = None,
    *,
    forget: Annotated[
        bool, typer.Option("--forget", help="First take back passkeys, password and app, as after a lost device.")
    ] = False,
) -> None:
    """Print a new set-up link; earlier ones stop working."""
    owner = authorities.pick(authority)
    with within(owner.id):
        user = _user(username)
        if forget:
            ending.forget_ways_in(user, by=Actor.system("command line"))
        address = _link(user, site=site, owner=owner)
    typer.echo(address)


@user_app.command("close")
def close(username: Annotated[str, typer.Argument(help="Whose account.")], authority: AuthorityOption = None) -> None:
    """Close an account: nobody signs in with it any more, and who is signed in is out at once."""
    with within(authorities.pick(authority).id):
        ending.close(_user(username), by=Actor.system("command line"))
    typer.echo(f"{username} is closed.")


@client_app.command("list")
def list_clients(*, authority: AuthorityOption = None, as_json: JsonOption = False) -> None:
    """List the registered services with their addresses; secrets are kept as digests and cannot be shown."""
    with within(authorities.pick(authority).id):
        rows = [
            {
                "service": client.service.slug,
                "client_id": client.client_id,
                "redirect_uris": client.redirect_uris.split(),
                "launch_uri": client.service.launch_uri,
            }
            for client in Application.objects.select_related("service")
        ]
    table(rows, as_json=as_json)


@client_app.command("add")
def add_client(
    service: Annotated[str, typer.Argument(help="The service's short name.")],
    redirect_uri: Annotated[list[str], typer.Option(help="Where answers may be sent, exactly; may be repeated.")],
    authority: AuthorityOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Register a service and print its client id and secret, which is shown only now."""
    with within(authorities.pick(authority).id):
        found = Service.objects.filter(slug=service).first()
        if found is None:
            raise NoSuchService(name=service)
        given = clients.register_client(
            UUID(str(found.id)), name=found.name, redirect_uris=redirect_uri,
            actor=Actor.system("command line"),
        )  # fmt: skip
    show({"client_id": given.client_id, "client_secret": given.client_secret}, as_json=as_json)


@client_app.command("rotate-key")
def rotate_key(*, authority: AuthorityOption = None) -> None:
    """Make the next signing key. Services see it for a day before it signs, and the old one for a day after."""
    with within(authorities.pick(authority).id):
        successor = keys.rotate(now=clock.now())
        audit.record(
            "signing_key_made", actor=Actor.system("command line"), subject_type="key", subject_id=successor.id
        )
    typer.echo(f"The new key signs from {successor.signs_from:%Y-%m-%d %H:%M} UTC.")


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise NoSuchUser(name=username)
    return user


def _person(eppn: str | None) -> Person | None:
    person = register.person_with_eppn(eppn) if eppn else None
    if eppn and person is None:
        raise NobodyWithThatName(eppn=eppn)
    return person


def _link(user: User, *, site: str | None, owner: Authority) -> str:
    token = links.issue(user.id, now=clock.now())
    host = site or f"https://{owner.hosts.order_by('host').values_list('host', flat=True).first()}"
    return f"{host.rstrip('/')}/konto/{token}/"

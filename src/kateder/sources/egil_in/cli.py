"""`kateder source inlet …`: the address and token of a source that is delivered to."""

from __future__ import annotations

from typing import Annotated

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, show
from kateder.core.tenancy import within
from kateder.sources import api, mirror
from kateder.sources.egil_in import inlets
from kateder.sources.models import Inlet


def inlet(
    name: Annotated[str, typer.Argument(help="The source's name; see `kateder source list`.")],
    new_token: Annotated[
        bool, typer.Option("--new-token", help="Make a token and show it once; the one before stops to work.")
    ] = False,
    authority: AuthorityOption = None,
    as_json: JsonOption = False,
) -> None:
    """Where a source of the kind EGIL in is delivered to, whether anybody has, and how much has come."""
    with within(authorities.pick(authority).id):
        source = api.find(name)
        told: dict[str, object] = {"path": inlets.path_of(source)}
        if new_token:
            told["token"] = inlets.make_token(source.pk, actor=Actor.system("command line"), now=clock.now())
        found = Inlet.objects.filter(source=source).first()
        if found is not None:
            told |= {"token_made": found.token_made_at, "heard": found.heard_at, "unread_since": found.pending_since}
        show(told | mirror.counts(source.pk), as_json=as_json)

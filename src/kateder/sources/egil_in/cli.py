"""`kateder source inlet …`: the address and token of a source that is delivered to."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from kateder.core import authorities, clock
from kateder.core.actors import Actor
from kateder.core.console import AuthorityOption, JsonOption, show
from kateder.core.tenancy import within
from kateder.sources import api
from kateder.sources.egil_in import inlets


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
        token = {}
        if new_token:
            token["token"] = inlets.make_token(source.pk, actor=Actor.system("command line"), now=clock.now())
        told = asdict(inlets.describe(source))
        counts = told.pop("counts")
        show({**told, **counts, **token}, as_json=as_json)

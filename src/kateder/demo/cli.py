"""`kateder demo`: the synthetic authority, as files."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from kateder.core import clock
from kateder.core.console import JsonOption, show
from kateder.core.errors import DomainError
from kateder.demo.synthetic import FEWEST_PUPILS, TooFewPupils, generate

app = typer.Typer(help="A synthetic authority to try Kateder with. Nobody in it exists.", no_args_is_help=True)


class FolderInUse(DomainError):
    """The folder {folder} already holds files: name an empty one, or say --overwrite."""


class AuthorityTooSmall(DomainError):
    """A synthetic authority needs at least {fewest} pupils, so that every school form has some."""


@app.callback()
def group() -> None:
    """A synthetic authority to try Kateder with. Nobody in it exists."""


@app.command()
def seed(
    folder: Annotated[Path, typer.Option(help="Where the CSV files go; made where it does not exist.")],
    pupils: Annotated[int, typer.Option(help="How many pupils. The rest of the authority follows.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed, pupils and day give the same files.")] = 1,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the export; today by default.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over the files of an earlier run.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a synthetic authority as the CSV files that a school system would export.

    Schools from förskoleklass to adult education, with classes, teachers, guardians and the odd cases that every
    authority has: protected identities, newcomers with temporary numbers, shared custody, substitutes. Import it with
    `kateder source add` and `kateder source run`.
    """
    if folder.exists() and any(folder.iterdir()) and not overwrite:
        raise FolderInUse(folder=folder)
    try:
        summary = generate(folder, pupils=pupils, seed=seed, today=today.date() if today else clock.today())
    except TooFewPupils:
        raise AuthorityTooSmall(fewest=FEWEST_PUPILS) from None
    show(
        {"folder": str(folder), "pupils": summary.pupils, "teachers": summary.teachers, **summary.rows},
        as_json=as_json,
    )

"""How commands print: a Rich table for a person, JSON for a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

AuthorityOption = Annotated[
    str | None, typer.Option("--authority", help="Which authority (its short name); the only one by default.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a script.")]

console = Console()


def as_text(value: object) -> str:
    """A value as one cell of a table."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def print_json(value: Any) -> None:
    """Print one JSON document."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode())


def show(values: Mapping[str, object], *, as_json: bool) -> None:
    """Print one thing, a line per field."""
    if as_json:
        print_json(dict(values))
        return
    for name, value in values.items():
        console.print(f"[dim]{name.replace('_', ' ')}[/dim]  {as_text(value)}", highlight=False)


def table(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Print many things, a row each."""
    if as_json:
        print_json([dict(row) for row in rows])
        return
    if not rows:
        console.print("[dim]none[/dim]")
        return
    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        grid.add_column(name.replace("_", " "))
    for row in rows:
        grid.add_row(*(as_text(value) for value in row.values()))
    console.print(grid)

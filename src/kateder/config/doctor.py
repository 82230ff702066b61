"""`kateder doctor`: what is wrong with this installation, and what to do."""

from __future__ import annotations

import typer
from rich.table import Table

from kateder.core import checks
from kateder.core.checks import Result, Verdict
from kateder.core.console import JsonOption, console, print_json

COLOURS = {Verdict.FINE: "green", Verdict.NOTE: "cyan", Verdict.WARNING: "yellow", Verdict.FAILURE: "red"}


def doctor(*, as_json: JsonOption = False) -> None:
    """Look at settings, database, keys, deliveries, clock and disk, and say what to do.

    Changes nothing. Exit code 1 when something does not work or must not go on like this.
    """
    results = list(checks.run_all())
    if as_json:
        print_json([_plain(result) for result in results])
    else:
        _print(results)
    if any(result.answer.verdict == Verdict.FAILURE for result in results):
        raise typer.Exit(1)


def _plain(result: Result) -> dict[str, str]:
    answer = result.answer
    return {"check": result.check, "verdict": answer.verdict, "found": answer.found, "advice": answer.advice}


def _print(results: list[Result]) -> None:
    grid = Table(box=None, show_header=False, pad_edge=False)
    for result in results:
        answer = result.answer
        text = f"{answer.found} [dim]{answer.advice}[/dim]" if answer.advice else answer.found
        grid.add_row(result.check, f"[{COLOURS[answer.verdict]}]{answer.verdict}[/]", text)
    console.print(grid)

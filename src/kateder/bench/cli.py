"""`kateder bench`: how fast it is here, in a Kateder of its own that is gone afterwards."""

from __future__ import annotations

from typing import Annotated

import typer

from kateder.bench import deliveries, imports, kills, promptness
from kateder.bench.ss12000 import measuring as reading
from kateder.core.console import JsonOption, show

app = typer.Typer(
    help="Measure how fast Kateder is on this machine. Your data is not touched: each measurement has a database of "
    "its own, and removes it.",
    no_args_is_help=True,
)
PupilsOption = Annotated[int, typer.Option(help="How many pupils the synthetic authority has.")]
SeedOption = Annotated[int, typer.Option(help="Which synthetic authority; the same seed gives the same one.")]


@app.command("import")
def import_(
    *,
    pupils: PupilsOption = 10_000,
    memberships: Annotated[
        int | None, typer.Option(help="Add teaching groups until there are so many memberships.")
    ] = None,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Read a school system's CSV files into an empty register, then the same files again.

    To reach with 10,000 pupils on two cores: 3 s from the files to the applied register, 1.5 s when nothing changed;
    with 100,000 pupils and 1,000,000 memberships: 40 s and 12 s in less than 600 MB.
    `ratio_to_raw` compares with PostgreSQL taking in the same files with nothing checked.
    """
    show(imports.measure(pupils=pupils, seed=seed, memberships=memberships), as_json=as_json)


@app.command("deliver")
def deliver(
    *,
    pupils: PupilsOption = 10_000,
    latency_ms: Annotated[
        list[int] | None, typer.Option(help="How long the provider takes over each request; may be repeated.")
    ] = None,
    targets: Annotated[
        int, typer.Option(help="How many targets a worker keeps in step while single pupils move; 0 leaves this out.")
    ] = 50,
    seed: SeedOption = 1,
    as_json: JsonOption = False,
) -> None:
    """Deliver everybody over EGIL with mutual TLS on the loopback interface: for the first time, with nothing changed,
    compared whole, with one pupil and with one in a hundred changed.

    `goals` puts what was measured beside what is to be reached on two cores and beside the reference client's figures;
    `share_of_raw` compares the first delivery with the same bodies sent over as many connections with nothing else
    done. Each service has its own latency: 0 and 20 ms, unless others are asked for. `promptness` tells how soon one
    changed pupil is at the provider while a worker keeps many targets in step.
    """
    promptly = promptness.measure(targets=targets, seed=seed) if targets else None
    show(
        deliveries.measure(pupils=pupils, latencies_ms=latency_ms or (), seed=seed, promptly=promptly),
        as_json=as_json,
    )


@app.command("kills")
def kills_(
    *,
    count: Annotated[int, typer.Option(help="How many deliveries are killed.")] = 1000,
    pupils: Annotated[int, typer.Option(help="How many pupils the synthetic authority has.")] = 300,
    seed: Annotated[int, typer.Option(help="Which changes and moments; the same seed gives the same ones.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Kill deliveries without warning at random moments while the register changes, and mend now and then.

    To reach: `differences` 0 between what the server lists, what is remembered and what is wanted, however many kills.
    """
    show(kills.measure(count=count, pupils=pupils, seed=seed), as_json=as_json)


@app.command("ss12000")
def ss12000(
    *,
    persons: Annotated[int, typer.Option(help="How many persons the register has, each with an enrolment.")] = 100_000,
    seconds: Annotated[float, typer.Option(help="How long each server is read in each of three rounds.")] = 5.0,
    as_json: JsonOption = False,
) -> None:
    """Read persons over the SS 12000 API, beside a bare view of the same rows and beside the ordinary way.

    To reach with 100,000 persons on two cores, 50 persons a page and 16 readers at once: `everything_to_bare` a half,
    `provider_to_bare` a fifth; `crawl_to_bare` at most 2; `server_memory_mb` below 300; `last_pages_to_first` about 1.
    """
    show(reading.measure(persons=persons, seconds=seconds), as_json=as_json)

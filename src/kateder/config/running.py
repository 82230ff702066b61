"""`kateder serve` and `kateder worker`: what runs for days."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Annotated

import psycopg
import structlog
import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from kateder.config import database
from kateder.config.serving import parts, ports, sockets, supervisor
from kateder.core import authorities, clock
from kateder.core.console import console
from kateder.core.embedded import EmbeddedDatabaseError
from kateder.core.errors import DomainError
from kateder.demo.setup.steps import Surroundings, set_up


class NotADemo(DomainError):
    """This database holds a real authority. The demo needs a database of its own: set KATEDER_DATA_DIR."""


log = structlog.get_logger()
TRY_FIRST = """Try first:
  Alva Lindgren, a pupil: open Räkneresan 5, and then “Allt jag vet om dig” at the provider.
  Maria Bergström, her teacher: Klasser, 5B, and why Elsa gets no further.
  Ingrid Sandberg, the administrator: what waits for a person, and Dataflöden."""


class NotMigrated(DomainError):
    """The database has not the shape of this version. Run `kateder migrate` first."""


def serve(
    *,
    with_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run the jobs too; without, run `kateder worker` elsewhere.")
    ] = True,
    demo: Annotated[
        bool, typer.Option("--demo", help="Set up the synthetic authority first, and let anybody choose who to be.")
    ] = False,
) -> None:
    """Run Kateder until Ctrl-C or SIGTERM: the web, the jobs and, unless DATABASE_URL is set, the database.

    Whatever of it dies is started again. In a demo the provider of the synthetic resources runs with it. Stopped,
    it takes the embedded database down with it and leaves nothing running.
    """
    if demo:
        if settings.SOCKET is not None:
            raise sockets.DemoNeedsPort
        # Setting up takes a while and uses the provider's ports itself: a busy one is said first.
        ports.check([parts.web(), parts.provider()])
        _prepare_demo()
    check_shape()
    chosen = parts.parts(with_worker=with_worker)
    # A forked or restarted part makes its own connections; ours would only go stale.
    connections.close_all()
    supervisor.supervise(chosen, keep_database=_keep_database, ready=lambda: _say_ready(chosen))
    console.print("Stopped.")


def worker(
    *,
    concurrency: Annotated[
        int, typer.Option(min=1, help="How many imports and other jobs at a time, besides deliveries.")
    ] = 2,
    once: Annotated[bool, typer.Option("--once", help="Run the jobs that wait now, then end.")] = False,
) -> None:
    """Run the jobs: deliveries, imports, what each day brings. Any number of workers share one database.

    A job whose worker is killed is taken over by another one within about a minute.
    """
    from kateder.config import working

    check_shape()
    connections.close_all()
    work = working.everything_that_waits if once else working.without_end
    asyncio.run(work(concurrency=concurrency))


def _prepare_demo() -> None:
    """Migrate, and make the synthetic authority unless the database holds one already; refuse a real one."""
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    found = authorities.every()
    if any(not authority.is_demo for authority in found):
        raise NotADemo
    demo = (
        found[0]
        if found
        else authorities.create(name="Björkvikens kommun", slug="bjorkviken", hosts=["localhost"], is_demo=True)
    )
    around = Surroundings(
        data_dir=settings.DATA_DIR,
        issuer=f"http://localhost:{settings.PORT}",
        pages_port=settings.DEMO_PROVIDER_PORT,
        scim_port=settings.DEMO_PROVIDER_SCIM_PORT,
    )
    set_up(demo, around=around, today=clock.today(), say=lambda doing: console.print(f"  {doing}"))
    os.environ["KATEDER_DEMO_CHOOSER"] = "true"


def check_shape() -> None:
    """Raise NotMigrated when the database lacks a migration of this version."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated


def _keep_database() -> None:
    """Start the embedded database again if it has been killed; its address stays the same.

    When it cannot be started now, because the disk is full, the others go on and it is tried again.
    """
    server = database.embedded()
    if settings.DATABASES["default"]["HOST"] != str(server.socket_dir):
        return
    try:
        with server.running():
            pass
    except (EmbeddedDatabaseError, psycopg.Error, OSError) as error:
        log.warning("serve.no_database", reason=type(error).__name__)


def _say_ready(chosen: list[parts.Part]) -> None:
    where = settings.SOCKET or f"http://localhost:{settings.PORT}"
    console.print(f"\nKateder answers at [bold]{where}[/bold]", highlight=False)
    if any(part.name == "provider" for part in chosen):
        address = f"http://127.0.0.1:{settings.DEMO_PROVIDER_PORT}"
        console.print(f"The provider of the demo answers at [bold]{address}[/bold]", highlight=False)
        console.print(f"\n{TRY_FIRST}\n", highlight=False)
    console.print("Ctrl-C stops it; the data stays.\n", highlight=False)
    sys.stdout.flush()

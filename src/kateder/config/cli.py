"""The command line. Every command runs with a database at hand; refusals are one plain sentence and exit code 1."""

from __future__ import annotations

import contextlib
import os
import sys

import psycopg
import typer

from kateder.config import database
from kateder.config.environment import SettingError
from kateder.core.embedded import EmbeddedDatabaseError

HELP = "Kateder: the right learning resource for every pupil, with the right account and the least data."
WITHOUT_DATABASE = {"--help", "--version", "--install-completion", "--show-completion"}


def build(*, wanted: str | None = None) -> typer.Typer:
    """Gather the commands of all apps, or only the wanted one; Django must be set up."""
    from kateder.config import commands

    app = typer.Typer(help=HELP, no_args_is_help=True, pretty_exceptions_enable=False)
    # A root of its own: with a single command, Typer would make that one the root.
    app.callback()(lambda: None)
    commands.mount(app, wanted=wanted)
    return app


def main() -> None:
    """What `kateder` runs."""
    arguments = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    os.environ.setdefault("KATEDER_DATA_DIR", str(database.data_dir()))
    needs_database = bool(arguments) and not WITHOUT_DATABASE.intersection(arguments)
    try:
        with database.available() if needs_database else contextlib.nullcontext():
            _run()
    except SettingError as error:
        _say(str(error))
        raise SystemExit(2) from None
    except EmbeddedDatabaseError as error:
        _say(str(error))
        raise SystemExit(1) from None


def _run() -> None:
    import django

    django.setup()
    from django.db import OperationalError

    from kateder.core.errors import DomainError

    try:
        build(wanted=sys.argv[1] if len(sys.argv) > 1 else None)()
    except DomainError as error:
        _say(str(error))
        raise SystemExit(1) from None
    except (OperationalError, psycopg.OperationalError) as error:
        # The server went away, or has no room: its own first line says which, and quotes no row.
        _say(f"The database cannot be used just now: {str(error).splitlines()[0]}")
        raise SystemExit(1) from None


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")

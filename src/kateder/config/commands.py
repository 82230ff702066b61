"""Commands that know everything: migrate, and the mounting of each app's own."""

from __future__ import annotations

import importlib

import typer
from django.core.management import call_command

from kateder.config.doctor import doctor
from kateder.config.keeping import backup, restore
from kateder.config.running import serve, worker
from kateder.core.console import console

# Where each group of commands lives; an app adds its line here when it has one.
GROUPS: dict[str, str] = {
    "source": "kateder.sources.cli:source_app",
    "plan": "kateder.sources.cli:plan_app",
    "demo": "kateder.demo.cli:app",
    "bench": "kateder.bench.cli:app",
    "licence": "kateder.licences.cli:app",
    "service": "kateder.governance.service_cli:app",
    "target": "kateder.provisioning.cli:app",
    "user": "kateder.signin.cli:user_app",
    "client": "kateder.signin.cli:client_app",
}


def mount(app: typer.Typer) -> None:
    """Add every command to the root."""
    for command in (serve, worker, migrate, doctor, backup, restore):
        app.command()(command)
    for name, place in GROUPS.items():
        module, attribute = place.split(":")
        app.add_typer(getattr(importlib.import_module(module), attribute), name=name)


def migrate() -> None:
    """Bring the database to this version's shape, over the owner's connection. Safe to repeat."""
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    console.print("The database is up to date.")

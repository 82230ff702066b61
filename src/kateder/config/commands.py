"""Commands that know everything: migrate, and the mounting of each app's own."""

from __future__ import annotations

import importlib
from typing import Any

import typer
from django.core.management import call_command

from kateder.core.console import console

# The installation's own commands.
COMMANDS: dict[str, str] = {
    "serve": "kateder.config.running:serve",
    "worker": "kateder.config.running:worker",
    "migrate": "kateder.config.commands:migrate",
    "doctor": "kateder.config.doctor:doctor",
    "backup": "kateder.config.keeping:backup",
    "restore": "kateder.config.keeping:restore",
}
# Where each group of commands lives; an app adds its line here when it has one.
GROUPS: dict[str, str] = {
    "authority": "kateder.core.cli:authority_app",
    "audit": "kateder.core.cli:audit_app",
    "finding": "kateder.core.findings_cli:app",
    "history": "kateder.register.history_cli:app",
    "source": "kateder.sources.cli:source_app",
    "population": "kateder.sources.population.cli:population_app",
    "plan": "kateder.sources.cli:plan_app",
    "demo": "kateder.demo.cli:app",
    "bench": "kateder.bench.cli:app",
    "licence": "kateder.licences.cli:app",
    "service": "kateder.governance.service_cli:app",
    "master": "kateder.provisioning.commands.master:app",
    "never-send": "kateder.provisioning.commands.never_send:app",
    "target": "kateder.provisioning.commands.sending:app",
    "rollover": "kateder.provisioning.rollover.cli:app",
    "trust": "kateder.trust.federations.cli:app",
    "user": "kateder.signin.cli:user_app",
    "client": "kateder.signin.cli:client_app",
    "api-client": "kateder.provisioning.ss12000.cli:app",
}


def mount(app: typer.Typer, *, wanted: str | None) -> None:
    """Add the command or group of that name to the root, or every one for help and completion.

    Loading the code of all of them takes longer than most commands run.
    """
    known = wanted in COMMANDS or wanted in GROUPS
    for name, place in COMMANDS.items():
        if name == wanted or not known:
            app.command(name)(_load(place))
    for name, place in GROUPS.items():
        if name == wanted or not known:
            app.add_typer(_load(place), name=name)


def _load(place: str) -> Any:
    module, attribute = place.split(":")
    return getattr(importlib.import_module(module), attribute)


def migrate() -> None:
    """Bring the database to this version's shape, over the owner's connection. Safe to repeat."""
    call_command("migrate", database="owner", interactive=False, verbosity=0)
    console.print("The database is up to date.")

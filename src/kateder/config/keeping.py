"""`kateder backup` and `kateder restore`: the whole database, there and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from kateder.core import authorities, clock
from kateder.core import backup as archive
from kateder.core.authorities import NoOwnerConnection
from kateder.core.console import JsonOption, console, show
from kateder.core.embedded.binaries import installed
from kateder.core.tenancy import within


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the backup.")], *, as_json: JsonOption = False
) -> None:
    """Write everything to a new folder. Kateder may go on running meanwhile.

    The folder holds personal data: keep it as safe as the database. The secret key of the installation is not in it:
    keep the file `secret-key` of the data folder somewhere else; without it the backup's own keys cannot be opened.
    """
    with console.status("Writing the backup …"):
        manifest = archive.write(
            folder.absolute(),
            owner_url=_owner_url(),
            runtime_role=settings.RUNTIME_ROLE,
            secret_key=settings.SECRET_KEY,
            now=clock.now(),
            binaries=installed(),
        )
    size = sum(file.stat().st_size for file in folder.iterdir())
    show({"folder": str(folder), "bytes": size, "made_at": manifest.made_at}, as_json=as_json)


def restore(
    folder: Annotated[Path, typer.Argument(help="The folder that `kateder backup` wrote.", exists=True)],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether everything may be replaced.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the place of everything in the database, and bring it to this version's shape.

    Stop Kateder first. Either all of it is restored or nothing. What was delivered after the backup was made is no
    longer known here, so the next delivery to each service sends every account again; its plan may wait for a person.
    Accounts of people who came after the backup stay at the services: ask the providers to remove them.
    """
    manifest = archive.read(folder)
    if not yes:
        typer.confirm(f"Replace everything in the database by the backup of {manifest.made_at}?", abort=True)
    connections.close_all()
    with console.status("Restoring …"):
        archive.restore(
            folder,
            owner_url=_owner_url(),
            runtime_role=settings.RUNTIME_ROLE,
            secret_key=settings.SECRET_KEY,
            known=_known(),
            binaries=installed(),
        )
        call_command("migrate", database="owner", interactive=False, verbosity=0)
        doubted = _doubt_targets()
    show({"restored": str(folder), "made_at": manifest.made_at, "accounts_to_send_again": doubted}, as_json=as_json)


def _doubt_targets() -> int:
    """The services have moved on since the backup was made: what they hold is no longer certain."""
    from kateder.provisioning import api as provisioning

    count = 0
    for authority in authorities.every():
        with within(authority.id):
            count += provisioning.doubt_all()
    return count


def _known() -> set[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {key for migration in loader.disk_migrations.values() for key in migration.replaces}
    return {f"{app}.{name}" for app, name in {*loader.disk_migrations, *replaced}}


def _owner_url() -> str:
    url = settings.OWNER_URL
    if not url:
        raise NoOwnerConnection
    return str(url)

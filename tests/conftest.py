"""The ground all tests stand on.

One PostgreSQL per run (see tests/servers.py), a template migrated once, a database per worker. Tests connect as
the runtime role and really commit; each has an authority of its own, and nothing is cleaned up: row-level security
is the isolation.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import django
import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from hypothesis import settings
from tools import messages

from tests import servers

if TYPE_CHECKING:
    from kateder.core.models import Authority

TEMPLATE = "template_tests"
pytest_plugins = ["tests.scheduling"]


def _run_folder() -> Path:
    """A short folder that all workers of one run share."""
    run = os.environ.setdefault("KATEDER_TEST_RUN", str(os.getpid()))  # workers inherit it
    return Path(tempfile.gettempdir()) / f"kt-{run}"


# A slow example says that the machine is busy, not that the rule is broken.
settings.register_profile("kateder", deadline=None)
settings.load_profile("kateder")


def pytest_configure(config: pytest.Config) -> None:
    """Start the server and name this worker's database before Django reads its settings."""
    worker, folder = os.environ.get("PYTEST_XDIST_WORKER", "main"), _run_folder()
    if worker == "main" and config.getoption("numprocesses", None):
        return  # the controller runs no tests
    folder.mkdir(mode=0o700, exist_ok=True)
    os.environ["KATEDER_DATA_DIR"] = str(folder / worker)
    os.environ["KATEDER_SECRET_KEY"] = "only-for-tests-" + "x" * 40
    messages.compile_all()
    server = servers.server(folder)
    server.start()
    os.environ["DATABASE_URL"] = server.url("kateder_runtime", f"tests_{worker}")
    os.environ["DATABASE_OWNER_URL"] = server.url("kateder_owner", f"tests_{worker}")
    os.environ["DJANGO_SETTINGS_MODULE"] = "kateder.config.settings"
    django.setup()
    for alias in connections.settings:
        connections.settings[alias]["CONN_MAX_AGE"] = 0  # a job's thread leaves nothing open
    config.pluginmanager.import_plugin("tests.cast")  # its models need Django
    config.pluginmanager.import_plugin("tests.chromium")
    config.pluginmanager.import_plugin("tests.offer")
    config.pluginmanager.import_plugin("tests.deliveries")
    config.pluginmanager.import_plugin("tests.provisioning.files.sending")
    config.pluginmanager.import_plugin("tests.scim_deliveries")
    config.pluginmanager.import_plugin("tests.provisioning.directory.town")


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the run stops the server and removes its folder."""
    if os.environ.get("PYTEST_XDIST_WORKER") is None and _run_folder().exists():
        servers.server(_run_folder()).stop()
        shutil.rmtree(_run_folder(), ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Make this worker's database from the template, which the first worker migrates."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    folder = _run_folder()
    server = servers.server(folder)
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with (folder / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "template.done").exists():
                server.create_database(TEMPLATE)
                _migrate(server.url("kateder_owner", TEMPLATE))
                (folder / "template.done").touch()
            server.create_database(f"tests_{worker}", template=TEMPLATE)
        yield
        from kateder.trust import readings

        readings.flush()  # what it would else write when the process ends, and the server is gone
        for connection in connections.all():
            connection.close()


def _migrate(url: str) -> None:
    owner = connections["owner"]
    own_name = owner.settings_dict["NAME"]
    owner.settings_dict["NAME"] = urlsplit(url).path.lstrip("/")
    try:
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    finally:
        owner.close()
        owner.settings_dict["NAME"] = own_name


@pytest.fixture(scope="session")
def run_server(django_db_setup: None) -> servers.RunServer:
    """The server of this run, for a test that needs a database of its own; the migrated one is `template_tests`."""
    return servers.server(_run_folder())


@pytest.fixture(scope="session")
def database(django_db_setup: None) -> str:
    """The owner's URL of this worker's database."""
    return os.environ["DATABASE_OWNER_URL"]


@pytest.fixture
def owner(database: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The owner's connection, on which row-level security does not act: for proofs only."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def authority(database: str) -> Authority:
    """A fresh authority of this test's own."""
    return _authority()


@pytest.fixture
def other_authority(database: str) -> Authority:
    """The neighbour."""
    return _authority()


@pytest.fixture
def tenant(authority: Authority) -> Iterator[Authority]:
    """The same, with the whole test inside `within(authority)`."""
    from kateder.core.tenancy import within

    with within(authority.id):
        yield authority


def _authority() -> Authority:
    from kateder.core import authorities

    slug = f"t-{uuid.uuid4().hex[:10]}"
    return authorities.create(name="Björkvikens kommun", slug=slug, hosts=[f"{slug}.test"])

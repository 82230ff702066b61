"""`kateder doctor` refuses what would keep authorities from being kept apart, and says what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.servers import RunServer


def _doctor(folder: Path, **environment: str) -> tuple[int, dict[str, tuple[str, str]]]:
    """Run it; give its exit code and the first answer of each check: verdict and advice."""
    done = Installation(folder).run("doctor", "--json", **environment)
    assert done.stdout, done.stderr
    rows = reversed(json.loads(done.stdout))
    return done.returncode, {row["check"]: (row["verdict"], row["advice"]) for row in rows}


@pytest.fixture(scope="module")
def address(run_server: RunServer) -> Callable[[str], str]:
    """How a role reaches a migrated database without the many authorities of the other tests."""
    name = f"doctor_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    run_server.create_database(name, template="template_tests")
    return lambda role: run_server.url(role, name)


@pytest.fixture
def runtime_url(address: Callable[[str], str]) -> str:
    """A migrated database, as an operator would name it."""
    return address("kateder_runtime")


def test_a_sound_installation_passes(tmp_path: Path, runtime_url: str) -> None:
    code, found = _doctor(tmp_path, DATABASE_URL=runtime_url)
    assert code == 0
    assert found["database role"][0] == "fine"
    assert found["database shape"][0] == "fine"


def test_the_owner_as_runtime_role_is_refused(tmp_path: Path, address: Callable[[str], str]) -> None:
    code, found = _doctor(tmp_path, DATABASE_URL=address("kateder_owner"))
    assert code == 1
    assert found["database role"][0] == "failure"


def test_a_superuser_as_runtime_role_is_refused(tmp_path: Path, address: Callable[[str], str]) -> None:
    code, found = _doctor(tmp_path, DATABASE_URL=address("postgres"))
    assert code == 1
    assert found["database role"][0] == "failure"


def test_a_database_that_does_not_answer_is_said_and_nothing_crashes(tmp_path: Path) -> None:
    code, found = _doctor(tmp_path, DATABASE_URL="postgresql://nobody@/nothing?host=/nonexistent")
    assert code == 1
    assert found["database"][0] == "failure"
    assert "DATABASE_URL" in found["database"][1]


def test_a_database_without_migrations_is_told_to_migrate(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    try:
        code, found = _doctor(tmp_path)
        assert code == 1
        assert "kateder migrate" in found["database shape"][1]
    finally:
        installation.stop()


def test_listening_for_others_without_tls_is_refused(tmp_path: Path, runtime_url: str) -> None:
    code, found = _doctor(tmp_path, DATABASE_URL=runtime_url, KATEDER_BIND="0.0.0.0")
    assert code == 1
    assert "TLS" in found["settings"][1]


def test_a_secret_key_that_others_can_read_is_refused(tmp_path: Path, runtime_url: str) -> None:
    key = tmp_path / "secret-key"
    key.write_text("x" * 50)
    key.chmod(0o644)
    code, found = _doctor(tmp_path, DATABASE_URL=runtime_url)
    assert code == 1
    assert "chmod 600" in found["secret key"][1]

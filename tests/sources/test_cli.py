"""The command line says what happened, and its exit code tells the truth."""

from __future__ import annotations

import json

import pytest
from tests.sources.folder import Folder
from typer import Typer
from typer.testing import CliRunner

from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources.cli import WAITING_CODE, plan_app, source_app
from kateder.sources.errors import UnknownSource


def call(app: Typer, authority: Authority, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, [*arguments, "--authority", authority.slug])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return str(result.stdout)


@pytest.fixture
def added(authority: Authority, folder: Folder) -> Authority:
    """An authority with the folder as its source."""
    call(source_app, authority, "add", "csv", "--name", "Skolan", "--folder", str(folder.path))
    return authority


def test_from_folder_to_register_on_the_command_line(added: Authority) -> None:
    tried = json.loads(call(source_app, added, "run", "Skolan", "--dry-run", "--json"))
    assert tried["state"] == "previewed"
    assert {"action": "create", "entity": "person", "school": "", "what": "Elsa Åberg"} in tried["rows"]
    call(source_app, added, "check", "Skolan")
    call(source_app, added, "run", "Skolan", code=WAITING_CODE)
    (plan,) = json.loads(call(plan_app, added, "list", "--json"))
    assert json.loads(call(plan_app, added, "show", plan["id"], "--json"))["held_by"][0]["measure"] == "first"
    approved = json.loads(call(plan_app, added, "approve", plan["id"][:8], "--json"))
    assert approved["state"] == "applied"
    with within(added.id):
        assert Person.objects.count() == 3
    call(source_app, added, "run", "Skolan")
    (source,) = json.loads(call(source_app, added, "list", "--json"))
    assert source["state"] == "unchanged"


def test_a_refused_plan_is_not_applied(added: Authority) -> None:
    call(source_app, added, "run", "Skolan", code=WAITING_CODE)
    (plan,) = json.loads(call(plan_app, added, "list", "--json"))
    assert json.loads(call(plan_app, added, "refuse", plan["id"], "--json"))["state"] == "refused"
    assert json.loads(call(plan_app, added, "list", "--json")) == []


def test_an_unknown_source_is_an_error(added: Authority) -> None:
    with pytest.raises(UnknownSource, match="Nix"):
        call(source_app, added, "run", "Nix")

"""The command line says what happened, and its exit code tells the truth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.sources.folder import Folder
from typer import Typer
from typer.testing import CliRunner

from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.models import Person
from kateder.sources import api, connectors
from kateder.sources.cli import WAITING_CODE, plan_app, source_app
from kateder.sources.errors import UnknownSource
from kateder.sources.mappings import NoSuchMapping
from kateder.sources.models import Source
from kateder.sources.standing import SourcePaused


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


def test_every_kind_of_source_can_be_added_with_an_option_for_each_of_its_fields(authority: Authority) -> None:
    for connector in api.connectors_offered():
        said = CliRunner().invoke(source_app, ["add", connector.kind, "--help"], env={"COLUMNS": "300"}).output
        for field in connector.fields:
            assert f"--{field.name.replace('_', '-')}" in said, (connector.kind, field.name)


def test_mapped_source_is_added_changed_printed_paused_and_removed(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Nr,Namn\n1,Ida\n")
    mapping = tmp_path / "m.toml"
    mapping.write_text('version = 1\n[[tables]]\nname = "a"\nfile = "a.csv"\n')
    said = call(source_app, authority, "add", "mapped_csv", "--name", "Listan", "--folder", str(tmp_path),
                "--mapping", f"@{mapping}", "--json")  # fmt: skip
    assert json.loads(said)["kind"] == "mapped_csv"
    block = '[[persons]]\nfrom = "a"\nid = "{Nr}"\ngivenName = "{Namn}"\nfamilyName = "Ek"\n'
    mapping.write_text(mapping.read_text() + block)
    call(source_app, authority, "set", "Listan", f"mapping=@{mapping}")
    assert call(source_app, authority, "mapping", "Listan") == mapping.read_text()
    kept = json.loads(call(source_app, authority, "mappings", "Listan", "--json"))
    assert [(one["number"], one["by"]) for one in kept] == [(2, "system:command line"), (1, "system:command line")]
    first = call(source_app, authority, "mapping", "Listan", "--number", "1")
    assert block not in first
    call(source_app, authority, "mappings", "Listan", "--back-to", "1")
    assert call(source_app, authority, "mapping", "Listan") == first
    with pytest.raises(NoSuchMapping):
        call(source_app, authority, "mappings", "Listan", "--back-to", "9")
    call(source_app, authority, "mappings", "Listan", "--back-to", "2")
    tried = json.loads(call(source_app, authority, "run", "Listan", "--dry-run", "--json"))
    assert tried["changes"] == {"person": {"create": 1}}
    call(source_app, authority, "pause", "Listan")
    with pytest.raises(SourcePaused):
        call(source_app, authority, "run", "Listan")
    call(source_app, authority, "resume", "Listan")
    call(source_app, authority, "remove", "Listan", code=2)
    call(source_app, authority, "remove", "Listan", "--keep")
    assert json.loads(call(source_app, authority, "list", "--json")) == []


def test_secret_comes_from_a_file_and_is_not_printed(authority: Authority, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hemligt-ord\n")
    connector = api.connector_of("ldap")
    name = next(field.name for field in connector.fields if field.kind is api.FieldKind.SECRET)
    given: list[str] = []
    for field in connector.fields:
        if field.required and field.kind not in {api.FieldKind.SECRET, api.FieldKind.NUMBER}:
            value = field.choices[0][0] if field.choices else "ldaps://x.example"
            given += [f"--{field.name.replace('_', '-')}", value]
    option = f"--{name.replace('_', '-')}-file"
    said = call(source_app, authority, "add", "ldap", "--name", "AD", *given, option, str(secret), "--json")
    assert "hemligt-ord" not in said
    with within(authority.id):
        assert connectors.opened(Source.objects.get(name="AD"))[name] == "hemligt-ord"

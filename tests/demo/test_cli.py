"""`kateder demo seed`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kateder.demo.cli import AuthorityTooSmall, FolderInUse, app


def seed(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["seed", *arguments], catch_exceptions=False)
    return result.stdout


def test_seed_writes_the_folder_and_says_what_is_in_it(tmp_path: Path) -> None:
    told = json.loads(seed("--folder", str(tmp_path / "out"), "--pupils", "120", "--json"))
    assert told["pupils"] == 120
    lines = (tmp_path / "out" / "groups.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == told["groups"] + 1


def test_files_of_somebody_else_are_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "persons.csv").write_text("theirs")
    with pytest.raises(FolderInUse):
        seed("--folder", str(tmp_path), "--pupils", "120")
    assert (tmp_path / "persons.csv").read_text() == "theirs"


def test_overwrite_writes_over_an_earlier_run(tmp_path: Path) -> None:
    seed("--folder", str(tmp_path), "--pupils", "120", "--today", "2026-11-23")
    before = (tmp_path / "persons.csv").read_bytes()
    seed("--folder", str(tmp_path), "--pupils", "121", "--today", "2026-11-23", "--overwrite")
    assert (tmp_path / "persons.csv").read_bytes() != before


def test_too_few_pupils_is_a_plain_refusal(tmp_path: Path) -> None:
    with pytest.raises(AuthorityTooSmall, match="100"):
        seed("--folder", str(tmp_path), "--pupils", "5")

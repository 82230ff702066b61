"""`kateder finding` says what is wrong in ids and codes."""

from __future__ import annotations

import json

from typer.testing import CliRunner

from kateder.core.findings_cli import app
from kateder.core.tenancy import within
from kateder.register.api import Entity
from tests.cast import Cast
from tests.register.quality.changing import change


def _run(cast: Cast, *arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--authority", cast.authority.slug, "--json"])
    assert result.exit_code == 0, result.output
    return result.output


def test_check_opens_what_is_wrong_and_list_shows_it_without_names(cast: Cast) -> None:
    with within(cast.authority.id):
        change(Entity.PERSON, cast["elsa"], edu_person_principal_names=[])
    assert json.loads(_run(cast, "check"))["open"] > 0
    (row,) = json.loads(_run(cast, "list", "--rule", "person.eppn_missing"))
    assert row["subject"] == str(cast["elsa"])
    assert row["how_to_mend"]
    assert "Elsa" not in _run(cast, "list")
    assert {"person.eppn_missing"} <= {one["rule"] for one in json.loads(_run(cast, "summary"))}

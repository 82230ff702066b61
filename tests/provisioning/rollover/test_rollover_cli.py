"""`kateder rollover` takes the same steps as the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from kateder.provisioning.rollover.cli import app

if TYPE_CHECKING:
    from tests.deliveries import Delivery


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands are run on the day of the cast."""
    from tests.cast import TODAY

    monkeypatch.setattr("kateder.core.clock.today", lambda: TODAY)


def test_the_year_turns_from_the_command_line(delivery: Delivery) -> None:
    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments, "--authority", delivery.cast.authority.slug])
        assert result.exit_code == 0, result.output
        return result.output

    run("begin", "2027-08-17")
    assert "Frozen: 1" in run("freeze", "--reason", "Läsårsskifte", "--remind", "2027-08-17")
    (line,) = json.loads(run("look", "--json"))
    assert (line["school"], line["gets"]) == ("", 0) or line["service"] == delivery.offer.service.slug
    status = json.loads(run("status", "--json"))
    assert status["still_holds"]
    assert len(status["frozen"]) == 1
    assert "Released" in run("release")

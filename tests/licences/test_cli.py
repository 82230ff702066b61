"""`kateder licence`: from an order to seats in a class, on the command line."""

import json
from typing import Any

import pytest
from tests.cast import TODAY, Cast
from tests.offer import make_offer
from typer.testing import CliRunner

from kateder.core import clock
from kateder.core.tenancy import within
from kateder.licences import cli


@pytest.fixture
def kateder(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command for the authority of the cast, whose service is approved, on the cast's day."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    with within(cast.authority.id):
        make_offer(cast).allow()

    def run(*arguments: str) -> Any:
        command = [*arguments, "--authority", cast.authority.slug, "--json"]
        return json.loads(CliRunner().invoke(cli.app, command, catch_exceptions=False).stdout)

    return run


def test_an_order_handed_out_to_a_class_takes_its_seats(kateder: Any) -> None:
    kateder("lot", "rakneresan", "--number", "2026-1", "--quantity", "5", "--from", "2026-08-15")
    told = kateder("assign", "2026-1", "--unit", "Björkskolan", "--group", "5B")
    assert told["seats_taken_now"] == 2
    assert [(row["lot"], row["taken"], row["of"]) for row in kateder("list")] == [("2026-1", 2, 5)]


def test_an_order_handed_out_to_a_year_reaches_that_year_only(kateder: Any) -> None:
    kateder("lot", "rakneresan", "--number", "2026-1", "--from", "2026-08-15")
    assert kateder("assign", "2026-1", "--unit", "Björkskolan", "--year", "6")["seats_taken_now"] == 1


def test_a_full_lot_with_a_hard_stop_says_how_many_were_refused(kateder: Any) -> None:
    kateder("lot", "rakneresan", "--number", "2026-1", "--quantity", "1", "--hard-stop", "--from", "2026-08-15")
    told = kateder("assign", "2026-1", "--unit", "Björkskolan", "--group", "5B")
    assert (told["seats_taken_now"], told["refused"]) == (1, 1)


def test_settling_again_changes_nothing_and_the_ledger_says_who_by_id(kateder: Any, cast: Cast) -> None:
    kateder("lot", "rakneresan", "--number", "2026-1", "--from", "2026-08-15")
    kateder("assign", "2026-1", "--unit", "Björkskolan", "--group", "5B")
    assert kateder("settle")["taken"] == 0
    rows = kateder("ledger", "2026-1")
    assert {row["person"] for row in rows} == {str(cast["elsa"]), str(cast["sami"])}
    assert {row["event"] for row in rows} == {"seat_taken"}


@pytest.mark.parametrize(
    ("arguments", "refusal"),
    [
        (("lot", "nothing", "--number", "1", "--from", "2026-08-15"), cli.NotInCatalogue),
        (("assign", "no-such", "--unit", "Björkskolan"), cli.NoSuchLot),
    ],
)
def test_what_is_not_there_is_named(kateder: Any, arguments: tuple[str, ...], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        kateder(*arguments)


@pytest.mark.parametrize(
    ("place", "refusal"),
    [(("--unit", "Ingenskolan"), cli.NoSuchUnit), (("--unit", "Björkskolan", "--group", "9C"), cli.NoSuchGroup)],
)
def test_a_school_or_class_that_is_not_there_is_named(
    kateder: Any, place: tuple[str, ...], refusal: type[Exception]
) -> None:
    kateder("lot", "rakneresan", "--number", "2026-1", "--from", "2026-08-15")
    with pytest.raises(refusal):
        kateder("assign", "2026-1", *place)

"""From the school system's export to a pupil who is signed in at a provider that has never learnt her name."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from kateder.core import clock
from kateder.demo.synthetic import CAST
from tests.flows.town import Row, Town, account_of, launch, receipts, served, sign_in

SERVICE = Path(__file__).parents[2] / "src" / "kateder" / "demo" / "setup" / "services" / "larkan.toml"
BOOK = "Räkneresan 5"
NEWCOMER = str(uuid.uuid4())


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """Björkvik, an hour after `make run`."""
    with served(tmp_path) as running:
        yield running


def _class_of(town: Town, person: str) -> str:
    classes = {row["id"] for row in town.rows("groups") if row["displayName"] == "5B"}
    return next(row["group"] for row in town.rows("memberships") if row["person"] == person and row["group"] in classes)


def _enrol(town: Town) -> None:
    """Let Saga move into 5B."""
    today = clock.today().isoformat()
    like = next(row for row in town.rows("persons") if row["id"] == CAST["alva"])
    enrolment = next(row for row in town.rows("enrolments") if row["person"] == CAST["alva"])
    saga = like | {
        "id": NEWCOMER, "givenName": "Saga", "familyName": "Nordenfalk", "civicNo": "",
        "emails": "saga.nordenfalk@elev.bjorkviken.example", "eduPersonPrincipalNames": "sagnor@bjorkviken.example",
    }  # fmt: skip
    membership = {"group": _class_of(town, CAST["alva"]), "person": NEWCOMER, "startDate": today}
    town.edit("persons", lambda rows: [*rows, saga])
    town.edit("enrolments", lambda rows: [*rows, enrolment | {"person": NEWCOMER, "startDate": today}])
    town.edit("memberships", lambda rows: [*rows, membership])


def _mark_protected(rows: list[Row], person: str) -> list[Row]:
    return [row | {"securityMarking": "Sekretessmarkering"} if row["id"] == person else row for row in rows]


def _service_says(town: Town, *, protected_rule: str) -> None:
    """Decide anew what the service may know of protected persons."""
    today = clock.today()
    text = SERVICE.read_text().replace("{launch_uri}", f"http://127.0.0.1:{town.installation.provider_port}/start")
    text = text.replace("{opens}", f"{today - timedelta(days=400)}").replace(
        "{closes}", f"{today + timedelta(days=200)}"
    )
    text = text.replace('protected_rule = "alias"', f'protected_rule = "{protected_rule}"')
    file = town.installation.folder / "larkan.toml"
    file.write_text(text)
    town.command("service", "add", str(file))


def _assert_nobody_is_known(town: Town) -> None:
    """Search every byte that the provider keeps."""
    names, exact = town.secrets()
    for file in town.provider_folder.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert names.search(content) is None, f"{file.name} holds a name"
        assert [secret for secret in exact if secret in content] == [], f"{file.name} holds an address or a number"


@pytest.mark.browser
def test_from_export_to_launch_and_out_again(town: Town, chromium: Browser) -> None:
    # A pupil is at the provider under her alias, in one click.
    alva = sign_in(chromium, town, "Alva Lindgren")
    released_id, alias = account_of(town, "alva")
    text = launch(alva, town, BOOK)
    assert alias in text
    assert "Alva" not in text
    assert "Lindgren" not in text
    assert town.store().user(released_id) is not None

    # The class's licences are used up: the school orders ten more.
    spring = clock.today() + timedelta(days=100)
    order = ["--number", "2026-115", "--from", f"{clock.today()}", "--to", f"{spring}", "--quantity", "10"]
    town.command("licence", "lot", "larkan", *order, "--hard-stop")
    town.command("licence", "assign", "2026-115", "--unit", "Norrskolan", "--group", "5B")

    # A newcomer in the class has it after one night; nobody did anything for her.
    _enrol(town)
    town.import_and_deliver()
    town.command("user", "add", "saga", "--eppn", "sagnor@bjorkviken.example")
    saga = sign_in(chromium, town, "Saga Nordenfalk")
    saga_id, saga_alias = account_of(town, "saga")
    assert saga_alias in launch(saga, town, BOOK)

    # She leaves: her account is removed, with a receipt.
    town.edit("memberships", lambda rows: [row for row in rows if row["person"] != NEWCOMER])
    town.edit("enrolments", lambda rows: [row for row in rows if row["person"] != NEWCOMER])
    town.import_and_deliver()
    assert town.store().user(saga_id) is None
    assert receipts(town, saga_id)[-1] == ("remove", 204)

    # A pupil becomes protected, at a service without a rule for that: her account goes with the next run.
    _service_says(town, protected_rule="none")
    town.edit("persons", lambda rows: _mark_protected(rows, CAST["alva"]))
    town.import_and_deliver()
    assert town.store().user(released_id) is None
    assert receipts(town, released_id)[-1] == ("remove", 204)

    # The agreement ends: nothing more is created or changed, also not for somebody new.
    town.command("service", "end-agreement", "BUN 2026/114", "--last-day", f"{clock.today() - timedelta(days=1)}")
    before = town.store().resources["Users"]
    _enrol(town)
    town.import_and_deliver()
    assert town.store().resources["Users"] == before
    assert town.store().user(saga_id) is None

    _assert_nobody_is_known(town)

"""`kateder target` tells the truth, also by its exit code."""

from __future__ import annotations

import threading

import orjson
from django.db import connection
from typer.testing import CliRunner

from kateder.core import leases
from kateder.core.checks import Verdict
from kateder.provisioning import diagnosis
from kateder.provisioning.commands.targets import app
from tests.deliveries import Delivery


def target(delivery: Delivery, command: str, *options: str) -> tuple[int, object]:
    slug = delivery.cast.authority.slug
    arguments = [command, "rakneresan", "--authority", slug, *options]
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    return result.exit_code, orjson.loads(result.stdout)


def test_a_waiting_plan_has_an_exit_code_of_its_own(delivery: Delivery) -> None:
    code, shown = target(delivery, "run")
    assert (code, shown["state"]) == (3, "waiting")  # type: ignore[index]


def test_a_dry_run_says_what_would_be_sent_and_sends_nothing(delivery: Delivery) -> None:
    code, shown = target(delivery, "run", "--dry-run")
    assert (code, shown["planned"]["create User"]) == (0, 2)  # type: ignore[index]
    assert delivery.provider.given() == []


def test_success_is_0_and_failure_is_1(delivery: Delivery) -> None:
    target(delivery, "run")
    delivery.approve()
    delivery.provider.order({"match": "POST /Users", "do": "answer", "status": 400})
    assert target(delivery, "run")[0] == 1
    delivery.provider.order()
    assert target(delivery, "run")[0] == 0
    assert target(delivery, "show")[1]["objects"] == 7  # type: ignore[index]


def test_a_run_waits_while_another_works_on_the_target(delivery: Delivery) -> None:
    leave = threading.Event()

    def other_run() -> None:
        with leases.hold(delivery.cast.authority.id, f"target:{delivery.target.id}"):
            begun.set()
            leave.wait(2)
        connection.close()

    begun = threading.Event()
    other = threading.Thread(target=other_run)
    other.start()
    begun.wait(5)
    assert target(delivery, "run")[0] == 3
    other.join()


def test_a_check_sends_no_data_and_says_what_is_wrong(delivery: Delivery) -> None:
    assert target(delivery, "check")[0] == 0
    assert {entry.method for entry in delivery.provider.given()} == {"GET"}
    (delivery.provider.settings.clients_folder / f"{delivery.cast.authority.slug}.pem").unlink()
    code, checks = target(delivery, "check")
    assert (code, checks[-1]["ok"]) == (1, False)  # type: ignore[index]
    assert "certifikat" in checks[-1]["what_to_do"]  # type: ignore[index]


def test_doctor_looks_at_every_target(delivery: Delivery) -> None:
    name = f"{delivery.cast.authority.slug}/rakneresan"
    answers = [one for one in diagnosis.targets() if one.found.startswith(name)]
    assert [one.verdict for one in answers] == [Verdict.FINE]

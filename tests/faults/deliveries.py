"""A service whose accounts follow the register, and a strict provider that takes them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg

from kateder.core import clock
from tests.demo_provider import DemoProvider
from tests.faults.imports import Exports
from tests.installation import Installation

SERVICE = "larkan"
LATENCY_MS = 60
WAITING = 3
"""The exit code of a delivery whose plan waits for a person."""
GENEROUS = {"first_waits": False, "max_count": 100_000, "max_share": 1.0, "max_update_share": 1.0}
SERVICE_FILE = """
[provider]
name = "Lärkans förlag"

[service]
name = "Lärkan"
slug = "larkan"
launch_uri = "http://127.0.0.1/start"

[[resource]]
title = "Räkneresan"
subject_name = "Matematik"

[[agreement]]
controller = "Barn- och utbildningsnämnden"
registration_number = "BUN 2026/114"
valid_from_date = {yesterday}
signed_by = "Förvaltningschefen"

[[decision]]
outcome = "approved"
tier = "base"
decided_by = "Apprådet"
delegation = "Delegationsordningen 4.7"
grounds = "Provat i en klass."
registration_number = "BUN 2026/115"
valid_from_date = {yesterday}

[release]
level = "pairwise"
protected_rule = "alias"
"""

Held = dict[str, dict[str, dict[str, Any]]]


class Deliveries:
    """Connects the provider, and delivers through the command line."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self.provider = DemoProvider(installation.folder / "provider")

    def connect(self, units: list[str]) -> None:
        """Start the provider, and have everybody in some school units delivered to it."""
        self.provider.start()
        self._allow(units)
        self._connect()

    def run(self) -> None:
        """Deliver to the end, undisturbed."""
        self._installation.do("target", "run", SERVICE)

    def run_as_a_person_would(self) -> None:
        """Deliver, and where a limit holds the plan, approve it and deliver that."""
        held = self._installation.begin("target", "run", SERVICE, "--json")
        if held.wait() == WAITING:
            self._installation.do("plan", "approve", json.loads(held.output)["plan"])
            self.run()
        else:
            assert held.returncode == 0, held.output

    def held(self) -> Held:
        """Everything the provider holds, by collection and id, read from its own log."""
        return self.provider.store().resources

    def _allow(self, units: list[str]) -> None:
        """The service is agreed on and approved, and everybody in every unit has it."""
        yesterday = f"{clock.today() - timedelta(days=1):%Y-%m-%d}"
        file = self._installation.folder / "service.toml"
        file.write_text(SERVICE_FILE.format(yesterday=yesterday), encoding="utf-8")
        self._installation.do("service", "add", str(file))
        self._installation.do("licence", "lot", SERVICE, "--number", "1", "--from", yesterday)
        for unit in units:
            self._installation.do("licence", "assign", "1", "--unit", unit)

    def _connect(self) -> None:
        certificate = self._installation.folder / "ours.pem"
        self._installation.do(
            *("target", "add", SERVICE, "--base-uri", self.provider.scim, "--pin", self.provider.pin),
            *("--certificate", str(certificate)),
        )
        clients = self.provider.settings.clients_folder
        clients.mkdir(parents=True, exist_ok=True)
        (clients / "kateder.pem").write_text(certificate.read_text())
        with psycopg.connect(self._installation.server.ensure_running().owner_url) as connection:
            connection.execute("UPDATE provisioning_target SET limits = %s", [json.dumps(GENEROUS)])
        self.provider.order(latency_ms=LATENCY_MS)


@dataclass
class Delivering:
    """A provider that follows the register, what it should hold for each export, and how long a delivery takes."""

    installation: Installation
    exports: Exports
    deliveries: Deliveries
    wanted: dict[bool, Held]
    seconds: float
    second: bool

    def turn(self) -> None:
        """Import the other export."""
        self.second = not self.second
        self.exports.put(second=self.second)
        self.exports.run()

    def finish(self) -> None:
        """Deliver undisturbed, and compare with what a delivery that was never disturbed gave."""
        self.deliveries.run()
        self.compare()

    def compare(self) -> None:
        """Fail unless the provider holds exactly what it should."""
        wrong = differences(self.deliveries.held(), self.wanted[self.second])
        assert not wrong, "\n".join(wrong)


def differences(held: Held, wanted: Held) -> list[str]:
    """What a provider holds wrongly, one line for each object."""
    found = []
    for collection, objects in wanted.items():
        there = held[collection]
        found += [f"{collection}/{key} is missing" for key in objects.keys() - there.keys()]
        found += [f"{collection}/{key} should be gone" for key in there.keys() - objects.keys()]
        found += [f"{collection}/{key} is another" for key in objects.keys() & there if objects[key] != there[key]]
    return sorted(found)

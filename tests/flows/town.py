"""Björkvik, served as an operator would serve it: a demo of its own, its export to edit, its provider to look into."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from kateder.core import clock
from kateder.core.identifiers import PersonalNumber
from kateder.demo.provider.store import Store, read_store
from tests.installation import Installation, wait_for

Row = dict[str, str]


@dataclass(frozen=True)
class Town:
    """A running demo."""

    installation: Installation

    @property
    def address(self) -> str:
        """Where Kateder answers."""
        return f"http://localhost:{self.installation.port}"

    @property
    def provider_folder(self) -> Path:
        """All that the provider has ever been given."""
        return self.installation.folder / "demo-provider"

    def store(self) -> Store:
        """What the provider holds now."""
        return read_store(self.provider_folder / "log.jsonl")

    def rows(self, name: str) -> list[Row]:
        """A file of the school system's export."""
        with (self.installation.folder / "demo-export" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def edit(self, name: str, change: Callable[[list[Row]], list[Row]]) -> None:
        """Let the school system export a file anew."""
        rows = self.rows(name)
        columns = list(rows[0])
        with (self.installation.folder / "demo-export" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows({column: row.get(column, "") for column in columns} for row in change(rows))

    def command(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
        """Run a command and give what it printed."""
        ended = self.installation.begin(*arguments)
        assert ended.wait() in codes, f"{arguments}: {ended.returncode}\n{ended.output}"
        return ended.output

    def import_and_deliver(self) -> None:
        """One night: the export is read, and what changed is sent."""
        self.command("source", "run", "Skolsystemet")
        # The worker delivers by itself, and only one may at a time.
        wait_for(lambda: self.installation.begin("target", "run", "larkan").wait() == 0, seconds=120)

    def secrets(self) -> tuple[re.Pattern[bytes], list[bytes]]:
        """What nobody outside may ever see: names as whole words, and numbers, addresses, EPPNs as they stand."""
        names: set[str] = set()
        exact: set[str] = set()
        for person in self.rows("persons"):
            names |= {part for part in (person["givenName"], person["middleName"], person["familyName"]) if part}
            for column in ("emails", "eduPersonPrincipalNames", "phoneNumbers"):
                exact |= {value for value in person[column].split("|") if value}
            if person["civicNo"]:
                number = PersonalNumber.parse(person["civicNo"], today=clock.today()).value
                exact |= {number, number[2:], f"{number[:8]}-{number[8:]}", f"{number[2:8]}-{number[8:]}"}
        whole = "|".join(re.escape(name) for name in sorted(names))
        return re.compile(rf"(?<!\w)(?:{whole})(?!\w)".encode()), [value.encode() for value in exact]


@contextmanager
def served(folder: Path) -> Iterator[Town]:
    """A fresh demo, served until the test ends."""
    installation = Installation(folder)
    try:
        with installation.serve("--demo"):
            yield Town(installation)
    finally:
        installation.stop()


def sign_in(browser: Browser, town: Town, name: str) -> Page:
    """Choose who to be in the demo, in a browser of one's own."""
    page = browser.new_context(locale="sv-SE").new_page()
    page.goto(f"{town.address}/logga-in")
    page.get_by_role("button", name=name).first.click()
    page.wait_for_url(lambda address: "/logga-in" not in address)
    return page


def launch(page: Page, town: Town, title: str) -> str:
    """Open a resource from the shelf; give what the provider's page says, once there."""
    page.goto(town.address)
    page.get_by_role("link", name=title, exact=False).first.click()
    page.wait_for_url(f"http://127.0.0.1:{town.installation.provider_port}/**", timeout=30_000)
    return page.inner_text("body")


def account_of(town: Town, username: str) -> tuple[str, str]:
    """The pseudonym and the alias that the provider's service has for an account's person."""
    found = town.installation.rows(
        "SELECT p.released_id::text, a.alias FROM core_user u"
        " JOIN governance_pseudonym p ON p.root_id = u.person_id AND p.kind = 'person'"
        " JOIN governance_alias a ON a.root_id = u.person_id AND a.kind = 'person' AND a.service_id = p.service_id"
        " JOIN catalogue_service s ON s.id = p.service_id AND s.slug = 'larkan' WHERE u.username = %s",
        username,
    )
    assert len(found) == 1, found
    return found[0][0], found[0][1]


def receipts(town: Town, released_id: str) -> list[tuple[Any, ...]]:
    """What was sent about an account, and answered, in order."""
    return town.installation.rows(
        "SELECT action, http_status FROM provisioning_receipt WHERE released_id = %s ORDER BY at", released_id
    )


__all__ = ["Town", "account_of", "launch", "receipts", "served", "sign_in", "wait_for"]

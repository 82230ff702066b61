"""A client as Skolverket's test service has one: a token from elsewhere, a crawl, a webhook, a report back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

ORDER = ("organisations", "persons", "groups", "duties", "activities")
TYPES = ("Organisation", "Person", "Group", "Duty", "Activity")
BEFORE = timedelta(minutes=5)
"""It fetches what has changed from so long before it was told."""


@dataclass
class Skolverket:
    """What the test service knows."""

    base: str
    token: Callable[[], str]
    http: httpx2.Client
    known: dict[str, dict[str, Any]] = field(default_factory=lambda: {path: {} for path in ORDER})

    def subscribe(self, target: str) -> str:
        """Ask to be told of changes; gives the subscription's id."""
        body = {"name": "Provtjänsten", "target": target, "resourceTypes": [{"resource": one} for one in TYPES]}
        answer = self.ask("POST", "/subscriptions", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def crawl(self, *, since: datetime | None = None) -> int:
        """Fetch everything, or what has changed since, a few at a time; gives how many things came."""
        came = 0
        for path in ORDER:
            query: dict[str, str] = {"limit": "2"}
            if since is not None:
                query["meta.modified.after"] = since.isoformat()
            while True:
                page = self.ask("GET", f"/{path}", params=query).json()
                came += len(page["data"])
                self.known[path] |= {one["id"]: one for one in page["data"]}
                if not page.get("pageToken"):
                    break
                # It repeats its filters beside the token, as real clients do.
                query["pageToken"] = page["pageToken"]
        return came

    def told(self, at: datetime, notice: dict[str, Any]) -> None:
        """Act upon a notification."""
        since = at - BEFORE
        self.crawl(since=since)
        if notice["deletedEntities"]:
            gone = self.ask("GET", "/deletedEntities", params={"after": since.isoformat()}).json()["data"]
            for path in ORDER:
                for id_ in gone.get(path, []):
                    self.known[path].pop(id_, None)

    def report(self, message: str, **more: str) -> None:
        """Say what could not be used, and what was taken in."""
        entry = {"message": message, "severityLevel": "Warning", **more}
        assert self.ask("POST", "/log", json=entry).status_code == 201
        counts = {"resourceType": "Person", "newCount": 1, "updatedCount": 0, "deletedCount": 0}
        assert self.ask("POST", "/statistics", json=counts).status_code == 201

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        """Send a request with a token."""
        return self.http.request(
            method, f"{self.base}{path}", headers={"Authorization": f"Bearer {self.token()}"}, **more
        )


@contextmanager
def skolverket(base: str, token: Callable[[], str]) -> Iterator[Skolverket]:
    """The test service, in front of an API."""
    with httpx2.Client(trust_env=False, timeout=30) as http:
        yield Skolverket(base, token, http)


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)

"""The resources the provider holds, rebuilt from its log at every start."""

from pathlib import Path
from typing import Any

import orjson

from kateder.demo.provider.log import Entry, read_log
from kateder.demo.provider.rules import RULES

Resource = dict[str, Any]


class Store:
    """Resources by collection and id. Only the log changes it, so a restart ends in the same state."""

    def __init__(self) -> None:
        self.resources: dict[str, dict[str, Resource]] = {name: {} for name in RULES}

    def apply(self, entry: Entry) -> None:
        """Let an entry of the SCIM door that was answered with success take effect."""
        if entry.door != "scim" or not 200 <= entry.status < 300:
            return
        collection, _, key = entry.target.partition("?")[0].strip("/").partition("/")
        if entry.method == "DELETE":
            self.resources[collection].pop(key, None)
        elif entry.method in {"POST", "PUT"}:
            resource = orjson.loads(entry.body)
            self.resources[collection][resource["externalId"]] = resource

    def holds(self, reference: str) -> bool:
        """Tell whether `Collection/id` exists."""
        collection, _, key = reference.partition("/")
        return key in self.resources.get(collection, {})

    def user(self, subject: str) -> Resource | None:
        """Give a user by id."""
        return self.resources["Users"].get(subject)

    def groups_of(self, subject: str) -> list[str]:
        """Give the display names of the groups that a user is a member of."""
        return sorted(
            group["displayName"]
            for group in self.resources["StudentGroups"].values()
            if any(member["value"] == subject for member in group["studentMemberships"])
        )


def read_store(log_file: Path, *, start: int = 0) -> Store:
    """Rebuild the store from a log, or from a byte of it on; also for tests that look from outside."""
    store = Store()
    for entry in read_log(log_file, start=start):
        store.apply(entry)
    return store

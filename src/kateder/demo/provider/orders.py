"""How to misbehave: a file that tells the SCIM door to be slow, to fail, to hang or to drop connections.

    {"latency_ms": 20, "rules": [
        {"match": "POST /Users", "do": "answer", "status": 429, "retry_after": 2, "times": 3},
        {"match": "PUT", "do": "hang"},
        {"do": "drop_after", "times": 1}]}

`match` is the beginning of "METHOD /path" (all when left out); `times` says how often (always when left
out). `drop_after` processes the request and drops the connection before the answer; `drop_before` does not
process it. `garbage` processes it and answers with something that is not JSON, `drip` with one byte at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import orjson

Deed = Literal["answer", "hang", "drop_before", "drop_after", "garbage", "drip"]


@dataclass(slots=True, kw_only=True)
class Rule:
    """One way to misbehave, and how many times it is left to do."""

    do: Deed
    match: str = ""
    status: int = 500
    retry_after: str | None = None
    times: int | None = None

    def takes(self, request: str) -> bool:
        """Tell whether the rule applies to this request, and count it."""
        if self.times == 0 or not request.startswith(self.match):
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Orders:
    """The orders in force; a changed file is read again at the next request."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self.latency = 0.0
        self.rules: list[Rule] = []

    def for_request(self, method: str, path: str) -> Rule | None:
        """Give the first rule that applies, if any."""
        self._refresh()
        request = f"{method} {path}"
        return next((rule for rule in self.rules if rule.takes(request)), None)

    def replace(self, orders: Mapping[str, Any]) -> None:
        """Write new orders, after reading them: faulty ones raise and change nothing."""
        self._read(orders)
        whole = self._path.with_suffix(".new")
        whole.write_bytes(orjson.dumps(dict(orders)))
        whole.replace(self._path)

    def _refresh(self) -> None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            self._stamp, self.latency, self.rules = None, 0.0, []
            return
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._stamp = stamp
            self.latency, self.rules = self._read(orjson.loads(self._path.read_bytes()))

    @staticmethod
    def _read(orders: Mapping[str, Any]) -> tuple[float, list[Rule]]:
        rules = [Rule(**rule) for rule in orders.get("rules", [])]
        return float(orders.get("latency_ms", 0)) / 1000, rules

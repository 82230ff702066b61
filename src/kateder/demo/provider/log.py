"""The append-only log: every byte the provider is given, and what it answered."""

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing given: by which door (`scim`, `pages`, `tokens`), what exactly, and our answer."""

    door: str
    method: str
    target: str
    headers: list[list[str]] = field(default_factory=list)
    body: str = ""
    status: int = 0
    session: str = ""
    at: str = ""


def text_of(body: bytes) -> str:
    """Give bytes as text, in base64 when they are not UTF-8: nothing that was given is lost."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(body).decode()


def headers_of(headers: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Give headers in a form that keeps order and repetition."""
    return [[name, value] for name, value in headers]


class Log:
    """Writes each entry with one system call, so that a killed process has written all or nothing of it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _drop_half_written_line(path)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append(self, entry: Entry) -> None:
        """Write one entry, with the time it came."""
        record = asdict(entry) | {"at": datetime.now(tz=UTC).isoformat()}
        os.write(self._file, orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def read_log(path: Path, *, start: int = 0) -> Iterator[Entry]:
    """Give all whole entries from a byte on, oldest first; also while the provider runs."""
    if not path.exists():
        return
    with path.open("rb") as lines:
        lines.seek(start)
        for line in lines:
            if line.endswith(b"\n"):
                record: dict[str, Any] = orjson.loads(line)
                yield Entry(**record)


def _drop_half_written_line(path: Path) -> None:
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        end = file.seek(0, os.SEEK_END)
        position = end
        while position > 0:
            step = min(4096, position)
            file.seek(position - step)
            newline = file.read(step).rfind(b"\n")
            if newline >= 0:
                position = position - step + newline + 1
                break
            position -= step
        if position < end:
            file.truncate(position)

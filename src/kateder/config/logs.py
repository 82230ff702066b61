"""What libraries log, in the form of our own lines, and without what an exception quotes.

PostgreSQL quotes the value that it could not take, and of a COPY the line, which may be a name or a number: of an
exception the log has its kind and where it was raised, never its words.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

DEPTH: Final = 30
"""So many of the innermost calls are told."""


class WithoutData(logging.Formatter):
    """One JSON object a line: when, how bad, who says what, and of an exception its kind and place."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "event": record.getMessage(),
            "logger": record.name,
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(),
        }
        if record.exc_info and (error := record.exc_info[1]):
            line |= {"error": kinds_of(error), "at": _places(error)}
        return json.dumps(line, ensure_ascii=False)


def kinds_of(error: BaseException) -> str:
    """The kinds of an exception and of what led to it: `IntegrityError < NotNullViolation`."""
    kinds: list[str] = []
    one: BaseException | None = error
    while one is not None and len(kinds) < DEPTH:
        kinds.append(type(one).__name__)
        one = one.__cause__ or one.__context__
    return " < ".join(kinds)


def configure() -> None:
    """Let everything that nobody else takes care of be written to stderr in this form, warnings and worse."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(WithoutData())
    root = logging.getLogger()
    if not any(isinstance(each.formatter, WithoutData) for each in root.handlers):
        root.addHandler(handler)


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-DEPTH:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]

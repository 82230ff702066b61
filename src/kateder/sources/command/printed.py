"""JSON as programs print it: an array, a line for each object, or objects one after another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import orjson

_DECODER = json.JSONDecoder()
# RFC 7464 puts a record separator before each text; some programs put commas between them.
_BETWEEN = " \t\r\n,\x1e\ufeff"


def objects(printed: bytes) -> list[Any]:
    """Everything that was printed. Raises ValueError where some of it is not JSON."""
    text = printed.strip()
    if not text:
        return []
    try:
        whole = orjson.loads(text)
    except orjson.JSONDecodeError:
        try:
            return [orjson.loads(line) for line in text.splitlines() if line.strip()]
        except orjson.JSONDecodeError:
            return list(_one_after_another(text.decode()))
    return whole if isinstance(whole, list) else [whole]


def first(printed: bytes) -> Any:
    """The first object of what has been printed so far; None where it is not complete yet."""
    text = printed.decode(errors="ignore").lstrip(_BETWEEN + "[")
    try:
        return _DECODER.raw_decode(text)[0]
    except ValueError:
        return None


def _one_after_another(text: str) -> Iterator[Any]:
    at = 0
    while True:
        while at < len(text) and text[at] in _BETWEEN:
            at += 1
        if at == len(text):
            return
        found, at = _DECODER.raw_decode(text, at)
        if isinstance(found, list):
            yield from found
        else:
            yield found

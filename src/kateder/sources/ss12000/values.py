"""Values of SS 12000 records as text of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import orjson

SWEDISH = frozenset({"", "SE", "SWE"})
MOBILE = "mobil"
Cells = dict[str, str]
Row = Mapping[str, Any]


class Lists(Protocol):
    """Whoever has the records of lists."""

    def rows(self, resource: str) -> Iterator[Row]:
        """The records of one list; none where there is no such list."""


def plain(row: Row, *names: str) -> Cells:
    return {name: text(row.get(name)) for name in names}


def text(value: Any) -> str:
    if value is None or isinstance(value, (list, Mapping)):
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def id_of(row: Row, name: str) -> str:
    reference = row.get(name)
    return text(reference.get("id")) if isinstance(reference, Mapping) else ""


def objects(value: Any) -> list[Row]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def joined(values: Any) -> str:
    if not isinstance(values, list):
        return text(values)
    return "|".join(part for value in values if (part := text(value).replace("|", " ").strip()))


def civic_no(value: Any) -> str:
    """The number, unless it is of another country: those say nothing to the Swedish registers."""
    if not isinstance(value, Mapping) or text(value.get("nationality")).upper() not in SWEDISH:
        return ""
    return text(value.get("value"))


def typed(value: Any) -> list[tuple[str, str]]:
    """E-mail addresses or phone numbers with their types, each once: numbers of a mobile say so in the type."""
    found: dict[str, str] = {}
    for item in objects(value):
        number, kind = (
            text(item.get("value")).replace("|", " ").strip(),
            text(item.get("type")).replace("|", " ").strip(),
        )
        if number:
            found.setdefault(number, f"{kind} {MOBILE}" if kind and item.get("mobile") is True else kind)
    return list(found.items())


def as_json(value: Any) -> str:
    """A structure as the canonical columns take it; nothing for nothing."""
    return orjson.dumps(value).decode() if value and isinstance(value, list | dict) else ""

"""The shapes of what is sent and received, from `shapes.toml`, as JSON Schema."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kateder.protocols.ss12000 import code_lists
from kateder.protocols.ss12000.code_lists import CodeList

Schema = dict[str, Any]

EMBEDDED: Final = "embedded"
_SIMPLE: Final[Mapping[str, Schema]] = {
    "text": {"type": "string"},
    "truth": {"type": "boolean"},
    "integer": {"type": "integer"},
    "uuid": {"type": "string", "format": "uuid"},
    "date": {"type": "string", "format": "date"},
    "date-time": {"type": "string", "format": "date-time"},
    # With å, ä and ö in it, as people have.
    "email": {"type": "string", "format": "idn-email"},
    "uri": {"type": "string", "format": "uri"},
}
_REFERENCE: Final[Schema] = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": _SIMPLE["uuid"], "displayName": _SIMPLE["text"]},
}


def schemas() -> dict[str, Schema]:
    """Every shape by its name, as OpenAPI's `components/schemas` has them; `PersonExpanded` is what `expand` gives."""
    tables = dict(_tables())
    embedded = tables.pop(EMBEDDED)
    found = {"Reference": _REFERENCE, **{name: object_of(attributes) for name, attributes in tables.items()}}
    for name, attributes in embedded.items():
        more = {"type": "object", "properties": {"_embedded": object_of(attributes)}}
        found[f"{name}Expanded"] = {"allOf": [of(name), more]}
    return found


def answered(name: str) -> Schema:
    """The shape in which a thing is answered when it is asked for itself."""
    return of(f"{name}Expanded" if name in _tables()[EMBEDDED] else name)


def object_of(attributes: Mapping[str, str]) -> Schema:
    """An object whose attributes are told as in the file."""
    required = [name for name, told in attributes.items() if told.endswith("!")]
    made: Schema = {"type": "object", "properties": {name: of(told) for name, told in attributes.items()}}
    return made | ({"required": required} if required else {})


def of(told: str) -> Schema:
    """The schema of one type as the file tells it."""
    told = told.removesuffix("!")
    if told.startswith("["):
        return {"type": "array", "items": of(told[1:-1])}
    if told.startswith("<"):
        return {"type": "string", "enum": list(_list(told[1:-1]).codes)}
    if told in _SIMPLE:
        return dict(_SIMPLE[told])
    if " | " in told:
        return {"type": "string", "enum": told.split(" | ")}
    return {"$ref": f"#/components/schemas/{told}"}


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("shapes.toml").read_text(encoding="utf-8"))


def _list(name: str) -> CodeList:
    found: CodeList = getattr(code_lists, name.upper())
    return found

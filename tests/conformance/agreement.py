"""Two OpenAPI documents made comparable: what each operation asks and answers, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]


def operations(document: Document) -> dict[str, set[str]]:
    """Each operation (`GET /persons`) with its lines: parameters, body and good answer."""
    found: dict[str, set[str]] = {}
    for path, item in document["paths"].items():
        shared = item.get("parameters", [])
        for method, operation in item.items():
            if method == "parameters":
                continue
            lines = set(_parameters([*shared, *operation.get("parameters", [])], document))
            lines |= {f"body {line}" for line in _content(operation.get("requestBody", {}), document)}
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    lines.add(f"answers {status}")
                    lines |= {f"answer {line}" for line in _content(_resolved(answer, document), document)}
            found[f"{method.upper()} {path}"] = lines
    return found


def _parameters(parameters: list[Any], document: Document) -> Iterator[str]:
    for given in parameters:
        parameter = _resolved(given, document)
        required = "!" if parameter.get("required") else ""
        for line in _lines(parameter["schema"], document, ()):
            yield f"{parameter['in']} {parameter['name']}{required}{line}"


def _content(holder: Mapping[str, Any], document: Document) -> Iterator[str]:
    media = holder.get("content", {}).get("application/json")
    if media is not None and "schema" in media:
        yield from _lines(media["schema"], document, ())


def _lines(schema: Mapping[str, Any], document: Document, seen: tuple[str, ...]) -> Iterator[str]:
    """One line per leaf: `.data[].givenName!: string`. What lies inside itself is not followed."""
    reference = schema.get("$ref", "")
    if reference in seen:
        yield ": …"
        return
    whole = _merged(schema, document)
    seen = (*seen, reference) if reference else seen
    if whole.get("properties"):
        for name, inner in whole["properties"].items():
            required = "!" if name in whole.get("required", ()) else ""
            for line in _lines(inner, document, seen):
                yield f".{name}{required}{line}"
    elif whole.get("type") == "array":
        for line in _lines(whole["items"], document, seen):
            yield f"[]{line}"
    elif "enum" in whole:
        for value in whole["enum"]:
            yield f": {value}"
    else:
        yield f": {whole.get('format') or whole.get('type', 'anything')}"


def _merged(schema: Mapping[str, Any], document: Document) -> Mapping[str, Any]:
    schema = _resolved(schema, document)
    if "allOf" not in schema:
        return schema
    whole: dict[str, Any] = {"properties": {}, "required": []}
    for part in schema["allOf"]:
        merged = _merged(part, document)
        whole["properties"] |= merged.get("properties", {})
        whole["required"] += merged.get("required", [])
        whole |= {name: value for name, value in merged.items() if name in {"type", "enum", "format"}}
    return whole


def _resolved(schema: Mapping[str, Any], document: Document) -> Mapping[str, Any]:
    while "$ref" in schema:
        found: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema

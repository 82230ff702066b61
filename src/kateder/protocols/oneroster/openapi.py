"""Our OpenAPI documents of the two services, made from the same tables as the answers.

A consumer finds them where 1.2 has its service discovery: below the service's own address, as `discovery/<name>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kateder.protocols.oneroster.gradebook import WORDS
from kateder.protocols.oneroster.questions import DEFAULT_LIMIT, LARGEST_LIMIT, LARGEST_OFFSET
from kateder.protocols.oneroster.resources import REFERRED, Resource, Shape
from kateder.protocols.oneroster.status import Minor

Schema = dict[str, Any]
ROSTERING_DOCUMENT: Final = "onerosterv1p2rostersservice_openapi3_v1p0.json"
GRADEBOOK_DOCUMENT: Final = "onerosterv1p2gradebookservice_openapi3_v1p0.json"
_SIMPLE: Final[Mapping[Shape, Schema]] = {
    Shape.TEXT: {"type": "string"},
    Shape.NUMBER: {"type": "number"},
    Shape.DATE: {"type": "string", "format": "date"},
    Shape.TIME: {"type": "string", "format": "date-time"},
    Shape.TEXTS: {"type": "array", "items": {"type": "string"}},
}
_SAID: Final = {
    "400": "The question cannot be understood: invalid_filter_field or invalid_selection_field.",
    "401": "There is no valid access token: unauthorisedrequest.",
    "403": "The token has not the scope, or the client may not use OneRoster: forbidden.",
    "404": "There is no such object, or not for this client: unknownobject.",
    "413": "The body is too large.",
    "422": "What was sent is not as the standard has it, or about somebody unknown: invaliddata.",
    "429": "Too many requests; Retry-After says when to come back: server_busy.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What may be done at an address, and with which of the scopes."""

    address: str
    method: str
    about: Resource
    scopes: frozenset[str]
    is_one: bool = False


def document(operations: Iterable[Operation], *, title: str, base_url: str, token_url: str) -> Schema:
    """The whole document of a service at `base_url` whose tokens are given at `token_url`."""
    known = list(operations)
    paths: dict[str, Schema] = {}
    for one in known:
        address, names = _named(one.address)
        path = paths.setdefault(address, {"parameters": [_in_path(name) for name in names]} if names else {})
        path[one.method.lower()] = _operation(one)
    scopes = sorted({scope for one in known for scope in one.scopes})
    flow = {"tokenUrl": token_url, "scopes": {scope: scope.rpartition("/")[2] for scope in scopes}}
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": "1.2", "description": "A client sees its service's people and no others."},
        "servers": [{"url": base_url.rstrip("/")}],
        "paths": paths,
        "components": {
            "securitySchemes": {"OAuth2CC": {"type": "oauth2", "flows": {"clientCredentials": flow}}},
            "schemas": _schemas(one.about for one in known),
        },
    }


def _operation(one: Operation) -> Schema:
    answers = {"GET": "200", "PUT": "201", "POST": "201", "DELETE": "204"}
    refusals = {"400", "401", "403", "404", "429"} | ({"413", "422"} if one.method in {"PUT", "POST"} else set())
    made: Schema = {
        "tags": [one.about.name],
        "security": [{"OAuth2CC": [scope]} for scope in sorted(one.scopes)],
        "responses": {
            answers[one.method]: _answer(one),
            **{status: _said(_SAID[status], _ref("imsx_StatusInfo")) for status in sorted(refusals)},
        },
    }
    if one.method == "GET":
        made["parameters"] = _parameters(one)
    if one.method in {"PUT", "POST"}:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": _envelope(one)}}}
    return made


def _answer(one: Operation) -> Schema:
    if one.method == "GET" and not one.is_one:
        headers = {"X-Total-Count": {"schema": {"type": "integer"}}, "Link": {"schema": {"type": "string"}}}
        return _said("A page.", _envelope(one)) | {"headers": headers}
    if one.method == "GET":
        return _said("The object.", _envelope(one))
    return _said("Taken.", _ref("GUIDPairSet")) if one.method == "POST" else {"description": "Done."}


def _envelope(one: Operation) -> Schema:
    shape = _ref(one.about.single)
    many = one.method == "POST" or not one.is_one
    name = one.about.name if many else one.about.single
    return {
        "type": "object",
        "required": [name],
        "properties": {name: {"type": "array", "items": shape} if many else shape},
    }


def _parameters(one: Operation) -> list[Schema]:
    fields = _in_query("fields", {"type": "string"})
    if one.is_one:
        return [fields]
    return [
        _in_query("limit", {"type": "integer", "minimum": 1, "maximum": LARGEST_LIMIT, "default": DEFAULT_LIMIT}),
        _in_query("offset", {"type": "integer", "minimum": 0, "maximum": LARGEST_OFFSET, "default": 0}),
        _in_query("sort", {"type": "string"}),
        _in_query("orderBy", {"type": "string", "enum": ["asc", "desc"]}),
        _in_query("filter", {"type": "string"}),
        fields,
    ]


def _schemas(resources: Iterable[Resource]) -> dict[str, Schema]:
    found = {one.single: _object(one) for one in resources}
    minors = {"type": "string", "enum": [minor.value for minor in Minor]}
    field: Schema = {"imsx_codeMinorFieldName": {"type": "string"}, "imsx_codeMinorFieldValue": minors}
    minor: Schema = {"imsx_codeMinorField": {"type": "array", "items": _closed(field)}}
    found["imsx_StatusInfo"] = _closed(
        {
            "imsx_codeMajor": {"type": "string", "enum": ["failure"]},
            "imsx_severity": {"type": "string", "enum": ["error"]},
            "imsx_description": {"type": "string"},
            "imsx_CodeMinor": _closed(minor),
        }
    )
    pair = {"suppliedSourcedId": {"type": "string"}, "allocatedSourcedId": {"type": "string"}}
    found["GUIDPairSet"] = _closed({"sourcedIdPairs": {"type": "array", "items": _closed(pair)}})
    return found


def _object(resource: Resource) -> Schema:
    properties = {name: _attribute(name, shape, resource) for name, shape in resource.attributes.items()}
    properties["status"] = {"type": "string", "enum": ["active", "tobedeleted"]}
    # Of what is to be deleted nothing is kept, so no reference can be demanded.
    required = [name for name in sorted(resource.required) if resource.attributes[name] is not Shape.REFERENCE]
    return {"type": "object", "required": required, "properties": properties}


def _attribute(name: str, shape: Shape, resource: Resource) -> Schema:
    if shape is Shape.REFERENCE:
        return _reference(name, resource)
    if shape is Shape.REFERENCES:
        return {"type": "array", "items": _reference(name, resource)}
    if shape is Shape.OBJECTS:
        members = resource.members[name]
        inner = {each: _attribute(each, kind, resource) for each, kind in members.items()}
        return {"type": "array", "items": {"type": "object", "properties": inner}}
    if name in WORDS and name != "scoreStatus":
        return {"type": "string", "enum": sorted(WORDS[name])}
    return dict(_SIMPLE[shape])


def _reference(name: str, resource: Resource) -> Schema:
    called = REFERRED[name][1] or resource.single
    address, kind = {"type": "string", "format": "uri"}, {"type": "string", "enum": [called]}
    return _closed({"href": address, "sourcedId": {"type": "string"}, "type": kind})


def _closed(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "required": list(properties),
        "properties": dict(properties),
        "additionalProperties": False,
    }


def _named(address: str) -> tuple[str, list[str]]:
    """The address with a name for each id in it."""
    names: list[str] = []

    def name(found: re.Match[str]) -> str:
        before = address[: found.start()].rstrip("/").rpartition("/")[2]
        names.append(f"{before}Id")
        return f"{{{names[-1]}}}"

    return "/" + re.sub(r"\{id\}", name, address), names


def _in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(name: str, schema: Schema) -> Schema:
    return {"name": name, "in": "query", "schema": schema}


def _said(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}

"""Our OpenAPI document: what a client may ask and what it is answered, made from the same tables as the answers.

It differs from the published one where that contradicts itself or says less than we do; the test that compares the two
lists every difference with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from kateder.protocols.ss12000.endpoints import AGGREGATED, ENDPOINTS, META, Endpoint, Filter, Kind
from kateder.protocols.ss12000.shapes import Schema, answered, object_of, of, schemas

VERSION: Final = "2.0.0"
_KINDS: Final[Mapping[Kind, str]] = {Kind.TEXT: "text", Kind.UUID: "uuid", Kind.DATE: "date", Kind.TIME: "date-time"}
_TOO_LONG: Final = 200
_OWN: Final[Mapping[str, Mapping[str, str]]] = {
    "Error": {"code": "text!", "message": "text!"},
    "LogEntry": {
        "message": "text!", "messageType": "text", "resourceType": "text", "resourceId": "text", "resourceUrl": "text",
        "severityLevel": "Info | Warning | Error!", "timeOfOccurance": "date-time",
    },
    "StatisticsEntry": {
        "resourceType": "text!", "newCount": "integer!", "updatedCount": "integer!", "deletedCount": "integer!",
        "resourceUrl": "text", "timeOfOccurance": "date-time",
    },
}  # fmt: skip
_SAID: Final = {
    400: "The question or the id cannot be understood.",
    401: "There is no valid access token.",
    403: "The profile does not allow this.",
    404: "There is no such thing, or not for this client.",
    405: "Not with this method.",
    413: "The body is too large.",
    429: "Too many requests; Retry-After says when to come back.",
}


def document(*, base_url: str, token_url: str) -> dict[str, Any]:
    """The whole document for an API at `base_url` whose tokens are given at `token_url`."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "SS 12000",
            "version": VERSION,
            "description": "The register of a school authority. A client sees what its profile allows, and nothing"
            " else; attributes that the profile leaves out are absent even where they are required here.",
        },
        "servers": [{"url": base_url}],
        "security": [{"client": []}, {"bearer": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "client": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": token_url, "scopes": {}}},
                },
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            },
            "schemas": _schemas(),
        },
    }


def _schemas() -> dict[str, Schema]:
    found = schemas() | {name: object_of(attributes) for name, attributes in _OWN.items()}
    for name in ("newCount", "updatedCount", "deletedCount"):
        found["StatisticsEntry"]["properties"][name] |= {"minimum": 0, "maximum": 2**53 - 1}
    for shape in (found["LogEntry"], found["StatisticsEntry"]):
        for name, schema in shape["properties"].items():
            if name not in shape["required"]:
                schema["nullable"] = True
    resource = {"type": "string", "enum": [endpoint.resource for endpoint in ENDPOINTS.values()]}
    found["CreateSubscription"] = object_of({"name": "text!", "target": "uri!"})
    found["CreateSubscription"]["properties"]["name"] |= {"minLength": 1, "maxLength": _TOO_LONG}
    found["CreateSubscription"]["properties"]["resourceTypes"] = {
        "type": "array",
        "minItems": 1,
        "items": {
            "oneOf": [resource, {"type": "object", "required": ["resource"], "properties": {"resource": resource}}]
        },
    }
    found["CreateSubscription"]["required"].append("resourceTypes")
    found["Subscription"] = object_of({"id": "uuid!", "expires": "date-time!", "name": "text!", "target": "uri!"})
    found["Subscription"]["properties"]["resourceTypes"] = {
        "type": "array",
        "items": {"type": "object", "required": ["resource"], "properties": {"resource": resource}},
    }
    found["Subscription"]["required"].append("resourceTypes")
    keys = [endpoint.deleted for endpoint in ENDPOINTS.values()]
    found["DeletedEntities"] = _envelope(object_of(dict.fromkeys([*keys, "activities"], "[uuid]")))
    return found


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS.values():
        paths |= _of(endpoint)
    listed = _operation(AGGREGATED.resource, _list_parameters(AGGREGATED), {200: _page(AGGREGATED)})
    paths[f"/{AGGREGATED.path}"] = {"get": listed}
    paths |= _subscriptions()
    for name, shape in (("log", "LogEntry"), ("statistics", "StatisticsEntry")):
        posted = _operation("Reports", [], {201: None}, body=of(shape), refusals=(400, 413))
        # The standard has a slash at the end, real clients have none.
        paths[f"/{name}/"] = {"post": posted}
        paths[f"/{name}"] = {"post": posted}
    entities = _parameter("entities", _array({"type": "string", "enum": [e.resource for e in ENDPOINTS.values()]}))
    parameters = [_parameter("after", of("date-time")), entities, *_paging()]
    paths["/deletedEntities"] = {"get": _operation("Removals", parameters, {200: of("DeletedEntities")})}
    return paths


def _of(endpoint: Endpoint) -> dict[str, Any]:
    shape = answered(endpoint.resource)
    listed: dict[str, Any] = {"get": _operation(endpoint.resource, _list_parameters(endpoint), {200: _page(endpoint)})}
    one: dict[str, Any] = {
        "parameters": [_id()],
        "get": _operation(endpoint.resource, _shown(endpoint), {200: shape}, refusals=(400, 404)),
    }
    if endpoint.writes:
        # What the server itself decides is not asked for.
        listed["post"] = _operation(endpoint.resource, [], {200: shape}, body=_report(endpoint), refusals=(400, 413))
    if endpoint.removes:
        one["delete"] = _operation(endpoint.resource, [], {204: None}, refusals=(400, 404))
    paths = {f"/{endpoint.path}": listed, f"/{endpoint.path}/{{id}}": one}
    if endpoint.lookup:
        parameters = _shown(endpoint) if endpoint.lookup_expands else [_parameter("expandReferenceNames", of("truth"))]
        fields = {name: _array(of(_KINDS[kind])) for name, kind in endpoint.lookup.items()}
        body = {"type": "object", "properties": fields}
        paths[f"/{endpoint.path}/lookup"] = {
            "post": _operation(endpoint.resource, parameters, {200: _array(shape)}, body=body, refusals=(400, 413))
        }
    return paths


def _report(endpoint: Endpoint) -> Schema:
    whole = schemas()[endpoint.resource]
    properties = {name: schema for name, schema in whole["properties"].items() if name != "meta"}
    return {
        "type": "object",
        "required": [name for name in whole["required"] if name not in {"id", "meta"}],
        "properties": properties,
    }


def _subscriptions() -> dict[str, Any]:
    one, page = of("Subscription"), _envelope(_array(of("Subscription")))
    tag = "Subscriptions"
    told = object_of({"modifiedEntites": "[text]", "modifiedEntities": "[text]", "deletedEntities": "truth"})
    made = _operation(tag, [], {201: one}, body=of("CreateSubscription"), refusals=(400, 413))
    made["callbacks"] = {
        "changed": {
            "{$request.body#/target}": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": told}}},
                    "responses": {"200": {"description": "Taken."}},
                }
            }
        }
    }
    return {
        "/subscriptions": {"get": _operation(tag, _paging(), {200: page}), "post": made},
        "/subscriptions/{id}": {
            "parameters": [_id()],
            "get": _operation(tag, [], {200: one}, refusals=(400, 404)),
            "patch": _operation(tag, [], {200: one}, refusals=(400, 404)),
            "delete": _operation(tag, [], {204: None}, refusals=(400, 404)),
        },
    }


def _operation(
    tag: str,
    parameters: list[Schema],
    answers: Mapping[int, Schema | None],
    *,
    body: Schema | None = None,
    refusals: Iterable[int] = (400,),
) -> dict[str, Any]:
    responses: dict[str, Any] = {str(status): _answer("Done.", schema) for status, schema in answers.items()}
    for status in sorted({*refusals, 401, 403, 429}):
        responses[str(status)] = _answer(_SAID[status], of("Error"))
    responses["default"] = _answer("Something else is wrong.", of("Error"))
    made: dict[str, Any] = {"tags": [tag], "responses": responses}
    if parameters:
        made["parameters"] = parameters
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return made


def _answer(description: str, schema: Schema | None) -> dict[str, Any]:
    content = {} if schema is None else {"content": {"application/json": {"schema": schema}}}
    return {"description": description, **content}


def _list_parameters(endpoint: Endpoint) -> list[Schema]:
    filters = endpoint.filters if endpoint is AGGREGATED else {**endpoint.filters, **META}
    made = [_filter(name, filter_) for name, filter_ in filters.items()]
    if endpoint.sorts:
        made.append(_parameter("sortkey", {"type": "string", "enum": list(endpoint.sorts)}))
    return [*made, *_shown(endpoint), *_paging()]


def _filter(name: str, filter_: Filter) -> Schema:
    schema = of(_KINDS[filter_.kind])
    if filter_.kind is Kind.TEXT:
        schema |= {"minLength": 1, "maxLength": _TOO_LONG}
    return _parameter(name, _array(schema) if filter_.many else schema, required=filter_.required)


def _shown(endpoint: Endpoint) -> list[Schema]:
    made = [_parameter("expandReferenceNames", of("truth"))]
    if endpoint.expands:
        made.append(_parameter("expand", _array({"type": "string", "enum": list(endpoint.expands)})))
    return made


def _paging() -> list[Schema]:
    return [
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": 10**10 - 1}),
        _parameter("pageToken", {"type": "string"}),
    ]


def _page(endpoint: Endpoint) -> Schema:
    return _envelope(_array(answered(endpoint.resource)))


def _envelope(data: Schema) -> Schema:
    token = {"type": "string", "nullable": True}
    return {"type": "object", "required": ["data"], "properties": {"data": data, "pageToken": token}}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _id() -> Schema:
    return {"name": "id", "in": "path", "required": True, "schema": of("uuid")}


def _parameter(name: str, schema: Schema, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "schema": schema, **({"required": True} if required else {})}

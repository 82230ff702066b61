"""The SCIM door: a strict EGIL server that can be ordered to misbehave."""

import asyncio
from dataclasses import replace
from typing import Any

import orjson
from aiohttp import web

from kateder.demo.provider.certificates import KnownClients
from kateder.demo.provider.log import Entry, Log, headers_of, text_of
from kateder.demo.provider.orders import Orders, Rule
from kateder.demo.provider.rules import RULES, faults_of, points_at
from kateder.demo.provider.store import Resource, Store

SCIM_JSON = "application/scim+json"
MOST_BYTES = 4 * 1024 * 1024
PAGE = 100
GARBAGE = b"<html>Service portal</html>"


class Refusal(Exception):
    """An answer that is not a success."""

    def __init__(self, status: int, detail: str, *, scim_type: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.body: dict[str, Any] = {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": str(status),
            "detail": detail,
        }
        if scim_type:
            self.body["scimType"] = scim_type


class ScimDoor:
    """Answers every request of the SCIM port, and logs it before it takes effect."""

    def __init__(self, *, store: Store, log: Log, orders: Orders, clients: KnownClients) -> None:
        self._store = store
        self._log = log
        self._orders = orders
        self._clients = clients

    def application(self) -> web.Application:
        """Give the aiohttp application."""
        application = web.Application(client_max_size=MOST_BYTES)
        application.router.add_route("*", "/{path:.*}", self.answer)
        return application

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Do as ordered, otherwise as a strict server."""
        raw = await request.read()
        rule = self._orders.for_request(request.method, request.path)
        if self._orders.latency:
            await asyncio.sleep(self._orders.latency)
        entry = Entry(
            door="scim",
            method=request.method,
            target=request.path_qs,
            headers=headers_of(request.headers.items()),
            body=text_of(raw),
        )
        if rule and rule.do in {"answer", "hang", "drop_before"}:
            return await self._misbehave(request, rule, entry)
        try:
            status, body = self._decide(request, raw)
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        entry = replace(entry, status=status)
        self._log.append(entry)
        self._store.apply(entry)
        if rule and rule.do == "drop_after":
            return _drop(request)
        if rule and rule.do == "drip":
            return await _drip(request, status)
        payload = GARBAGE if rule and rule.do == "garbage" else None if body is None else orjson.dumps(body)
        return web.Response(status=status, body=payload, content_type=SCIM_JSON)

    async def _misbehave(self, request: web.Request, rule: Rule, entry: Entry) -> web.StreamResponse:
        self._log.append(replace(entry, status=rule.status if rule.do == "answer" else 0))
        if rule.do == "hang":
            await asyncio.sleep(3600)
        if rule.do != "answer":
            return _drop(request)
        headers = {"Retry-After": rule.retry_after} if rule.retry_after is not None else {}
        return web.Response(status=rule.status, headers=headers)

    def _decide(self, request: web.Request, raw: bytes) -> tuple[int, Resource | None]:
        self._admit(request)
        collection, _, key = request.path.strip("/").partition("/")
        if collection not in RULES:
            raise Refusal(404, "no such collection")
        match request.method, bool(key):
            case "POST", False:
                return self._create(collection, self._accept(request, collection, raw))
            case "PUT", True:
                return self._replace(collection, key, self._accept(request, collection, raw))
            case "DELETE", True:
                self._existing(collection, key)
                return 204, None
            case "GET", True:
                return 200, self._existing(collection, key)
            case "GET", False:
                return 200, self._page(collection, request)
            case "PATCH", _:
                raise Refusal(501, "PATCH is not part of EGIL")
        raise Refusal(405, "not here")

    def _admit(self, request: web.Request) -> None:
        connection = request.transport.get_extra_info("ssl_object") if request.transport else None
        certificate = connection.getpeercert(True) if connection else None
        if not certificate:
            raise Refusal(401, "show a client certificate")
        if not self._clients.accepts(certificate):
            raise Refusal(403, "unknown client")

    def _accept(self, request: web.Request, collection: str, raw: bytes) -> Resource:
        if request.content_type != SCIM_JSON:
            raise Refusal(415, f"send {SCIM_JSON}")
        try:
            body = orjson.loads(raw)
        except orjson.JSONDecodeError as fault:
            raise Refusal(400, "not JSON", scim_type="invalidSyntax") from fault
        if faults := faults_of(collection, body):
            raise Refusal(400, "; ".join(faults), scim_type="invalidValue")
        if missing := [target for target in points_at(body) if not self._store.holds(target)]:
            raise Refusal(400, f"unknown: {', '.join(missing)}", scim_type="invalidValue")
        resource: Resource = body
        return resource

    def _create(self, collection: str, resource: Resource) -> tuple[int, Resource]:
        if resource["externalId"] in self._store.resources[collection]:
            raise Refusal(409, "exists", scim_type="uniqueness")
        return 201, _with_id(resource)

    def _replace(self, collection: str, key: str, resource: Resource) -> tuple[int, Resource]:
        if resource["externalId"] != key:
            raise Refusal(400, "externalId is not the one addressed", scim_type="mutability")
        self._existing(collection, key)
        return 200, _with_id(resource)

    def _existing(self, collection: str, key: str) -> Resource:
        try:
            return _with_id(self._store.resources[collection][key])
        except KeyError:
            raise Refusal(404, "no such resource") from None

    def _page(self, collection: str, request: web.Request) -> Resource:
        start = max(1, int(request.query.get("startIndex", "1")))
        everything = list(self._store.resources[collection].values())
        page = everything[start - 1 : start - 1 + PAGE]
        return {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": len(everything),
            "startIndex": start,
            "itemsPerPage": len(page),
            "Resources": [_with_id(resource) for resource in page],
        }


def _with_id(resource: Resource) -> Resource:
    return {**resource, "id": resource["externalId"]}


async def _drip(request: web.Request, status: int) -> web.StreamResponse:
    """Answer so slowly that nobody waits for the end."""
    answer = web.StreamResponse(status=status if status != 204 else 200)
    answer.content_length = 3600
    await answer.prepare(request)
    for _ in range(3600):
        await answer.write(b" ")
        await asyncio.sleep(0.1)
    return answer


def _drop(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)

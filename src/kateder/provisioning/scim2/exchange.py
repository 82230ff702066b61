"""One operation at a SCIM 2.0 server: it gives objects names of its own, and others may have put things there.

Whatever a killed run left behind heals: what may have been sent before is looked for by its external id before it is
sent again, what is there already (409) is taken up when it is ours and left alone when it is not, what is gone (404)
is created again. Members are named by the server's own ids, which we have kept or ask for.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any, Final, assert_never
from urllib.parse import quote, unquote
from uuid import UUID

import aiohttp
import orjson

from kateder.core.setup import Settings
from kateder.core.setup.reaching import context_of, text_of
from kateder.core.tls import BadCertificate
from kateder.protocols.reconcile import Action
from kateder.protocols.scim.patching import MOST_MEMBERS, PATCH_OP, Change, changes, messages
from kateder.protocols.scim.resources import items
from kateder.provisioning.delivery.http import GONE
from kateder.provisioning.delivery.operations import (
    WAS_GONE,
    WAS_MISSING,
    WAS_THERE,
    Answer,
    Exchange,
    Kind,
    Operation,
)
from kateder.provisioning.scim2.authorising import TokenRefused, proof_of
from kateder.provisioning.scim2.choices import Choices, Removal
from kateder.provisioning.scim2.finding import Finder, Refused
from kateder.provisioning.scim2.habits import Habits, discover
from kateder.provisioning.scim2.project import GROUP, USER
from kateder.provisioning.scim2.wire import Reply, Wire, session
from kateder.provisioning.ways.contract import Connect

CANNOT_PATCH: Final = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED})
NOT_OURS: Final = Answer(kind=Kind.REFUSED, http_status=HTTPStatus.CONFLICT, code="http_409")
"""Somebody else's object has that name. It is left as it is, and nothing of ours refers to it."""
VANISHED: Final = Answer(kind=Kind.AGAIN, http_status=HTTPStatus.CONFLICT, code="vanished")
UNKNOWN_MEMBER: Final = Answer(kind=Kind.REFUSED, code="member_unknown")
NO_ID: Final = Answer(kind=Kind.REFUSED, code="no_id")


def connector(settings: Settings, *, connections: int, seconds: float, remote_ids: Mapping[UUID, str]) -> Connect:
    """Give what opens an exchange; `remote_ids` are what the server calls those users whom it has told us of."""

    @asynccontextmanager
    async def connect() -> AsyncIterator[Exchange]:
        choices = Choices.of(settings)
        try:
            context = context_of(settings)
        except BadCertificate:
            yield _shut
            return
        async with session(context, connections=connections, seconds=seconds) as http:
            wire = Wire(http, text_of(settings, "address"), proof_of(settings, http))
            habits = Habits()
            # A server that does not answer now does not answer the first operation either, and that is counted.
            with suppress(TokenRefused, TimeoutError, aiohttp.ClientError):
                habits = await discover(wire, updates=choices.updates)
            yield _Server(wire, habits, choices=choices, remote_ids=dict(remote_ids)).carry_out

    return connect


async def _shut(operation: Operation) -> Answer:
    return Answer(kind=Kind.SHUT_OUT, code="bad_certificate")


class _Server:
    def __init__(self, wire: Wire, habits: Habits, *, choices: Choices, remote_ids: dict[UUID, str]) -> None:
        self._wire, self._habits = wire, habits
        self._choices = choices
        self._users = remote_ids
        self._finder = Finder(wire, habits)
        self._tried: dict[UUID, float] = {}

    async def carry_out(self, operation: Operation) -> Answer:
        try:
            answer = await self._exchange(operation)
        except Refused as refusal:
            return refusal.answer
        except TokenRefused:
            return Answer(kind=Kind.SHUT_OUT, code="token_refused")
        except aiohttp.ClientConnectorCertificateError:
            return Answer(kind=Kind.SHUT_OUT, code="not_trusted")
        except TimeoutError:
            return Answer(kind=Kind.AGAIN, code="timeout")
        except aiohttp.ClientError:
            return Answer(kind=Kind.AGAIN, code="connection")
        if operation.resource_type == USER and answer.remote_id:
            self._users[operation.released_id] = answer.remote_id
        return answer

    async def _exchange(self, operation: Operation) -> Answer:
        kind, ours = operation.resource_type, str(operation.released_id)
        if operation.action is Action.REMOVE:
            return await self._remove(kind, operation.remote_id or await self._finder.find(kind, ours))
        wanted = await self._in_its_names(operation)
        match operation.action:
            case Action.CREATE:
                seen_before = operation.uncertain or operation.released_id in self._tried
                since = self._tried.get(operation.released_id, 0.0)
                there = operation.remote_id or (await self._finder.find(kind, ours, since=since) if seen_before else "")
                surprise = WAS_THERE
            case Action.UPDATE:
                there = operation.remote_id or await self._finder.find(kind, ours)
                surprise = ""
            case _:
                assert_never(operation.action)
        self._tried[operation.released_id] = time.monotonic()
        answer = await self._bring(kind, there, wanted, surprise=surprise) if there else None
        if answer is not None:
            return answer
        return await self._create(kind, wanted, surprise=WAS_MISSING if operation.action is Action.UPDATE else "")

    async def _in_its_names(self, operation: Operation) -> dict[str, Any]:
        """The body with the server's own ids of the members."""
        body: dict[str, Any] = orjson.loads(operation.body)
        if operation.resource_type == GROUP:
            body["members"] = [{"value": await self._name_of(UUID(one["value"]))} for one in items(body, "members")]
        return body

    async def _name_of(self, member: UUID) -> str:
        if member not in self._users:
            self._users[member] = await self._finder.find(USER, str(member))
        if not self._users[member]:
            del self._users[member]
            raise Refused(UNKNOWN_MEMBER)
        return self._users[member]

    async def _create(self, kind: str, wanted: Mapping[str, Any], *, surprise: str) -> Answer:
        members = wanted.get("members", [])
        in_parts = self._habits.patch and len(members) > MOST_MEMBERS
        body = {**wanted, "members": members[:MOST_MEMBERS]} if in_parts else wanted
        reply = await self._wire.request("POST", self._habits.endpoints[kind], body=body)
        if reply.status == HTTPStatus.CONFLICT:
            there = await self._finder.find(kind, wanted["externalId"], since=time.monotonic())
            answer = await self._bring(kind, there, wanted, surprise=WAS_THERE) if there else None
            return answer or (VANISHED if there else NOT_OURS)
        _accept(reply)
        there = _own_id(reply) or await self._finder.find(kind, wanted["externalId"], since=time.monotonic())
        if not there:
            raise Refused(NO_ID)
        if in_parts:
            _accept(await self._patch(kind, there, changes(body, wanted), if_match=""))
        return Answer(kind=Kind.DONE, http_status=reply.status, code=surprise, remote_id=there)

    async def _bring(self, kind: str, there: str, wanted: Mapping[str, Any], *, surprise: str) -> Answer | None:
        """Make what is there as wanted, touching only what differs; None when it is not there after all."""
        for attempt in range(2):
            held = await self._wire.request("GET", self._path(kind, there))
            if held.status in GONE:
                return None
            _accept(held)
            if held.body.get("externalId") not in (None, "", wanted["externalId"]):
                raise Refused(NOT_OURS)
            reply = await self._change(kind, there, held, wanted)
            if reply.status in GONE:
                return None
            if reply.status != HTTPStatus.PRECONDITION_FAILED or attempt:
                break
        _accept(reply)
        return Answer(kind=Kind.DONE, http_status=reply.status, code=surprise, remote_id=there)

    async def _change(self, kind: str, there: str, held: Reply, wanted: Mapping[str, Any]) -> Reply:
        operations = changes(held.body, wanted)
        if not operations:
            return held
        version = held.etag or _version(held.body)
        if self._habits.patch:
            reply = await self._patch(kind, there, operations, if_match=version)
            if reply.status not in {*CANNOT_PATCH, HTTPStatus.BAD_REQUEST}:
                return reply
            # Some declare PATCH and do not understand all of it: a whole object they do.
            self._habits.patch = reply.status not in CANNOT_PATCH
            version = ""
        return await self._wire.request("PUT", self._path(kind, there), body={**wanted, "id": there}, if_match=version)

    async def _patch(self, kind: str, there: str, operations: Sequence[Change], *, if_match: str) -> Reply:
        for message in messages(operations):
            reply = await self._wire.request("PATCH", self._path(kind, there), body=message, if_match=if_match)
            if not reply.is_good:
                break
            # The version has moved with what we did ourselves.
            if_match = reply.etag or _version(reply.body)
        return reply

    async def _remove(self, kind: str, there: str) -> Answer:
        if not there:
            return Answer(kind=Kind.DONE, code=WAS_GONE)
        if kind == USER and self._choices.removal is Removal.DEACTIVATE:
            reply = await self._deactivate(there)
        else:
            reply = await self._wire.request("DELETE", self._path(kind, there))
        if reply.status in GONE:
            return Answer(kind=Kind.DONE, http_status=reply.status, code=WAS_GONE)
        return Answer(kind=Kind.DONE, http_status=reply.status) if reply.is_good else reply.answer()

    async def _deactivate(self, there: str) -> Reply:
        path = self._path(USER, there)
        if self._habits.patch:
            off = {"op": "replace", "path": "active", "value": False}
            reply = await self._wire.request("PATCH", path, body={"schemas": [PATCH_OP], "Operations": [off]})
            if reply.status not in CANNOT_PATCH:
                return reply
        held = await self._wire.request("GET", path)
        if not held.is_good:
            return held
        body = {name: value for name, value in held.body.items() if name not in {"meta", "groups"}}
        return await self._wire.request("PUT", path, body={**body, "active": False})

    def _path(self, kind: str, there: str) -> str:
        return f"{self._habits.endpoints[kind]}/{quote(there, safe='')}"


def _accept(reply: Reply) -> None:
    if not reply.is_good:
        raise Refused(reply.answer())


def _own_id(reply: Reply) -> str:
    """The server's id of what it has created, in the body or at the end of its address."""
    return str(reply.body.get("id") or "") or unquote(reply.location.rstrip("/").rpartition("/")[2])


def _version(body: Mapping[str, Any]) -> str:
    meta = body.get("meta")
    return str(meta.get("version") or "") if isinstance(meta, Mapping) else ""

"""A strict SCIM 2.0 server on loopback: the public scim2-server over TLS, with the faults that a test asks for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import orjson
from pydantic import ValidationError
from scim2_models import (
    Bulk,
    ChangePassword,
    ETag,
    Filter,
    Group,
    Patch,
    ResourceType,
    SCIMException,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    User,
)
from scim2_server.handler import ScimHandler
from scim2_server.memory import InMemoryStorage
from scim2_server.requests import ScimRequest
from scim2_server.service import ScimService

from tests.sources.https import Answers, Asked, Https, serving

BASE = "/scim/v2"
TOKEN = "only-for-tests"
Fault = Callable[[Asked], Answers | None]


@dataclass
class ScimServer:
    """The running server: what it holds, what it was asked, and how it misbehaves.

    `before` may answer instead of the server; `after` is given what the server answered, and may spoil it.
    """

    https: Https
    handler: ScimHandler
    storage: InMemoryStorage
    before: Fault = lambda asked: None
    after: Callable[[Asked, Answers], Answers] = lambda asked, answers: answers
    tokens: set[str] = field(default_factory=lambda: {TOKEN})

    @property
    def settings(self) -> dict[str, object]:
        """The settings by which a target reaches it."""
        return {
            "address": self.https.address + BASE,
            "authorisation": "api_key",
            "key": f"Bearer {TOKEN}",
            "server_authorities": self.https.identity.certificate,
        }

    def held(self, kind: str) -> list[dict[str, Any]]:
        """Its users or groups, as it stores them."""
        return [
            one.model_dump(mode="json", exclude_none=True, by_alias=True)
            for one in self.storage.resources
            if type(one).__name__.startswith(kind)
        ]

    def put(self, kind: str, **body: object) -> str:
        """Put an object there behind everybody's back; gives its id."""
        answers = self.ask("POST", kind, body)
        assert answers.status == 201, answers
        assert isinstance(answers.body, dict)
        return str(answers.body["id"])

    def remove(self, kind: str, name: str) -> None:
        """Remove an object behind everybody's back."""
        assert self.ask("DELETE", f"{kind}/{name}").status == 204

    def asked(self, *methods: str) -> list[str]:
        """What it was asked with these methods, as `POST /Users`."""
        return [f"{one.method} {one.path.removeprefix(BASE)}" for one in self.https.asked if one.method in methods]

    def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Answers:
        """Ask without going over the wire."""
        return self.serve(Asked(method, f"{BASE}/{path}", {}, {}, orjson.dumps(body) if body else b""))

    def serve(self, asked: Asked) -> Answers:
        """Answer as the standard says."""
        request = ScimRequest(
            method=asked.method,
            base_url=self.https.address + BASE if self.https else BASE,
            path=asked.path.removeprefix(BASE),
            query=asked.query,
            headers={**asked.headers, "Content-Type": "application/scim+json"},
            body=asked.body,
        )
        try:
            response = self.handler.handle(request)
        except (SCIMException, ValidationError) as refusal:
            response = self.handler.service.error_response(refusal)
        body = b"" if response.body is None else orjson.dumps(response.body)
        return Answers(body if not body else orjson.loads(body), int(response.status), response.headers)

    def respond(self, asked: Asked) -> Answers:
        """Answer one request over the wire."""
        if asked.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return Answers({"status": "401"}, 401)
        return self.before(asked) or self.after(asked, self.serve(asked))


@contextlib.contextmanager
def scim_server(*, patch: bool = True, filters: bool = True) -> Iterator[ScimServer]:
    """Serve Users and Groups until the block ends."""
    config = ServiceProviderConfig(
        patch=Patch(supported=patch),
        filter=Filter(supported=filters, max_results=1000),
        etag=ETag(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        authentication_schemes=[],
    )
    provider = ScimProvider(
        models=[User, Group],
        resource_types=[ResourceType.from_resource(User), ResourceType.from_resource(Group)],
        config=config,
    )
    storage = InMemoryStorage()
    handler = ScimHandler(ScimService(provider, secret=uuid4().hex), storage)
    server: list[ScimServer] = []

    def respond(asked: Asked) -> Answers:
        return server[0].respond(asked)

    with serving(respond) as https:
        server.append(ScimServer(https, handler, storage))
        yield server[0]

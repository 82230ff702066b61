"""Schemathesis asks everything that our document allows, and much that it does not, of a server with people in it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import psycopg
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CHECKS

from kateder.protocols.ss12000.openapi import document

if TYPE_CHECKING:
    from tests.trust.clients_of import Calling

EXAMPLES = 2
SCHEMA = schemathesis.openapi.from_dict(document(base_url="http://localhost", token_url="http://localhost/t"))
LOOKED_FOR = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance", "negative_data_rejection", "unsupported_method",
]  # fmt: skip


@pytest.fixture(scope="module")
def calling(database: str) -> Calling:
    """A client that sees and may report everything, in an authority with the people of the cast."""
    from kateder.protocols.ss12000.endpoints import ENDPOINTS
    from tests.cast import make_cast
    from tests.signin.live import authority_at_localhost
    from tests.trust.clients_of import add

    with psycopg.connect(database, autocommit=True) as owner:
        authority = authority_at_localhost(owner, slug=f"t-{uuid.uuid4().hex[:10]}")
    make_cast(authority)
    writes = [endpoint.path for endpoint in ENDPOINTS.values() if endpoint.writes]
    return add(authority, rate=None, profile={"everything": True, "protected": True, "writes": writes})


@pytest.fixture(scope="module")
def base(calling: Calling) -> Iterator[str]:
    """The base URL of a running server. It has one thread, which keeps its connections to the database."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connections

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    def serve(server: WSGIServer) -> None:
        server.serve_forever(poll_interval=0.05)
        connections.close_all()

    with (
        pytest.MonkeyPatch.context() as patch,
        make_server("127.0.0.1", 0, get_wsgi_application(), WSGIServer, Quiet) as server,
    ):
        for alias in ("default", "audit"):
            patch.setitem(connections.settings[alias], "CONN_MAX_AGE", None)
        thread = threading.Thread(target=serve, args=[server])
        thread.start()
        yield f"http://localhost:{server.server_port}/ss12000/v2.0"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def token(calling: Calling) -> str:
    """A token of the client."""
    from kateder.core import clock
    from kateder.core.tenancy import within
    from kateder.trust import tokens

    with within(calling.authority.id):
        return tokens.issue(calling.row, now=clock.now()).value


def test_no_operation_answers_without_a_token(calling: Calling) -> None:
    paths: dict[str, dict[str, Any]] = SCHEMA.raw_schema["paths"]
    told = {}
    for path, item in paths.items():
        for method in item.keys() - {"parameters"}:
            for shown in ({}, {"authorization": "Bearer kat_unknown"}):
                where = f"/ss12000/v2.0{path.replace('{id}', str(uuid.UUID(int=1)))}"
                answer = Client().generic(method, where, headers={"host": "localhost", **shown})
                told[f"{method} {path}"] = answer.status_code
    assert set(told.values()) == {401}


@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_is_found(case: Any, base: str, token: str) -> None:
    checks = [check for check in CHECKS.get_all() if check.__name__ in LOOKED_FOR]
    case.call_and_validate(base_url=base, headers={"Authorization": f"Bearer {token}"}, checks=checks)

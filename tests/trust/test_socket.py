"""Who calls, where the proxy on the same machine reaches us over a Unix socket: the published lines, real proxies."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.trust.proxies import PROXIES, Proxy, ask_once, before, connection, echo_at_socket, server_identity
from tests.trust.test_proxies import OURS, VICTIM, forged


@pytest.fixture(scope="module", params=PROXIES, ids=lambda proxy: proxy.name)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    proxy: Proxy = request.param
    if not proxy.is_here:
        pytest.skip(f"{proxy.program} is not installed")
    # The path of a socket is short, and the proxy's own user must be able to walk to it.
    with tempfile.TemporaryDirectory(prefix="kt-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with (
            echo_at_socket(proxy.form, folder / "web.sock") as application,
            before(application, proxy, folder, server_identity()) as found,
        ):
            yield found


def said(address: str, **options: Any) -> Any:
    shown = options.pop("shown", None)
    status, body = ask_once(connection(address, shown=shown), **options)
    assert status == 200, body
    return json.loads(body)


def test_callers_key_is_known_over_the_socket(address: str) -> None:
    assert said(address, shown=OURS) == {
        "pin": OURS.pin, "scheme": "https", "for": "127.0.0.1", "host": "egil.bjorkviken.se", "remote": "",
    }  # fmt: skip


def test_header_from_outside_is_nothing_over_the_socket(address: str) -> None:
    assert said(address, headers=forged(VICTIM))["pin"] is None
    assert said(address, shown=OURS, headers=forged(VICTIM))["pin"] == OURS.pin

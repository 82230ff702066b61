"""Who calls, behind real proxies with the configurations that operators are given."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.trust.proxies import PROXIES, Proxy, ask_once, before, connection, echo, server_identity

from kateder.protocols.matf.identity import Identity, self_signed


def identity(*, days: int = 1, name: str = "grannen") -> Identity:
    now = datetime.now(UTC)
    return self_signed(name, not_before=now - timedelta(days=3), not_after=now + timedelta(days=days))


OURS, VICTIM, EXPIRED = identity(), identity(), identity(days=-1)


def forged(victim: Identity) -> dict[str, str]:
    """What somebody from outside sends to be taken for another, in every spelling."""
    der = x509.load_pem_x509_certificate(victim.certificate.encode()).public_bytes(Encoding.DER)
    rfc_9440 = f":{base64.b64encode(der).decode()}:"
    escaped = quote(victim.certificate)
    names = ("X-SSL-Cert", "x-ssl-cert", "X_SSL_Cert", "x_ssl_cert", "X-SSL_Cert", "X_SSL-Cert")
    return {
        **dict.fromkeys(names, escaped),
        **dict.fromkeys(("Client-Cert", "client-cert", "Client_Cert", "client_cert", "CLIENT_CERT"), rfc_9440),
    }


@dataclass(frozen=True)
class Front:
    """A proxy that runs before the application."""

    proxy: Proxy
    address: str
    application: str

    def said(self, *, shown: Identity | None = None, headers: Mapping[str, str] | None = None) -> Any:
        status, body = ask_once(connection(self.address, shown=shown), headers=headers)
        assert status == 200, body
        return json.loads(body)


@pytest.fixture(scope="module", params=PROXIES, ids=lambda proxy: proxy.name)
def front(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    proxy: Proxy = request.param
    if not proxy.is_here:
        pytest.skip(f"{proxy.program} is not installed")
    folder: Path = tmp_path_factory.mktemp(proxy.name)
    with echo(proxy.form) as application, before(application, proxy, folder, server_identity()) as address:
        yield Front(proxy, address, application)


def test_callers_key_is_known_and_host_and_scheme_are_passed_on(front: Front) -> None:
    assert front.said(shown=OURS) == {
        "pin": OURS.pin, "scheme": "https", "for": "127.0.0.1", "host": "egil.bjorkviken.se", "remote": "127.0.0.1",
    }  # fmt: skip


def test_certificate_with_swedish_letters_is_known(front: Front) -> None:
    swedish = identity(name="Björkvikens kommun+skola 2026/27")
    assert front.said(shown=swedish)["pin"] == swedish.pin


def test_who_shows_no_certificate_is_nobody(front: Front) -> None:
    assert front.said()["pin"] is None


def test_header_from_outside_is_nothing_without_a_certificate(front: Front) -> None:
    for name, value in forged(VICTIM).items():
        assert front.said(headers={name: value})["pin"] is None, name
    assert front.said(headers=forged(VICTIM))["pin"] is None


def test_header_from_outside_is_nothing_beside_a_certificate_of_another(front: Front) -> None:
    for name, value in forged(VICTIM).items():
        assert front.said(shown=OURS, headers={name: value})["pin"] == OURS.pin, name
    assert front.said(shown=OURS, headers=forged(VICTIM))["pin"] == OURS.pin


def test_forwarded_address_and_scheme_from_outside_are_nothing(front: Front) -> None:
    headers = {
        "X-Forwarded-Proto": "http", "X_Forwarded_Proto": "http", "X-Forwarded-For": "10.1.1.1",
        "X_Forwarded_For": "10.1.1.1",
    }  # fmt: skip
    said = front.said(headers=headers)
    assert said["scheme"] == "https"
    assert said["for"].split(", ")[-1] == "127.0.0.1"


def test_expired_certificate_opens_nothing(front: Front) -> None:
    """nginx answers 400, Apache breaks off the handshake, HAProxy lets it through and Kateder looks at the dates."""
    through = connection(front.address, shown=EXPIRED)
    try:
        status, body = ask_once(through)
    except (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected):
        assert front.proxy.name == "apache"
        return
    assert status == {"nginx": 400, "haproxy": 200}[front.proxy.name]
    if status == 200:
        assert json.loads(body)["pin"] is None


def test_header_sent_directly_to_the_application_is_nothing(front: Front) -> None:
    """The application listens on loopback; whoever reaches it from elsewhere than the proxy's address is nobody."""
    direct = connection(front.application, source="127.0.0.2", is_tls=False)
    status, body = ask_once(direct, headers=forged(VICTIM))
    assert (status, json.loads(body)["remote"]) == (200, "127.0.0.2")
    assert json.loads(body)["pin"] is None


def test_header_twice_is_nothing(front: Front) -> None:
    """Also from the proxy's own address: a proxy that adds where it should overwrite opens nothing."""
    name = {"x-ssl-cert": "X-SSL-Cert", "client-cert": "Client-Cert"}[front.proxy.form]
    value = forged(VICTIM)[name]
    _status, once = ask_once(connection(front.application, is_tls=False), headers={name: value})
    assert json.loads(once)["pin"] == VICTIM.pin
    for values in ((value, forged(OURS)[name]), (value, value)):
        direct = connection(front.application, is_tls=False)
        _status, twice = ask_once(direct, repeated=tuple((name, one) for one in values))
        assert json.loads(twice)["pin"] is None


def test_only_the_addresses_of_machines_are_open(front: Front) -> None:
    status, _body = ask_once(connection(front.address, shown=OURS), "/logga-in")
    assert status == 404

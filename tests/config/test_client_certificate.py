"""In which form a proxy forwards a client's certificate is said once, and only beside the proxy's address."""

from __future__ import annotations

from pathlib import Path

import pytest

from kateder.config.environment import SettingError, client_certificate, listening_socket


def test_without_a_form_no_header_is_believed() -> None:
    assert client_certificate(None, proxy="10.0.0.5") == ""


@pytest.mark.parametrize("form", ["x-ssl-cert", "client-cert"])
def test_a_known_form_needs_the_proxys_address(form: str) -> None:
    assert client_certificate(form, proxy="10.0.0.5") == form
    with pytest.raises(SettingError, match="KATEDER_TRUSTED_PROXY"):
        client_certificate(form, proxy=None)


def test_an_unknown_form_stops_the_start() -> None:
    with pytest.raises(SettingError, match="client-cert"):
        client_certificate("x-forwarded-cert", proxy="10.0.0.5")


def test_who_can_open_the_socket_is_the_proxy_and_no_address_is() -> None:
    assert listening_socket("/run/kateder/web.sock", proxy="socket") == Path("/run/kateder/web.sock")
    assert listening_socket(None, proxy="10.0.0.5") is None
    with pytest.raises(SettingError, match="KATEDER_SOCKET"):
        listening_socket(None, proxy="socket")
    with pytest.raises(SettingError, match="KATEDER_TRUSTED_PROXY=socket"):
        listening_socket("/run/kateder/web.sock", proxy="127.0.0.1")


def test_a_socket_with_a_path_that_no_socket_can_have_stops_the_start() -> None:
    with pytest.raises(SettingError, match="too long"):
        listening_socket(f"/run/{'k' * 110}", proxy=None)

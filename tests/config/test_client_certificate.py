"""In which form a proxy forwards a client's certificate is said once, and only beside the proxy's address."""

from __future__ import annotations

import pytest

from kateder.config.environment import SettingError, client_certificate


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

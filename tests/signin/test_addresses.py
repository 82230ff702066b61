"""Behind a proxy it is the browser that must wait, not the whole school."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.test import RequestFactory

from kateder.signin.accounts.addresses import address_of
from kateder.signin.requests import Request


def asked(direct: str, forwarded: str | None) -> Request:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return cast("Request", RequestFactory(headers=headers).get("/", REMOTE_ADDR=direct))


@pytest.mark.parametrize(
    ("direct", "forwarded", "address"),
    [
        ("192.0.2.7", None, "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", None, "10.0.0.1"),
    ],
)
def test_address_is_what_the_trusted_proxy_wrote_last(
    settings: Any, direct: str, forwarded: str | None, address: str
) -> None:
    settings.TRUSTED_PROXY = "10.0.0.1"
    assert address_of(asked(direct, forwarded)) == address


def test_peer_of_the_socket_is_the_proxy_and_who_has_an_address_is_not(settings: Any) -> None:
    settings.TRUSTED_PROXY = "socket"
    assert address_of(asked("", "203.0.113.9")) == "203.0.113.9"
    assert address_of(asked("192.0.2.7", "203.0.113.9")) == "192.0.2.7"
    settings.TRUSTED_PROXY = "10.0.0.1"
    assert address_of(asked("", "203.0.113.9")) == ""


def test_without_a_trusted_proxy_nobody_is_believed(settings: Any) -> None:
    settings.TRUSTED_PROXY = None
    assert address_of(asked("192.0.2.7", "203.0.113.9")) == "192.0.2.7"

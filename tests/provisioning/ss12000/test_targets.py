"""Nobody can have us knock on doors that are not on the open Internet."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from aiohttp import DefaultResolver

from kateder.provisioning.ss12000 import posting, targets


@pytest.mark.parametrize(
    "target",
    [
        "https://client.example/hook",
        "https://client.example:8443/hook?key=1",
        "https://8.8.8.8/hook",
        "https://[2001:4860:4860::8888]/hook",
        "https://xn--bjrkviken-07a.example/",
    ],
)
def test_public_https_address_is_taken(target: str) -> None:
    targets.check(target)


@pytest.mark.parametrize(
    "target",
    [
        "",
        "client.example",
        "http://client.example/hook",
        "ftp://client.example/hook",
        "file:///etc/passwd",
        "https://",
        "https:///hook",
        "https://user@client.example/",
        "https://user:secret@client.example/",
        "https://client.example/#x",
        "https://client.example/a b",
        "https://client.example/a\nb",
        "https://client.example\\@10.0.0.1/",
        "https://client.example:port/",
        "https://cliént.example/",
        "https://client.example/" + "x" * 2000,
        "https://localhost/",
        "https://LOCALHOST/",
        "https://a.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0/",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[ff02::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[::1/",
    ],
)
def test_any_other_address_is_refused(target: str) -> None:
    with pytest.raises(targets.BadTarget):
        targets.check(target)
    assert posting.post(target, {}) == "not_allowed"


def test_inner_address_is_taken_where_the_installation_allows_it(settings: Any) -> None:
    settings.PRIVATE_WEBHOOKS = True
    for target in ("http://127.0.0.1:8000/hook", "https://intra.local/hook"):
        targets.check(target)
    with pytest.raises(targets.BadTarget):
        targets.check("file:///etc/passwd")


def leads_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    async def resolve(_self: object, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[dict[str, Any]]:
        return [
            {"hostname": host, "host": one, "port": port, "family": family, "proto": 0, "flags": 0} for one in addresses
        ]

    monkeypatch.setattr(DefaultResolver, "resolve", resolve)


async def _resolved() -> list[str]:
    resolver = targets.PublicResolver()
    try:
        return [one["host"] for one in await resolver.resolve("client.example", 443)]
    finally:
        await resolver.close()


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"])
def test_public_name_that_leads_inside_is_not_followed(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    leads_to(monkeypatch, address)
    assert posting.post("https://client.example/hook", {}) == "no_public_address"


def test_of_several_addresses_only_the_public_ones_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, "10.0.0.1", "8.8.8.8", "::1")
    assert asyncio.run(_resolved()) == ["8.8.8.8"]

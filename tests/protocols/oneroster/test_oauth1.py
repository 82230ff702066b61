"""Signatures of OAuth 1.0a."""

import re

import pytest
from oauthlib.oauth1 import Client

from kateder.protocols.oneroster.oauth1 import base_string, signed


def test_the_example_of_rfc5849_section_1p2_gets_its_signature() -> None:
    header = signed(
        "http://photos.example.net/photos?file=vacation.jpg&size=original",
        key="dpf43f3p2l4k3l03",
        secret="kd94hf93k423kf44",
        nonce="chapoH",
        timestamp=137131202,
        method="HMAC-SHA1",
        more=[("oauth_token", "nnch734d00sl2jdk")],
        token_secret="pfkkdhi9sl3r4s00",
    )
    assert 'oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"' in header


@pytest.mark.parametrize("method", ["HMAC-SHA256", "HMAC-SHA1"])
def test_another_implementation_signs_alike(method: str) -> None:
    address = "https://x.example.se:8443/ims/oneroster/v1p1/users?limit=100&offset=0&filter=role%3D%27l%C3%A4rare%27"
    other = Client("kateder", client_secret="s&k", signature_method=method, nonce="n1", timestamp="1790000000")
    theirs = other.sign(address)[1]["Authorization"]
    ours = signed(
        address,
        key="kateder",
        secret="s&k",
        nonce="n1",
        timestamp=1790000000,
        method=method,
        more=[("oauth_version", "1.0")],
    )
    found = [re.search(r'oauth_signature="([^"]+)"', header) for header in (ours, theirs)]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].group(1) == found[1].group(1)


def test_the_base_string_of_rfc5849_section_3p4p1p1() -> None:
    """Without the body's parameters, which OneRoster's questions do not have."""
    own = [("a", "r b"), ("oauth_nonce", "7d8f3e4a")]
    base = base_string("HTTP://EXAMPLE.com:80/r%20v/X?b5=%3D%253D&a3=a&c%40=&a2=r%20b", http_method="get", own=own)
    assert base == (
        "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&"
        "a%3Dr%2520b%26a2%3Dr%2520b%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26oauth_nonce%3D7d8f3e4a"
    )

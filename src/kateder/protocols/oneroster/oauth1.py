"""OAuth 1.0a message signing without a token, as OneRoster 1.1 §5 demands of consumers (RFC 5849 §3.4)."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, urlsplit

METHODS = {"HMAC-SHA256": "sha256", "HMAC-SHA1": "sha1"}


def signed(
    url: str,
    *,
    key: str,
    secret: str,
    nonce: str,
    timestamp: int,
    http_method: str = "GET",
    method: str = "HMAC-SHA256",
    more: Sequence[tuple[str, str]] = (),
    token_secret: str = "",
) -> str:
    """The Authorization header for a request to `url`, query included. `more` are further oauth_ parameters."""
    own = [
        ("oauth_consumer_key", key),
        ("oauth_signature_method", method),
        ("oauth_timestamp", str(timestamp)),
        ("oauth_nonce", nonce),
        *more,
    ]
    base = base_string(url, http_method=http_method, own=own)
    signing_key = f"{_escaped(secret)}&{_escaped(token_secret)}".encode()
    digest = hmac.new(signing_key, base.encode(), METHODS[method]).digest()
    own.append(("oauth_signature", base64.b64encode(digest).decode()))
    return "OAuth " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in own)


def base_string(url: str, *, http_method: str, own: Sequence[tuple[str, str]]) -> str:
    """The signature base string (RFC 5849 §3.4.1): method, address without query, sorted parameters."""
    parts = urlsplit(url)
    port = "" if parts.port in {None, {"https": 443, "http": 80}.get(parts.scheme)} else f":{parts.port}"
    address = f"{parts.scheme.lower()}://{(parts.hostname or '').lower()}{port}{parts.path or '/'}"
    given = [*parse_qsl(parts.query, keep_blank_values=True), *own]
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in given)
    normal = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join((http_method.upper(), _escaped(address), _escaped(normal)))


def _escaped(text: str) -> str:
    """RFC 5849 §3.6: everything but unreserved characters."""
    return quote(text, safe="-._~")

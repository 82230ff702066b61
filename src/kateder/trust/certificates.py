"""Who is calling: the certificate that a client showed to the proxy in front of us.

It is believed only from the trusted proxy and in the one form that is configured; a header that anybody else
sends is nothing. The proxy must overwrite the header, also where a client showed no certificate.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import unquote

from cryptography import x509

from kateder.core.proxies import is_trusted
from kateder.protocols.matf.identity import pin_of

# nginx and Apache: url-encoded PEM  ·  HAProxy: RFC 9440 §2.1, a byte sequence of RFC 8941. See docs/proxies.
X_SSL_CERT = "x-ssl-cert"
CLIENT_CERT = "client-cert"
_HEADERS = {X_SSL_CERT: "HTTP_X_SSL_CERT", CLIENT_CERT: "HTTP_CLIENT_CERT"}

# A server joins what came twice with a comma: then nobody knows which of them the proxy wrote.
_ONE_PEM = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*")


def pin_of_caller(meta: Mapping[str, str], *, form: str, proxy: str | None, now: datetime) -> str | None:
    """The pin of the certificate that the caller's connection to the proxy was made with, or None.

    `meta` are the request's variables (WSGI). None also where the certificate cannot be read or is outside its dates.
    """
    if not form or not is_trusted(meta, proxy=proxy):
        return None
    certificate = _certificate(meta.get(_HEADERS[form], ""), form=form)
    if certificate is None or not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return None
    return pin_of(certificate)


def _certificate(text: str, *, form: str) -> x509.Certificate | None:
    try:
        if form == X_SSL_CERT:
            pem = unquote(text)
            return x509.load_pem_x509_certificate(pem.encode()) if _ONE_PEM.fullmatch(pem) else None
        if len(text) < 2 or not (text.startswith(":") and text.endswith(":")):
            return None
        return x509.load_der_x509_certificate(base64.b64decode(text[1:-1], validate=True))
    except (ValueError, binascii.Error):
        return None

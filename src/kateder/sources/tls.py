"""How a connector knows its server, and what it shows of itself."""

from __future__ import annotations

import ssl

from kateder.core import tls
from kateder.sources.errors import BadCertificate


def client_context(*, authorities: str = "", pins: str = "", certificate: str = "", key: str = "") -> ssl.SSLContext:
    """As `core.tls.client_context`, with the fault of a source. Raises BadCertificate."""
    try:
        return tls.client_context(authorities=authorities, pins=pins, certificate=certificate, key=key)
    except tls.BadCertificate as error:
        raise BadCertificate from error

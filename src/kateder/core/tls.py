"""How a server that we call is known, and what we show of ourselves: by settings, in and out alike."""

from __future__ import annotations

import ssl

from kateder.core import clock
from kateder.core.errors import DomainError
from kateder.protocols.matf.identity import Identity
from kateder.protocols.matf.pinning import load_identity, pinned_context


class BadCertificate(DomainError):
    """The certificate, its key, the pins or the authorities cannot be used together. Look at them again."""


def client_context(*, authorities: str = "", pins: str = "", certificate: str = "", key: str = "") -> ssl.SSLContext:
    """A context that verifies the server: by `pins` (base64 SHA-256 of its key, separated by space) where there are
    any, by the PEM `authorities` where there are any, otherwise by the machine's. With `certificate` and `key` (PEM)
    it shows them. Raises BadCertificate.
    """
    identity = Identity(f"{certificate.strip()}\n", f"{key.strip()}\n") if certificate.strip() else None
    try:
        if pins.split():
            return pinned_context(pins.split(), identity=identity, now=clock.now)
        context = ssl.create_default_context(cadata=authorities.strip() or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if identity:
            load_identity(context, identity)
    except (ssl.SSLError, ValueError) as error:
        raise BadCertificate from error
    return context

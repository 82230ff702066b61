"""The provider's own key, and the clients whose keys it knows."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509

from kateder.protocols.matf.identity import Identity, pin_of, self_signed
from kateder.protocols.matf.pinning import load_identity

_SEPARATOR = "-----BEGIN CERTIFICATE-----"


def own_identity(path: Path, *, hosts: Sequence[str]) -> Identity:
    """Give our key and certificate, made and stored at the first start."""
    if path.exists():
        private_key, _, certificate = path.read_text().partition(_SEPARATOR)
        return Identity(_SEPARATOR + certificate, private_key)
    today = datetime.now(tz=UTC)
    identity = self_signed(
        f"demo provider {today:%Y-%m-%d}",
        not_before=today - timedelta(days=1),
        not_after=today + timedelta(days=730),
        hosts=hosts,
    )
    path.touch(mode=0o600)
    path.write_text(identity.private_key + identity.certificate)
    return identity


class KnownClients:
    """The pins of the certificates in a folder; anyone else is turned away.

    The folder is looked at when a connection begins and whenever a file comes or goes: whoever is put
    there is known at once, and who is taken away is not, also on a connection that is open.
    """

    def __init__(self, folder: Path, *, context: ssl.SSLContext) -> None:
        self._folder = folder
        self._context = context
        self._changed_at = 0
        self._seen: dict[str, int] = {}
        self._pins: dict[str, str] = {}
        # Called for every handshake, before the client's certificate is verified.
        context.sni_callback = lambda *_: self._refresh()

    def _refresh(self) -> None:
        found = {path.name: path.stat().st_mtime_ns for path in self._folder.glob("*.pem")}
        for name in found.keys() | self._seen.keys():
            if name not in found:
                del self._pins[name]
            elif found[name] != self._seen.get(name):
                certificate = (self._folder / name).read_text()
                # Self-signed, so the certificate is its own root: OpenSSL checks signature and dates.
                self._context.load_verify_locations(cadata=certificate)
                self._pins[name] = pin_of(x509.load_pem_x509_certificate(certificate.encode()))
        self._seen = found

    def accepts(self, certificate: bytes) -> bool:
        """Tell whether this DER certificate has a known key."""
        changed_at = self._folder.stat().st_mtime_ns
        if changed_at != self._changed_at:
            self._changed_at = changed_at
            self._refresh()
        return _pin(certificate) in self._pins.values()


def server_context(identity: Identity) -> ssl.SSLContext:
    """Give a context that asks for a client certificate; who has none is answered 401, not cut off."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_OPTIONAL
    load_identity(context, identity)
    return context


@lru_cache(maxsize=64)
def _pin(certificate: bytes) -> str:
    return pin_of(x509.load_der_x509_certificate(certificate))

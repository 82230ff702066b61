"""TLS contexts that know a server by its key (RFC 9932 §6.1) and by nothing else.

The comparison happens inside the handshake, so every client library that is built on `ssl` gets it, and an
impostor gets no byte of HTTP. The libraries' own fingerprint options compare certificates, not keys.
"""

import ssl
import tempfile
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from cryptography import x509

from kateder.protocols.matf.identity import Identity, pin_of

Accept = Callable[[bytes | None], None]


class PinMismatchError(ssl.SSLCertVerificationError):
    """The server has another key than the one we were told to expect."""


class CertificateDatesError(ssl.SSLCertVerificationError):
    """The server's certificate is not valid yet, or no longer."""


def pinned_context(pins: Collection[str], *, identity: Identity | None, now: Callable[[], datetime]) -> ssl.SSLContext:
    """Give a client context that shows `identity` and accepts only a server with one of the pins.

    Several pins are a server that changes its key. Raises ValueError without pins: nothing would be trusted.
    Handshakes raise PinMismatchError or CertificateDatesError.
    """
    if not pins:
        raise ValueError("a pinned context needs at least one pin")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # The pin is the trust: issuers and host names say nothing more in this federation.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if identity:
        load_identity(context, identity)
    accept = _acceptor(frozenset(pins), now)
    context.sslobject_class = _checked_object(accept)
    context.sslsocket_class = _checked_socket(accept)
    return context


def load_identity(context: ssl.SSLContext, identity: Identity) -> None:
    """Load a certificate and key that are only in memory; `ssl` reads nothing but files."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "identity.pem"
        path.touch(mode=0o600)
        path.write_text(identity.private_key + identity.certificate)
        context.load_cert_chain(path)


def _acceptor(pins: frozenset[str], now: Callable[[], datetime]) -> Accept:
    def accept(leaf: bytes | None) -> None:
        if leaf is None:
            raise PinMismatchError("the server showed no certificate")
        certificate = x509.load_der_x509_certificate(leaf)
        if pin_of(certificate) not in pins:
            raise PinMismatchError("the server's key is not among the pins")
        if not certificate.not_valid_before_utc <= now() <= certificate.not_valid_after_utc:
            raise CertificateDatesError("the server's certificate is outside its dates")

    return accept


def _checked_object(accept: Accept) -> type[ssl.SSLObject]:
    class CheckedObject(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            accept(self.getpeercert(True))

    return CheckedObject


def _checked_socket(accept: Accept) -> type[ssl.SSLSocket]:
    class CheckedSocket(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            accept(self.getpeercert(True))

    return CheckedSocket

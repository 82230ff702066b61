"""Where a directory is and how its certificate is judged."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import ldap3

from kateder.core.ldap.errors import BadAddress, BadCertificates, CertificateFileUnreadable

PORTS = {"ldap": 389, "ldaps": 636}


@dataclass(frozen=True, slots=True)
class Address:
    """A directory's scheme, host and port; `base` where it is a referral (RFC 4516)."""

    scheme: str
    host: str
    port: int
    base: str = ""

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS comes before the first byte of LDAP."""
        return self.scheme == "ldaps"

    @property
    def is_this_machine(self) -> bool:
        """Whether nothing sent there leaves the machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def address_of(url: str) -> Address:
    """Read an address such as ldaps://dc1.example.org:636/dc=example. Raises BadAddress."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise BadAddress(url=url) from None
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None:
        raise BadAddress(url=url)
    return Address(parts.scheme, parts.hostname, port or PORTS[parts.scheme], unquote(parts.path.lstrip("/")))


def tls_context(ca_file: str, ca_text: str = "") -> ssl.SSLContext:
    """A context that verifies chain and host name: by the authorities given as PEM, else by the system's.

    Raises CertificateFileUnreadable or BadCertificates.
    """
    try:
        context = ssl.create_default_context(cafile=ca_file) if ca_file else None
    except (OSError, ssl.SSLError):
        raise CertificateFileUnreadable(file=ca_file) from None
    try:
        if context is not None and ca_text:
            context.load_verify_locations(cadata=ca_text)
        return context or ssl.create_default_context(cadata=ca_text or None)
    except (TypeError, ValueError, ssl.SSLError):
        raise BadCertificates from None


class VerifiedTls(ldap3.Tls):
    """TLS that OpenSSL verifies, the host name too.

    ldap3's own check uses `ssl.match_hostname`, which Python has removed, and does not send the server's name.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = context

    def wrap_socket(self, connection: ldap3.Connection, do_handshake: bool = False) -> None:
        """Put TLS around the connection's socket. Raises ssl.SSLCertVerificationError."""
        connection.socket = self._context.wrap_socket(
            connection.socket, do_handshake_on_connect=True, server_hostname=connection.server.host
        )

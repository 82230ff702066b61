"""A key pair with a self-signed certificate, and the pin by which others know it.

Self-signed on purpose: a widely used authorisation server matches the certificate against the entity's
`issuers` and refuses a correctly pinned one that a CA has issued.
"""

import base64
import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate and its private key, both PEM. The key never shows in a log or an error."""

    certificate: str
    private_key: str = field(repr=False)

    @property
    def pin(self) -> str:
        """The pin of this certificate's key."""
        return pin_of(x509.load_pem_x509_certificate(self.certificate.encode()))


def pin_of(certificate: x509.Certificate) -> str:
    """Give base64(SHA-256(DER SubjectPublicKeyInfo)), the `digest` of RFC 9932 pins."""
    key = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def self_signed(
    common_name: str,
    *,
    not_before: datetime,
    not_after: datetime,
    hosts: Sequence[str] = (),
) -> Identity:
    """Make a P-256 key with a certificate of its own, for the hosts (names or addresses) if any.

    `common_name` must be unique in the federation: put entity and date in it.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        # It signs itself, so a server that lists it among its `issuers` can verify it as its own root.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    if hosts:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(host) for host in hosts]), critical=False
        )
    certificate = builder.sign(key, hashes.SHA256())
    private_key = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    return Identity(certificate=pem.decode(), private_key=private_key.decode())


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)

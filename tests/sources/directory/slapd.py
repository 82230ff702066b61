"""A real OpenLDAP of a test's own: on a free port, in a temporary folder, filled from LDIF."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ldap3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SUFFIX = "dc=example,dc=org"
READER = f"cn=reader,{SUFFIX}"
PASSWORD = "only-for-tests"
SLAPD, SLAPADD = (shutil.which(name, path="/usr/sbin:/usr/bin") for name in ("slapd", "slapadd"))

needs_slapd = pytest.mark.skipif(
    SLAPD is None or SLAPADD is None, reason="slapd is not installed (apt-get install slapd ldap-utils)"
)

_CONFIGURATION = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCACertificateFile {folder}/ca.pem
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
{schema}
sizelimit {size_limit}
database mdb
maxsize 268435456
suffix "{suffix}"
rootdn "{reader}"
rootpw {password}
directory {folder}/data
access to * by dn.exact="cn=limited,{suffix}" read by * auth
database monitor
access to * by * read
"""

Attributes = Mapping[str, str | bytes | Sequence[str]]


@dataclass(frozen=True)
class Slapd:
    """A running server."""

    folder: Path
    port: int
    tls_port: int

    @property
    def ca_file(self) -> str:
        """The authority that issued the server's certificate."""
        return str(self.folder / "ca.pem")

    def searches(self) -> int:
        """How many searches it has been asked for, by its own count; this one is not in it yet."""
        with ldap3.Connection(ldap3.Server("127.0.0.1", self.port, get_info=ldap3.NONE)) as connection:
            base = "cn=Search,cn=Operations,cn=Monitor"
            connection.search(base, "(objectClass=*)", ldap3.BASE, attributes=["monitorOpCompleted"])
            return int(connection.response[0]["raw_attributes"]["monitorOpCompleted"][0])


@contextlib.contextmanager
def running(
    folder: Path, entries: Mapping[str, Attributes], *, size_limit: str = "unlimited", schema: str = ""
) -> Iterator[Slapd]:
    """Fill a directory and serve it until the block ends; `schema` are attributes and classes of its own."""
    (folder / "data").mkdir(parents=True)
    certificates(folder)
    server = Slapd(folder, free_port(), free_port())
    settings = {
        "folder": folder,
        "suffix": SUFFIX,
        "reader": READER,
        "password": PASSWORD,
        "size_limit": size_limit,
        "schema": schema,
    }
    (folder / "slapd.conf").write_text(_CONFIGURATION.format(**settings))
    (folder / "all.ldif").write_text(ldif(entries))
    command = [str(SLAPADD), "-q", "-f", str(folder / "slapd.conf"), "-l", str(folder / "all.ldif")]
    subprocess.run(command, check=True, capture_output=True)
    addresses = f"ldap://127.0.0.1:{server.port}/ ldaps://127.0.0.1:{server.tls_port}/"
    # A level of -d keeps it in the foreground, ours to end.
    process = subprocess.Popen(
        [str(SLAPD), "-f", str(folder / "slapd.conf"), "-h", addresses, "-d", "0"], stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(server.port)
        yield server
    finally:
        process.terminate()
        process.wait(30)


def ldif(entries: Mapping[str, Attributes]) -> str:
    """Entries by DN as LDIF (RFC 2849), all values in base64."""
    lines = []
    for dn, attributes in entries.items():
        lines.append(f"dn:: {_base64(dn)}")
        for name, values in attributes.items():
            every = [values] if isinstance(values, str | bytes) else values
            lines += [f"{name}:: {_base64(value)}" for value in every]
        lines.append("")
    return "\n".join(lines)


def certificates(folder: Path) -> None:
    """An authority, and a certificate of it for `localhost`."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in ("Test CA", "localhost"))
    basic = x509.BasicConstraints(ca=True, path_length=None)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    ca = _certificate(ca_name, ca_key, issuer=ca_name, issuer_key=ca_key, extensions=[(basic, True), (usage, True)])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    server = _certificate(name, key, issuer=ca_name, issuer_key=ca_key, extensions=[(names, False)])
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
    (folder / "server.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
    extensions: Sequence[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def _base64(value: str | bytes) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"slapd does not answer on {port}")

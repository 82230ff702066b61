"""A conversation with one directory: open it, search page by page, never take a part for the whole."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ldap3
from ldap3.core import exceptions as ldap
from ldap3.core import results

from kateder.core.ldap.addresses import Address, VerifiedTls, address_of
from kateder.core.ldap.errors import (
    BadFilter,
    BaseMissing,
    BindRefused,
    CertificateNotTrusted,
    ClearTextRefused,
    CutShort,
    DirectoryUnreachable,
    EncryptionRefused,
    SearchRefused,
    TooManyEntries,
)

PAGED_RESULTS = "1.2.840.113556.1.4.319"
DEEPEST_REFERRAL = 3
# What a directory says where it stops before it is done: what was read until then is not everything.
_CUT_SHORT = frozenset(
    {
        results.RESULT_TIME_LIMIT_EXCEEDED,
        results.RESULT_SIZE_LIMIT_EXCEEDED,
        results.RESULT_ADMIN_LIMIT_EXCEEDED,
        results.RESULT_BUSY,
        results.RESULT_UNAVAILABLE,
        results.RESULT_OPERATIONS_ERROR,
        results.RESULT_OTHER,
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: its name, and the raw values by attribute in lower case, in the directory's order."""

    dn: str
    values: Mapping[str, Sequence[bytes]]


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are to a directory, and how patient. `referral_hosts` are those that a referral may lead to."""

    bind_dn: str
    password: str
    context: ssl.SSLContext
    start_tls: bool = True
    seconds: int = 30
    page_size: int = 500
    most: int = 1_000_000
    referral_hosts: frozenset[str] = field(default_factory=frozenset)
    may_write: bool = False


class Session:
    """An open connection. Made by `connect`; `bind` before anything is searched for."""

    def __init__(self, connection: ldap3.Connection, *, address: Address, account: Account) -> None:
        self._connection = connection
        self._address = address
        self._account = account

    def bind(self) -> None:
        """Say who we are. Raises BindRefused."""
        with _faults(self._address):
            bound = self._connection.bind()
        if not bound:
            raise BindRefused

    def search(
        self, base: str, *, filter_text: str, attributes: Sequence[str], only_first: bool = False
    ) -> Iterator[Entry]:
        """Every entry below `base` that the filter lets through, page by page.

        Attributes that a directory gives in ranges (Active Directory's `member;range=0-1499`) are read to their
        end. References to other directories are left alone unless their host is named. Raises a DirectoryFault:
        BaseMissing, BadFilter, SearchRefused, CutShort, TooManyEntries or DirectoryUnreachable.
        """
        yield from self._search(base, filter_text, attributes, only_first=only_first, depth=0)

    def change(self, request: Callable[[ldap3.Connection], object]) -> int:
        """Make one request that changes something; gives the result code (RFC 4511 §A.1).

        Raises DirectoryUnreachable: then nobody knows whether it took effect.
        """
        with _faults(self._address):
            request(self._connection)
        return int(self._connection.result["result"])

    def _search(
        self, base: str, filter_text: str, attributes: Sequence[str], *, only_first: bool, depth: int
    ) -> Iterator[Entry]:
        count = 0
        elsewhere: list[str] = []
        for found in self._pages(base, filter_text, attributes, only_first=only_first):
            if found["type"] == "searchResRef":
                elsewhere += found["uri"]
            elif found["type"] == "searchResEntry":
                count += 1
                if count > self._account.most:
                    raise TooManyEntries(most=self._account.most, base=base)
                yield Entry(
                    found["dn"], {name.lower(): values for name, values in found["raw_attributes"].items() if values}
                )
                if only_first:
                    return
        if depth < DEEPEST_REFERRAL:
            for uri in elsewhere:
                yield from self._follow(uri, filter_text, attributes, only_first=only_first, depth=depth + 1)

    def _pages(
        self, base: str, filter_text: str, attributes: Sequence[str], *, only_first: bool
    ) -> Iterator[dict[str, Any]]:
        cookie: bytes | None = None
        while True:
            with _faults(self._address, filter_text=filter_text):
                self._connection.search(
                    base,
                    filter_text,
                    attributes=list(attributes) or [ldap3.NO_ATTRIBUTES],
                    paged_size=1 if only_first else self._account.page_size,
                    # Not critical: a directory that cannot page gives all at once.
                    paged_criticality=False,
                    paged_cookie=cookie,
                    time_limit=self._account.seconds,
                )
            _judge(self._connection.result, base=base)
            yield from self._connection.response or ()
            cookie = _cookie(self._connection.result)
            if not cookie or only_first:
                return

    def _follow(
        self, uri: str, filter_text: str, attributes: Sequence[str], *, only_first: bool, depth: int
    ) -> Iterator[Entry]:
        address = address_of(uri.partition("?")[0])
        if address.host not in self._account.referral_hosts:
            return
        with connect(address, account=self._account) as there:
            there.bind()
            yield from there._search(  # noqa: SLF001 - a session of our own
                address.base, filter_text, attributes, only_first=only_first, depth=depth
            )


@contextlib.contextmanager
def connect(address: Address, *, account: Account) -> Iterator[Session]:
    """Open a connection, encrypted unless it stays on this machine.

    Raises DirectoryUnreachable, CertificateNotTrusted, EncryptionRefused or ClearTextRefused.
    """
    if not (address.is_encrypted or account.start_tls or address.is_this_machine):
        raise ClearTextRefused
    server = ldap3.Server(
        address.host,
        port=address.port,
        use_ssl=address.is_encrypted,
        tls=VerifiedTls(account.context),
        get_info=ldap3.NONE,
        connect_timeout=account.seconds,
    )
    connection = ldap3.Connection(
        server,
        user=account.bind_dn or None,
        password=account.password or None,
        read_only=not account.may_write,
        auto_referrals=False,
        receive_timeout=account.seconds,
        # What a server may return to a search is ours to judge, and its schema is never asked for.
        raise_exceptions=False,
        check_names=False,
    )
    try:
        with _faults(address):
            connection.open(read_server_info=False)
            if account.start_tls and not address.is_encrypted:
                connection.start_tls(read_server_info=False)
        yield Session(connection, address=address, account=account)
    finally:
        with contextlib.suppress(ldap.LDAPExceptionError, OSError):
            connection.unbind()
        # ldap3 leaves the socket open where connecting or TLS has failed.
        if connection.socket is not None:
            connection.socket.close()


@contextlib.contextmanager
def _faults(address: Address, *, filter_text: str = "") -> Iterator[None]:
    """What ldap3 raises, as what the person is told."""
    host = f"{address.host}:{address.port}"
    try:
        yield
    except (ldap.LDAPInvalidFilterError, ldap.LDAPObjectClassError):
        raise BadFilter(filter=filter_text) from None
    except ldap.LDAPStartTLSError as error:
        if certificate := _certificate_reason(error):
            raise CertificateNotTrusted(host=host, reason=certificate) from None
        raise EncryptionRefused(host=host) from None
    except (ldap.LDAPExceptionError, OSError) as error:
        if certificate := _certificate_reason(error):
            raise CertificateNotTrusted(host=host, reason=certificate) from None
        raise DirectoryUnreachable(host=host, reason=_reason(error)) from None


def _certificate_reason(error: BaseException) -> str:
    """ldap3 keeps only the text of what OpenSSL said."""
    _, found, reason = str(error).partition("certificate verify failed: ")
    return reason.partition(" (_ssl")[0].strip(" .'\")") if found else ""


def _reason(error: BaseException) -> str:
    text = str(error)
    for sign, reason in (
        ("timed out", "no answer in time"),
        ("refused", "connection refused"),
        ("not known", "there is no such host"),
        ("invalid server address", "there is no such host"),
        ("reset", "the connection was broken off"),
        ("closed", "the connection was broken off"),
    ):
        if sign in text:
            return reason
    return type(error).__name__


def _judge(result: Mapping[str, object], *, base: str) -> None:
    code, description = result["result"], str(result["description"])
    # A referral for the whole search: the base is elsewhere.
    if code in {results.RESULT_NO_SUCH_OBJECT, results.RESULT_REFERRAL, results.RESULT_INVALID_DN_SYNTAX}:
        raise BaseMissing(base=base)
    if code in _CUT_SHORT:
        raise CutShort(base=base, code=description)
    if code != results.RESULT_SUCCESS:
        raise SearchRefused(base=base, code=description)


def _cookie(result: Mapping[str, object]) -> bytes | None:
    controls = result.get("controls")
    if not isinstance(controls, Mapping) or PAGED_RESULTS not in controls:
        return None
    cookie = controls[PAGED_RESULTS]["value"]["cookie"]
    return bytes(cookie) if cookie else None

"""The settings that whoever uses a directory has: where it is, how it is trusted, who we are to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kateder.core.ldap.addresses import tls_context
from kateder.core.ldap.session import Account
from kateder.core.setup import Field, FieldKind, Settings

WHERE: tuple[Field, ...] = (
    Field(
        "url",
        _("Address"),
        FieldKind.URL,
        required=True,
        help=_("Such as ldaps://dc1.example.org. ldap:// uses StartTLS."),
    ),
    Field(
        "start_tls", _("StartTLS"), FieldKind.TRUTH, default=True, help=_("Only ldap:// on this machine goes without.")
    ),
    Field(
        "ca_file",
        _("Certificate authority"),
        FieldKind.PATH,
        help=_("A PEM file, where the directory has a CA of its own."),
    ),
    Field(
        "ca_text",
        _("Certificate authority, pasted"),
        FieldKind.LONG_TEXT,
        help=_("The same as PEM, instead of a file."),
    ),
)


def account_of(settings: Settings) -> Account:
    """Who we are to the directory. Raises CertificateFileUnreadable or BadCertificates."""
    hosts = str(settings.get("referral_hosts", "")).replace(",", " ").split()
    return Account(
        bind_dn=str(settings.get("bind_dn", "")),
        password=str(settings.get("password", "")),
        context=tls_context(str(settings.get("ca_file", "")), str(settings.get("ca_text", "")).strip()),
        start_tls=bool(settings.get("start_tls", True)),
        seconds=max(1, int(settings.get("seconds") or 30)),
        page_size=max(1, int(settings.get("page_size") or 500)),
        most=max(1, int(settings.get("most") or 1_000_000)),
        referral_hosts=frozenset(host.lower() for host in hosts),
    )

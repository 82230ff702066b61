"""Why a directory could not be reached, read or written."""

from __future__ import annotations

from kateder.core.errors import ConnectorError


class DirectoryFault(ConnectorError):
    """The directory cannot be used."""

    def __init__(self, **params: object) -> None:
        super().__init__(what="directory", permanent=True, **params)


class DirectoryUnreachable(DirectoryFault):
    """The directory at {host} does not answer: {reason}."""


class CertificateNotTrusted(DirectoryFault):
    """The certificate of {host} is not trusted: {reason}. Give the file of the authority that issued it, or the name in the certificate."""  # noqa: E501 - one sentence for the person


class CertificateFileUnreadable(DirectoryFault):
    """The file {file} is missing or holds no certificates."""


class BadCertificates(DirectoryFault):
    """The certificates cannot be read. Paste them as PEM, from BEGIN CERTIFICATE to END CERTIFICATE."""


class EncryptionRefused(DirectoryFault):
    """{host} does not offer StartTLS. Nothing was sent to it. Use ldaps, or turn StartTLS on in the directory."""


class ClearTextRefused(DirectoryFault):
    """Names and passwords are not sent unencrypted to another machine. Use ldaps or StartTLS."""


class BindRefused(DirectoryFault):
    """The directory does not accept the account or its password."""


class BaseMissing(DirectoryFault):
    """There is nothing at {base} in the directory, or the account may not see it."""


class BadFilter(DirectoryFault):
    """The filter {filter} is not valid."""


class SearchRefused(DirectoryFault):
    """The directory refused the search at {base}: {code}."""


class CutShort(DirectoryFault):
    """The directory broke off the search at {base}: {code}. A part is never taken for the whole; nothing was changed. Let the account read more, or make pages smaller."""  # noqa: E501 - one sentence for the person


class TooManyEntries(DirectoryFault):
    """The directory gave more than {most} entries at {base}. Nothing was changed."""


class BadAddress(DirectoryFault):
    """{url} is not an address of a directory, such as ldaps://dc1.example.org."""

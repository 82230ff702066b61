"""Why a directory could not be read."""

from __future__ import annotations

from kateder.sources.errors import SourceFault


class DirectoryUnreachable(SourceFault):
    """The directory at {host} does not answer: {reason}."""


class CertificateNotTrusted(SourceFault):
    """The certificate of {host} is not trusted: {reason}. Give the file of the authority that issued it, or the name in the certificate."""  # noqa: E501 - one sentence for the person


class CertificateFileUnreadable(SourceFault):
    """The file {file} is missing or holds no certificates."""


class BadCertificates(SourceFault):
    """The certificates cannot be read. Paste them as PEM, from BEGIN CERTIFICATE to END CERTIFICATE."""


class EncryptionRefused(SourceFault):
    """{host} does not offer StartTLS. Nothing was sent to it. Use ldaps, or turn StartTLS on in the directory."""


class ClearTextRefused(SourceFault):
    """Names and passwords are not sent unencrypted to another machine. Use ldaps or StartTLS."""


class BindRefused(SourceFault):
    """The directory does not accept the account or its password."""


class BaseMissing(SourceFault):
    """There is nothing at {base} in the directory, or the account may not see it."""


class BadFilter(SourceFault):
    """The filter {filter} is not valid."""


class SearchRefused(SourceFault):
    """The directory refused the search at {base}: {code}."""


class CutShort(SourceFault):
    """The directory broke off the search at {base}: {code}. A part is never taken for the whole; nothing was changed. Let the account read more, or make pages smaller."""  # noqa: E501 - one sentence for the person


class TooManyEntries(SourceFault):
    """The directory gave more than {most} entries at {base}. Nothing was changed."""


class BadAddress(SourceFault):
    """{url} is not an address of a directory, such as ldaps://dc1.example.org."""


class BadExpression(SourceFault):
    """{field}: {text} cannot be understood. Write an attribute, dn:ou, "a constant", or an attribute ~ a regular expression."""  # noqa: E501 - one sentence for the person


class BadTableLine(SourceFault):
    """Line {line} of {field} cannot be understood. Write: what the directory says = what it means."""

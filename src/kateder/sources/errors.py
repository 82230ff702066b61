"""Why a source or a plan was refused."""

from __future__ import annotations

from collections.abc import Sequence

from kateder.core.errors import ConnectorError, DomainError
from kateder.sources.reading import Remark


class SourceFault(ConnectorError):
    """The source cannot be read."""

    def __init__(self, **params: object) -> None:
        super().__init__(what="source", permanent=True, **params)


class FolderMissing(SourceFault):
    """The folder {folder} does not exist or may not be read by Kateder."""


class FileMissing(SourceFault):
    """The folder has no {file}. organisations.csv and persons.csv must always be there."""


class NotReadable(SourceFault):
    """{file} cannot be read as CSV."""


class NotUtf8(SourceFault):
    """{file} is not UTF-8 (byte {byte}). Export it again with the encoding UTF-8."""


class ColumnMissing(SourceFault):
    """{file} has no column {column}, which every row needs."""


class ColumnTwice(SourceFault):
    """{file} has the column {column} twice."""


class PassingFault(SourceFault):
    """The source cannot be read right now."""

    def __init__(self, **params: object) -> None:
        super().__init__(**params)
        self.permanent = False


class BadAddress(SourceFault):
    """The address must look like https://host/path, without user name and without ? or #."""


class ServerSilent(PassingFault):
    """{host} does not answer, or stopped in the middle of an answer."""


class ServerBusy(PassingFault):
    """{host} asks us to come back in {minutes} minutes."""


class ServerUntrusted(SourceFault):
    """{host} does not show a certificate that can be trusted, so nothing was sent to it."""


class ServerRefuses(SourceFault):
    """{host} does not let us in to {path} (answer {status}). Look at the credentials and at what they may read."""


class ServerFails(PassingFault):
    """{host} could not answer our question about {path} (answer {status})."""

    @property
    def status(self) -> int:
        """The HTTP status of its answer."""
        return int(str(self.params["status"]))


class RedirectsElsewhere(SourceFault):
    """{host} refers us to another server. Fill in the address that it means, if you trust it."""


class AnswerTooLarge(SourceFault):
    """{host} answered with more than {megabytes} MB at once."""


class NotJson(SourceFault):
    """{host} answered something that is not JSON on {path}."""


class AnswerTooSlow(PassingFault):
    """{host} had not finished its answer after {minutes} minutes."""


class AnswerUnreadable(SourceFault):
    """{host} answered something on {path} that is no list of SS 12000."""


class PagingLoops(SourceFault):
    """{host} gives the same page of {path} again and again, so the rest cannot be read. Nothing was changed."""


class BadCertificate(SourceFault):
    """The certificate or key cannot be read. Both must be PEM, the key without a password."""


class TooManyBadRows(DomainError):
    """{bad} of {rows} rows in {file} could not be used. The run was stopped and nothing was changed."""

    def __init__(self, *, remarks: Sequence[Remark], **params: object) -> None:
        super().__init__(**params)
        self.remarks = remarks


class CheckFailed(DomainError):
    """{sentence}"""


class UnknownKind(DomainError):
    """There is no kind of source called {kind}."""


class UnknownSource(DomainError):
    """There is no source called {name}. `kateder source list` shows them."""


class NameTaken(DomainError):
    """There is already a source called {name}."""


class BadLimits(DomainError):
    """The limits are not valid: {name}."""


class PlanOutdated(DomainError):
    """The register has changed since this plan was made. A new plan waits for you."""


class PlanGone(DomainError):
    """What this plan was made from has been removed. Run the source again."""


class NotApproved(DomainError):
    """This plan has not been approved."""


class TooOften(DomainError):
    """A source cannot be read more often than every {fewest} minutes."""

"""Why the population register could not be asked, or was not believed."""

from __future__ import annotations

from kateder.core.errors import DomainError
from kateder.sources.errors import SourceFault


class NoFiles(SourceFault):
    """There are no files in {folder}."""


class NoPersons(SourceFault):
    """The answer holds no persons. Nothing was changed."""


class BadAnswer(SourceFault):
    """The answer cannot be read as what it should be."""


class ManyUnreadable(SourceFault):
    """{count} of {total} records cannot be read. Nothing was changed."""


class BadTermCodes(SourceFault):
    """Term codes are written as name=code, a line each, with names among: {names}."""


class BadMunicipality(DomainError):
    """Write municipality codes of four digits, such as 1292, separated by space."""


class ManyMarked(DomainError):
    """{count} people would be protected at once, which is many. Look at the answer, then run it again and confirm."""


class UnknownRegister(DomainError):
    """There is no population register called {name}."""


class RegisterNameTaken(DomainError):
    """There is already a population register called {name}."""


class UnknownRegisterKind(DomainError):
    """There is no way to ask the population register called {kind}."""


class NotForThat(DomainError):
    """That cannot be said of this outcome."""


class NumberTaken(DomainError):
    """Somebody else in the register already has the new number. The two may be one person: look at merging them."""

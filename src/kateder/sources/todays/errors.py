"""Why somebody could not be let in."""

from __future__ import annotations

from kateder.core.errors import DomainError


class NotYourSchool(DomainError):
    """You may only let people in at your own school."""


class NameMissing(DomainError):
    """Write both a given name and a family name."""


class TooLong(DomainError):
    """The last day can be at most {days} days from today. It can be renewed later."""


class EndsInThePast(DomainError):
    """The last day has already been."""


class NothingChosen(DomainError):
    """Choose at least one group."""


class NotAtTheSchool(DomainError):
    """One of the groups is not at this school today."""


class BadNumber(DomainError):
    """The personal number is not right. Leave it empty if you do not know it."""


class AlreadyIn(DomainError):
    """That person is already let in at this school."""


class TooLateToUndo(DomainError):
    """It can be undone on the day it was done. End it instead."""


class NoSponsor(DomainError):
    """Choose somebody on the school's staff who answers for the visit."""

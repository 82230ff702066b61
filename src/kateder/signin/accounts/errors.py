"""Why somebody is not let in."""

from kateder.core.errors import DomainError


class NotSignedIn(DomainError):
    """That did not work. Check what you wrote and try again."""


class TooManyAttempts(DomainError):
    """Too many attempts. Wait {minutes} minutes and try again."""


class PasskeyRefused(DomainError):
    """The passkey could not be used here. Try again, or sign in another way."""


class LinkUsed(DomainError):
    """This link has been used or is too old. Ask for a new one."""


class PasswordTooWeak(DomainError):
    """Choose a longer password: at least {length} characters, and not one that is commonly used."""

"""What can stop the embedded database, each as a sentence for the person who started it."""

from __future__ import annotations


class EmbeddedDatabaseError(Exception):
    """The embedded database could not be used."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        sentence = (type(self).__doc__ or "").strip()
        super().__init__(f"{sentence} {detail}".strip())


class BinariesMissing(EmbeddedDatabaseError):
    """The PostgreSQL binaries are not installed: run `make run` again, or set DATABASE_URL to a server of your own."""


class FolderNotPrivate(EmbeddedDatabaseError):
    """A folder of the embedded database can be reached by other users of this machine, so it is not used."""


class FolderOfAnotherUser(EmbeddedDatabaseError):
    """The embedded database belongs to another user of this machine: run the command as that user."""


class NoAccountForServer(EmbeddedDatabaseError):
    """PostgreSQL refuses to run as root, and no other account could be used: run Kateder as an ordinary user."""


class SomeoneElseStarts(EmbeddedDatabaseError):
    """Another command has been starting or stopping the embedded database for too long."""


class ServerDidNotStart(EmbeddedDatabaseError):
    """The embedded database did not start; the last lines of its log say why."""


class ServerDidNotStop(EmbeddedDatabaseError):
    """The embedded database did not stop in time."""


class PasswordsLost(EmbeddedDatabaseError):
    """The password files of the embedded database are gone or wrong: put them back, or restore a backup elsewhere."""

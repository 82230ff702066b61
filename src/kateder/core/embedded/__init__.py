"""The life cycle of the embedded PostgreSQL: start, share, recover and stop the wheel's binaries.

`server` is the door. `binaries` finds the programs, `accounts` decides which operating system account
runs them, `folders` keeps what lies on disk private, `postmaster` reads what runs, `roles` makes the
database and its roles. Nothing here needs Django.
"""

from .connections import ServerInfo
from .errors import EmbeddedDatabaseError
from .server import EmbeddedServer, ServerStatus, State

__all__ = ["EmbeddedDatabaseError", "EmbeddedServer", "ServerInfo", "ServerStatus", "State"]

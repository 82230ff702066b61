"""The Unix socket that the web listens on, where the operator wants one in the place of a port."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

from kateder.core.errors import DomainError

PERMISSIONS = "0o660"
"""Ourselves and the group of the socket's folder or of our process: the proxy is the only other member."""


class NoFolderForSocket(DomainError):
    """There is no folder {folder} for KATEDER_SOCKET. Make it, and let only Kateder write there."""


class SocketBusy(DomainError):
    """{path} is used by another program, or is no socket. Stop that program, or change KATEDER_SOCKET."""


class DemoNeedsPort(DomainError):
    """The demo is for a browser on this machine. Leave KATEDER_SOCKET unset for it."""


def clear(path: Path) -> None:
    """Remove the socket that a killed server has left: nobody can listen where one lies.

    Raises NoFolderForSocket, and SocketBusy where somebody answers or something else lies there.
    """
    if not path.parent.is_dir():
        raise NoFolderForSocket(folder=path.parent)
    if not path.is_symlink() and not path.exists():
        return
    if answers(path) or not stat.S_ISSOCK(path.lstat().st_mode):
        raise SocketBusy(path=path)
    path.unlink(missing_ok=True)


def answers(path: Path) -> bool:
    """Say whether somebody accepts connections there."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0.5)
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True

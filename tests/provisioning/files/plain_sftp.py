"""An SFTP server that lets people in by password and has no extension of OpenSSH's: as file products often are."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

USER, PASSWORD = "kateder", "läromedel & 7 glosor"


@dataclass
class PlainSftp:
    """A running server, and what it is told to refuse."""

    port: int
    fingerprint: str
    refuses: list[str] = field(default_factory=list)
    """Names that nothing may be renamed to: each is refused once."""
    renamed: list[tuple[str, str]] = field(default_factory=list)


class _Door(asyncssh.SSHServer):
    def __init__(self, visitors: list[asyncssh.SSHServerConnection]) -> None:
        self._visitors = visitors

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._visitors.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@contextmanager
def serving() -> Iterator[PlainSftp]:
    """Serve on a free port of loopback, in a thread, until the block ends."""
    loop, key = asyncio.new_event_loop(), asyncssh.generate_private_key("ssh-ed25519")
    told = PlainSftp(0, key.get_fingerprint("sha256"))
    visitors: list[asyncssh.SSHServerConnection] = []

    class Files(asyncssh.SFTPServer):
        """The machine's files, without POSIX's way of renaming."""

        def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
            raise asyncssh.SFTPOpUnsupported("no such extension")

        def fsync(self, file_obj: object) -> None:
            raise asyncssh.SFTPOpUnsupported("no such extension")

        def rename(self, oldpath: bytes, newpath: bytes) -> None:
            old, new = Path(oldpath.decode()).name, Path(newpath.decode()).name
            if new in told.refuses:
                told.refuses.remove(new)
                raise asyncssh.SFTPPermissionDenied("not that name")
            told.renamed.append((old, new))
            super().rename(oldpath, newpath)

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=lambda: _Door(visitors), server_host_keys=[key], sftp_factory=Files
        )

    server = loop.run_until_complete(listen())
    told.port = server.get_port()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield told
    finally:
        asyncio.run_coroutine_threadsafe(_close(server, visitors), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(server: asyncssh.SSHAcceptor, visitors: list[asyncssh.SSHServerConnection]) -> None:
    server.close()
    await server.wait_closed()
    for one in visitors:
        one.close()
        await one.wait_closed()

"""Files to an SFTP server that is known by its key: uploaded aside, read back, then given their names at once."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, cast
from uuid import UUID

import asyncssh
import structlog

from kateder.provisioning.files.faults import (
    CannotWrite,
    DiskFull,
    FolderMissing,
    HalfInPlace,
    HostKeyChanged,
    HostKeyUnknown,
    KeyUnreadable,
    LoginRefused,
    NoPermission,
    NotWhole,
    ServerSilent,
)
from kateder.provisioning.files.folder import Made, aside, outdated
from kateder.provisioning.ways.contract import NotDelivered

log = structlog.get_logger()

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----(.*)-----END \1-----", re.DOTALL)
LONGEST: Final = 900
"""Seconds that all files together may take."""
LARGEST_READ_BACK: Final = 64 * 1024 * 1024
"""Bytes; of a larger file only the size is compared."""
_FAULTS: Final[tuple[tuple[type[asyncssh.SFTPError], type[NotDelivered]], ...]] = (
    (asyncssh.SFTPNoSuchFile, FolderMissing),
    (asyncssh.SFTPNoSuchPath, FolderMissing),
    (asyncssh.SFTPNotADirectory, FolderMissing),
    (asyncssh.SFTPPermissionDenied, NoPermission),
    (asyncssh.SFTPWriteProtect, NoPermission),
    (asyncssh.SFTPNoSpaceOnFilesystem, DiskFull),
    (asyncssh.SFTPQuotaExceeded, DiskFull),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sftp:
    """A folder at a server. `fingerprints` are those of its keys, as `ssh-keygen -l` prints them: SHA256:…"""

    host: str
    port: int
    user: str
    folder: str
    target_id: UUID
    fingerprints: frozenset[str]
    password: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    seconds: float = 30.0

    def put(self, made: Sequence[Made], *, today: date, keep_days: int) -> None:
        """Put the files in place, all of them or (short of a fault between two renames) none, and remove outdated ones.

        Raises a NotDelivered; then those that were there before still are, unless it is HalfInPlace.
        """

        async def work(sftp: asyncssh.SFTPClient) -> None:
            try:
                for number, one in enumerate(made):
                    await _upload(sftp, aside(self.target_id, number), one.content)
                await self._name(sftp, made)
            except (asyncssh.Error, OSError, NotDelivered):
                await self._clear(sftp, len(made))
                raise
            await self._prune(sftp, made, until=today - timedelta(days=keep_days))

        self._run(work)

    def try_out(self) -> None:
        """Write a file in the folder and remove it. Raises a NotDelivered."""

        async def work(sftp: asyncssh.SFTPClient) -> None:
            try:
                await _upload(sftp, aside(self.target_id, 0), b"Kateder\n")
            finally:
                await self._clear(sftp, 1)

        self._run(work)

    def _run(self, work: Callable[[asyncssh.SFTPClient], Awaitable[None]]) -> None:
        async def bounded() -> None:
            async with asyncio.timeout(LONGEST), self._opened() as sftp:
                await work(sftp)

        with self._faults():
            asyncio.run(bounded())

    @contextlib.asynccontextmanager
    async def _opened(self) -> AsyncIterator[asyncssh.SFTPClient]:
        shown: list[str] = []
        fingerprints = self.fingerprints

        class Client(asyncssh.SSHClient):
            """Knows the server by its fingerprint and by nothing else."""

            def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
                shown.append(key.get_fingerprint("sha256"))
                return shown[-1] in fingerprints

        try:
            connection = await asyncssh.connect(
                self.host,
                self.port,
                client_factory=Client,
                # Nothing of the machine's own configuration, keys, agents and known hosts has a say.
                config=None,
                known_hosts=b"",
                username=self.user,
                password=self.password or None,
                client_keys=self._keys() or None,
                agent_path=None,
                connect_timeout=self.seconds,
                login_timeout=self.seconds,
                keepalive_interval=self.seconds / 2,
                keepalive_count_max=2,
            )
        except asyncssh.HostKeyNotVerifiable:
            unknown = HostKeyChanged if fingerprints else HostKeyUnknown
            raise unknown(host=self.host, shown=shown[-1] if shown else "?") from None
        async with connection, connection.start_sftp_client() as sftp:
            await sftp.chdir(self.folder or ".")
            yield sftp

    def _keys(self) -> list[asyncssh.SSHKey]:
        if not self.private_key:
            return []
        try:
            return [asyncssh.import_private_key(_unfolded(self.private_key))]
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
            raise KeyUnreadable from None

    async def _name(self, sftp: asyncssh.SFTPClient, made: Sequence[Made]) -> None:
        for number, one in enumerate(made):
            try:
                await _rename(sftp, aside(self.target_id, number), one.name)
            except (asyncssh.ConnectionLost, asyncssh.DisconnectError, asyncssh.SFTPConnectionLost, OSError):
                raise HalfInPlace from None  # asked for, and the answer never came
            except asyncssh.SFTPError:
                if number:
                    raise HalfInPlace from None
                raise

    async def _prune(self, sftp: asyncssh.SFTPClient, made: Sequence[Made], *, until: date) -> None:
        try:
            names = [str(name) for name in await sftp.listdir(".")]
            for one in made:
                for name in outdated(one.file, names, keep=one.name, until=until):
                    await sftp.remove(name)
        except (asyncssh.Error, OSError) as error:
            # The new files are in place: that is what was to be done.
            log.warning("files.outdated_stays", target=str(self.target_id), error=type(error).__name__)

    async def _clear(self, sftp: asyncssh.SFTPClient, count: int) -> None:
        for number in range(count):
            with contextlib.suppress(asyncssh.Error, OSError):
                await sftp.remove(aside(self.target_id, number))

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection):
            raise ServerSilent(host=self.host) from None
        except asyncssh.PermissionDenied:
            raise LoginRefused(host=self.host) from None
        except asyncssh.SFTPError as error:
            raise self._fault(error) from None
        except (asyncssh.Error, OSError):  # TimeoutError is an OSError
            raise ServerSilent(host=self.host) from None

    def _fault(self, error: asyncssh.SFTPError) -> NotDelivered:
        for kind, told in _FAULTS:
            if isinstance(error, kind):
                return told(folder=self.folder or ".") if told is not DiskFull else told()
        return CannotWrite(folder=self.folder or ".", code=type(error).__name__)


def _unfolded(key: str) -> str:
    """A key as a file has it, also where a field of one line has taken its line ends."""
    found = _PEM.fullmatch(key.strip())
    if found is None:
        return key
    body = "".join(found[2].split())
    lines = [body[start : start + 64] for start in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {found[1]}-----", *lines, f"-----END {found[1]}-----", ""])


async def _upload(sftp: asyncssh.SFTPClient, name: str, content: bytes) -> None:
    with contextlib.suppress(asyncssh.SFTPNoSuchFile):
        await sftp.remove(name)
    async with sftp.open(name, "xb", asyncssh.SFTPAttrs(permissions=0o640)) as file:
        await file.write(content)
        with contextlib.suppress(asyncssh.SFTPOpUnsupported):
            await file.fsync()
    if (await sftp.stat(name)).size != len(content):
        raise NotWhole
    if len(content) <= LARGEST_READ_BACK and await _read_back(sftp, name) != content:
        raise NotWhole


async def _read_back(sftp: asyncssh.SFTPClient, name: str) -> bytes:
    async with sftp.open(name, "rb", encoding=None) as file:
        return cast("bytes", await file.read())


async def _rename(sftp: asyncssh.SFTPClient, old: str, new: str) -> None:
    try:
        await sftp.posix_rename(old, new)
    except asyncssh.SFTPOpUnsupported:
        await _exchange(sftp, old, new)


async def _exchange(sftp: asyncssh.SFTPClient, old: str, new: str) -> None:
    """The same at a server without the extension, which refuses to rename over what is there: what was there is kept
    until the new file has its name, and gets it back if that fails.
    """
    before = f"{old}.before"
    with contextlib.suppress(asyncssh.SFTPNoSuchFile):
        await sftp.remove(before)
    had = await sftp.exists(new)
    if had:
        await sftp.rename(new, before)
    try:
        await sftp.rename(old, new)
    except asyncssh.SFTPError:
        if had:
            await sftp.rename(before, new)
        raise
    if had:
        await sftp.remove(before)

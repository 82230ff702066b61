"""Which operating system account runs the server. PostgreSQL refuses root, so root takes a detour."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .binaries import Binaries, installed
from .errors import FolderOfAnotherUser, NoAccountForServer
from .folders import make_private

SYSTEM_USER = "kateder-postgres"
SYSTEM_HOME = Path("/var/lib/kateder-postgres")
KEPT_VARIABLES = ("PATH", "TMPDIR", "HOME", "TZ")


@dataclass(frozen=True)
class Account:
    """How the server's programs are run: what stands before the command, as whom, from which binaries, and where."""

    home: Path
    binaries: Binaries
    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, program: str, *arguments: str, folder: Path, timeout: float) -> subprocess.CompletedProcess[str]:
        """Run one program of the installation to its end and return its exit code and output.

        The output goes through no pipe that a daemonised child could keep open. PG* variables of the
        caller never reach it.
        """
        return subprocess.run(
            [*self.prefix, self.binaries.program(program), *arguments],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=timeout,
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            umask=0o077,
        )

    def own(self, path: Path) -> None:
        """Give a file or folder that we have just made to the account that runs the server."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def account_for(data_dir: Path) -> Account:
    """Choose the account for a data folder; the same answer every time for the same folder.

    An ordinary user runs the server themselves. Root runs it in a user namespace (`unshare -U`), where the
    process is not root to PostgreSQL while the files stay root's; where the kernel refuses that, as a
    system user with data and binaries in a folder of its own. Raises FolderOfAnotherUser and NoAccountForServer.
    """
    owner = data_dir.stat().st_uid
    if owner != os.geteuid():
        raise FolderOfAnotherUser(f"({data_dir})")
    if os.geteuid() != 0:
        return Account(home=data_dir, binaries=installed())
    settled = system_home(data_dir)
    if not settled.exists() and namespace_works():
        return in_namespace(data_dir)
    return as_system_user(data_dir)


def in_namespace(data_dir: Path) -> Account:
    """Root without the name of root: the kernel maps nobody into the new namespace, PostgreSQL sees `nobody`."""
    return Account(home=data_dir, binaries=installed(), prefix=(_unshare(), "-U"))


def as_system_user(data_dir: Path) -> Account:
    """A system user with data and binaries in a folder of its own, since it may not reach the caller's folders."""
    user = _system_user()
    home = system_home(data_dir)
    for folder in (SYSTEM_HOME, home.parent):
        _make_reachable(folder)
    make_private(home, uid=user.pw_uid, gid=user.pw_gid)
    return Account(home=home, binaries=_copied(), uid=user.pw_uid, gid=user.pw_gid)


def system_home(data_dir: Path) -> Path:
    """Where the server of this data folder lives when a system user runs it."""
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return SYSTEM_HOME / "data" / digest


def namespace_works() -> bool:
    """Try it out: containers often forbid it, and initdb wants a name for the account it finds."""
    try:
        probe: Sequence[str] = (_unshare(), "-U", "id", "-un")
        found = subprocess.run(probe, capture_output=True, text=True, timeout=10, check=False)
    except (NoAccountForServer, OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0


def _unshare() -> str:
    found = shutil.which("unshare")
    if found is None:
        raise NoAccountForServer
    return found


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    create = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(create, check=True, capture_output=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoAccountForServer from error
    return pwd.getpwnam(SYSTEM_USER)


def _make_reachable(folder: Path) -> None:
    """Make a folder of ours that others may pass through; one that exists keeps its permissions."""
    try:
        folder.mkdir(mode=0o755)
    except FileExistsError:
        return
    folder.chmod(0o755)


def _copied() -> Binaries:
    """Copy the binaries to where the system user can read them; the copy appears whole or not at all."""
    source = installed()
    mark = hashlib.sha256(f"{source.root}:{os.stat(source.program('postgres')).st_mtime_ns}".encode()).hexdigest()[:12]
    target = SYSTEM_HOME / f"binaries-{mark}"
    if target.is_dir():
        return Binaries(root=target)
    draft = SYSTEM_HOME / f"binaries-{mark}-{os.getpid()}"
    for folder in source.folders():
        shutil.copytree(folder, draft / folder.relative_to(source.root), symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
    return Binaries(root=target)


def _environment() -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return {**kept, "LC_ALL": "C", "PGSYSCONFDIR": "/nonexistent"}

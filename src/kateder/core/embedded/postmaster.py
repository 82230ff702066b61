"""What runs on a data folder. A pid file is only a rumour: processes and connections are asked."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
from psycopg import pq

PROGRAM = "postgres"


def written_pid(cluster: Path) -> int | None:
    """Return the process id that the pid file names, alive or not; None without a readable file."""
    try:
        return int((cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def processes(cluster: Path) -> list[psutil.Process]:
    """Return the live PostgreSQL processes that work in this data folder, the postmaster first if it lives.

    A server process has its data folder as working directory: a recycled process id has not, and neither
    has a process that is already dead and only waits for its parent to notice.
    """
    found = [process for process in psutil.process_iter() if works_in(process, cluster)]
    return sorted(found, key=lambda process: process.pid != written_pid(cluster))


def postmaster(cluster: Path) -> psutil.Process | None:
    """Return the live postmaster of this data folder, or None."""
    pid = written_pid(cluster)
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
    except (psutil.NoSuchProcess, ValueError):
        return None
    return process if works_in(process, cluster) else None


def works_in(process: psutil.Process, cluster: Path) -> bool:
    """Say whether a process is a live PostgreSQL process of this data folder."""
    try:
        if process.name() != PROGRAM or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return os.path.samefile(process.cwd(), cluster)
    except (psutil.Error, OSError):
        return False


def ping(socket_folder: Path | None) -> pq.Ping:
    """Ask the socket: OK accepts connections, REJECT is starting or recovering, NO_RESPONSE is nobody."""
    if socket_folder is None:
        return pq.Ping.NO_RESPONSE
    quoted = str(socket_folder).replace("\\", "\\\\").replace("'", "\\'")
    conninfo = f"host='{quoted}' port=5432 user=postgres dbname=postgres connect_timeout=5"
    return pq.Ping(pq.PGconn.ping(os.fsencode(conninfo)))

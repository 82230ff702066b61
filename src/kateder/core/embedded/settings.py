"""The server's own settings: private, frugal, and silent about the people in the data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

AUTHENTICATION = (
    "# Every connection comes through the private socket and knows a password.\nlocal all all scram-sha-256\n"
)

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_locks_per_transaction": "256",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    # An error's text, its DETAIL and its statement quote the row that caused it: none of them is logged.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}

FOR_TESTS: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}
"""Data that may be lost with the machine, in exchange for speed; a commit still outlives a killed server."""


def configuration(*, socket_folder: Path, for_tests: bool) -> str:
    """Return the text of the settings file; it is written again before each start."""
    chosen = {**SETTINGS, **(FOR_TESTS if for_tests else {}), "unix_socket_directories": f'"{socket_folder}"'}
    lines = [f"{name} = {_quoted(value)}" for name, value in chosen.items()]
    return "# Written by Kateder at each start; changes are lost.\n" + "\n".join(lines) + "\n"


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"

"""The passwords of the three database roles, generated once, each in a file that only its owner can read."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .folders import make_private, write_private

RoleName = Literal["postgres", "kateder_owner", "kateder_runtime"]
ADMIN: RoleName = "postgres"
OWNER: RoleName = "kateder_owner"
RUNTIME: RoleName = "kateder_runtime"


@dataclass(frozen=True)
class Passwords:
    """The folder of password files of one server."""

    folder: Path

    def read(self, role: RoleName) -> str | None:
        """Return the password of a role, or None before the first start."""
        try:
            return (self.folder / role).read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def ensure(self, role: RoleName) -> str:
        """Return the password of a role, generating it the first time. Call it under the starter's lock."""
        known = self.read(role)
        if known is not None:
            return known
        make_private(self.folder)
        write_private(self.folder / role, secrets.token_urlsafe(32))
        return self.ensure(role)

    def path(self, role: RoleName) -> Path:
        """Return the file of a role's password."""
        return self.folder / role

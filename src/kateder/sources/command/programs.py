"""Which programs may run, and what they are given: the operator says where, since the web can add sources."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings as installation

from kateder.core.setup import Settings
from kateder.sources.command.errors import BadSecretLine, CommandsForbidden, NotAllowed, SecretNotAllowed

ENTITY = "{entity}"
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
# Names by which a program's own loader or interpreter could be led astray.
_TAKEN = re.compile(r"PATH|HOME|LANG|LD_.*|PYTHON.*|KATEDER_.*|DATABASE_.*")


@dataclass(frozen=True, slots=True)
class Program:
    """A program that may run, its arguments, and what of the environment it sees: nothing of ours."""

    path: Path
    arguments: tuple[str, ...]
    environment: Mapping[str, str]

    def command(self, entity: str) -> list[str]:
        """The command for one entity: named where the arguments have {entity}, otherwise last."""
        if any(ENTITY in argument for argument in self.arguments):
            return [str(self.path), *(argument.replace(ENTITY, entity) for argument in self.arguments)]
        return [str(self.path), *self.arguments, entity]


def program_of(settings: Settings) -> Program:
    """The program of a source. Raises CommandsForbidden, NotAllowed, SecretNotAllowed or BadSecretLine."""
    folder = installation.COMMANDS_DIR
    if folder is None:
        raise CommandsForbidden
    named = str(settings.get("program") or "").strip()
    path = _inside(folder, named)
    if path is None or not os.access(path, os.X_OK):
        raise NotAllowed(program=named)
    arguments = tuple(line.strip() for line in str(settings.get("arguments") or "").splitlines() if line.strip())
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(folder)}
    return Program(path, arguments, environment | _secrets(str(settings.get("secrets") or "")))


def _secrets(lines: str) -> dict[str, str]:
    """NAME=file, a line for each: the file's content is given to the program under the name."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        name, _, file = line.partition("=")
        if not _VARIABLE.fullmatch(name.strip()) or _TAKEN.fullmatch(name.strip()):
            raise BadSecretLine
        folder = installation.COMMAND_SECRETS_DIR
        path = None if folder is None else _inside(folder, file.strip())
        if path is None:
            raise SecretNotAllowed(file=file.strip())
        try:
            found[name.strip()] = path.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretNotAllowed(file=file.strip()) from error
    return found


def _inside(folder: Path, named: str) -> Path | None:
    """The file of that name in the folder, whatever links lead to; None where it is outside or no file."""
    path = (folder / named).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None

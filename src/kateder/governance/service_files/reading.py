"""From text to a service file, or to a sentence that says what is wrong and where."""

from __future__ import annotations

import tomllib

from pydantic import ValidationError

from kateder.core.errors import DomainError
from kateder.governance.service_files.form import ServiceFile


class ServiceFileUnreadable(DomainError):
    """The service file is not TOML: {problem}."""


class ServiceFileWrong(DomainError):
    """The service file says something that Kateder does not understand: {problems}."""


def read_service_file(text: str) -> ServiceFile:
    """Read the text of a service file. Raises ServiceFileUnreadable or ServiceFileWrong."""
    try:
        return ServiceFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ServiceFileUnreadable(problem=error) from None
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))
        raise ServiceFileWrong(problems="; ".join(problems)) from None

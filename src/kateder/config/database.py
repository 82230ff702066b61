"""Which database this process works in: the embedded one unless DATABASE_URL says otherwise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kateder.core.embedded import EmbeddedServer


def data_dir() -> Path:
    """Where this installation keeps its files: KATEDER_DATA_DIR, or `var` in the working folder."""
    return Path(os.environ.get("KATEDER_DATA_DIR") or Path.cwd() / "var").resolve()


def is_external() -> bool:
    """Whether the operator runs PostgreSQL themselves."""
    return bool(os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def embedded() -> EmbeddedServer:
    """The embedded server of this installation, running or not."""
    return EmbeddedServer(data_dir() / "database")


@contextmanager
def available() -> Iterator[None]:
    """Have a database for the body, named in the environment for Django; the embedded one is left as found."""
    if is_external():
        yield
        return
    with embedded().running() as info:
        os.environ["DATABASE_URL"] = info.runtime_url
        os.environ["DATABASE_OWNER_URL"] = info.owner_url
        try:
            yield
        finally:
            del os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"]

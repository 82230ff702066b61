"""An accepted object as it was kept: what a run reads, without the SCIM library (10 MB in every process)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kateder.protocols.scim.versions import version_of
from kateder.sources.egil_in.since import Since

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """An accepted object: its content without `id` and `meta`, and its times."""

    id: str
    body: Body
    created: datetime
    modified: datetime
    since: Since = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Its entity tag."""
        return version_of(self.body)


def read(key: str, stored: Mapping[str, Any]) -> Kept:
    """An object as it lies in the mirror."""
    created, modified = (datetime.fromisoformat(stored[name]) for name in ("created", "modified"))
    return Kept(key, stored["body"], created, modified, stored["since"])

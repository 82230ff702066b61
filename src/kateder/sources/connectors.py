"""The kinds of source there are. A connector is a package that can `check` its settings and `read`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Protocol

import psycopg

from kateder.register.api import Entity
from kateder.sources import csv_folder
from kateder.sources.errors import UnknownKind
from kateder.sources.models import Source
from kateder.sources.reading import Known, Reading


class Connector(Protocol):
    """What a connector offers."""

    def check(self, settings: Mapping[str, object]) -> object:
        """Try the settings without reading everything. Raises a SourceFault that says what is wrong."""

    def read(self, settings: Mapping[str, object], *, today: date, known: Known) -> Reading:
        """Everything the source delivers now. Raises a SourceFault."""


KINDS: Mapping[str, Connector] = {"csv": csv_folder}


def of(kind: str) -> Connector:
    """The connector of a kind. Raises UnknownKind."""
    if kind not in KINDS:
        raise UnknownKind(kind=kind)
    return KINDS[kind]


def read(source: Source, *, cursor: psycopg.Cursor[Any], today: date) -> Reading:
    """Read a source with its connector."""

    def known(entity: Entity, keys: Collection[str]) -> set[str]:
        cursor.execute(
            "SELECT key FROM sources_sourcelink WHERE source_id = %s AND entity = %s AND key = ANY(%s)"
            " AND content_hash IS NOT NULL",
            [source.pk, entity.value, list(keys)],
        )
        return {key for (key,) in cursor.fetchall()}

    return of(source.kind).read(source.settings, today=today, known=known)

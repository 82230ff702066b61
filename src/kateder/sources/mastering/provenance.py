"""Where each value of a row comes from: whose word holds, who says otherwise, what a person has corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from psycopg import sql

from kateder.core import db
from kateder.register.api import Entity, shapes
from kateder.sources.mastering import rules
from kateder.sources.mastering.attributes import MARKING, attributes
from kateder.sources.mastering.models import Contribution, Correction
from kateder.sources.models import Source, SourceLink

STRONGEST = "Skyddad folkbokföring"


@dataclass(frozen=True, slots=True)
class Voice:
    """What one source says of an attribute. `rank` is None where its word is not used."""

    source: Source
    key: str
    value: Mapping[str, Any]
    rank: int | None


@dataclass(frozen=True, slots=True)
class Origin:
    """One attribute of a row: what holds, by whom, who says otherwise. Without a source nobody says anything."""

    attribute: str
    value: Mapping[str, Any]
    source: Source | None
    correction: Correction | None = None
    others: tuple[Voice, ...] = ()

    @property
    def is_disputed(self) -> bool:
        """Whether another source whose word counts says something else."""
        return any(voice.rank is not None and dict(voice.value) != dict(self.value) for voice in self.others)


def voices_of(entity: Entity, root_id: UUID, *, attribute: str) -> list[Voice]:
    """What the sources say of one attribute, the one that is heard first at the head; none where one source alone
    delivers the row.
    """
    return _voices(entity, root_id).get(attribute, [])


def origins(entity: Entity, root_id: UUID) -> list[Origin]:
    """Where each attribute comes from, in the order of the register; what nobody says anything of is left out."""
    held = _held(entity, root_id)
    voices = _voices(entity, root_id)
    corrections = {
        one.attribute: one for one in Correction.objects.filter(entity=entity.value, root_id=root_id, closed_at=None)
    }
    alone = _alone(entity, root_id)
    found = []
    for name, attribute in attributes(entity).items():
        value = {column: held.get(column) for column in attribute.columns}
        said = voices.get(name, [])
        heard = next((voice for voice in said if voice.rank is not None), None)
        correction = corrections.get(name)
        if correction is None and value[attribute.columns[0]] in (None, "", [], attribute.empty[attribute.columns[0]]):
            continue
        source = heard.source if heard else alone
        others = tuple(voice for voice in said if correction is not None or voice is not heard)
        found.append(Origin(name, value, None if correction else source, correction, others))
    return found


def _voices(entity: Entity, root_id: UUID) -> dict[str, list[Voice]]:
    policy = rules.policy()
    found: dict[str, list[Voice]] = {}
    kept = Contribution.objects.filter(entity=entity.value, root_id=root_id).select_related("source")
    for contribution in kept:
        for name, value in contribution.said.items():
            rank = policy.rank(contribution.source_id, entity, name) if name in attributes(entity) else None
            found.setdefault(name, []).append(Voice(contribution.source, contribution.key, value, rank))
    for voices in found.values():
        voices.sort(key=lambda voice: (_weakness(voice), voice.rank is None, voice.rank or 0, voice.key))
    return found


def _weakness(voice: Voice) -> int:
    """Of a protection marking the strongest is heard first."""
    return 0 if MARKING not in voice.value or voice.value[MARKING] == STRONGEST else 1


def _alone(entity: Entity, root_id: UUID) -> Source | None:
    link = SourceLink.objects.filter(entity=entity.value, root_id=root_id, content_hash__isnull=False).first()
    return Source.objects.filter(pk=link.source_id).first() if link else None


def _held(entity: Entity, root_id: UUID) -> Mapping[str, Any]:
    with db.cursor() as cursor:
        table = sql.Identifier(shapes()[entity].table)
        cursor.execute(sql.SQL("SELECT to_jsonb(t)::text FROM {} t WHERE id = %s").format(table), [root_id])
        row = cursor.fetchone()
    return dict(orjson.loads(row[0])) if row else {}

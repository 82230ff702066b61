"""What waits for an answer, a refusal that is remembered, and how far a takeover has come."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from kateder.core import audit, clock, db
from kateder.core.actors import Actor
from kateder.register.api import Entity
from kateder.sources.mastering.models import Answer, Suggestion

_TAKEN_OVER = """
SELECT count(*) FILTER (WHERE o.root_id IS NOT NULL), count(*) FILTER (WHERE o.root_id IS NULL)
  FROM (SELECT DISTINCT root_id FROM sources_sourcelink
         WHERE source_id = %(source)s AND entity = %(entity)s AND content_hash IS NOT NULL) l
  LEFT JOIN (SELECT DISTINCT root_id FROM sources_sourcelink
         WHERE source_id <> %(source)s AND entity = %(entity)s AND content_hash IS NOT NULL) o USING (root_id)
"""
_WAITING = """
SELECT count(*) FROM sources_suggestion s WHERE s.entity = %(entity)s AND s.answer = 'open' AND EXISTS (
  SELECT 1 FROM sources_sourcelink l WHERE l.source_id = %(source)s AND l.entity = %(entity)s
     AND l.root_id IN (s.one_id, s.other_id) AND l.content_hash IS NOT NULL)
"""
_GONE = """
DELETE FROM sources_suggestion s WHERE s.answer = 'open' AND s.entity = '{entity}'
   AND (SELECT count(*) FROM register_{entity} t WHERE t.id IN (s.one_id, s.other_id)) < 2
"""
KINDS = (Entity.PERSON, Entity.ORGANISATION, Entity.GROUP, Entity.ACTIVITY)


def suggestions() -> QuerySet[Suggestion]:
    """What waits for an answer, in a steady order; what has left the register meanwhile is forgotten."""
    if Suggestion.objects.filter(answer=Answer.OPEN).exists():
        with db.cursor() as cursor:
            for entity in KINDS:
                cursor.execute(_GONE.format(entity=entity.value))
    return Suggestion.objects.filter(answer=Answer.OPEN).order_by("likeness", "one_id", "other_id")


def refuse(found: QuerySet[Suggestion], *, actor: Actor) -> int:
    """Say that these are not the same; gives how many. They are never suggested again."""
    ids = list(found.values_list("pk", flat=True))
    count = Suggestion.objects.filter(pk__in=ids, answer=Answer.OPEN).update(
        answer=Answer.DIFFERENT, answered_by=actor.label, answered_at=clock.now()
    )
    audit.record("mastering.refused", actor=actor, subject_type="suggestion", subject_id=str(count), count=count)
    return count


def taken_over(entity: Entity, *, source_id: UUID) -> tuple[int, int, int]:
    """Of what a source delivers: how many another delivers too, how many it alone, how many wait for an answer."""
    with db.cursor() as cursor:
        names = {"source": source_id, "entity": entity.value}
        shared, alone = cursor.execute(_TAKEN_OVER, names).fetchone() or (0, 0)
        waiting = cursor.execute(_WAITING, names).fetchone()
    return shared, alone, waiting[0] if waiting else 0

"""deletedEntities: what is gone from a client's edition, whether it left the register or only the client's sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
import psycopg

from kateder.protocols.ss12000.endpoints import BY_RESOURCE, ENDPOINTS, Endpoint, Filter, Kind
from kateder.protocols.ss12000.questions import BadQuestion, Place, Question, read, token
from kateder.provisioning.ss12000.answers import Answer, bad
from kateder.provisioning.ss12000.profiles import ActivitiesKey

DELETED: Final = Endpoint(
    "deletedEntities", "", "", {"after": Filter(Kind.TIME), "entities": Filter(Kind.TEXT, many=True)}
)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PUBLISHED, _PLAIN = "activitites", "activities"
_KEYS: Final[Mapping[ActivitiesKey, Sequence[str]]] = {
    ActivitiesKey.BOTH: (_PUBLISHED, _PLAIN),
    ActivitiesKey.PUBLISHED: (_PUBLISHED,),
    ActivitiesKey.PLAIN: (_PLAIN,),
}
# By time, then id: what goes later has a later time, so a page after another loses nothing.
_GONE: Final = """
SELECT path, id, gone_at FROM provisioning_editionrow
WHERE edition_id = %(edition)s AND gone_at IS NOT NULL AND path = ANY(%(paths)s)
  AND (%(after)s::timestamptz IS NULL OR gone_at > %(after)s)
  AND (%(last)s::uuid IS NULL OR (gone_at, id) > (%(last_at)s, %(last)s))
ORDER BY gone_at, id LIMIT %(limit)s
"""


def deleted(
    cursor: psycopg.Cursor[Any], edition: UUID, query: str, *, key: ActivitiesKey = ActivitiesKey.BOTH
) -> Answer:
    """A page of ids that are gone, by kind. Raises Refused."""
    try:
        question = read(query, DELETED)
    except BadQuestion as error:
        raise bad(str(error)) from None
    resources = question.filters.get("entities") or tuple(BY_RESOURCE)
    unknown = set(resources) - BY_RESOURCE.keys()
    if unknown:
        raise bad("entities: not one of " + ", ".join(BY_RESOURCE))
    endpoints = [BY_RESOURCE[resource] for resource in resources]
    values = {
        "edition": edition,
        "paths": [endpoint.path for endpoint in endpoints],
        "after": question.filters.get("after", (None,))[0],
        "last": question.place.after if question.place else None,
        "last_at": EPOCH + timedelta(microseconds=question.place.at) if question.place else None,
        "limit": question.limit + 1,
    }
    found = cursor.execute(_GONE, values).fetchall()
    page = found[: question.limit]
    data = _by_kind(endpoints, page, key)
    content: dict[str, object] = {"data": data}
    if len(found) > question.limit:
        content["pageToken"] = _following(question, page[-1])
    return Answer(orjson.dumps(content), DELETED.path, objects=len(page))


def _following(question: Question, last: tuple[str, UUID, datetime]) -> str:
    _, id_, gone_at = last
    return token(question, DELETED.path, Place(after=str(id_), at=(gone_at - EPOCH) // timedelta(microseconds=1)))


def _by_kind(
    endpoints: Sequence[Endpoint], page: Sequence[tuple[str, UUID, datetime]], key: ActivitiesKey
) -> dict[str, list[UUID]]:
    data: dict[str, list[UUID]] = {}
    for endpoint in endpoints:
        ids = [id_ for path, id_, _ in page if path == endpoint.path]
        for name in _KEYS[key] if endpoint is ENDPOINTS["activities"] else (endpoint.deleted,):
            data[name] = ids
    return data

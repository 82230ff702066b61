"""What an approval is bound to: which differences there are, whatever their order."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from kateder.core import db
from kateder.core.tenancy import within
from kateder.register.api import Entity

if TYPE_CHECKING:
    from kateder.core.models import Authority

Rows = list[tuple[str, bytes]]
SEEN: Rows = [("elsa", b"1" * 16), ("sami", b"2" * 16), ("tove", b"3" * 16)]


def _hash(cursor: psycopg.Cursor[Any], rows: Rows) -> str:
    """The plan hash of a first delivery of persons with these keys and digests."""
    from kateder.protocols.reconcile import Limits
    from kateder.sources import difference, staging

    source_id = uuid.uuid4()
    staging.open_stage(cursor)
    difference.open_differences(cursor)
    cursor.executemany("INSERT INTO stage_person (key, content_hash) VALUES (%s, %s)", rows)
    difference.find(cursor, Entity.PERSON, source_id=source_id)
    return difference.judged(cursor, source_id=source_id, limits=Limits()).plan_hash


def test_the_order_of_what_is_delivered_does_not_matter(authority: Authority) -> None:
    with within(authority.id), db.cursor() as cursor:
        assert _hash(cursor, SEEN) == _hash(cursor, SEEN[::-1])


@pytest.mark.parametrize(
    "other",
    [
        SEEN[:2],
        [*SEEN, ("ylva", b"4" * 16)],
        [*SEEN[:2], ("ylva", b"3" * 16)],
        [*SEEN[:2], ("tove", b"4" * 16)],
        [("elsa", b"2" * 16), ("sami", b"1" * 16), SEEN[2]],
    ],
    ids=["one-less", "one-more", "another-key", "another-content", "contents-that-changed-places"],
)
def test_any_other_difference_is_another_plan(authority: Authority, other: Rows) -> None:
    with within(authority.id), db.cursor() as cursor:
        assert _hash(cursor, SEEN) != _hash(cursor, other)

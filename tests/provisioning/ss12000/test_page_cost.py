"""What a page costs the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest

from kateder.core import clock, db
from kateder.core.tenancy import within

if TYPE_CHECKING:
    from kateder.core.models import Authority

ROWS, SIZE = 3000, 20
EDITION = """
INSERT INTO provisioning_edition (id, authority_id, client_id, digest, feed_position, changes_until, day)
SELECT %(edition)s, %(authority)s, %(client)s, 'd', coalesce((SELECT max(position) FROM core_feedentry), 0),
       (SELECT max(at) FROM register_changeset), %(day)s
"""
FILL = """
INSERT INTO provisioning_editionrow
  (authority_id, edition_id, path, id, root_id, created_at, modified_at, protected, content_hash, body)
SELECT %(authority)s, %(edition)s, 'persons', md5(n::text)::uuid, md5(n::text)::uuid, now(), now(), false,
       md5(n::text)::uuid, '{}' FROM generate_series(1, %(rows)s) n
"""
PAGE = "SELECT objects FROM provisioning_edition_page(%s, %s, 'd', %s, 'persons', %s, %s)"
READ = "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'provisioning_editionrow'"


def _number(cursor: psycopg.Cursor[Any], statement: str, *values: object) -> int:
    row = cursor.execute(statement, values or None).fetchone()
    assert row is not None
    return int(row[0] or 0)


@pytest.mark.parametrize("after", ["0", "8", "f"], ids=["early", "in-the-middle", "late"])
def test_a_page_of_what_was_just_written_reads_no_more_than_it_gives(authority: Authority, after: str) -> None:
    values = {"edition": uuid4(), "authority": authority.id, "client": uuid4(), "day": clock.today(), "rows": ROWS}
    with within(authority.id), db.cursor() as cursor:
        cursor.execute(EDITION, values)
        cursor.execute(FILL, values)
        before = _number(cursor, READ)
        place = f"{after}0000000-0000-0000-0000-000000000000"
        assert _number(cursor, PAGE, authority.id, values["edition"], values["day"], place, SIZE) == SIZE
        assert _number(cursor, READ) - before <= SIZE + 1


def test_a_page_is_planned_once_in_a_connection(authority: Authority) -> None:
    function = "SELECT array_to_string(proconfig, ',') FROM pg_proc WHERE proname = 'provisioning_edition_page'"
    with within(authority.id), db.cursor() as cursor:
        row = cursor.execute(function).fetchone()
    assert row is not None
    assert "plan_cache_mode=force_generic_plan" in row[0]

"""How the planner is told that whole sets are coming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg

from kateder.core import db
from kateder.core.tenancy import within

if TYPE_CHECKING:
    from kateder.core.models import Authority


def _setting(cursor: psycopg.Cursor[Any], name: str) -> str:
    row = cursor.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row is not None
    return str(row[0])


def test_nested_loops_are_out_until_the_block_ends(authority: Authority) -> None:
    with within(authority.id), db.cursor() as cursor:
        with db.whole_sets(cursor):
            assert _setting(cursor, "enable_nestloop") == "off"
        assert _setting(cursor, "enable_nestloop") == "on"


def test_a_block_within_a_block_leaves_the_outer_one_as_it_was(authority: Authority) -> None:
    with within(authority.id), db.cursor() as cursor, db.whole_sets(cursor), db.roomy(cursor, megabytes=64):
        with db.whole_sets(cursor), db.roomy(cursor, megabytes=48):
            assert _setting(cursor, "work_mem") == "48MB"
        assert _setting(cursor, "enable_nestloop") == "off"
        assert _setting(cursor, "work_mem") == "64MB"


def test_what_the_transaction_said_of_itself_stands_when_a_block_ends(authority: Authority) -> None:
    with within(authority.id), db.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '128MB'")
        with db.whole_sets(cursor), db.roomy(cursor, megabytes=48):
            pass
        assert (_setting(cursor, "enable_nestloop"), _setting(cursor, "work_mem")) == ("off", "128MB")

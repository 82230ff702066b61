"""The planner is told of very much that was written, at once and without an owner's rights."""

from __future__ import annotations

from datetime import datetime

from kateder.core import db, statistics
from kateder.core.models import Authority
from kateder.core.tenancy import within


def _last_analyze(authority: Authority, table: str) -> datetime | None:
    with within(authority.id), db.cursor() as cursor:
        found = "SELECT pg_stat_get_last_analyze_time(%s::regclass)"
        row = cursor.execute(found, [f"public.{table}"]).fetchone()
    assert row is not None
    return row[0]


def test_much_that_was_written_is_looked_at_at_once(authority: Authority) -> None:
    before = _last_analyze(authority, "core_findingcount")
    with within(authority.id):
        statistics.refresh(["core_findingcount"], written=statistics.MANY)
    after = _last_analyze(authority, "core_findingcount")
    assert after is not None
    assert before is None or after > before


def test_little_is_left_to_autovacuum(authority: Authority) -> None:
    before = _last_analyze(authority, "core_sweep")
    with within(authority.id):
        statistics.refresh(["core_sweep"], written=statistics.MANY - 1)
    assert _last_analyze(authority, "core_sweep") == before

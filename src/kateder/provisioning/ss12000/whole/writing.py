"""Words that the statements share."""

from __future__ import annotations


def reference(column: str) -> str:
    """A reference to another thing; nothing where there is none."""
    return f"CASE WHEN {column} IS NOT NULL THEN json_build_object('id', {column}) END"


def time(column: str) -> str:
    """A time with its offset (RFC 3339)."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def times(newest: str = "t.modified_in_id") -> str:
    """The changesets that made the thing and last touched it."""
    return f"JOIN register_changeset c ON c.id = t.created_in_id JOIN register_changeset m ON m.id = {newest}"


HEAD = "t.id, c.at AS created_at, m.at AS modified_at"

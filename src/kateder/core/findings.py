"""What is wrong, with its place and whose it is to mend; gone by itself when it is right."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import psycopg
from django.db.models import QuerySet
from django.utils.translation import gettext
from psycopg.types.json import Jsonb

from kateder.core import clock, db
from kateder.core.models import Finding, Severity
from kateder.core.tenancy import current_authority_id

COLUMNS = (
    "rule", "subject_type", "subject_id", "place", "unit_id", "severity", "owner", "message", "remedy", "params",
)  # fmt: skip
FOUND = "found"
"""The temporary table in which the findings of one scope are gathered; its columns are `COLUMNS`."""
KEPT_DAYS = 400
"""A closed finding is remembered for so long (domain rule 16)."""


@dataclass(frozen=True, slots=True)
class NewFinding:
    """Something wrong. `message` and `remedy` (how to mend it) are English sentences that are translated when
    shown; `{name}` comes from params. `unit_id` is the school unit (root id) whose list it stands on.
    """

    rule: str
    subject_type: str
    subject_id: str
    message: str
    place: str = ""
    severity: Severity = Severity.WARNING
    owner: str = "it"
    params: Mapping[str, object] = field(default_factory=dict)
    unit_id: UUID | None = None
    remedy: str = ""


def replace(scope: str, found: Iterable[NewFinding]) -> tuple[int, int]:
    """Make `found` the open findings of a scope: new ones in, vanished ones closed. Gives (new, closed).

    A scope is what was looked at as a whole, such as `source:<id>` or `delivery:<target>`.
    """
    rows = map(row_of, found)
    first = next(rows, None)
    if first is None:
        return 0, Finding.objects.filter(scope=scope, closed_at=None).update(closed_at=clock.now())
    with db.cursor() as cursor:
        gather(cursor)
        db.copy_rows(cursor, FOUND, COLUMNS, itertools.chain([first], rows))
        return settle(cursor, scope)


def gather(cursor: psycopg.Cursor[Any]) -> None:
    """Make the empty table `found`; fill it with `COLUMNS`, then `settle`."""
    cursor.execute(
        "CREATE TEMP TABLE IF NOT EXISTS found (rule text, subject_type text, subject_id text, place text,"
        " unit_id uuid, severity text, owner text, message text, remedy text, params jsonb) ON COMMIT DROP"
    )
    cursor.execute("TRUNCATE found")


def settle(cursor: psycopg.Cursor[Any], scope: str) -> tuple[int, int]:
    """Make what lies in `found` the open findings of a scope; gives (new, closed).

    Set by set, and what has not changed is not written: a large authority may have very many.
    """
    values = {"authority": current_authority_id(), "scope": scope, "now": clock.now(), "seen": _SEEN_AGAIN}
    cursor.execute("ANALYZE found")
    with db.whole_sets(cursor):
        cursor.execute(
            "UPDATE core_finding f SET closed_at = %(now)s WHERE f.scope = %(scope)s AND f.closed_at IS NULL"
            f" AND NOT EXISTS (SELECT 1 FROM found n WHERE {_SAME})",
            values,
        )
        closed = cursor.rowcount
        cursor.execute(_CHANGE, values)
        cursor.execute(_OPEN, values)
        opened = cursor.rowcount
    return opened, closed


_SAME = "(n.rule, n.subject_type, n.subject_id, n.place) = (f.rule, f.subject_type, f.subject_id, f.place)"
_ONCE = "SELECT DISTINCT ON (rule, subject_type, subject_id, place) * FROM found"
_SEEN_AGAIN = timedelta(hours=6)
"""How old `last_seen_at` may grow before an unchanged finding is written again."""
_CHANGE = f"""
UPDATE core_finding f
   SET last_seen_at = %(now)s, message = n.message, params = n.params, severity = n.severity, unit_id = n.unit_id,
       remedy = n.remedy, owner = n.owner
  FROM ({_ONCE}) n
 WHERE f.scope = %(scope)s AND f.closed_at IS NULL AND {_SAME}
   AND (f.last_seen_at < %(now)s - %(seen)s
        OR (f.message, f.params, f.severity, f.unit_id, f.remedy, f.owner)
           IS DISTINCT FROM (n.message, n.params, n.severity, n.unit_id, n.remedy, n.owner))
"""
_OPEN = f"""
INSERT INTO core_finding (id, authority_id, scope, rule, subject_type, subject_id, place, unit_id, severity, owner,
       message, remedy, params, first_seen_at, last_seen_at, asked_by, note, snoozed_reason)
SELECT gen_random_uuid(), %(authority)s, %(scope)s, rule, subject_type, subject_id, place, unit_id, severity, owner,
       message, remedy, params, %(now)s, %(now)s, '', '', ''
  FROM ({_ONCE}) n
 WHERE NOT EXISTS (SELECT 1 FROM core_finding f WHERE f.scope = %(scope)s AND f.closed_at IS NULL AND {_SAME})
    ON CONFLICT (authority_id, scope, rule, subject_type, subject_id, place) WHERE closed_at IS NULL DO NOTHING
"""


def report(scope: str, finding: NewFinding) -> None:
    """Add or refresh one finding without looking at the rest of its scope."""
    now = clock.now()
    keys: dict[str, Any] = {
        "scope": scope, "rule": finding.rule, "subject_type": finding.subject_type,
        "subject_id": finding.subject_id[:200], "place": finding.place[:200], "closed_at": None,
    }  # fmt: skip
    values = {
        "severity": finding.severity, "owner": finding.owner, "message": finding.message,
        "params": dict(finding.params), "last_seen_at": now,
        "unit_id": finding.unit_id, "remedy": finding.remedy,
    }  # fmt: skip
    Finding.objects.update_or_create(**keys, defaults=values, create_defaults={**keys, **values, "first_seen_at": now})


def close(scope: str, *, rule: str, subject_id: str | None = None) -> int:
    """It is right again; gives how many findings were closed."""
    found = Finding.objects.filter(scope=scope, rule=rule, closed_at=None)
    if subject_id is not None:
        found = found.filter(subject_id=subject_id)
    return found.update(closed_at=clock.now())


def open_findings() -> QuerySet[Finding]:
    """What is wrong now, worst and oldest first."""
    return Finding.objects.filter(closed_at=None).order_by("severity", "first_seen_at", "id")


def waiting_findings(*, today: date) -> QuerySet[Finding]:
    """What is wrong now and nobody has put off until a later day."""
    return open_findings().exclude(snoozed_until__gt=today)


def sentence(finding: Finding) -> str:
    """The finding in the reader's language."""
    return gettext(finding.message).format(**finding.params)


def remedy(finding: Finding) -> str:
    """How to mend it, in the reader's language; empty where nobody has said."""
    return gettext(finding.remedy).format(**finding.params) if finding.remedy else ""


def forget_old() -> int:
    """Remove what was closed long ago; gives how many."""
    count, _by_model = Finding.objects.filter(closed_at__lt=clock.now() - timedelta(days=KEPT_DAYS)).delete()
    return count


def row_of(finding: NewFinding) -> tuple[object, ...]:
    """A finding as a row of `found`."""
    return (
        finding.rule, finding.subject_type, finding.subject_id[:200], finding.place[:200], finding.unit_id,
        str(finding.severity), finding.owner, finding.message, finding.remedy, Jsonb(dict(finding.params)),
    )  # fmt: skip

"""Rules about the data as a whole: each is one question in SQL, and all are asked together.

An app adds its rules when it starts (`add`), those further up too, about what only they know. `sweep` asks all of
them, makes the answers the open findings of the scope `quality`, and keeps the day's counts. The register knows
nothing of it: a tick sees that the feed has moved, or that a new day has come, since the last sweep.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from kateder.core import clock, db, feed, findings, trend
from kateder.core.findings import NewFinding
from kateder.core.models import Severity, Sweep
from kateder.core.tenancy import current_authority_id

SCOPE = "quality"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that can be wrong, whose it is to mend and how.

    `select` gives a row per finding: subject_id, place (text, tells two findings on one subject apart), unit_id,
    params (jsonb: codes and ids, never personal data); `%(today)s` and what `values` gives are its parameters.
    `find` is for what cannot be asked in SQL. `title`, `message` and `remedy` are marked for translation.
    """

    code: str
    title: str
    message: str
    remedy: str
    subject_type: str
    owner: str
    severity: Severity = Severity.WARNING
    select: str = ""
    find: Callable[[date], Iterable[NewFinding]] | None = None
    values: Callable[[date], Mapping[str, object]] = lambda _today: {}


_RULES: dict[str, Rule] = {}
_GROUNDS: dict[str, str] = {}


def add(*rules: Rule) -> None:
    """Let these rules be asked too; called once, when an app starts."""
    for rule in rules:
        _RULES[rule.code] = rule


def lay(name: str, select: str) -> None:
    """Let the rules stand on a temporary table `name` that is made anew for every sweep, from `select`."""
    _GROUNDS[name] = select


def rules() -> Mapping[str, Rule]:
    """Every rule by its code."""
    return _RULES


def sweep(*, today: date) -> Sweep:
    """Look at everything with every rule as of a day; what is right again is closed. Gives what came of it."""
    began = time.monotonic()
    with db.cursor() as cursor:
        # One at a time: two would count the same day twice.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 5))", [str(current_authority_id())])
        position = feed.position()
        ask(cursor, today=today)
        opened, closed = findings.settle(cursor, SCOPE)
    trend.count(today=today)
    values = {
        "day": today, "feed_position": position, "at": clock.now(), "seconds": time.monotonic() - began,
        "opened": opened, "closed": closed,
    }  # fmt: skip
    done, _created = Sweep.objects.update_or_create(defaults=values)
    return done


def ask(cursor: psycopg.Cursor[Any], *, today: date) -> None:
    """Gather in the temporary table `found` what the rules would find on a day, past or to come; store nothing."""
    with db.whole_sets(cursor), db.roomy(cursor, megabytes=48):
        for name, select in _GROUNDS.items():
            _lay(cursor, name, select, {"today": today})
        findings.gather(cursor)
        for rule in _RULES.values():
            if rule.select:
                _ask(cursor, rule, {"today": today, **rule.values(today)})
    for rule in _RULES.values():
        if rule.find is not None:
            # A list: what it reads is read before the COPY has begun.
            found = list(rule.find(today))
            db.copy_rows(cursor, findings.FOUND, findings.COLUMNS, map(findings.row_of, found))


def is_due(*, today: date) -> bool:
    """Whether something has changed, or a day has begun, since the last sweep."""
    last = Sweep.objects.first()
    return last is None or last.day < today or last.feed_position < feed.position()


def _lay(cursor: psycopg.Cursor[Any], name: str, select: str, values: Mapping[str, object]) -> None:
    table = sql.Identifier(name)
    cursor.execute(sql.SQL("DROP TABLE IF EXISTS pg_temp.{}").format(table))
    cursor.execute(sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS ").format(table) + sql.SQL(select), values)
    cursor.execute(sql.SQL("ANALYZE {}").format(table))


def _ask(cursor: psycopg.Cursor[Any], rule: Rule, values: Mapping[str, object]) -> None:
    constants = {
        "rule_code": rule.code, "rule_subject": rule.subject_type, "rule_severity": str(rule.severity),
        "rule_owner": rule.owner, "rule_message": rule.message, "rule_remedy": rule.remedy,
    }  # fmt: skip
    cursor.execute(
        "INSERT INTO found (rule, subject_type, subject_id, place, unit_id, severity, owner, message, remedy, params)"
        " SELECT %(rule_code)s, %(rule_subject)s, subject_id::text, left(place, 200), unit_id, %(rule_severity)s,"
        " %(rule_owner)s, %(rule_message)s, %(rule_remedy)s, params"
        f" FROM ({rule.select}) AS asked (subject_id, place, unit_id, params)",
        {**constants, **values},
    )

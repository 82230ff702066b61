"""Names of groups and activities beyond the alias: subject and year, or the real one if it names nobody."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import db, findings
from kateder.core.findings import NewFinding
from kateder.governance.paths import TEXT
from kateder.governance.pseudonyms import Kind
from kateder.protocols.ss12000.school_years import short_name

_GROUPS_OF: Final = {
    Kind.GROUP: "SELECT g AS thing, g AS group_id FROM unnest(%(things)s::uuid[]) AS g",
    Kind.ACTIVITY: "SELECT activity_id AS thing, group_id FROM register_activitygroup"
    " WHERE activity_id = ANY(%(things)s)",
}
_IN_FORCE: Final = "{0}.start_date <= %(today)s AND ({0}.end_date IS NULL OR {0}.end_date >= %(today)s)"

_SUBJECTS: Final = {
    Kind.ACTIVITY: "SELECT id, subject_name FROM register_activity WHERE id = ANY(%(things)s)",
    Kind.GROUP: "SELECT ag.group_id, min(a.subject_name) FROM register_activitygroup ag"
    " JOIN register_activity a ON a.id = ag.activity_id WHERE ag.group_id = ANY(%(things)s) AND "
    + _IN_FORCE.format("a")
    + " GROUP BY ag.group_id HAVING count(DISTINCT a.subject_name) = 1",
}
_YEARS: Final = """
WITH groups AS ({groups})
SELECT thing, mode() WITHIN GROUP (ORDER BY e.school_year)
  FROM groups JOIN register_groupmembership m ON m.group_id = groups.group_id AND {m}
  JOIN register_enrolment e ON e.person_id = m.person_id AND NOT e.cancelled AND {e}
 WHERE e.school_year IS NOT NULL GROUP BY thing
"""
_PEOPLE: Final = """
WITH groups AS ({groups}), people AS (
  SELECT groups.thing, m.person_id FROM groups JOIN register_groupmembership m ON m.group_id = groups.group_id
   UNION
  SELECT groups.thing, d.person_id FROM groups
    JOIN register_activitygroup ag ON ag.group_id = groups.group_id
    JOIN register_activityteacher t ON t.activity_id = ag.activity_id
    JOIN register_duty d ON d.id = t.duty_id
)
SELECT thing, p.given_name, p.family_name FROM people JOIN register_person p ON p.id = people.person_id
"""
RULE: Final = "governance.name_in_free_text"
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def subjects_and_years(aliases: Mapping[UUID, str], *, kind: Kind, today: date) -> dict[UUID, str]:
    """Name things by subject and school year, with the end of their alias so that two can be told apart.

    A thing that is not about one subject is left out and keeps its alias.
    """
    values = {"things": list(aliases), "today": today}
    years_of = _YEARS.format(groups=_GROUPS_OF[kind], m=_IN_FORCE.format("m"), e=_IN_FORCE.format("e"))
    with db.cursor() as cursor:
        subjects = dict(cursor.execute(_SUBJECTS[kind], values).fetchall())
        years = dict(cursor.execute(years_of, values).fetchall())
    return {
        thing: " ".join(
            [
                subject,
                *([short_name(None, years[thing], on=today)] if thing in years else []),
                aliases[thing].split(" ", 1)[1],
            ]
        )
        for thing, subject in subjects.items()
        if subject
    }


def names_in_force(service_id: UUID, *, kind: Kind, names: Mapping[UUID, str], today: date) -> dict[UUID, str]:
    """Give the real names that hold no member's or teacher's name and no personal number.

    The others are findings for the school (N38), closed when the name has been mended.
    """
    with db.cursor() as cursor:
        cursor.execute(_PEOPLE.format(groups=_GROUPS_OF[kind]), {"things": list(names), "today": today})
        words: defaultdict[UUID, set[str]] = defaultdict(set)
        for thing, given, family in cursor:
            words[thing].update(_words(f"{given} {family}"))
    allowed = {
        thing: name
        for thing, name in names.items()
        if not _with_genitives(_words(name)) & words[thing] and TEXT.accepts(name)
    }
    scope = f"release:{service_id}"
    for thing in names.keys() - allowed.keys():
        findings.report(scope, _finding(thing, kind))
    for mended in findings.open_findings().filter(scope=scope, rule=RULE, subject_id__in=list(map(str, allowed))):
        findings.close(scope, rule=RULE, subject_id=mended.subject_id)
    return allowed


def _finding(thing: UUID, kind: Kind) -> NewFinding:
    return NewFinding(
        rule=RULE,
        subject_type=kind.value,
        subject_id=str(thing),
        message=gettext_noop("The name of a group or activity holds a person's name; an alias is sent."),
        owner="school",
    )


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}


def _with_genitives(words: set[str]) -> set[str]:
    return words | {word.removesuffix("s") for word in words}

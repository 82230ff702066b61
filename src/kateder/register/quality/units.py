"""School units: without a code, with an impossible or a shared one, closed, or not a unit at all."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule
from kateder.register.quality.grounds import holds

_UNIT = "o.organisation_type = 'Skolenhet'"
# What still goes on at an organisation today: enrolments, duties and groups.
_GOES_ON = f"""
SELECT e.enroled_at_id AS at, count(*) AS n FROM register_enrolment e
 WHERE NOT e.cancelled AND {holds("e")} GROUP BY 1
 UNION ALL
SELECT d.duty_at_id, count(*) FROM register_duty d WHERE {holds("d")} GROUP BY 1
 UNION ALL
SELECT g.organisation_id, count(*) FROM register_group g WHERE {holds("g")} GROUP BY 1
"""


def rules() -> Iterator[Rule]:
    """Codes first, then what goes on where nothing should."""
    yield from _codes()
    yield Rule(
        code="unit.closed",
        title=gettext_noop("School units that are closed but still in use"),
        message=gettext_noop("The school unit closed on {day}, and {count} enrolments, duties or groups go on there."),
        remedy=gettext_noop("Move them to the unit that took over, in the school system, or correct the closing day."),
        subject_type="organisation",
        owner="school",
        severity=Severity.ERROR,
        select=f"""
SELECT o.id, '', o.id, jsonb_build_object('day', o.end_date, 'count', sum(u.n))
  FROM register_organisation o JOIN ({_GOES_ON}) u ON u.at = o.id
 WHERE o.end_date < %(today)s GROUP BY o.id, o.end_date
""",
    )
    yield Rule(
        code="unit.not_open_yet",
        title=gettext_noop("School units that are used before they open"),
        message=gettext_noop("The school unit opens on {day}, and {count} enrolments, duties or groups hold already."),
        remedy=gettext_noop("Correct the first day of the unit, or of what goes on there."),
        subject_type="organisation",
        owner="school",
        select=f"""
SELECT o.id, '', o.id, jsonb_build_object('day', o.start_date, 'count', sum(u.n))
  FROM register_organisation o JOIN ({_GOES_ON}) u ON u.at = o.id
 WHERE o.start_date > %(today)s GROUP BY o.id, o.start_date
""",
    )
    yield Rule(
        code="unit.not_a_unit",
        title=gettext_noop("Pupils enrolled at something that is not a school unit"),
        message=gettext_noop("{count} pupils are enrolled here, but this is not a school unit ({type})."),
        remedy=gettext_noop("Let the enrolments name the school unit (with its eight-digit code), not the school."),
        subject_type="organisation",
        owner="it",
        select="""
SELECT o.id, '', o.id, jsonb_build_object('count', count(*), 'type', o.organisation_type)
  FROM register_organisation o JOIN schooling e ON e.unit_id = o.id
 WHERE o.organisation_type <> 'Skolenhet' GROUP BY o.id, o.organisation_type
""",
    )


def _codes() -> Iterator[Rule]:
    yield Rule(
        code="unit.code_missing",
        title=gettext_noop("School units without a code"),
        message=gettext_noop("The school unit has no school unit code: services and national tests cannot know it."),
        remedy=gettext_noop("Look the code up in Skolverket's register of school units and enter it."),
        subject_type="organisation",
        owner="it",
        severity=Severity.ERROR,
        select=f"""
SELECT o.id, '', o.id, '{{}}'::jsonb FROM register_organisation o
 WHERE {_UNIT} AND {holds("o")} AND coalesce(o.school_unit_code, '') = ''
""",
    )
    yield Rule(
        code="unit.code_form",
        title=gettext_noop("School unit codes that cannot be right"),
        message=gettext_noop("The school unit code {code} is not eight digits."),
        remedy=gettext_noop("Look the code up in Skolverket's register of school units and correct it."),
        subject_type="organisation",
        owner="it",
        severity=Severity.ERROR,
        select=f"""
SELECT o.id, '', o.id, jsonb_build_object('code', o.school_unit_code) FROM register_organisation o
 WHERE {_UNIT} AND {holds("o")} AND o.school_unit_code <> '' AND o.school_unit_code !~ '^[0-9]{{8}}$'
""",
    )
    yield Rule(
        code="unit.code_shared",
        title=gettext_noop("School unit codes that several units have"),
        message=gettext_noop("Another school unit has the same code, {code}."),
        remedy=gettext_noop("Correct one of them. After a merger, give the old unit its last day."),
        subject_type="organisation",
        owner="it",
        severity=Severity.ERROR,
        select=f"""
SELECT id, '', id, jsonb_build_object('code', school_unit_code)
  FROM (SELECT o.id, o.school_unit_code, count(*) OVER (PARTITION BY o.school_unit_code) AS n
          FROM register_organisation o WHERE {_UNIT} AND {holds("o")} AND o.school_unit_code <> '') o
 WHERE n > 1
""",
    )

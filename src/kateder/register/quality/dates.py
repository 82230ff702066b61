"""Dates that overlap, run on after what they rest on has ended, or end soon."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule
from kateder.register.quality.grounds import holds, to_come

# Two rows of the same person and place are looked for first, by a number of eight bytes: sorting a million rows to
# find a handful takes seconds.
_OVERLAP = """
WITH twice AS MATERIALIZED (
  SELECT {key} AS key FROM {table} t WHERE {when} AND {alive} GROUP BY 1 HAVING count(*) > 1
), ordered AS (
  SELECT t.*, lead(t.start_date) OVER (PARTITION BY t.person_id, {by} ORDER BY t.start_date, t.id) AS next_start
    FROM {table} t JOIN twice ON twice.key = {key} WHERE {when} AND {alive}
)
SELECT one.person_id, one.{place}::text, {unit}, '{{}}'::jsonb FROM ordered one {join}
 WHERE one.next_start IS NOT NULL AND (one.end_date IS NULL OR one.end_date >= one.next_start)
"""
_AT_PLACE = "uuid_hash_extended(t.person_id, uuid_hash_extended(t.{place}, 0))"


def rules() -> Iterator[Rule]:
    """Overlaps first, then what outlives its ground, then what ends soon."""
    yield from _overlaps()
    yield from _outlives()
    yield Rule(
        code="duty.ends_soon",
        title=gettext_noop("Duties that end within two weeks"),
        message=gettext_noop("The duty ends on {day} and no later one is known. Access to the classes ends with it."),
        remedy=gettext_noop("If it is prolonged, enter the new last day in the HR system before then."),
        subject_type="person",
        owner="hr",
        severity=Severity.INFO,
        select=f"""
SELECT d.person_id, d.duty_at_id::text, d.duty_at_id, jsonb_build_object('day', max(d.end_date))
  FROM register_duty d WHERE {holds("d")}
   AND NOT EXISTS (SELECT 1 FROM register_duty l WHERE l.person_id = d.person_id
                    AND (l.end_date IS NULL OR l.end_date > %(today)s::date + 14))
 GROUP BY d.person_id, d.duty_at_id
""",
    )


def _overlaps() -> Iterator[Rule]:
    yield Rule(
        code="enrolment.overlaps",
        title=gettext_noop("Enrolled twice at the same school"),
        message=gettext_noop("Two enrolments in the same school form at the same school overlap."),
        remedy=gettext_noop("End the older enrolment the day before the newer begins, in the school system."),
        subject_type="person",
        owner="school",
        select=_OVERLAP.format(
            table="register_enrolment", place="enroled_at_id", unit="one.enroled_at_id", when="NOT t.cancelled",
            by="t.enroled_at_id, t.school_type", key=_AT_PLACE.format(place="enroled_at_id"),
            join="", alive=to_come("t"),
        ),
    )  # fmt: skip
    yield Rule(
        code="membership.overlaps",
        title=gettext_noop("Member of the same group twice"),
        message=gettext_noop("Two memberships in the same group overlap."),
        remedy=gettext_noop("Remove one of the memberships in the school system, or let them follow each other."),
        subject_type="person",
        owner="school",
        select=_OVERLAP.format(
            table="register_groupmembership", place="group_id", unit="g.organisation_id", when="true",
            by="t.group_id", key=_AT_PLACE.format(place="group_id"),
            join="JOIN register_group g ON g.id = one.group_id",
            alive=to_come("t"),
        ),
    )  # fmt: skip
    yield Rule(
        code="enrolment.two_schools",
        title=gettext_noop("Enrolled at two schools at the same time"),
        message=gettext_noop("The pupil is enrolled in the same school form at another school too."),
        remedy=gettext_noop("The school that the pupil has left ends its enrolment in the school system."),
        subject_type="person",
        owner="school",
        select="""
SELECT DISTINCT e.person_id, e.unit_id::text, e.unit_id, '{}'::jsonb
  FROM (SELECT *, min(unit_id::text) OVER same AS first, max(unit_id::text) OVER same AS last FROM schooling
        WHERE school_type IN ('GR', 'GRAN', 'FKLASS', 'GY', 'GYAN', 'SP', 'SAM')
        WINDOW same AS (PARTITION BY person_id, school_type)) e
 WHERE e.first <> e.last
""",
    )


def _outlives() -> Iterator[Rule]:
    yield Rule(
        code="membership.after_enrolment",
        title=gettext_noop("Still in a class, no longer at the school"),
        message=gettext_noop("The pupil is in a class but is not enrolled at any school today."),
        remedy=gettext_noop("End the membership, or enter the enrolment that is missing, in the school system."),
        subject_type="person",
        owner="school",
        severity=Severity.ERROR,
        select="""
SELECT DISTINCT i.person_id, i.group_id::text, i.unit_id, '{}'::jsonb FROM classed i
 WHERE NOT EXISTS (SELECT 1 FROM home h WHERE h.person_id = i.person_id)
""",
    )
    yield Rule(
        code="membership.outside_group",
        title=gettext_noop("Memberships that outlive their group"),
        message=gettext_noop("{count} memberships hold today though the group has ended or not begun."),
        remedy=gettext_noop("Correct the dates of the group or of the membership in the school system."),
        subject_type="group",
        owner="school",
        select=f"""
SELECT g.id, '', g.organisation_id, jsonb_build_object('count', count(*))
  FROM register_group g JOIN register_groupmembership m ON m.group_id = g.id
 WHERE {holds("m")} AND NOT ({holds("g")})
 GROUP BY g.id, g.organisation_id
""",
    )
    yield Rule(
        code="guardianship.of_age",
        title=gettext_noop("Guardians of pupils who have come of age"),
        message=gettext_noop("The pupil has turned eighteen and still has a guardian in the register."),
        remedy=gettext_noop("End the link in the school system. Guardians no longer see the pupil in any case."),
        subject_type="person",
        owner="school",
        severity=Severity.INFO,
        select=f"""
SELECT DISTINCT t.child_id, '', h.unit_id, '{{}}'::jsonb
  FROM register_guardianship t
  JOIN register_person p ON p.id = t.child_id AND p.birth_date <= %(today)s::date - interval '18 years'
  JOIN home h ON h.person_id = t.child_id
 WHERE t.relation_type = 'Vårdnadshavare' AND {holds("t")}
""",
    )

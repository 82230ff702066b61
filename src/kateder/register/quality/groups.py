"""Classes and groups: pupils in none or in two, teachers without groups, groups without teachers or members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule
from kateder.register.access import TEACHING_ROLES
from kateder.register.quality.grounds import holds, to_come

# The school forms whose pupils belong to a class; adults choose courses.
_IN_CLASSES = "('FKLASS', 'GR', 'GRAN', 'GY', 'GYAN', 'SP', 'SAM')"
# The duties that expect groups of their own. Assistants and special teachers go from class to class.
_WITH_GROUPS = sorted(TEACHING_ROLES & {"Lärare", "Förstelärare"})


def _roles(_today: date) -> Mapping[str, object]:
    return {"roles": _WITH_GROUPS}


def rules() -> Iterator[Rule]:
    """Pupils and their classes, then teachers, then the groups themselves."""
    yield from _pupils()
    yield from _teachers()
    yield Rule(
        code="group.empty",
        title=gettext_noop("Groups without members"),
        message=gettext_noop("Nobody is in the group, today or later."),
        remedy=gettext_noop("Put the pupils in the group, or remove it, in the school system."),
        subject_type="group",
        owner="school",
        severity=Severity.INFO,
        select=f"""
SELECT g.id, '', g.organisation_id, '{{}}'::jsonb FROM register_group g
 WHERE {holds("g")} AND g.group_type IN ('Klass', 'Undervisning', 'Mentor', 'Avdelning')
   AND NOT EXISTS (SELECT 1 FROM register_groupmembership m WHERE m.group_id = g.id AND {to_come("m")})
""",
    )


def _pupils() -> Iterator[Rule]:
    yield Rule(
        code="enrolment.without_class",
        title=gettext_noop("Pupils without a class"),
        message=gettext_noop("The pupil is enrolled but is in no class today."),
        remedy=gettext_noop("Put the pupil in a class in the school system, or end the enrolment."),
        subject_type="person",
        owner="school",
        select=f"""
SELECT DISTINCT e.person_id, e.unit_id::text, e.unit_id, '{{}}'::jsonb FROM schooling e
 WHERE e.school_type IN {_IN_CLASSES}
   AND NOT EXISTS (SELECT 1 FROM classed i WHERE i.person_id = e.person_id)
""",
    )
    yield Rule(
        code="person.two_classes",
        title=gettext_noop("Pupils in two classes at the same time"),
        message=gettext_noop("The pupil is in {count} classes today."),
        remedy=gettext_noop("End the membership of the class that the pupil has left, in the school system."),
        subject_type="person",
        owner="school",
        select="""
SELECT person_id, '', min(unit_id::text)::uuid, jsonb_build_object('count', count(DISTINCT group_id))
  FROM classed GROUP BY person_id HAVING count(DISTINCT group_id) > 1
""",
    )


def _teachers() -> Iterator[Rule]:
    yield Rule(
        code="duty.without_groups",
        title=gettext_noop("Teachers without groups"),
        message=gettext_noop("The teacher has no group and therefore sees no pupils and no resources."),
        remedy=gettext_noop("Tie the teacher to the groups they teach, in the school system or the timetable."),
        subject_type="person",
        owner="school",
        select=f"""
SELECT DISTINCT d.person_id, d.duty_at_id::text, d.duty_at_id, '{{}}'::jsonb FROM register_duty d
 WHERE d.duty_role = ANY(%(roles)s) AND {holds("d")}
   AND NOT EXISTS (
     SELECT 1 FROM register_activityteacher t
       JOIN register_duty own ON own.id = t.duty_id
       JOIN register_activity a ON a.id = t.activity_id AND {to_come("a")}
       JOIN register_activitygroup ag ON ag.activity_id = a.id
      WHERE own.person_id = d.person_id)
""",
        values=_roles,
    )
    yield Rule(
        code="group.without_teacher",
        title=gettext_noop("Groups without a teacher"),
        message=gettext_noop("The group has pupils but no teacher: nobody can hand anything out to it."),
        remedy=gettext_noop("Tie a teacher to the group in the school system or the timetable."),
        subject_type="group",
        owner="school",
        select=f"""
SELECT g.id, '', g.organisation_id, '{{}}'::jsonb FROM register_group g
 WHERE g.group_type IN ('Klass', 'Undervisning') AND {holds("g")}
   AND EXISTS (SELECT 1 FROM register_groupmembership m WHERE m.group_id = g.id AND {holds("m")})
   AND NOT EXISTS (
     SELECT 1 FROM register_activitygroup ag
       JOIN register_activity a ON a.id = ag.activity_id AND {to_come("a")}
       JOIN register_activityteacher t ON t.activity_id = a.id
       JOIN register_duty d ON d.id = t.duty_id AND {holds("d")}
      WHERE ag.group_id = g.id)
""",
    )

"""Persons with their enrolments and responsibles, and the duties of staff."""

from __future__ import annotations

from typing import Final

from kateder.provisioning.ss12000.whole.writing import HEAD, reference, times

_PROTECTED: Final = """(p.security_marking <> 'Ingen' OR (p.local_protection
  AND (p.local_protection_until IS NULL OR p.local_protection_until >= %(today)s)))"""

# A programme is known by its code, else by its name.
_PROGRAMMES: Final = """
SELECT word, min(id::text)::uuid AS id FROM (
  SELECT code AS word, id FROM register_programme WHERE code IS NOT NULL
  UNION ALL SELECT name, id FROM register_programme) words GROUP BY word
"""

_ENROLMENTS: Final = f"""
SELECT e.person_id, max(e.modified_in_id) AS newest, json_agg(json_build_object(
    'enroledAt', json_build_object('id', e.enroled_at_id),
    'schoolYear', e.school_year,
    'schoolType', e.school_type,
    'startDate', e.start_date,
    'endDate', e.end_date,
    'cancelled', e.cancelled,
    'educationCode', e.education_code,
    'programme', {reference("g.id")},
    'specification', e.specification) ORDER BY e.start_date, e.id) AS list
FROM register_enrolment e LEFT JOIN ({_PROGRAMMES}) g ON g.word = e.programme
WHERE [[e.person_id]] GROUP BY e.person_id
"""

# Blocked, ended, and over on the eighteenth birthday (domain rule 4): what no client is told, none can act upon.
_RESPONSIBLES: Final = """
SELECT r.child_id, max(r.modified_in_id) AS newest, json_agg(json_build_object(
    'person', json_build_object('id', r.guardian_id), 'relationType', r.relation_type) ORDER BY r.id) AS list
FROM register_guardianship r JOIN register_person k ON k.id = r.child_id
WHERE [[r.child_id]] AND NOT r.blocked
  AND (r.start_date IS NULL OR r.start_date <= %(today)s) AND (r.end_date IS NULL OR r.end_date >= %(today)s)
  AND (k.birth_date IS NULL OR k.birth_date + interval '18 years' > %(today)s)
GROUP BY r.child_id
"""

_EMAILS: Final = """
CASE WHEN t.emails <> '{}' THEN (
  SELECT json_agg(json_build_object('value', value, 'type', nullif(type, '')))
  FROM unnest(t.emails, t.email_types) AS u (value, type) WHERE value <> '') END
"""
_PHONES: Final = """
CASE WHEN t.phone_numbers <> '{}' THEN (
  SELECT json_agg(json_build_object('value', value, 'type', nullif(split_part(type, ' ', 1), ''),
    'mobile', CASE WHEN type <> '' THEN type LIKE '%%mobil' END))
  FROM unnest(t.phone_numbers, t.phone_types) AS u (value, type) WHERE value <> '') END
"""

PERSONS: Final = f"""
SELECT {HEAD}, {_PROTECTED.replace("p.", "t.")} AS protected, t.given_name || ' ' || t.family_name AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'givenName', t.given_name,
    'middleName', t.middle_name,
    'familyName', t.family_name,
    'eduPersonPrincipalNames',
      CASE WHEN t.edu_person_principal_names <> '{{}}' THEN t.edu_person_principal_names END,
    'externalIdentifiers', CASE WHEN t.external_identifiers <> '[]' THEN t.external_identifiers END,
    'civicNo', CASE WHEN t.civic_no IS NOT NULL THEN
      json_build_object('value', t.civic_no, 'nationality', coalesce(t.civic_nationality, 'SE')) END,
    'birthDate', t.birth_date,
    'sex', t.sex,
    'securityMarking', CASE WHEN t.security_marking = 'Ingen' AND {_PROTECTED.replace("p.", "t.")}
      THEN 'Sekretessmarkering' ELSE t.security_marking END,
    'personStatus', t.person_status,
    'emails', {_EMAILS},
    'phoneNumbers', {_PHONES},
    'addresses', CASE WHEN t.addresses <> '[]' THEN t.addresses END,
    'photo', t.photo,
    'enrolments', e.list,
    'responsibles', r.list))::text AS content
FROM register_person t
LEFT JOIN ({_ENROLMENTS}) e ON e.person_id = t.id
LEFT JOIN ({_RESPONSIBLES}) r ON r.child_id = t.id
{times("greatest(t.modified_in_id, e.newest, r.newest)")}
WHERE [[t.id]]
"""

DUTIES: Final = f"""
SELECT {HEAD}, {_PROTECTED} AS protected, p.given_name || ' ' || p.family_name AS name,
  json_strip_nulls(json_build_object(
    'id', t.id,
    'meta', 0,
    'person', json_build_object('id', t.person_id),
    'assignmentRole', a.list,
    'dutyAt', json_build_object('id', t.duty_at_id),
    'dutyRole', t.duty_role,
    'description', t.description,
    'signature', t.signature,
    'dutyPercent', t.duty_percent,
    'hoursPerYear', t.hours_per_year,
    'startDate', t.start_date,
    'endDate', t.end_date))::text AS content
FROM register_duty t
JOIN register_person p ON p.id = t.person_id
LEFT JOIN (
  SELECT x.duty_id, max(x.modified_in_id) AS newest, json_agg(json_build_object(
      'group', json_build_object('id', x.group_id),
      'assignmentRoleType', x.assignment_role_type,
      'startDate', x.start_date,
      'endDate', x.end_date) ORDER BY x.start_date, x.id) AS list
  FROM register_assignmentrole x WHERE [[x.duty_id]] GROUP BY x.duty_id) a ON a.duty_id = t.id
{times("greatest(t.modified_in_id, a.newest)")}
WHERE [[t.id]]
"""

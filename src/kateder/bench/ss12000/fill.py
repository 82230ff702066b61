"""Fills the register and lets two clients in: `python -m kateder.bench.ss12000.fill PERSONS` prints figures as JSON."""

from __future__ import annotations

import os
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import django

if TYPE_CHECKING:
    from kateder.core.actors import Actor

UNITS: Final = 40
IN_A_CLASS: Final = 25

_PERSONS: Final = """
INSERT INTO change_person (action, id, given_name, family_name, sort_key, search_key, civic_no, civic_no_kind,
  birth_date, sex, security_marking, person_status, emails, edu_person_principal_names)
SELECT 'create', md5('person' || n)::uuid, 'Förnamn' || n, 'Efternamnsson' || n, lpad(n::text, 8, '0'), 'f' || n,
  to_char(born, 'YYYYMMDD') || 'TF' || lpad((n %% 100)::text, 2, '0'), 'temporary', born,
  CASE n %% 2 WHEN 0 THEN 'Kvinna' ELSE 'Man' END, 'Ingen', 'Aktiv',
  ARRAY['person' || n || '@elev.bench.example'], ARRAY['p' || n || '@bench.example']
FROM (SELECT n, %(born)s::date + n %% 3000 AS born FROM generate_series(1, %(persons)s) n) numbers
"""
_ENROLMENTS: Final = """
INSERT INTO change_enrolment (action, id, person_id, enroled_at_id, school_type, school_year, start_date)
SELECT 'create', md5('enrolment' || n)::uuid, md5('person' || n)::uuid, md5('unit' || n %% %(units)s)::uuid,
  'GR', n %% 10, %(start)s FROM generate_series(1, %(persons)s) n
"""
_GROUPS: Final = """
INSERT INTO change_group (action, id, display_name, group_type, organisation_id, school_type, start_date)
SELECT 'create', md5('class' || n)::uuid, 'Klass ' || n, 'Klass', md5('unit' || n %% %(units)s)::uuid, 'GR', %(start)s
FROM generate_series(0, %(persons)s / %(size)s) n
"""
_MEMBERSHIPS: Final = """
INSERT INTO change_membership (action, id, group_id, person_id, start_date)
SELECT 'create', md5('member' || n)::uuid, md5('class' || n / %(size)s)::uuid, md5('person' || n)::uuid, %(start)s
FROM generate_series(1, %(persons)s) n
"""
_UNITS: Final = """
INSERT INTO change_organisation (action, id, display_name, organisation_type, parent_id, school_unit_code)
SELECT 'create', md5('unit' || n)::uuid, 'Skolan ' || n, 'Skolenhet', md5('authority')::uuid,
  (10000000 + n)::text FROM generate_series(0, %(units)s - 1) n
UNION ALL SELECT 'create', md5('authority')::uuid, 'Bench', 'Huvudman', NULL, NULL
"""


def main(persons: int) -> dict[str, Any]:
    """Fill the register, make the editions, and give what the clients need."""
    from kateder.bench.place import AUTHORITY, Stopwatch
    from kateder.core import authorities, clock
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within
    from kateder.provisioning.ss12000.editions import edition_for
    from kateder.provisioning.ss12000.profiles import profile_of

    today = clock.today()
    authority_id = authorities.pick(AUTHORITY).id
    with within(authority_id):
        by = Actor.system("bench")
        _register(persons, today=today, by=by)
    figures: dict[str, Any] = {"authority": str(authority_id)}
    with within(authority_id):
        service_id = _service(today=today, by=by)
    profiles: dict[str, dict[str, Any]] = {
        "everything": {"profile": {"everything": True, "protected": True}},
        "provider": {"service_id": service_id},
    }
    for name, of in profiles.items():
        with within(authority_id):
            client, figures[f"{name}_token"] = _client(name, by=by, **of)
        making = Stopwatch()
        with within(authority_id):
            figures[f"{name}_edition"] = str(edition_for(client.id, profile_of(client), today=today))
        figures[f"{name}_edition_seconds"] = making.seconds
    return figures


def _register(persons: int, *, today: date, by: Actor) -> None:
    from kateder.core import db
    from kateder.register.api import apply, open_changes

    values = {
        "persons": persons,
        "units": UNITS,
        "size": IN_A_CLASS,
        "start": today - timedelta(days=100),
        "born": today - timedelta(days=16 * 365),
    }
    with db.cursor() as cursor, db.whole_sets(cursor):
        open_changes(cursor)
        for statement in (_UNITS, _PERSONS, _ENROLMENTS, _GROUPS, _MEMBERSHIPS):
            cursor.execute(statement, values)
        apply(cause="bench", actor=by)


def _service(*, today: date, by: Actor) -> UUID:
    from kateder.governance.service_files import read_service_file, take_in
    from kateder.licences import api as licences
    from kateder.register.models import Organisation

    day = today.isoformat()
    described = read_service_file(
        f"""
        provider = {{name = "Bench"}}
        service = {{name = "Bench", slug = "bench"}}
        agreement = [{{controller = "Bench", registration_number = "1", valid_from_date = {day}}}]
        [[decision]]
        outcome = "approved"
        decided_by = "Bench"
        registration_number = "2"
        valid_from_date = {day}
        [release]
        level = "fields"
        display = "given_name"
        protected_rule = "alias"
        [[release.field]]
        field = "given_name"
        purpose = "Bench"
        clause = "1"
        [[release.field]]
        field = "school_year"
        purpose = "Bench"
        clause = "1"
        """
    )
    service_id = take_in(described, by=by).service_id
    lot = licences.create_lot("bench", service_id=service_id, quantity=None, start_date=today, end_date=None, by=by)
    for unit_id in Organisation.objects.filter(organisation_type="Skolenhet").values_list("pk", flat=True):
        licences.assign(to=licences.AssignedKind.UNIT, subject_id=unit_id, lot_id=lot.id, start_date=today, by=by)
    licences.settle(today=today, cause="bench")
    return service_id


def _client(name: str, *, by: Actor, **of: Any) -> tuple[Any, str]:
    from kateder.core import clock
    from kateder.trust import tokens
    from kateder.trust.api import ApiClient, add_client

    credentials = add_client(f"{name} {uuid4()}", by=by, now=clock.now(), rate=None, **of)
    client = ApiClient.objects.get(id=credentials.client_id)
    return client, tokens.issue(client, now=clock.now()).value


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    django.setup()
    import orjson

    sys.stdout.buffer.write(orjson.dumps(main(int(sys.argv[1]))))

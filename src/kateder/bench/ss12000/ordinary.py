"""The ordinary way: the same endpoint with Django's ORM and a serializer, page by page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
django.setup()

from django.core.serializers.json import DjangoJSONEncoder  # noqa: E402 - Django has to be ready
from django.db.models import Prefetch  # noqa: E402

from kateder.core.tenancy import within  # noqa: E402
from kateder.register.models import Enrolment, Guardianship, Person  # noqa: E402

ENCODER = DjangoJSONEncoder(ensure_ascii=False)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer `?pageToken=…&limit=…`."""
    query = parse_qs(environ["QUERY_STRING"])
    limit = int(query["limit"][0])
    with within(UUID(os.environ["BENCH_AUTHORITY"])):
        people = Person.objects.select_related("created_in", "modified_in").order_by("id")
        if "pageToken" in query:
            people = people.filter(id__gt=query["pageToken"][0])
        ties = (
            Prefetch("enrolments", Enrolment.objects.order_by("start_date")),
            Prefetch("guardianships", Guardianship.objects.filter(blocked=False)),
        )
        page = list(people.prefetch_related(*ties)[:limit])
        content: dict[str, Any] = {"data": [serialize(person) for person in page]}
    if page:
        content["pageToken"] = page[-1].id
    body = ENCODER.encode(content).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def serialize(person: Person) -> dict[str, Any]:
    """A person as SS 12000 has it."""
    return {
        "id": person.id,
        "meta": {"created": person.created_at, "modified": person.modified_at},
        "givenName": person.given_name,
        "familyName": person.family_name,
        "eduPersonPrincipalNames": person.edu_person_principal_names,
        "civicNo": {"value": person.civic_no, "nationality": "SE"},
        "birthDate": person.birth_date,
        "sex": person.sex,
        "securityMarking": person.security_marking,
        "personStatus": person.person_status,
        "emails": [{"value": email} for email in person.emails],
        "enrolments": [
            {
                "enroledAt": {"id": enrolment.enroled_at_id},
                "schoolYear": enrolment.school_year,
                "schoolType": enrolment.school_type,
                "startDate": enrolment.start_date,
                "cancelled": enrolment.cancelled,
            }
            for enrolment in person.enrolments.all()
        ],
        "responsibles": [
            {"person": {"id": tie.guardian_id}, "relationType": tie.relation_type} for tie in person.guardianships.all()
        ],
    }

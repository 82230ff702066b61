"""A service reads its own pupils and classes as OneRoster 1.2."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.governance import api as governance
from kateder.governance.api import Display, Field, FieldChoice, GroupNames, Level, ProtectedRule
from kateder.protocols.oneroster.resources import CORE, REFERRED, ROSTER, ROSTERING, ROUTES, Resource, Shape
from kateder.provisioning.models import EditionRow
from kateder.register.api import set_local_protection
from tests.cast import Cast
from tests.offer import Offer
from tests.provisioning.oneroster.calling import Consumer, consumer
from tests.provisioning.ss12000.test_leaks import told, traces

EVERYBODY = ("elsa", "sami", "olle", "nils", "tove", "ture", "petra", "gustav")
WORDS = {
    ("orgs", "type"): {"department", "school", "district", "local", "state", "national"},
    ("classes", "classType"): {"homeroom", "scheduled"},
    ("academicSessions", "type"): {"gradingPeriod", "semester", "schoolYear", "term"},
    ("enrollments", "role"): {"administrator", "proctor", "student", "teacher"},
    ("users", "enabledUser"): {"true", "false"},
}
"""The standard's enumerations (1.2 Information Model §6)."""


def test_a_service_reads_its_class_with_pupils_and_teacher(reads: Consumer) -> None:
    (room,) = reads.get("classes")
    key = room["sourcedId"]
    pupils, teachers = reads.ids(f"classes/{key}/students"), reads.ids(f"classes/{key}/teachers")

    assert len(pupils) == 2
    assert len(teachers) == 1
    assert sorted(pupils) == sorted(reads.ids("students"))
    assert teachers == reads.ids("teachers")
    assert sorted(pupils + teachers) == sorted(reads.ids("users"))
    assert len(reads.get("enrollments")) == 3


def test_every_address_of_the_standard_answers_what_belongs_to_the_id_in_it(reads: Consumer) -> None:
    (room,), (school,), (course,) = reads.get("classes"), reads.get("schools"), reads.get("courses")
    (teacher,), pupils = reads.ids("teachers"), reads.ids("students")
    at, in_class = f"schools/{school['sourcedId']}", f"schools/{school['sourcedId']}/classes/{room['sourcedId']}"

    assert reads.get(f"{at}/classes") == reads.get(f"courses/{course['sourcedId']}/classes") == [room]
    assert reads.get(f"{at}/courses") == [course]
    assert reads.ids(f"{at}/students") == reads.ids(f"{in_class}/students") == pupils
    assert reads.ids(f"{at}/teachers") == reads.ids(f"{in_class}/teachers") == [teacher]
    assert reads.get(f"{at}/enrollments") == reads.get(f"{in_class}/enrollments") == reads.get("enrollments")
    terms = reads.get(f"{at}/terms")
    assert [term["type"] for term in terms] == ["term", "term"]
    assert reads.get(f"terms/{terms[0]['sourcedId']}/classes") == [room]
    (period,) = reads.get(f"terms/{terms[0]['sourcedId']}/gradingPeriods")
    assert period["parent"]["sourcedId"] == terms[0]["sourcedId"]
    for path in (f"students/{pupils[0]}", f"teachers/{teacher}", f"users/{pupils[1]}"):
        assert reads.get(f"{path}/classes") == [room]
        assert reads.one(path)["sourcedId"] == path.partition("/")[2]


def test_somebody_elses_id_and_an_id_of_another_kind_are_unknown(cast: Cast, reads: Consumer) -> None:
    (teacher,), (room,) = reads.ids("teachers"), reads.ids("classes")

    for path in (
        f"users/{cast['elsa']}", f"users/{cast['olle']}", f"classes/{cast['class_5b']}", f"students/{teacher}",
        f"students/{teacher}/classes", f"classes/{cast['class_6a']}/students", f"users/{room}", "users/x",
        f"schools/{cast['lund']}/classes", "resources", "",
    ):  # fmt: skip
        response = reads.ask(path)
        assert response.status_code == 404, path
        (minor,) = response.json()["imsx_CodeMinor"]["imsx_codeMinorField"]
        assert minor == {"imsx_codeMinorFieldName": "TargetEndSystem", "imsx_codeMinorFieldValue": "unknownobject"}
        assert (response.json()["imsx_codeMajor"], response.json()["imsx_severity"]) == ("failure", "error")


def test_every_object_has_what_the_standard_demands_and_nothing_that_it_does_not_know(reads: Consumer) -> None:
    seen = {name: reads.get(name) for name in ROSTERING if name != "demographics"}

    for name, objects in seen.items():
        assert objects
        for one in objects:
            _check(ROSTERING[name], one, ids={key: {o["sourcedId"] for o in found} for key, found in seen.items()})


def _check(resource: Resource, one: dict[str, Any], *, ids: dict[str, set[str]]) -> None:
    assert one.keys() >= resource.required
    assert one.keys() <= resource.attributes.keys()
    for name, value in one.items():
        assert value in WORDS.get((resource.name, name), [value])
        shape = resource.attributes[name]
        references = [value] if shape is Shape.REFERENCE else value if shape is Shape.REFERENCES else []
        for reference in references:
            path, called = REFERRED[name]
            assert reference["type"] == (called or resource.single)
            assert reference["sourcedId"] in ids[path or resource.name]
            base = "http://{}/ims/oneroster/rostering/v1p2/".format(reference["href"].split("/")[2])
            assert reference["href"] == f"{base}{path or resource.name}/{reference['sourcedId']}"
    for role in one.get("roles", ()):
        assert role["roleType"] == "primary"
        assert role["role"] in {"student", "teacher"}
        assert role["org"]["sourcedId"] in ids["orgs"]


def test_nobody_outside_the_entitled_and_no_name_is_in_anything_that_is_answered(cast: Cast, reads: Consumer) -> None:
    hidden = traces(cast, *EVERYBODY) | {str(id_).encode() for id_ in cast.ids.values()}
    hidden |= {b"5B", "Björkskolan".encode(), b"Lundskolan", b"Matematik", b"11111111"}
    ids = [*cast.ids.values(), *(key for name in ("users", "classes", "orgs") for key in reads.ids(name))]

    for address, route in ROUTES.items():
        for id_ in ids if "{id}" in address else [""]:
            response = reads.ask(address.replace("{id}", str(id_)), limit=1, filter="sourcedId!='x'")
            assert not told(hidden, response.content), route
            assert int(response.headers.get("X-Total-Count", "0")) <= 5
    for sought in ("Elsa", "berg", "Virtanen", "Olle"):
        assert reads.get("users", filter=f"familyName~'{sought}' OR givenName~'{sought}'") == []


def test_approved_fields_are_read_of_all_but_the_protected(cast: Cast, offer: Offer) -> None:
    approved = (
        Field.GIVEN_NAME, Field.FAMILY_NAME, Field.EMAILS, Field.SCHOOL_YEAR, Field.SCHOOL_TYPE, Field.SCHOOL_UNIT,
        Field.GROUP_TYPE, Field.USER_NAME,
    )  # fmt: skip
    fields = [FieldChoice(field, "undervisning", "4.1") for field in approved]
    with within(cast.authority.id):
        offer.allow(
            level=Level.FIELDS, display=Display.FULL_NAME, protected_rule=ProtectedRule.ALIAS, fields=fields,
            group_names=GroupNames.REAL,
        )  # fmt: skip
        offer.assign(offer.lot(), "class_5b")
    reads = consumer(cast.authority, service_id=offer.service.id)
    by_name = {one["givenName"]: one for one in reads.get("users")}

    elsa = by_name["Elsa"]
    assert (elsa["familyName"], elsa["email"]) == ("Åberg", "elsa.åberg@bjorkviken.example")
    assert (elsa["grades"], elsa["username"]) == (["05"], "elsa@edu.bjorkviken.example")
    assert "Sami" not in by_name
    (protected,) = (one for name, one in by_name.items() if name not in {"Elsa", "Tove"})
    assert not protected.keys() & {"email", "grades", "userIds"}
    (school,), (room,) = reads.get("schools"), reads.get("classes")
    assert (school["name"], school["identifier"]) == ("Björkskolan", "11111111")
    assert (room["title"], room["classType"]) == ("5B", "homeroom")


def test_what_the_allow_list_does_not_know_is_not_in_the_edition(cast: Cast, reads: Consumer) -> None:
    bodies = []
    reads.get("users")
    with within(cast.authority.id):
        rows = EditionRow.objects.filter(edition__client_id=reads.client.id).values_list("path", "doc")
        checked = governance.allow_list(reads.client.service_id, today=clock.today(), vocabulary="oneroster")  # type: ignore[arg-type]
        bodies = [(path, dict(doc) | {"dateLastModified": 0}) for path, doc in rows]
        assert all(not checked.violations(path, body) for path, body in bodies)
        (user,) = [body for path, body in bodies if path == "users" and body["roles"][0]["role"] == "teacher"]
        wrong = checked.violations("users", user | {"givenName": "Tove", "phone": "1", "sourcedId": str(cast["tove"])})
    assert {one.path for one in wrong} == {"givenName", "phone", "sourcedId"}


def test_who_leaves_is_to_be_deleted_for_who_asks_what_has_changed(cast: Cast, offer: Offer, reads: Consumer) -> None:
    known = reads.ids("users")
    began = clock.now().isoformat()
    with within(cast.authority.id):
        (agreement,) = offer.service.agreements.all()
        governance.end_agreement(agreement.id, last_day=clock.today() - timedelta(days=1), by=offer.by)

    changed = reads.get("users", filter=f"dateLastModified>'{began}'")
    assert sorted(one["sourcedId"] for one in changed) == sorted(known)
    assert {one["status"] for one in changed} == {"tobedeleted"}
    assert all(one.keys() >= ROSTERING["users"].required for one in changed)
    assert not told(traces(cast, *EVERYBODY), repr(changed).encode())
    assert reads.get("users", filter="status='active'") == []
    assert reads.get("students") == []


def test_a_page_that_somebody_left_before_the_next_one_loses_nobody_else(cast: Cast, offer: Offer) -> None:
    offer.allow(level=Level.PAIRWISE)
    offer.assign(offer.lot(), "class_5b")
    offer.assign(offer.lot(), "class_6a")
    reads = consumer(cast.authority, service_id=offer.service.id)
    everybody = reads.ids("users")
    seen = [reads.ask("users", limit=1).json()["users"][0]["sourcedId"]]
    leaving = governance.root_of(offer.service.id, UUID(seen[0]))
    assert leaving
    set_local_protection(leaving, protected=True, rule="r", actor=Actor.system("test"))

    while len(seen) < len(everybody):
        seen += [one["sourcedId"] for one in reads.ask("users", limit=1, offset=len(seen)).json()["users"]]
    assert len(seen) == 3
    assert seen == everybody
    assert reads.one(f"users/{seen[0]}")["status"] == "tobedeleted"
    assert seen[0] not in reads.ids("users", filter="status='active'")


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        ([CORE], "users", 200),
        ([CORE], "schools", 200),
        ([CORE], "demographics", 403),
        ([ROSTER], "users", 200),
        ([], "users", 403),
    ],
)
def test_a_token_reads_what_its_scopes_are_for(offer: Offer, scopes: list[str], path: str, status: int) -> None:
    reads = consumer(offer.cast.authority, service_id=offer.service.id, scopes=scopes)

    response = reads.ask(path)

    assert response.status_code == status
    if status == 403:
        assert response.json()["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"] == "forbidden"


def test_the_core_scope_is_not_for_what_belongs_to_a_class(reads: Consumer, offer: Offer) -> None:
    (room,) = reads.ids("classes")
    core = consumer(offer.cast.authority, service_id=offer.service.id, scopes=[CORE])

    assert core.ask(f"classes/{room}/students").status_code == 403


def test_a_client_of_the_other_api_and_of_no_service_is_refused(offer: Offer) -> None:
    other = consumer(offer.cast.authority, service_id=offer.service.id, profile={})
    free = consumer(offer.cast.authority, profile={"everything": True, "protected": True})

    assert other.ask("users").status_code == 403
    assert free.ask("users").status_code == 403
    reads = consumer(offer.cast.authority, service_id=offer.service.id)
    assert reads.ask("persons", base="/ss12000/v2.0/").status_code == 403


def test_without_a_valid_token_the_standards_refusal_is_given(reads: Consumer) -> None:
    reads.token = "kat_other"

    response = reads.ask("users")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    minor = response.json()["imsx_CodeMinor"]["imsx_codeMinorField"][0]["imsx_codeMinorFieldValue"]
    assert minor == "unauthorisedrequest"


def test_only_reading_is_allowed(reads: Consumer) -> None:
    response = reads.ask("users", method="POST", body={"users": []})

    assert (response.status_code, response["Allow"]) == (405, "GET")

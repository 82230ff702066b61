"""A strict SCIM 2.0 server for the EGIL types (RFC 7643, RFC 7644)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scim2_models import Context, Error, ListResponse, ResourceType, Schema, ServiceProviderConfig
from tests.sources.egil_in import bodies
from tests.sources.egil_in.bodies import CORE, ELSA, GROUP, OTHER_UNIT, SIS, TOVE, UNIT, everything
from tests.sources.egil_in.conftest import Open, Sender

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MESSAGE = Error.__schema__


def patch(*operations: dict[str, Any]) -> dict[str, Any]:
    return {"schemas": [PATCH_OP], "Operations": list(operations)}


def refused(response: Any, *, status: int, scim_type: str | None = None) -> None:
    """The answer is an error message of SCIM, with this status within and without."""
    error = Error.model_validate(json.loads(response.content))
    assert (response.status_code, error.status, error.scim_type) == (status, status, scim_type)
    assert response["Content-Type"] == "application/scim+json"


@pytest.fixture
def filled(sender: Sender) -> Sender:
    for endpoint, body in everything():
        sender.post(endpoint, body)
    return sender


@pytest.mark.parametrize(("endpoint", "body"), everything(), ids=[endpoint for endpoint, _ in everything()])
def test_what_is_sent_comes_back_with_id_and_meta(sender: Sender, endpoint: str, body: bodies.Body) -> None:
    response = sender.send("POST", endpoint, body)
    given = json.loads(response.content)
    assert response.status_code == 201
    assert given["id"] == body["externalId"]
    assert (
        response["Location"]
        == given["meta"]["location"]
        == f"http://{sender.host}{sender.base}/{endpoint}/{given['id']}"
    )
    assert response["ETag"] == given["meta"]["version"]
    assert given["meta"]["created"] == given["meta"]["lastModified"]
    sent = {name: value for name, value in body.items() if value and name != "schemas"}
    assert {name: given[name] for name in sent} == sent
    assert sender.get(f"{endpoint}/{given['id']}") == given


@pytest.mark.parametrize(
    ("change", "scim_type"),
    [
        ({"userName": None}, "invalidValue"),
        ({"displayName": 7}, "invalidValue"),
        ({"emails": "elsa@skola.example"}, "invalidValue"),
        ({"emails": [{}]}, "invalidValue"),
        ({"colour": "blue"}, "invalidSyntax"),
        ({"schemas": [f"{SIS}Activity"]}, "invalidSyntax"),
        ({f"{SIS}User": {"enrolments": [{"schoolYear": 6}]}}, "invalidValue"),
        ({"externalId": "a/b"}, "invalidValue"),
        ({"externalId": "x" * 300}, "invalidValue"),
    ],
)
def test_a_body_against_the_schema_is_refused_and_nothing_kept(
    sender: Sender, change: dict[str, Any], scim_type: str
) -> None:
    refused(sender.send("POST", "Users", bodies.pupil() | change), status=400, scim_type=scim_type)
    assert sender.get("Users")["totalResults"] == 0


def test_attributes_we_do_not_know_are_left_out_where_the_source_says_so(open_inlet: Open) -> None:
    sender = open_inlet(ignore_unknown=True)
    given = sender.post("Users", bodies.pupil() | {"colour": "blue", "password": "secret"})
    assert not {"colour", "password"} & sender.get(f"Users/{given['id']}").keys()


@pytest.mark.parametrize(
    "change",
    [
        {"Operations": [{"op": "replace", "path": "active", "value": False}]},
        {"Operations": [{"op": "Replace", "path": f"{CORE}:active", "value": "False"}]},
        {"Operations": [{"op": "replace", "value": {"Active": False}}]},
    ],
)
def test_an_account_that_is_switched_off_is_never_kept_as_if_nothing_was_said(
    open_inlet: Open, change: dict[str, Any]
) -> None:
    sender = open_inlet(ignore_unknown=True)
    id_ = sender.post("Users", bodies.pupil() | {"active": True})["id"]
    message = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], **change}
    refused(sender.send("PATCH", f"Users/{id_}", message), status=400, scim_type="invalidValue")
    for method, path in (("PUT", f"Users/{id_}"), ("POST", "Users")):
        given = bodies.pupil() | {"active": False}
        refused(sender.send(method, path, given), status=400, scim_type="invalidValue")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"\xff"])
def test_what_is_no_json_object_is_refused(sender: Sender, body: bytes) -> None:
    refused(sender.send("POST", "Users", body), status=400, scim_type="invalidSyntax")


def test_a_body_of_another_format_is_refused(sender: Sender) -> None:
    refused(sender.send("POST", "Users", b"<user/>", **{"Content-Type": "text/xml"}), status=415)


def test_id_and_meta_of_a_client_are_left_out_of_account(sender: Sender) -> None:
    given = sender.post("Users", bodies.pupil() | {"id": "mine", "meta": {"version": "mine"}})
    assert given["id"] == ELSA


def test_without_external_id_the_server_makes_an_id(sender: Sender) -> None:
    body = bodies.organisation()
    del body["externalId"]
    assert sender.get(f"Organisations/{sender.post('Organisations', body)['id']}")


def test_text_with_a_zero_character_is_kept_without_it(sender: Sender) -> None:
    sender.post("Users", bodies.pupil() | {"displayName": "El\0sa"})
    assert sender.get(f"Users/{ELSA}")["displayName"] == "Elsa"


def test_put_replaces_all_and_the_id_stays_when_the_client_renames(filled: Sender) -> None:
    body = bodies.pupil()
    del body["emails"]
    assert filled.send("PUT", f"Users/{ELSA}", body).status_code == 200
    assert "emails" not in filled.get(f"Users/{ELSA}")
    assert filled.send("PUT", f"Users/{ELSA}", body | {"externalId": "renamed"}).status_code == 200
    assert filled.get(f"Users/{ELSA}")["externalId"] == "renamed"
    assert [one["id"] for one in filled.get('Users?filter=externalId eq "renamed"')["Resources"]] == [ELSA]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ({"op": "replace", "path": "displayName", "value": "E"}, {"displayName": "E"}),
        ({"op": "Replace", "path": "DISPLAYNAME", "value": "E"}, {"displayName": "E"}),
        ({"op": "add", "value": {"name": {"middleName": "M"}}},
         {"name": {"familyName": "Åberg", "givenName": "Elsa", "middleName": "M"}}),
        ({"op": "remove", "path": "name.familyName"}, {"name": {"givenName": "Elsa"}}),
        ({"op": "add", "path": "emails", "value": [{"value": "b@x.example"}]},
         {"emails": [{"value": "elsa@skola.example"}, {"value": "b@x.example"}]}),
        ({"op": "replace", "path": 'emails[value eq "elsa@skola.example"].value', "value": "c@x.example"},
         {"emails": [{"value": "c@x.example"}]}),
        ({"op": "replace", "path": f'{SIS}User:enrolments[value eq "{UNIT}"].schoolYear', "value": 7},
         {f"{SIS}User": {"enrolments": [bodies.ref("SchoolUnits", UNIT, schoolYear=7)]}}),
    ],
)  # fmt: skip
def test_patch_changes_what_it_names(filled: Sender, operation: dict[str, Any], expected: dict[str, Any]) -> None:
    response = filled.send("PATCH", f"Users/{ELSA}", patch(operation))
    assert response.status_code == 200, response.content
    given = filled.get(f"Users/{ELSA}")
    assert {name: given[name] for name in expected} == expected


def test_members_come_and_go_by_patch(filled: Sender) -> None:
    operations = (
        {"op": "add", "path": "studentMemberships", "value": [bodies.ref("Users", TOVE)]},
        {"op": "remove", "path": f'studentMemberships[value eq "{ELSA}"]'},
    )
    assert filled.send("PATCH", f"StudentGroups/{GROUP}", patch(*operations)).status_code == 200
    assert filled.get(f"StudentGroups/{GROUP}")["studentMemberships"] == [bodies.ref("Users", TOVE)]


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        ({"op": "replace", "path": "colour", "value": "blue"}, "invalidPath"),
        ({"op": "replace", "path": 'emails[value eq "x"].value', "value": "y"}, "noTarget"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "replace", "path": "id", "value": "x"}, "mutability"),
        ({"op": "move", "path": "displayName", "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": 'emails[value', "value": "x"}, "invalidPath"),
        ({"op": "replace", "path": "displayName", "value": {"a": 1}}, "invalidValue"),
    ],
)  # fmt: skip
def test_a_patch_that_fails_changes_nothing(filled: Sender, operation: dict[str, Any], scim_type: str) -> None:
    before = filled.get(f"Users/{ELSA}")
    first = {"op": "replace", "path": "displayName", "value": "Changed"}
    refused(filled.send("PATCH", f"Users/{ELSA}", patch(first, operation)), status=400, scim_type=scim_type)
    assert filled.get(f"Users/{ELSA}") == before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f'externalId eq "{ELSA}"', [ELSA]),
        (f'id eq "{TOVE}"', [TOVE]),
        ('id eq "nobody"', []),
        ('userName eq "TOVE@skola.example"', [TOVE]),
        ('name.familyName sw "å"', [ELSA]),
        (f"{SIS}User:enrolments[schoolYear gt 5]", [ELSA]),
        (f'not ({SIS}User:enrolments pr) and emails.value co "x"', []),
        (f"not ({SIS}User:enrolments pr)", [TOVE]),
        ('displayName eq "Elsa Åberg" or userName sw "tove"', [ELSA, TOVE]),
        ('meta.resourceType eq "User"', [ELSA, TOVE]),
    ],
)
def test_a_filter_gives_those_that_it_is_true_of(filled: Sender, text: str, found: list[str]) -> None:
    from urllib.parse import quote

    assert [one["id"] for one in filled.get(f"Users?filter={quote(text)}")["Resources"]] == found
    asked = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": text}
    searched = json.loads(filled.send("POST", "Users/.search", asked).content)
    assert [one["id"] for one in searched["Resources"]] == found


@pytest.mark.parametrize("text", ["userName", "userName eq", 'colour eq "blue"', 'userName zz "x"', "(userName pr"])
def test_a_filter_that_cannot_be_understood_is_refused(filled: Sender, text: str) -> None:
    refused(filled.send("GET", f"Users?filter={text}"), status=400, scim_type="invalidFilter")


def test_lists_are_sorted_and_paged(filled: Sender) -> None:
    by_name = filled.get("Users?sortBy=name.familyName&sortOrder=descending")
    assert [one["name"]["familyName"] for one in by_name["Resources"]] == ["Åberg", "Lind"]
    second = filled.get("Users?startIndex=2&count=1")
    assert (second["totalResults"], second["startIndex"], second["itemsPerPage"]) == (2, 2, 1)
    assert [one["id"] for one in second["Resources"]] == [TOVE]
    assert filled.get("Users?count=0")["Resources"] == []
    assert filled.get("Users?startIndex=0&count=-1")["totalResults"] == 2
    refused(filled.send("GET", "Users?count=many"), status=400, scim_type="invalidValue")


def test_only_the_attributes_that_are_asked_for_come(filled: Sender) -> None:
    only = filled.get(f"Users/{ELSA}?attributes=userName,name.givenName")
    assert only.keys() == {"schemas", "id", "userName", "name"}
    assert only["name"] == {"givenName": "Elsa"}
    without = filled.get(f"Users?excludedAttributes=emails,{SIS}User:enrolments")["Resources"][0]
    assert "emails" not in without
    assert f"{SIS}User" not in without
    assert without["id"] == ELSA


def test_a_version_guards_against_changing_what_one_has_not_seen(filled: Sender) -> None:
    version = filled.get(f"Users/{ELSA}")["meta"]["version"]
    unchanged = filled.send("GET", f"Users/{ELSA}", **{"If-None-Match": version})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    changed = filled.send("PUT", f"Users/{ELSA}", bodies.pupil() | {"displayName": "E"}, **{"If-Match": version})
    assert changed.status_code == 200
    assert changed["ETag"] != version
    for method, body in (("PUT", bodies.pupil()), ("PATCH", patch()), ("DELETE", None)):
        refused(filled.send(method, f"Users/{ELSA}", body, **{"If-Match": version}), status=412)
    assert filled.send("DELETE", f"Users/{ELSA}", **{"If-Match": "*"}).status_code == 204


def test_the_server_says_what_it_can(sender: Sender) -> None:
    config = ServiceProviderConfig.model_validate(
        sender.get("ServiceProviderConfig"), scim_ctx=Context.RESOURCE_QUERY_RESPONSE
    )
    supported = {name: getattr(config, name).supported for name in ("patch", "filter", "sort", "etag", "bulk")}
    assert supported == {"patch": True, "filter": True, "sort": True, "etag": True, "bulk": False}
    types = ListResponse[ResourceType].model_validate(
        sender.get("ResourceTypes"), scim_ctx=Context.RESOURCE_QUERY_RESPONSE
    )
    assert [one.endpoint for one in types.resources or []] == [
        "/Organisations", "/SchoolUnitGroups", "/SchoolUnits", "/Users", "/StudentGroups", "/Employments",
        "/Activities",
    ]  # fmt: skip
    schemas = ListResponse[Schema].model_validate(sender.get("Schemas"), scim_ctx=Context.RESOURCE_QUERY_RESPONSE)
    assert f"{SIS}User" in {one.id for one in schemas.resources or []}
    assert sender.get(f"Schemas/{SIS}SchoolUnit")["id"] == f"{SIS}SchoolUnit"
    assert sender.get("ResourceTypes/User")["schema"] == bodies.CORE
    assert sender.send("GET", "Schemas?filter=id pr").status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "Persons", 404),
        ("GET", f"Users/{OTHER_UNIT}", 404),
        ("PUT", "Users", 405),
        ("POST", f"Users/{ELSA}", 405),
        ("POST", "Schemas", 405),
        ("GET", "Schemas/none", 404),
        ("GET", "Me", 501),
        ("POST", "Bulk", 501),
    ],
)
def test_an_address_that_is_not_there_is_said_to_be(filled: Sender, method: str, path: str, status: int) -> None:
    refused(filled.send(method, path, bodies.pupil() if method != "GET" else None), status=status)


def test_who_sends_faster_than_the_source_allows_is_asked_to_wait(open_inlet: Open) -> None:
    sender = open_inlet(rate=1)
    answers = [sender.send("GET", "Users") for _ in range(4)]
    statuses = [answer.status_code for answer in answers]

    assert statuses == [200, 200, 429, 429]
    assert int(answers[-1]["Retry-After"]) >= 1
    assert json.loads(answers[-1].content)["status"] == "429"
    assert sender.send("GET", "Users", Authorization="Bearer other").status_code == 401


def test_a_source_may_let_its_sender_go_as_fast_as_it_can(open_inlet: Open) -> None:
    sender = open_inlet(rate=0)
    assert {sender.send("GET", "ServiceProviderConfig").status_code for _ in range(20)} == {200}


def test_bulk_is_said_not_to_be_there_and_refused_as_such(open_inlet: Open) -> None:
    sender = open_inlet()
    assert sender.get("ServiceProviderConfig")["bulk"]["supported"] is False
    refused(sender.send("POST", "Bulk", {"Operations": []}), status=501)

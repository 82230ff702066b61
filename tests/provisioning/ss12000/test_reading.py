"""What a client that sees everything is answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from tests.cast import Cast
from tests.provisioning.ss12000.calling import WHOLE, Api, NewApi


@pytest.fixture
def api(cast: Cast, new_api: NewApi) -> Api:
    return new_api(cast.authority, WHOLE)


def test_without_a_token_nobody_is_answered(cast: Cast, api: Api) -> None:
    api.token = "kat_none"

    status, body = api.call("GET", "persons")

    assert (status, body["code"]) == (401, "NotAuthenticated")


def test_a_person_has_enrolments_and_responsibles_and_times_with_offset(cast: Cast, api: Api) -> None:
    elsa = api.get(f"persons/{cast['elsa']}")

    assert (elsa["givenName"], elsa["familyName"]) == ("Elsa", "Åberg")
    assert elsa["emails"] == [{"value": "elsa.åberg@bjorkviken.example"}]
    assert elsa["enrolments"][0]["enroledAt"] == {"id": str(cast["bjork"])}
    assert elsa["enrolments"][0]["schoolYear"] == 5
    assert elsa["responsibles"] == [{"person": {"id": str(cast["gustav"])}, "relationType": "Vårdnadshavare"}]
    modified = datetime.fromisoformat(elsa["meta"]["modified"])
    assert modified.tzinfo is not None
    assert modified <= datetime.now(UTC)


def test_pages_follow_each_other_until_there_are_no_more(cast: Cast, api: Api) -> None:
    everybody = api.ids("persons")

    assert len(everybody) == 8
    assert api.ids("persons", limit=3) == everybody
    assert api.get("persons", limit=8).get("pageToken") is None


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"nameContains": "ÅBER"}, {"elsa", "gustav"}),
        ({"nameContains": ["els", "berg"]}, {"elsa"}),
        ({"nameContains": "els,berg"}, {"elsa"}),
        ({"eduPersonPrincipalName": "tove@edu.bjorkviken.example"}, {"tove"}),
        ({"civicNo": "201503092396"}, set()),
        ({"relationship.entity.type": "duty"}, {"tove", "ture", "petra"}),
        ({"relationship.entity.type": "enrolment", "relationship.startDate.onOrAfter": "2026-08-16"}, set()),
        ({"relationship.entity.type": "responsibleFor.enrolment"}, {"gustav"}),
        ({"relationship.entity.type": "placement.child"}, set()),
        ({"relationship.entity.type": "placement.owner"}, set()),
        ({"relationship.entity.type": "responsibleFor.placement"}, set()),
        ({"identifier.value": "1", "identifier.context": "x"}, set()),
        ({"meta.modified.after": "2000-01-01T00:00:00+01:00"}, None),
        ({"meta.modified.before": "2000-01-01T00:00:00+01:00"}, set()),
    ],
)
def test_persons_are_found_by_what_is_asked(
    cast: Cast, api: Api, query: dict[str, object], expected: set[str] | None
) -> None:
    found = set(api.ids("persons", **query))

    assert found == ({str(cast[name]) for name in expected} if expected is not None else set(api.ids("persons")))


def test_a_relation_is_at_one_organisation_in_one_time(cast: Cast, api: Api) -> None:
    at_lund = api.ids("persons", **{"relationship.organisation": str(cast["lund"])})

    assert set(at_lund) == {str(cast["nils"]), str(cast["ture"])}


@pytest.mark.parametrize(
    ("path", "query", "expected"),
    [
        ("organisations", {"type": "Skolenhet"}, {"bjork", "lund"}),
        ("organisations", {"schoolUnitCode": "11111111,22222222"}, {"bjork", "lund"}),
        ("organisations", {"schoolTypes": ["GR", "GY"]}, {"bjork", "lund"}),
        ("organisations", {"municipalityCode": "1234"}, set()),
        ("groups", {"groupType": "Klass"}, {"class_5b", "class_6a", "class_9c"}),
        ("groups", {"schoolTypes": "GY"}, set()),
        ("groups", {"startDate.onOrBefore": "2026-08-14"}, set()),
        ("duties", {"dutyRole": "Rektor"}, {"duty_petra"}),
    ],
)
def test_other_things_are_found_by_what_is_asked(
    cast: Cast, api: Api, path: str, query: dict[str, object], expected: set[str]
) -> None:
    assert set(api.ids(path, **query)) == {str(cast[name]) for name in expected}


def test_what_refers_to_something_is_found_by_it(cast: Cast, api: Api) -> None:
    assert api.ids("organisations", parent=str(cast["huvudman"])) == sorted([str(cast["bjork"]), str(cast["lund"])])
    assert api.ids("groups", organisation=str(cast["lund"])) == [str(cast["class_9c"])]
    assert api.ids("duties", person=str(cast["tove"])) == [str(cast["duty_tove"])]
    assert api.ids("activities", member=str(cast["elsa"])) == [str(cast["maths_5b"])]
    assert api.ids("activities", teacher=str(cast["duty_ture"])) == [str(cast["maths_9c"])]
    assert api.ids("activities", group=str(cast["class_9c"])) == [str(cast["maths_9c"])]
    assert len(api.ids("activities", organisation=str(cast["huvudman"]))) == 2


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("persons", {"limit": "0"}),
        ("persons", {"limit": "x"}),
        ("persons", {"sortkey": "Age"}),
        ("persons", {"expand": "friends"}),
        ("persons", {"nonsense": "1"}),
        ("persons", {"meta.modified.after": "2026-01-01T10:00:00"}),
        ("persons", {"relationship.startDate.onOrAfter": "yesterday"}),
        ("persons", {"pageToken": "abc"}),
        ("duties", {"person": "x"}),
        ("calendarEvents", {"startTime.onOrAfter": "2026-01-01T10:00:00+01:00"}),
        ("persons/x", {}),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_the_reason(
    api: Api, path: str, query: dict[str, object]
) -> None:
    status, body = api.call("GET", path, **query)

    assert status == 400
    assert body["code"]
    assert body["message"]


def test_a_page_token_takes_its_own_filters_again_and_no_others(cast: Cast, api: Api) -> None:
    asked = {"relationship.entity.type": "enrolment", "limit": 2}
    token = api.get("persons", **asked)["pageToken"]

    assert api.call("GET", "persons", pageToken=token, **asked)[0] == 200
    assert api.call("GET", "persons", pageToken=token)[0] == 200
    assert api.call("GET", "persons", pageToken=token, nameContains="a")[0] == 400
    assert api.call("GET", "groups", pageToken=token)[0] == 400


def test_names_are_sorted_as_in_swedish(cast: Cast, api: Api) -> None:
    found = api.ids("persons", sortkey="FamilyNameAsc", limit=3)

    names = ["nils", "petra", "tove", "ture", "sami", "elsa", "gustav", "olle"]
    assert found == [str(cast[name]) for name in names]
    assert set(api.ids("persons", sortkey="ModifiedDesc", limit=3)) == set(found)


def test_a_lookup_gives_those_that_are_there(cast: Cast, api: Api) -> None:
    ids = [str(cast["elsa"]), "d544563a-747a-42d3-8d37-415a101537f8"]

    status, body = api.call("POST", "persons/lookup", {"ids": ids})

    assert status == 200
    assert [person["id"] for person in body] == ids[:1]
    codes = {"schoolUnitCodes": ["11111111"], "ids": [str(cast["huvudman"])]}
    assert len(api.call("POST", "organisations/lookup", codes)[1]) == 2
    assert api.call("POST", "activities/lookup", {"members": [str(cast["nils"])]})[1][0]["id"] == str(cast["maths_9c"])
    assert api.call("POST", "persons/lookup", {"names": ["x"]})[0] == 400
    assert api.call("POST", "studyplans/lookup", {"ids": ids})[0] == 405


def test_expansions_hold_what_points_at_a_person(cast: Cast, api: Api) -> None:
    expand = "duties,responsibleFor,placements,ownedPlacements,groupMemberships"
    gustav = api.get(f"persons/{cast['gustav']}", expand=expand)["_embedded"]
    tove = api.get(f"persons/{cast['tove']}", expand="duties")["_embedded"]
    elsa = api.get(f"persons/{cast['elsa']}", expand=["groupMemberships", "duties"])["_embedded"]

    assert gustav["responsibleFor"] == [{"person": {"id": str(cast["elsa"])}, "relationType": "Vårdnadshavare"}]
    assert tove["duties"][0]["id"] == str(cast["duty_tove"])
    assert elsa["groupMemberships"][0]["group"]["displayName"] == "5B"
    assert "groupMemberships" not in elsa["groupMemberships"][0]["group"]
    assert elsa["duties"] == []


def test_names_of_what_is_referred_to_are_added_on_request(cast: Cast, api: Api) -> None:
    activity = api.get(f"activities/{cast['maths_5b']}", expandReferenceNames="true", expand="groups,teachers")

    assert activity["groups"][0]["displayName"] == "5B"
    assert activity["teachers"][0]["duty"]["displayName"] == "Tove Lind"
    (group,) = activity["_embedded"]["groups"]
    marked = {m["person"]["displayName"]: m["person"].get("securityMarking") for m in group["groupMemberships"]}
    assert marked == {"Elsa Åberg": None, "Sami Virtanen": "Skyddad folkbokföring"}
    assert activity["_embedded"]["teachers"][0]["person"]["displayName"] == "Tove Lind"


@pytest.mark.parametrize("path", ["users", "persons/lookup/x", "persons/"])
def test_there_are_no_other_addresses(api: Api, path: str) -> None:
    assert api.call("GET", path)[0] == 404


def test_every_look_at_a_protected_person_is_an_event_of_its_own(cast: Cast, api: Api) -> None:
    def looks() -> int:
        with within(cast.authority.id):
            sami = AuditEvent.objects.filter(event="api.protected_read", subject_id=str(cast["sami"]))
            return sami.count()

    api.get(f"persons/{cast['sami']}")
    assert looks() == 1
    api.get("groups", expandReferenceNames="true")
    assert looks() == 2
    api.get(f"persons/{cast['elsa']}")
    assert looks() == 2

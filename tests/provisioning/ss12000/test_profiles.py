from types import SimpleNamespace
from uuid import uuid4

import pytest

from kateder.provisioning.ss12000.profiles import BadProfile, People, profile_of, read


def test_an_empty_profile_shows_nothing() -> None:
    profile = read({})

    assert not any(profile.may_read(path) for path in ("persons", "organisations", "aggregatedAttendance"))


def test_what_is_not_named_is_not_shown() -> None:
    profile = read({"entities": ["persons", "groups"], "attributes": {"persons": ["givenName"]}})

    assert profile.may_read("persons")
    assert not profile.may_read("duties")
    assert profile.shows("persons", "givenName")
    assert profile.shows("persons", "id")
    assert not profile.shows("persons", "civicNo")
    assert profile.shows("groups", "displayName")


def test_everything_without_a_rule_for_the_protected_is_not_the_whole() -> None:
    assert not read({"everything": True}).is_whole
    assert read({"everything": True, "protected": True}).is_whole


def test_a_services_profile_is_not_what_is_set_on_the_client() -> None:
    service = uuid4()

    profile = profile_of(SimpleNamespace(service_id=service, profile={"everything": True}))

    assert profile.service_id == service
    assert not profile.everything


def test_who_may_be_seen_can_be_narrowed_to_pupils() -> None:
    assert read({"people": ["pupil"]}).people == {People.PUPIL}


@pytest.mark.parametrize(
    "stored",
    [
        {"entities": ["users"]},
        {"entities": "persons"},
        {"attributes": {"users": []}},
        {"units": ["x"]},
        {"people": ["dog"]},
        {"all": True},
    ],
)
def test_a_profile_that_cannot_be_read_is_refused(stored: dict[str, object]) -> None:
    with pytest.raises(BadProfile):
        read(stored)

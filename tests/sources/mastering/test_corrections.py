"""A correction holds over every import until the source agrees, its last day has passed, or it is withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.mastering.systems import EVA, TODAY, Systems, person

from kateder.core import feed
from kateder.core.tenancy import within
from kateder.register.api import Entity
from kateder.sources.mastering import api
from kateder.sources.mastering.corrections import (
    BadValue,
    EndPassed,
    NotCorrectable,
    NothingToCorrect,
    NotYoursToCorrect,
    ReasonMissing,
)
from kateder.sources.mastering.models import Closing, Correction

People = Callable[[], list[dict[str, Any]]]
RIGHT = {"given_name": "Ewa", "family_name": "Lind"}


@pytest.fixture
def one(systems: Systems) -> Systems:
    """The school system says Eva, and is alone."""
    systems.add("Skolsystemet", person(**EVA, emails="eva@skola.example"))
    systems.run()
    return systems


def _correct(systems: Systems, people: People, *, end: date | None = None, **values: str) -> Correction:
    root = people()[0]["id"]
    with within(systems.authority_id):
        return api.correct(
            root, "name", words=RIGHT | values, reason="Passet", end_date=end, today=TODAY, actor=systems.actor
        )


def _closed(systems: Systems) -> list[str]:
    with within(systems.authority_id):
        return list(Correction.objects.order_by("made_at").values_list("closed_why", flat=True))


def test_a_correction_holds_at_once_and_is_told_to_services(one: Systems, people: People) -> None:
    with within(one.authority_id):
        before = feed.position()
    _correct(one, people)
    (eva,) = people()
    assert (eva["given_name"], eva["sort_key"], eva["emails"]) == ("Ewa", "lind ewa", ["eva@skola.example"])
    with within(one.authority_id):
        assert [change.ids for change in feed.since(before)] == [(eva["id"],)]


def test_a_correction_survives_the_next_import_and_the_rest_of_the_row_follows(one: Systems, people: People) -> None:
    _correct(one, people)
    one.say("Skolsystemet", givenName="Evelina", emails="ny@skola.example")
    one.run()
    (eva,) = people()
    assert (eva["given_name"], eva["emails"]) == ("Ewa", ["ny@skola.example"])
    assert _closed(one) == [""]


def test_a_correction_closes_by_itself_when_the_source_agrees(one: Systems, people: People) -> None:
    _correct(one, people)
    one.say("Skolsystemet", givenName="Ewa")
    one.run()
    assert _closed(one) == [Closing.AGREED]
    one.say("Skolsystemet", givenName="Eva")
    one.run()
    assert people()[0]["given_name"] == "Eva"


def test_a_correction_stays_when_only_a_source_that_is_not_heard_agrees(one: Systems, people: People) -> None:
    one.add("Personal", person(**EVA | {"id": "hr-1"}))
    one.run()
    _correct(one, people)
    one.say("Personal", givenName="Ewa")
    one.run()
    assert _closed(one) == [""]


def test_a_correction_ends_after_its_last_day(one: Systems, people: People) -> None:
    _correct(one, people, end=TODAY)
    for day, name in ((TODAY, "Ewa"), (TODAY + timedelta(days=1), "Eva")):
        with within(one.authority_id):
            api.end_passed(today=day, actor=one.actor)
        assert people()[0]["given_name"] == name
    assert _closed(one) == [Closing.ENDED]


def test_a_withdrawn_correction_gives_the_word_back_to_the_sources(one: Systems, people: People) -> None:
    made = _correct(one, people)
    one.say("Skolsystemet", givenName="Evelina")
    one.run()
    with within(one.authority_id):
        api.withdraw(made.pk, today=TODAY, actor=one.actor)
    assert people()[0]["given_name"] == "Evelina"


def test_a_newer_correction_replaces_the_older(one: Systems, people: People) -> None:
    _correct(one, people)
    _correct(one, people, given_name="Ewa-Lena")
    assert people()[0]["given_name"] == "Ewa-Lena"
    assert _closed(one) == [Closing.REPLACED, ""]


def test_who_was_corrected_and_went_is_corrected_when_back(one: Systems, people: People) -> None:
    _correct(one, people)
    rows = one.folders["Skolsystemet"].files["persons"]
    one.drop("Skolsystemet")
    one.run()
    assert people() == []
    one.folders["Skolsystemet"].files["persons"] = rows
    one.run()
    assert people()[0]["given_name"] == "Ewa"


def test_it_is_shown_who_corrected_what_and_what_the_source_says(one: Systems, people: People) -> None:
    made = _correct(one, people)
    with within(one.authority_id):
        origins = {origin.attribute: origin for origin in api.origins(Entity.PERSON, made.root_id)}
    assert origins["name"].correction == made
    assert [voice.value["given_name"] for voice in origins["name"].others] == ["Eva"]
    assert origins["emails"].source == one.sources["Skolsystemet"]


@pytest.mark.parametrize(
    ("attribute", "words", "reason", "end", "refused"),
    [
        ("name", RIGHT, " ", None, ReasonMissing),
        ("name", RIGHT, "x", TODAY - timedelta(days=1), EndPassed),
        ("name", {"given_name": "", "family_name": "Lind"}, "x", None, BadValue),
        ("name", {"given_name": "Eva", "family_name": "Lind"}, "x", None, NothingToCorrect),
        ("civic_no", {"civic_no": "198501202380"}, "x", None, BadValue),
        ("birth_date", {"birth_date": "2030-01-01"}, "x", None, BadValue),
        ("security_marking", {"security_marking": "Ingen"}, "x", None, NotCorrectable),
    ],
)
def test_a_correction_that_says_nothing_or_may_not_be_is_refused(
    one: Systems, people: People, attribute: str, words: dict[str, str], reason: str, end: date | None, refused: Any
) -> None:
    root = people()[0]["id"]
    with within(one.authority_id), pytest.raises(refused):
        api.correct(root, attribute, words=words, reason=reason, end_date=end, today=TODAY, actor=one.actor)


def test_a_teacher_corrects_nobody(one: Systems, people: People) -> None:
    from kateder.core.actors import Actor, Role

    root = people()[0]["id"]
    teacher = Actor(one.authority_id, None, root, frozenset({Role.TEACHER}), "user:x")
    with within(one.authority_id), pytest.raises(NotYoursToCorrect):
        api.correct(root, "name", words=RIGHT, reason="x", end_date=None, today=TODAY, actor=teacher)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(says=st.lists(st.sampled_from(["Eva", "Evelina", "Eva Maria"]), min_size=1, max_size=3))
def test_a_correction_survives_whatever_a_source_goes_on_to_say(one: Systems, people: People, says: list[str]) -> None:
    with within(one.authority_id):
        is_open = Correction.objects.filter(closed_at=None).exists()
    if not is_open:
        _correct(one, people)
    for name in says:
        one.say("Skolsystemet", givenName=name)
        one.run()
        assert people()[0]["given_name"] == "Ewa"

"""The mirror of a source that arrives piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.sources.conftest import AddSource

from kateder.core.tenancy import within
from kateder.sources import mirror
from kateder.sources.mirror import Intake, Record

if TYPE_CHECKING:
    from kateder.core.models import Authority
    from kateder.sources.models import Source

ALVA = Record("p-1", {"id": "p-1", "givenName": "Alva"})
BO = Record("p-2", {"id": "p-2", "givenName": "Bo"})


@pytest.fixture
def source(add_source: AddSource) -> Source:
    return add_source()


def held(source: Source) -> list[Record]:
    with within(source.authority_id):
        return list(mirror.records(source.pk, "persons"))


def test_what_is_put_over_something_else_takes_its_place(source: Source) -> None:
    with within(source.authority_id):
        assert mirror.put(source.pk, "persons", [ALVA, BO]) == 2
        changed = Record("p-1", {"id": "p-1", "givenName": "Alva-Li"})
        assert mirror.put(source.pk, "persons", [changed, BO]) == 1
    assert held(source) == [changed, BO]


def test_removed_records_are_gone_and_others_stay(source: Source) -> None:
    with within(source.authority_id):
        mirror.put(source.pk, "persons", [ALVA, BO])
        assert mirror.remove(source.pk, "persons", ["p-1", "p-9"]) == 1
    assert held(source) == [BO]


def test_an_intake_counts_for_nothing_until_it_is_complete(source: Source) -> None:
    with within(source.authority_id):
        mirror.put(source.pk, "persons", [ALVA])
    intake = Intake.begin(source.authority_id, source.pk)
    intake.put("persons", [BO])
    assert held(source) == [ALVA]
    intake.complete()
    assert held(source) == [ALVA, BO]


def test_a_whole_intake_takes_away_what_it_did_not_bring(source: Source) -> None:
    with within(source.authority_id):
        mirror.put(source.pk, "persons", [ALVA])
        mirror.put(source.pk, "groups", [ALVA])
    intake = Intake.begin(source.authority_id, source.pk)
    intake.put("persons", [BO])
    assert intake.complete(whole=["persons"]) == mirror.Changed(changed=1, removed=1)
    assert held(source) == [BO]
    with within(source.authority_id):
        assert mirror.counts(source.pk) == {"persons": 1, "groups": 1}


def test_what_was_said_to_be_gone_but_came_anyway_stays(source: Source) -> None:
    with within(source.authority_id):
        mirror.put(source.pk, "persons", [ALVA, BO])
    intake = Intake.begin(source.authority_id, source.pk)
    intake.put("persons", [ALVA])
    intake.complete(gone={"persons": ["p-1", "p-2"]})
    assert held(source) == [ALVA]


def test_what_a_cut_intake_left_is_removed_when_the_next_begins(source: Source) -> None:
    Intake.begin(source.authority_id, source.pk).put("persons", [ALVA])
    Intake.begin(source.authority_id, source.pk).complete()
    assert held(source) == []


def test_a_nul_character_in_a_name_is_left_out(source: Source) -> None:
    with within(source.authority_id):
        mirror.put(source.pk, "persons", [Record("p-1", {"givenName": "Al\0va", "note": "\\u0000"})])
        found = mirror.get(source.pk, "persons", "p-1")
    assert found is not None
    assert found.body == {"givenName": "Alva", "note": "\\u0000"}


def test_another_authority_sees_nothing_of_it(source: Source, other_authority: Authority) -> None:
    with within(source.authority_id):
        mirror.put(source.pk, "persons", [ALVA])
    with within(other_authority.id):
        assert list(mirror.records(source.pk, "persons")) == []

"""Aliases are readable, kind, unique, and nobody's name."""

import re
from pathlib import Path
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from kateder.governance.aliases import candidates, choose
from kateder.governance.words import ADJECTIVES, NOUNS

KEY = b"k" * 32
SHAPE = re.compile(r"[A-ZÅÄÖ][a-zåäö]+ [A-ZÅÄÖ][a-zåäö]+ [1-9][0-9]{0,3}")


def _names() -> set[str]:
    text = (Path(__file__).parent / "common_names.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name.casefold() for line in lines for name in line.split()}


def test_no_word_of_an_alias_is_a_given_or_family_name() -> None:
    words = {word.casefold() for word in (*ADJECTIVES, *NOUNS)}
    assert words & _names() == set()


def test_no_word_of_an_alias_begins_with_a_name() -> None:
    names = tuple(name for name in _names() if len(name) > 2)
    assert [word for word in (*ADJECTIVES, *NOUNS) if word.casefold().startswith(names)] == []


def test_words_are_listed_once_and_capitalised() -> None:
    for words in (ADJECTIVES, NOUNS):
        assert len(set(words)) == len(words) > 80
        assert all(re.fullmatch(r"[A-ZÅÄÖ][a-zåäö]+", word) for word in words)


@given(st.lists(st.uuids(), unique=True, max_size=200), st.binary(min_size=32, max_size=32))
def test_an_alias_is_two_words_and_a_number_and_nobody_shares_it(people: list[UUID], key: bytes) -> None:
    chosen = choose(people, key=key, taken=set())
    assert set(chosen) == set(people)
    assert len(set(chosen.values())) == len(people)
    assert all(SHAPE.fullmatch(alias) for alias in chosen.values())


def test_an_alias_that_is_taken_is_never_given_again() -> None:
    person = uuid4()
    first = next(candidates(KEY, person))
    assert choose([person], key=KEY, taken={first})[person] != first


def test_the_same_person_gets_the_same_alias_from_the_same_key_only() -> None:
    person = uuid4()
    alone = choose([person], key=KEY, taken=set())
    again = choose([person], key=KEY, taken=set())
    elsewhere = choose([person], key=b"other" * 7, taken=set())
    assert alone == again != elsewhere


def test_ten_thousand_aliases_at_one_service_stay_short() -> None:
    chosen = choose([UUID(int=n) for n in range(10_000)], key=KEY, taken=set())
    small = sum(int(alias.rsplit(" ", 1)[1]) <= 9 for alias in chosen.values())
    assert small > 9_900

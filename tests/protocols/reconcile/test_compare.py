"""Differences are exactly what turns one side into the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kateder.protocols.reconcile import Action, NotSorted, State, compare

SIDES = st.dictionaries(st.tuples(st.sampled_from("ab"), st.text(max_size=3)), st.binary(max_size=2))
Side = dict[tuple[str, str], bytes]


def states(side: Side) -> list[State]:
    return [State(kind, key, side[kind, key]) for kind, key in sorted(side)]


@given(SIDES, SIDES)
def test_applying_the_differences_to_what_is_held_gives_what_is_wanted(wanted: Side, held: Side) -> None:
    result = dict(held)
    for difference in compare(wanted=states(wanted), held=states(held)):
        place = (difference.kind, difference.key)
        assert result.get(place) == difference.old_hash
        if difference.action is Action.REMOVE:
            del result[place]
        else:
            assert difference.new_hash is not None
            result[place] = difference.new_hash
    assert result == wanted


@given(SIDES)
def test_equal_sides_have_no_differences(side: Side) -> None:
    assert not list(compare(wanted=states(side), held=states(side)))


@given(SIDES, SIDES)
def test_no_object_is_named_twice(wanted: Side, held: Side) -> None:
    found = [(d.kind, d.key) for d in compare(wanted=states(wanted), held=states(held))]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("keys", [("b", "a"), ("a", "a")], ids=["descending", "twice"])
def test_unsorted_states_are_refused(keys: tuple[str, str]) -> None:
    wanted = [State("person", key, b"") for key in keys]
    with pytest.raises(NotSorted):
        list(compare(wanted=wanted, held=[]))

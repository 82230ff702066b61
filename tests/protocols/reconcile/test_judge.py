"""The rules by which a plan waits for a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kateder.protocols.reconcile import Action, Difference, Limits, Measure, Verdict, judge

HASHES = st.one_of(st.none(), st.binary(max_size=4))
DIFFERENCES = st.lists(
    st.builds(
        Difference,
        action=st.sampled_from(Action),
        kind=st.sampled_from(["person", "group"]),
        key=st.text(max_size=3),
        old_hash=HASHES,
        new_hash=HASHES,
    ),
    max_size=30,
)


def changes(action: Action, count: int, *, kind: str = "person", first: int = 0) -> list[Difference]:
    return [Difference(action, kind, str(first + i), b"old", b"new") for i in range(count)]


def measures(verdict: Verdict) -> list[Measure]:
    return [hit.measure for hit in verdict.held_by]


def test_nothing_to_do_is_never_held() -> None:
    verdict = judge([], existing={}, limits=Limits(max_count=0))
    assert verdict.is_empty
    assert not verdict.is_held


def test_first_delivery_always_waits() -> None:
    verdict = judge(changes(Action.CREATE, 1), existing={}, limits=Limits(max_count=1000))
    assert measures(verdict) == [Measure.FIRST]


def test_first_delivery_may_be_let_through_by_its_owner() -> None:
    verdict = judge(changes(Action.CREATE, 1), existing={}, limits=Limits(first_waits=False))
    assert not verdict.is_held


def test_twenty_removed_and_twenty_added_is_forty() -> None:
    limits = Limits(max_count=39, small_set=400)
    swapped = changes(Action.REMOVE, 20) + changes(Action.CREATE, 20, first=1000)
    verdict = judge(swapped, existing={"person": 300}, limits=limits)
    assert [(hit.measure, hit.counted, hit.allowed) for hit in verdict.held_by] == [(Measure.CHURN, 40, 39)]


def test_new_identifiers_for_everyone_in_a_small_set_are_held_though_within_the_count() -> None:
    swapped = changes(Action.REMOVE, 5) + changes(Action.CREATE, 5, first=1000)
    verdict = judge(swapped, existing={"person": 5}, limits=Limits(max_count=20))
    assert measures(verdict) == [Measure.EMPTIED]


def test_emptying_one_kind_is_held_however_few_they_were() -> None:
    verdict = judge(changes(Action.REMOVE, 1), existing={"person": 1, "group": 90}, limits=Limits())
    assert measures(verdict) == [Measure.EMPTIED]


def test_large_set_is_limited_by_its_share() -> None:
    limits = Limits(max_count=20, max_share=0.05, small_set=400)
    within = judge(changes(Action.REMOVE, 500), existing={"person": 10_000}, limits=limits)
    beyond = judge(changes(Action.REMOVE, 501), existing={"person": 10_000}, limits=limits)
    assert not within.is_held
    assert measures(beyond) == [Measure.CHURN]


def test_creations_are_not_limited_where_none_of_the_kind_exist() -> None:
    limits = Limits(max_count=1)
    verdict = judge(changes(Action.CREATE, 50, kind="group"), existing={"person": 10}, limits=limits)
    assert not verdict.is_held


def test_creations_are_limited_where_objects_exist() -> None:
    verdict = judge(changes(Action.CREATE, 2), existing={"person": 10}, limits=Limits(max_count=1))
    assert measures(verdict) == [Measure.CHURN]


def test_updates_have_a_limit_of_their_own() -> None:
    limits = Limits(max_count=1, small_set=0, max_share=0.0, max_update_share=0.5)
    assert not judge(changes(Action.UPDATE, 50), existing={"person": 100}, limits=limits).is_held
    beyond = judge(changes(Action.UPDATE, 51), existing={"person": 100}, limits=limits)
    assert measures(beyond) == [Measure.UPDATES]


def test_a_kind_may_have_its_own_limits() -> None:
    limits = Limits(max_count=0, per_kind={"person": Limits(max_count=3)})
    assert not judge(changes(Action.REMOVE, 3), existing={"person": 9}, limits=limits).is_held
    assert judge(changes(Action.REMOVE, 3, kind="group"), existing={"group": 9}, limits=limits).is_held


def test_an_exempt_removal_is_counted_but_never_held() -> None:
    verdict = judge(
        changes(Action.REMOVE, 9),
        existing={"person": 9},
        limits=Limits(max_count=0),
        exempt=lambda difference: difference.action is Action.REMOVE,
    )
    assert (verdict.total, verdict.exempt, verdict.held_by) == (9, 9, ())


@pytest.mark.parametrize(
    ("max_count", "max_share"), [(-1, 0.5), (1, -0.1), (1, 1.1)], ids=["count", "negative", "above one"]
)
def test_an_impossible_limit_is_refused(*, max_count: int, max_share: float) -> None:
    with pytest.raises(ValueError, match="limit"):
        Limits(max_count=max_count, max_share=max_share)


@given(DIFFERENCES, st.randoms(use_true_random=False))
def test_the_order_of_differences_changes_nothing(differences: list[Difference], random: object) -> None:
    shuffled = list(differences)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    existing = {"person": 7, "group": 500}
    assert judge(differences, existing=existing, limits=Limits()) == judge(shuffled, existing=existing, limits=Limits())


@given(DIFFERENCES, DIFFERENCES)
def test_the_plan_hash_tells_different_plans_apart(one: list[Difference], two: list[Difference]) -> None:
    def ordered(differences: list[Difference]) -> list[str]:
        return sorted(map(repr, differences))

    same = ordered(one) == ordered(two)
    hashes = {judge(each, existing={}, limits=Limits()).plan_hash for each in (one, two)}
    assert (len(hashes) == 1) is same


@given(DIFFERENCES, st.integers(0, 40))
def test_one_more_change_never_releases_a_held_plan(differences: list[Difference], existing: int) -> None:
    limits = Limits(max_count=3, small_set=20, max_share=0.1)
    held = False
    for length in range(len(differences) + 1):
        verdict = judge(differences[:length], existing={"person": existing, "group": existing}, limits=limits)
        assert verdict.is_held or not held
        held = verdict.is_held


@given(st.integers(0, 10_000), st.integers(0, 50), st.floats(0, 1), st.integers(0, 500))
def test_a_set_that_grows_never_loses_room(existing: int, max_count: int, max_share: float, small_set: int) -> None:
    limits = Limits(max_count=max_count, max_share=max_share, small_set=small_set)
    now = limits.allowed(existing, share=max_share)
    assert now <= limits.allowed(existing + 1, share=max_share)


def test_judging_reads_a_stream_once() -> None:
    stream = iter(changes(Action.UPDATE, 3))
    assert judge(stream, existing={"person": 3}, limits=Limits()).total == 3
    assert next(stream, None) is None

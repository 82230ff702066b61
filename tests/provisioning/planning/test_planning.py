"""The plan is the difference between what is wanted and what was acknowledged, whatever happened before."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kateder.governance.api import Level, ServiceVerdict
from kateder.protocols.egil.types import ResourceType
from kateder.protocols.reconcile import Action, Limits
from kateder.provisioning.planning.comparing import Held, make_plan
from kateder.provisioning.planning.wanted import Wanted

OPEN = ServiceVerdict(UUID(int=1), Level.PAIRWISE, True, True, True, None)
CLOSED = ServiceVerdict(UUID(int=1), Level.PAIRWISE, False, False, True, None)
FREE = Limits(max_count=10_000, first_waits=False, max_share=1.0)
KINDS = [ResourceType.USER, ResourceType.STUDENT_GROUP]


def wanted_object(kind: ResourceType, number: int, content: int) -> Wanted:
    return Wanted(
        resource_type=kind.value,
        position=kind.position,
        released_id=UUID(int=number),
        root_id=UUID(int=number + 1000),
        body=b"",
        content_hash=bytes([content]),
        depends_on=frozenset(),
        label="",
    )


def held_object(kind: ResourceType, number: int, content: int | None, intent: str) -> Held:
    return Held(
        resource_type=kind.value,
        position=kind.position,
        released_id=UUID(int=number),
        root_id=UUID(int=number + 1000),
        content_hash=None if content is None else bytes([content]),
        intent=intent,
    )


keys = st.tuples(st.sampled_from(KINDS), st.integers(1, 12))
wanted_sets = st.dictionaries(keys, st.integers(0, 3))
held_sets = st.dictionaries(
    keys,
    st.tuples(st.none() | st.integers(0, 3), st.sampled_from(["", "create", "update", "remove"])),
)


@given(wanted_sets, held_sets)
def test_carrying_out_a_plan_leaves_nothing_to_do(
    wanted: dict[tuple[ResourceType, int], int],
    held: dict[tuple[ResourceType, int], tuple[int | None, str]],
) -> None:
    targets = [wanted_object(kind, number, content) for (kind, number), content in wanted.items()]
    known = [held_object(kind, number, *state) for (kind, number), state in held.items()]
    plan = make_plan(targets, known, service=OPEN, protected=frozenset(), limits=FREE)
    after = {(one.resource_type, one.released_id): (one.content_hash, one.intent) for one in known}
    for key in plan.forgotten:
        del after[key]
    for step in plan.steps:
        key = (step.operation.resource_type, step.operation.released_id)
        if step.operation.action is Action.REMOVE:
            del after[key]
        else:
            after[key] = (step.operation.content_hash, "")
    should = {(kind.value, UUID(int=number)): (bytes([content]), "") for (kind, number), content in wanted.items()}
    assert after == should


@given(wanted_sets, held_sets)
def test_what_may_be_at_the_target_and_is_not_wanted_is_removed_and_nothing_else(
    wanted: dict[tuple[ResourceType, int], int],
    held: dict[tuple[ResourceType, int], tuple[int | None, str]],
) -> None:
    targets = [wanted_object(kind, number, content) for (kind, number), content in wanted.items()]
    known = [held_object(kind, number, *state) for (kind, number), state in held.items()]
    plan = make_plan(targets, known, service=CLOSED, protected=frozenset(), limits=FREE)
    removed = {(s.operation.resource_type, s.operation.released_id.int) for s in plan.steps}
    assert all(step.operation.action is Action.REMOVE for step in plan.steps)
    assert removed == {
        (kind.value, number)
        for (kind, number), (content, intent) in held.items()
        if (kind, number) not in wanted and (content is not None or intent)
    }


@given(st.permutations(range(1, 8)))
def test_the_order_of_rows_is_no_difference(order: list[int]) -> None:
    rows = [wanted_object(ResourceType.USER, number, 1) for number in order]
    plan = make_plan(rows, [], service=OPEN, protected=frozenset(), limits=FREE)
    same = make_plan(
        sorted(rows, key=lambda one: one.released_id), [], service=OPEN, protected=frozenset(), limits=FREE
    )
    assert plan.verdict.plan_hash == same.verdict.plan_hash
    assert [step.operation for step in plan.steps] == [step.operation for step in same.steps]


def test_removals_of_the_protected_are_urgent_and_no_others() -> None:
    known = [held_object(ResourceType.USER, number, 1, "") for number in (1, 2)]
    plan = make_plan([], known, service=OPEN, protected=frozenset({UUID(int=1001)}), limits=Limits())
    assert [step.operation.released_id for step in plan.urgent] == [UUID(int=1)]
    assert [step.operation.released_id for step in plan.steps] == [UUID(int=2)]


def test_who_became_protected_is_removed_where_an_ended_agreement_stops_the_correction() -> None:
    same, changed = (wanted_object(ResourceType.USER, number, content=1) for number in (1, 2))
    known = [held_object(ResourceType.USER, 1, 1, ""), held_object(ResourceType.USER, 2, 0, "")]
    protected = frozenset({UUID(int=1001), UUID(int=1002)})
    plan = make_plan([same, changed], known, service=CLOSED, protected=protected, limits=FREE)
    assert plan.steps == []
    assert [(step.operation.action, step.operation.released_id.int) for step in plan.urgent] == [(Action.REMOVE, 2)]

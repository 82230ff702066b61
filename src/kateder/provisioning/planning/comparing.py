"""Compare what a target should have with what it has acknowledged, and judge the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kateder.governance.api import Cause, ServiceVerdict
from kateder.protocols.reconcile import Action, Judging, Limits, Verdict
from kateder.provisioning.delivery.operations import Operation
from kateder.provisioning.planning.step import InMemory, Kept, Key, Step, in_sending_order
from kateder.provisioning.planning.wanted import Wanted

KIND = "delivery"
"""The kind under which core keeps our plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What we know of one object at the target. Without a hash it may not be there; see TargetObject."""

    resource_type: str
    position: int
    released_id: UUID
    root_id: UUID | None
    content_hash: bytes | None = None
    intent: str = ""
    sanctioned: str = ""
    sanctioned_hash: bytes | None = None
    remote_id: str = ""

    @property
    def may_exist(self) -> bool:
        """Whether the target may have it: acknowledged, or sent with an answer that never came."""
        return self.content_hash is not None or bool(self.intent)

    @property
    def is_expected(self) -> bool:
        """Whether the target may have it, or was approved to get it: what limits are measured against."""
        return self.may_exist or self.sanctioned == Action.CREATE


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPlan:
    """What has to be done at a target, in sending order, and what the limits say about it."""

    steps: Sequence[Step]
    urgent: Sequence[Step]
    """The accounts of people who became protected, removed or changed to what may still be known of them: at
    once, never held, and no part of the verdict."""
    verdict: Verdict
    planned: Mapping[str, int]
    forgotten: Sequence[Key]
    """Rows about objects that were never sent and are no longer wanted."""
    outlived: Sequence[Key]
    """Sanctions that nothing needs any more: an approval is used once, not kept for a later surprise."""
    absent: frozenset[UUID]
    """What the target has refused (root ids), and what is wanted therefore does not refer to."""


def make_plan(
    wanted: Iterable[Wanted],
    held: Iterable[Held],
    *,
    service: ServiceVerdict,
    protected: frozenset[UUID],
    limits: Limits,
    absent: frozenset[UUID] = frozenset(),
    existing: Callable[[], Mapping[str, int]] | None = None,
) -> DeliveryPlan:
    """Find the differences and judge them.

    `existing` counts what the target holds by type, where `held` is not all of it; it is asked only if there is
    something to judge.
    `protected` are the root ids of people with an account whose identity is protected. An ended agreement stops
    creations and updates, never removals (domain rule 13).
    """
    found = Differences(service)
    found.compare(wanted, held, protected=protected)
    return found.plan(limits=limits, absent=absent, existing=existing)


NO_CAUSES: Mapping[UUID, tuple[Cause, ...]] = {}


class Differences:
    """What is wanted against what is held, gathered part by part: an object's wanted and held come in the same one.

    What is `kept` from the beginning was found earlier, and is part of the plan.
    """

    def __init__(self, service: ServiceVerdict, *, kept: Kept | None = None) -> None:
        self._service = service
        self._kept = kept or InMemory()
        self._judging = Judging()
        for difference, sanctioned in self._kept.differences():
            self._judging.add(difference, exempt=sanctioned)
        self._urgent: list[Step] = []
        self._forgotten: list[Key] = []
        self._outlived: list[Key] = []
        self._of_held: Counter[str] = Counter()

    def compare(
        self,
        wanted: Iterable[Wanted],
        held: Iterable[Held],
        *,
        protected: frozenset[UUID],
        causes: Mapping[UUID, tuple[Cause, ...]] = NO_CAUSES,
    ) -> None:
        """Take in a part. What is held and not wanted in it is to be removed.

        `causes` are why people should have an account (root ids).
        """
        left = {(one.resource_type, one.released_id): one for one in held}
        self._of_held.update(one.resource_type for one in left.values() if one.is_expected)
        outlived = {key for key, one in left.items() if one.sanctioned}
        self._kept.extend(self._taken(self._steps(wanted, left, protected, causes), outlived))
        self._outlived.extend(outlived)

    def _steps(
        self,
        wanted: Iterable[Wanted],
        left: dict[Key, Held],
        protected: frozenset[UUID],
        causes: Mapping[UUID, tuple[Cause, ...]],
    ) -> Iterator[Step]:
        for one in wanted:
            known = left.pop((one.resource_type, one.released_id), None)
            step = _step_towards(one, known, protected, causes)
            if step and _allowed(step, self._service):
                yield step
            elif step and known and known.may_exist and one.root_id in protected:
                # What is there tells more than may be known of the person now, and may no longer be corrected.
                yield _removal(known, protected)
        for key, each in left.items():
            if each.may_exist:
                yield _removal(each, protected)
            else:
                self._forgotten.append(key)

    def _taken(self, steps: Iterable[Step], outlived: set[Key]) -> Iterator[Step]:
        """Judge the steps as they are made; what is urgent goes no further."""
        for step in steps:
            if step.urgent:
                self._urgent.append(step)
                continue
            if step.sanctioned:
                outlived.discard(step.key)
            self._judging.add(step.difference, exempt=step.sanctioned)
            yield step

    def plan(
        self, *, limits: Limits, absent: frozenset[UUID], existing: Callable[[], Mapping[str, int]] | None = None
    ) -> DeliveryPlan:
        """Put all in sending order and judge it."""
        steps = self._kept.in_order()
        verdict = self._judging.verdict(existing=existing() if existing and steps else self._of_held, limits=limits)
        return DeliveryPlan(
            steps=steps,
            urgent=sorted(self._urgent, key=in_sending_order),
            verdict=verdict,
            planned={f"{action} {kind}": count for (kind, action), count in verdict.counts.items()},
            forgotten=self._forgotten,
            absent=absent,
            outlived=self._outlived,
        )


def _step_towards(
    wanted: Wanted, held: Held | None, protected: frozenset[UUID], causes: Mapping[UUID, tuple[Cause, ...]]
) -> Step | None:
    if held and not held.intent and held.content_hash == wanted.content_hash:
        return None
    known = held is not None and held.content_hash is not None
    action = Action.UPDATE if known else Action.CREATE
    return Step(
        operation=Operation(
            action=action,
            resource_type=wanted.resource_type,
            position=wanted.position,
            released_id=wanted.released_id,
            body=wanted.body,
            content_hash=wanted.content_hash,
            depends_on=wanted.depends_on,
            remote_id=held.remote_id if held else "",
            uncertain=held is not None and bool(held.intent),
        ),
        root_id=wanted.root_id,
        old_hash=held.content_hash if held else None,
        label=wanted.label,
        uncertain=held is not None and bool(held.intent),
        sanctioned=held is not None and held.sanctioned == action.value and held.sanctioned_hash == wanted.content_hash,
        urgent=known and wanted.root_id in protected,
        causes=causes.get(wanted.root_id, ()),
    )


def _removal(held: Held, protected: frozenset[UUID]) -> Step:
    return Step(
        operation=Operation(
            action=Action.REMOVE,
            resource_type=held.resource_type,
            position=held.position,
            released_id=held.released_id,
            remote_id=held.remote_id,
        ),
        root_id=held.root_id,
        old_hash=held.content_hash,
        uncertain=bool(held.intent),
        sanctioned=held.sanctioned == Action.REMOVE.value,
        urgent=held.root_id in protected,
    )


def _allowed(step: Step, service: ServiceVerdict) -> bool:
    if step.operation.action is Action.CREATE:
        return service.may_create
    return service.may_update


def counts(steps: Iterable[Step]) -> dict[str, int]:
    """Count steps by action and type: `{"create User": 12}`."""
    return dict(Counter(f"{step.operation.action} {step.operation.resource_type}" for step in steps))

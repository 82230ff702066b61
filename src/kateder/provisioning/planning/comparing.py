"""Compare what a target should have with what it has acknowledged, and judge the difference."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kateder.governance.api import Cause, ServiceVerdict
from kateder.protocols.reconcile import Action, Difference, Limits, Verdict, judge
from kateder.provisioning.delivery.operations import Operation
from kateder.provisioning.planning.wanted import Wanted

Key = tuple[str, UUID]
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
class Step:
    """One difference, the operation that removes it, and whose it is."""

    difference: Difference
    operation: Operation
    root_id: UUID | None
    label: str = ""
    sanctioned: bool = False
    """An approved plan said so before; a run that was killed goes on without asking again."""
    uncertain: bool = False
    """An intent stands from before: nobody knows what the target holds."""
    urgent: bool = False

    @property
    def key(self) -> Key:
        """Type and released id."""
        return self.operation.resource_type, self.operation.released_id


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
    causes: Mapping[UUID, tuple[Cause, ...]] = field(default_factory=dict)
    """Why those about whom something is to be done have an account (root ids)."""


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


class Differences:
    """What is wanted against what is held, gathered part by part: an object's wanted and held come in the same one."""

    def __init__(self, service: ServiceVerdict) -> None:
        self._service = service
        self._steps: list[Step] = []
        self._forgotten: list[Key] = []
        self._sanctioned: set[Key] = set()
        self._of_held: Counter[str] = Counter()

    def compare(self, wanted: Iterable[Wanted], held: Iterable[Held], *, protected: frozenset[UUID]) -> list[Step]:
        """Take in a part, and give its steps. What is held and not wanted in it is to be removed."""
        left = {(one.resource_type, one.released_id): one for one in held}
        self._sanctioned.update(key for key, one in left.items() if one.sanctioned)
        self._of_held.update(one.resource_type for one in left.values() if one.is_expected)
        steps: list[Step] = []
        for one in wanted:
            known = left.pop((one.resource_type, one.released_id), None)
            step = _step_towards(one, known, protected)
            if step and _allowed(step, self._service):
                steps.append(step)
            elif step and known and known.may_exist and one.root_id in protected:
                # What is there tells more than may be known of the person now, and may no longer be corrected.
                steps.append(_removal(known, protected))
        self._forgotten.extend(key for key, one in left.items() if not one.may_exist)
        steps.extend(_removal(one, protected) for one in left.values() if one.may_exist)
        self._steps.extend(steps)
        return steps

    def plan(
        self, *, limits: Limits, absent: frozenset[UUID], existing: Callable[[], Mapping[str, int]] | None = None
    ) -> DeliveryPlan:
        """Put all in sending order and judge it."""
        self._steps.sort(key=lambda step: (step.operation.phase, step.operation.released_id))
        urgent = [step for step in self._steps if step.urgent]
        steps = [step for step in self._steps if not step.urgent] if urgent else self._steps
        of_held = existing() if existing and steps else self._of_held
        return DeliveryPlan(
            steps=steps,
            urgent=urgent,
            verdict=_judge(steps, existing=of_held, limits=limits),
            planned=counts(steps),
            forgotten=self._forgotten,
            absent=absent,
            outlived=list(self._sanctioned - {step.key for step in steps if step.sanctioned}),
        )


def _step_towards(wanted: Wanted, held: Held | None, protected: frozenset[UUID]) -> Step | None:
    if held and not held.intent and held.content_hash == wanted.content_hash:
        return None
    known = held is not None and held.content_hash is not None
    action = Action.UPDATE if known else Action.CREATE
    old = held.content_hash if held else None
    return Step(
        difference=Difference(action, wanted.resource_type, str(wanted.released_id), old, wanted.content_hash),
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
        label=wanted.label,
        uncertain=held is not None and bool(held.intent),
        sanctioned=held is not None and held.sanctioned == action.value and held.sanctioned_hash == wanted.content_hash,
        urgent=known and wanted.root_id in protected,
    )


def _removal(held: Held, protected: frozenset[UUID]) -> Step:
    return Step(
        difference=Difference(Action.REMOVE, held.resource_type, str(held.released_id), held.content_hash, None),
        operation=Operation(
            action=Action.REMOVE,
            resource_type=held.resource_type,
            position=held.position,
            released_id=held.released_id,
            remote_id=held.remote_id,
        ),
        root_id=held.root_id,
        uncertain=bool(held.intent),
        sanctioned=held.sanctioned == Action.REMOVE.value,
        urgent=held.root_id in protected,
    )


def _allowed(step: Step, service: ServiceVerdict) -> bool:
    if step.operation.action is Action.CREATE:
        return service.may_create
    return service.may_update


def _judge(steps: Sequence[Step], *, existing: Mapping[str, int], limits: Limits) -> Verdict:
    free = {id(step.difference) for step in steps if step.sanctioned}
    return judge(
        (step.difference for step in steps),
        existing=existing,
        limits=limits,
        exempt=lambda difference: id(difference) in free,
    )


def counts(steps: Iterable[Step]) -> dict[str, int]:
    """Count steps by action and type: `{"create User": 12}`."""
    return dict(Counter(f"{step.operation.action} {step.operation.resource_type}" for step in steps))

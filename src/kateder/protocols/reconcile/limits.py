"""How much may change at once before a person has to look."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from kateder.protocols.reconcile.difference import Action


class Measure(StrEnum):
    """What a limit is about."""

    FIRST = "first"
    """There is nothing on the other side yet: a first delivery always waits for a person."""
    EMPTIED = "emptied"
    """Everything of a kind would be removed (an empty file, or new keys for the same things)."""
    CHURN = "churn"
    """Creations and removals, added together and never set off against each other."""
    UPDATES = "updates"
    """Objects that keep their key and get other content."""


@dataclass(frozen=True, slots=True)
class LimitHit:
    """One limit that holds a plan: `counted` objects of `kind`, where `allowed` of `existing` may change."""

    measure: Measure
    kind: str
    counted: int
    allowed: int
    existing: int


@dataclass(frozen=True, slots=True)
class Limits:
    """What one plan may change without being asked about.

    Sets of at most `small_set` objects are limited by `max_count` (a share says nothing about seven
    rows), larger ones by `max_share` of what is there, though never tighter than `max_count`: a set that
    grows by one must not lose room. Updates have a share of their own, since they lose nobody.
    `per_kind` gives other limits to some kinds; its entries' own `per_kind` is not read.
    Raises ValueError for a negative count or a share outside 0–1.
    """

    max_count: int = 20
    max_share: float = 0.05
    small_set: int = 400
    max_update_share: float = 0.5
    first_waits: bool = True
    per_kind: Mapping[str, "Limits"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shares = (self.max_share, self.max_update_share)
        if min(self.max_count, self.small_set) < 0 or not all(0 <= share <= 1 for share in shares):
            message = "a limit is a count of at least 0 or a share between 0 and 1"
            raise ValueError(message)

    def of(self, kind: str) -> "Limits":
        """The limits that hold for one kind."""
        return self.per_kind.get(kind, self)

    def allowed(self, existing: int, *, share: float) -> int:
        """How many of `existing` objects may change: a count for a small set, a share of a large one."""
        if existing <= self.small_set:
            return self.max_count
        return max(self.max_count, int(existing * share))


def hits_of(kind: str, *, counts: Mapping[Action, int], existing: int, limits: Limits) -> list[LimitHit]:
    """The limits that the counted changes of one kind hit. Creations count only where something exists."""
    own = limits.of(kind)
    hits: list[LimitHit] = []
    created = counts.get(Action.CREATE, 0) if existing else 0
    removed = counts.get(Action.REMOVE, 0)
    if existing and removed >= existing:
        hits.append(LimitHit(Measure.EMPTIED, kind, removed, existing - 1, existing))
    churn = created + removed
    allowed = own.allowed(existing, share=own.max_share)
    if churn > allowed:
        hits.append(LimitHit(Measure.CHURN, kind, churn, allowed, existing))
    updated = counts.get(Action.UPDATE, 0)
    allowed = own.allowed(existing, share=own.max_update_share)
    if updated > allowed:
        hits.append(LimitHit(Measure.UPDATES, kind, updated, allowed, existing))
    return hits

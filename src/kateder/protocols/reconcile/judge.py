"""Read the differences once and say what they amount to."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kateder.protocols.reconcile.difference import Action, Difference
from kateder.protocols.reconcile.fingerprint import Fingerprint
from kateder.protocols.reconcile.limits import LimitHit, Limits, Measure, hits_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a plan amounts to.

    `counts` has every (kind, action) that occurs, exempt ones included; `exempt` says how many of the
    differences no limit applies to. Empty `held_by` means that the plan may go on by itself.
    """

    plan_hash: str
    counts: Mapping[tuple[str, Action], int]
    held_by: tuple[LimitHit, ...]
    total: int
    exempt: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return self.total == 0

    @property
    def is_held(self) -> bool:
        """Whether a person has to look before anything is done."""
        return bool(self.held_by)


class Judging:
    """Counts and fingerprints differences as they come, holding none of them, and judges them at the end."""

    __slots__ = ("_counts", "_fingerprint", "_spared")

    def __init__(self) -> None:
        self._fingerprint = Fingerprint()
        self._counts: Counter[tuple[str, Action]] = Counter()
        self._spared: Counter[tuple[str, Action]] = Counter()

    def add(self, difference: Difference, *, exempt: bool = False) -> None:
        """Take one difference in; no limit may hold one that is `exempt` (somebody became protected)."""
        self._fingerprint.add(difference)
        self._counts[difference.kind, difference.action] += 1
        if exempt:
            self._spared[difference.kind, difference.action] += 1

    def verdict(self, *, existing: Mapping[str, int], limits: Limits) -> Verdict:
        """Say what they amount to; `existing` says how many of each kind the other side holds before the plan."""
        return Verdict(
            plan_hash=self._fingerprint.hexdigest(),
            counts=dict(self._counts),
            held_by=tuple(_held_by(self._counts - self._spared, existing=existing, limits=limits)),
            total=self._counts.total(),
            exempt=self._spared.total(),
        )


def judge(
    differences: Iterable[Difference],
    *,
    existing: Mapping[str, int],
    limits: Limits,
    exempt: Callable[[Difference], bool] | None = None,
) -> Verdict:
    """Count, limit and fingerprint the differences in one pass, holding none of them.

    `existing` says how many objects of each kind the other side holds before the plan. `exempt` names
    differences that no limit may hold (a person who became protected is removed at once).
    """
    judging = Judging()
    for difference in differences:
        judging.add(difference, exempt=exempt is not None and exempt(difference))
    return judging.verdict(existing=existing, limits=limits)


def judge_counted(
    counts: Mapping[tuple[str, Action], int], *, plan_hash: str, existing: Mapping[str, int], limits: Limits
) -> Verdict:
    """The same verdict where somebody else, such as a database, has counted and digested the differences.

    `plan_hash` has to be the same for the same differences, in whatever order they come, and for no others.
    """
    counted = Counter(counts)
    held_by = tuple(_held_by(counted, existing=existing, limits=limits))
    return Verdict(plan_hash=plan_hash, counts=dict(counts), held_by=held_by, total=counted.total())


def _held_by(
    counted: Counter[tuple[str, Action]], *, existing: Mapping[str, int], limits: Limits
) -> Iterable[LimitHit]:
    holds = sum(existing.values())
    if limits.first_waits and not holds and counted:
        yield LimitHit(Measure.FIRST, "", counted.total(), 0, 0)
    for kind in sorted({kind for kind, _ in counted}):
        yield from hits_of(
            kind,
            counts={action: counted[kind, action] for action in Action},
            existing=existing.get(kind, 0),
            limits=limits,
        )

"""The delivery engine's store in the database: intents before, results after, each in a transaction of its own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from kateder.core import clock, feed
from kateder.core.leases import Lease
from kateder.core.tenancy import within
from kateder.governance import api as governance
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Operation, Outcome, Result
from kateder.provisioning.healing import doubting, healed, removals
from kateder.provisioning.healing.healed import Noted
from kateder.provisioning.models import DeliveryRun, Target, TargetState
from kateder.provisioning.planning import memory
from kateder.provisioning.planning.step import Key, Step, key_of
from kateder.provisioning.rollover.freezing import holds_back
from kateder.provisioning.runs import progress
from kateder.provisioning.sight.receipting import Receipting
from kateder.provisioning.targets import federated

STOPPED = frozenset({TargetState.PAUSED, TargetState.EMPTIED})


class Windows:
    """Gives the steps of a plan window by window, for as long as the ground it stands on holds.

    Before each window it looks again: a feed that has moved (`moved`) means planning anew, an agreement that
    has ended lets only removals through, a freeze only what is urgent, and a pause stops everything. `watch` says
    why a member of a federation may be sent no more (`barred`), or that it is to be found anew. What the target turns
    out to have lost makes us doubt what lies around it: `doubted` is added to, and is what a run has doubted so far.
    `gives_way` says whether the run is to end here, for others (`gave_way`).
    """

    def __init__(
        self,
        run: DeliveryRun,
        steps: Sequence[Step],
        *,
        lease: Lease,
        feed_position: int,
        today: date,
        urgent: bool = False,
        doubted: set[Key] | None = None,
        gives_way: Callable[[], bool] = bool,
    ) -> None:
        self.watch: Callable[[], str] = str
        self._run = run
        self._target_id = run.target_id
        self._steps = steps
        self.given = 0
        """How many of the steps have had their turn."""
        self._under_way: dict[Key, Step] = {}
        self._lease = lease
        self._feed_position = feed_position
        self._today = today
        self.urgent = urgent
        self._doubted = set[Key]() if doubted is None else doubted
        self._receipts: Receipting | None = None
        self.moved = False
        self.paused = False
        self.frozen = False
        self.barred = ""
        self.gave_way = False
        self._gives_way = gives_way

    def next_window(self, size: int) -> Sequence[Operation]:
        """Store the intents of the next steps and give their operations. Raises LeaseLost."""
        if self.given >= len(self._steps):
            return []
        with within(self._lease.authority_id):
            self._lease.check()
            # Not before it has come any further: what gives way is planned anew.
            self.gave_way = self._run.done > 0 and self._gives_way()
            target = Target.objects.select_related("authority").get(id=self._target_id)
            self.paused = target.state in STOPPED or target.authority.paused_at is not None
            member = self.watch()
            self.barred = member if member != federated.MOVED else ""
            self.moved = member == federated.MOVED or feed.position() != self._feed_position
            self.frozen = not self.urgent and holds_back(self._target_id, today=self._today)
            if self.paused or self.moved or self.frozen or self.barred or self.gave_way:
                return []
            allowed: Sequence[Step] = []
            while self.given < len(self._steps) and not allowed:
                # What may no longer be sent does not end the run: removals come last.
                allowed = self._allowed(target, self._steps[self.given : self.given + size])
                self.given += size
            memory.intend(self._target_id, allowed)
            removals.ask(self._target_id, allowed, now=clock.now())
        self._under_way.update((step.key, step) for step in allowed)
        return [step.operation for step in allowed]

    def record(self, results: Sequence[Result]) -> None:
        """Store the results of a window. Raises LeaseLost when another run has taken over."""
        with within(self._lease.authority_id):
            self._lease.check()
            now = clock.now()
            steps = {key: self._under_way[key] for key in map(key_of, results)}
            marks = self._receipting().mark(results, steps)
            memory.keep_results(self._target_id, results, steps=steps, run_id=self._run.id, now=now, marks=marks)
            removals.answer(self._target_id, results, now=now)
            progress.advance(self._run, results)
            progress.heal(self._run, healed.surprises(results, steps=steps, run=self._run, doubted=self._doubted))
            self._look_around(results, steps)
        for key in steps:
            del self._under_way[key]

    def _look_around(self, results: Sequence[Result], steps: Mapping[Key, Step]) -> None:
        """What a service has lost it seldom lost alone; after its list was read there is nothing to doubt.

        A strict service refuses what refers to something that it has lost: the first time, that is doubted too.
        """
        if Noted.LISTED in self._run.healed:
            return
        lost = {steps[key_of(one)].root_id for one in results if one.was_lost} - {None}
        refused = [one.operation for one in results if _is_refused_anew(one, steps[key_of(one)])]
        referred = {each for operation in refused for each in operation.depends_on}
        if lost or referred:
            target = Target.objects.get(id=self._target_id)
            self._doubted |= doubting.doubt_around(target, [root for root in lost if root], today=self._today)
            self._doubted |= doubting.doubt(target, referred)

    def _receipting(self) -> Receipting:
        if self._receipts is None:
            target = Target.objects.get(id=self._target_id)
            self._receipts = Receipting(target.service_id, today=self._today)
        return self._receipts

    def _allowed(self, target: Target, window: Sequence[Step]) -> Sequence[Step]:
        verdict = governance.verdict(target.service_id, today=self._today)
        if verdict.may_create and verdict.may_update:
            return window
        return [step for step in window if step.operation.action is Action.REMOVE]


def _is_refused_anew(result: Result, step: Step) -> bool:
    """Whether what the target took before is refused for the first time."""
    is_refused = result.outcome is Outcome.FAILED and result.code.startswith("http_4")
    is_update = result.operation.action is Action.UPDATE and not step.uncertain
    return is_refused and is_update and result.code not in memory.PASSING

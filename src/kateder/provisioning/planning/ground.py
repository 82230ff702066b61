"""The ground that one run stands on: what it may take for known, and what it leaves for the next."""

from __future__ import annotations

from datetime import date
from itertools import chain
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import clock, feed, findings
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.provisioning.healing.healed import Healed
from kateder.provisioning.models import DeliveryRun, Scope, Target
from kateder.provisioning.planning import scope
from kateder.provisioning.planning.comparing import DeliveryPlan
from kateder.provisioning.planning.touching import NOBODY, Touched
from kateder.provisioning.runs import progress
from kateder.register.models import Organisation

MISSED = "provisioning.missed_change"


class Ground:
    """Chooses for each round of a run between what has changed and everything, and keeps what is known afterwards.

    Where everything is compared though a narrower look would have done, what that look would have missed is counted:
    it must be nothing, and is a finding when it is not. `blind`: what is held has just been learnt in another way.
    """

    def __init__(self, run: DeliveryRun, *, today: date, everything: bool, blind: bool = False) -> None:
        self._run = run
        self._today = today
        self._everything = everything
        self._target = Target.objects.get(id=run.target_id)
        self._before = None if blind else scope.known(self._target)
        self._left = False
        self._wide = False
        self._absent: frozenset[UUID] = NOBODY
        self._would_do: Touched | None = None
        self._position = 0

    def touched(self, *, until: int) -> Touched | None:
        """What this round has to look at, up to a position of the feed; None: everything."""
        self._position = until
        found = None
        if self._before is not None:
            found = scope.changed(self._target, self._before, today=self._today, until=until, also=self._absent)
        self._would_do = found if self._everything else None
        self._wide = self._wide or self._everything or found is None
        return None if self._everything else found

    def planned(self, plan: DeliveryPlan) -> None:
        """A round has been planned. What refers to an object that was refused is looked at in the next one too."""
        self._absent |= plan.absent
        # What was committed while we read is in the plan and not in the feed that was looked at.
        if self._would_do is not None and not self._left and feed.position() == self._position:
            self._report(_missed(plan, self._would_do))

    def leave(self) -> None:
        """Something is about to be sent: until the run has ended, nothing is known."""
        if not self._left:
            self._left = True
            scope.lose(self._run.target_id)

    def end(self, target: Target, *, all_done: bool) -> None:
        """Put down what the run knows now, in its row and the target's, for the caller to save; call when nothing more
        will be sent.
        """
        broken_off = self._left and self._run.done > 0
        after = scope.Known(self._position, self._today) if all_done else None if broken_off else self._before
        target.known_position, target.known_day = (after.position, after.day) if after else (None, None)
        target.compared_at = clock.now() if self._wide else target.compared_at
        self._run.scope = Scope.EVERYTHING if self._wide else Scope.CHANGES

    def _report(self, missed: int) -> None:
        found = [_finding(self._target.id, missed)] if missed else []
        findings.replace(f"comparison:{self._target.id}", found)
        if missed:
            progress.heal(self._run, {Healed.MISSED.value: missed})
            self._before = None  # also if the plan waits: what changed does not lead there


def _missed(plan: DeliveryPlan, looked_at: Touched) -> int:
    """Count the differences that are not where the feed says that something has changed."""
    elsewhere = {step.root_id for step in chain(plan.steps, plan.urgent) if step.root_id} - looked_at.roots
    schools = Organisation.objects.filter(id__in=elsewhere).values_list("id", flat=True)
    return len(elsewhere - set(schools))


def _finding(target_id: UUID, missed: int) -> NewFinding:
    return NewFinding(
        rule=MISSED,
        subject_type="target",
        subject_id=str(target_id),
        message=gettext_noop(
            "The nightly comparison found {count} objects that had changed without Kateder noticing. They have been"
            " put right; the fault is Kateder's own: please report it."
        ),
        severity=Severity.WARNING,
        owner="it",
        params={"count": missed},
    )

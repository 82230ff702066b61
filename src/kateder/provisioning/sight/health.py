"""How each service stands: in step with the register or not, since when, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core import feed
from kateder.core.models import Authority, FeedEntry, Plan, PlanState
from kateder.core.tenancy import current_authority_id
from kateder.provisioning.models import DeliveryRun, Freeze, RunState, Target, TargetObject, TargetState
from kateder.provisioning.planning.comparing import KIND
from kateder.provisioning.sight.standings import Standing
from kateder.provisioning.targets import federated
from kateder.provisioning.targets.causes import SHUT_OUT, cause_of

Reason = tuple[Standing, datetime | None, str]
"""How it stands, since when, and the code of the trouble."""

CERTIFICATE_ENDS: Final = timedelta(days=30)

NEXT_STEPS: Final[Mapping[Standing, Promise | str]] = {
    Standing.IN_STEP: "",
    Standing.UNDER_WAY: "",
    Standing.BEHIND: _("It follows within a minute. If it does not, see that a worker is running (kateder doctor)."),
    Standing.WAITS: _("Look at the plan and decide."),
    Standing.FROZEN: _("Let the deliveries go when the reason is over."),
    Standing.PAUSED: _("Let the deliveries go on when the reason is over."),
    Standing.NEVER: _("Make the first delivery."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One service's deliveries now. `code` is the trouble's, empty without any."""

    target_id: UUID
    service_id: UUID
    slug: str
    name: str
    standing: Standing
    since: datetime | None
    code: str = ""
    refused: int = 0
    """Objects that the service did not accept at the last try."""
    plan_id: UUID | None = None
    next_attempt: datetime | None = None
    last_run_id: UUID | None = None
    last_good: datetime | None = None
    compared_at: datetime | None = None
    certificate_ends: datetime | None = None
    """When our certificate ends, where that is soon."""
    seconds_behind: float = 0.0

    @property
    def is_well(self) -> bool:
        """Whether nobody has to do anything."""
        return self.standing in {Standing.IN_STEP, Standing.UNDER_WAY, Standing.BEHIND} and not self.certificate_ends

    @property
    def why(self) -> Promise | str:
        """What has happened, in the reader's language; empty where the standing says all."""
        return cause_of(self.code).what if self.code else ""

    @property
    def next_step(self) -> Promise | str:
        """What to do next; empty where nothing is."""
        return cause_of(self.code).next_step if self.code else NEXT_STEPS[self.standing]


def of_all(*, now: datetime) -> list[Health]:
    """How every service with a target stands, by name. Call within()."""
    around = _Around(now=now)
    targets = Target.objects.select_related("service", "keypair").order_by("service__name", "id")
    return [around.health(target) for target in targets]


class _Around:
    """What has to be known of all targets together, asked for once."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._position = feed.position()
        self._paused_at = Authority.objects.get(id=current_authority_id()).paused_at
        self._plans = {
            plan.subject_id: plan
            for plan in Plan.objects.filter(kind=KIND, state=PlanState.WAITING).order_by("created_at")
        }
        self._freezes = {freeze.target_id: freeze for freeze in Freeze.objects.filter(ended_at=None)}
        self._latest = _by_target(DeliveryRun.objects.order_by("target_id", "-started_at").distinct("target_id"))
        good = DeliveryRun.objects.filter(state=RunState.SUCCEEDED)
        self._good = _by_target(good.order_by("target_id", "-started_at").distinct("target_id"))
        failed = TargetObject.objects.exclude(failure="").values("target_id").annotate(count=Count("id"))
        self._failed = {
            row["target_id"]: (row["count"], row["code"]) for row in failed.annotate(code=Min("failure")).order_by()
        }

    def health(self, target: Target) -> Health:
        """How one of them stands."""
        latest, good, plan = self._latest.get(target.id), self._good.get(target.id), self._plans.get(target.id)
        standing, since, code = next(self._reasons(target, latest))
        refused, _code = self._failed.get(target.id, (0, ""))
        ends = federated.certificate_ends(target)
        return Health(
            target_id=target.id,
            service_id=target.service_id,
            slug=target.service.slug,
            name=target.service.name,
            standing=standing,
            since=since,
            code=code,
            refused=refused,
            plan_id=plan.id if plan else None,
            next_attempt=target.retry_at if target.retry_at and target.retry_at > self._now else None,
            last_run_id=latest.id if latest else None,
            last_good=good.ended_at if good else None,
            compared_at=target.compared_at,
            certificate_ends=ends if ends and ends - self._now <= CERTIFICATE_ENDS else None,
            seconds_behind=self._seconds_behind(standing, since),
        )

    def _reasons(self, target: Target, latest: DeliveryRun | None) -> Iterator[Reason]:
        """All that is true, what needs a person before what passes by itself."""
        if target.state == TargetState.PAUSED or self._paused_at:
            yield Standing.PAUSED, self._paused_at, ""
        if target.down_since:
            code = latest.stopped_by if latest and latest.stopped_by else "target_down"
            yield (Standing.SHUT_OUT if code in SHUT_OUT else Standing.DOWN), target.down_since, code
        if target.id in self._freezes:
            yield Standing.FROZEN, self._freezes[target.id].begun_at, ""
        if target.id in self._plans:
            yield Standing.WAITS, self._plans[target.id].created_at, ""
        if latest is None:
            yield Standing.NEVER, None, ""
            return
        if target.id in self._failed:
            yield Standing.REFUSED, latest.ended_at, self._failed[target.id][1]
        if latest.state == RunState.RUNNING:
            yield Standing.UNDER_WAY, latest.started_at, ""
        if target.delivered_position < self._position:
            yield Standing.BEHIND, self._moved_after(target.delivered_position), ""
        yield Standing.IN_STEP, None, ""

    def _moved_after(self, position: int) -> datetime | None:
        entry = FeedEntry.objects.filter(position__gt=position).order_by("position").first()
        return entry.at if entry else None

    def _seconds_behind(self, standing: Standing, since: datetime | None) -> float:
        if since is None or standing in {Standing.IN_STEP, Standing.UNDER_WAY, Standing.REFUSED}:
            return 0.0
        return max(0.0, (self._now - since).total_seconds())


def _by_target(runs: Iterable[DeliveryRun]) -> dict[UUID, DeliveryRun]:
    return {run.target_id: run for run in runs}

"""Look at a target from its settings to its door, sending no data: what is wrong, and what to do about it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext

from kateder.core.secrets import CannotUnseal
from kateder.core.setup import Step, StepName, walked
from kateder.core.tenancy import within
from kateder.provisioning.models import Target
from kateder.provisioning.targets import federated
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import STEP_LABELS, Door, Way
from kateder.trust.api import NotThroughFederation

SOON = timedelta(days=30)


def walk(authority_id: UUID, target_id: UUID, *, now: datetime) -> Iterator[Step]:
    """Give each step as it has been tried; the first that is wrong is the last. Call it outside transactions."""
    with within(authority_id):
        target = Target.objects.select_related("keypair").get(id=target_id)
        way, ends = ways.of(target.kind), federated.certificate_ends(target)
        try:
            door = ways.door_of(target)
        except (CannotUnseal, NotThroughFederation) as failure:
            shut = Step(StepName.KEY if way.is_pinned else StepName.SETTINGS, ok=False, sentence=str(failure))
            door = None
    if door is None:
        yield shut
        return
    order = [name for name in STEP_LABELS if way.is_pinned or name is not StepName.KEY]
    yield from walked(_steps(way, door, ends=ends if way.is_pinned else None, now=now), order=order)


def check(authority_id: UUID, target_id: UUID, *, now: datetime) -> list[Step]:
    """Check settings, key, certificate and connection, in that order; the first that is wrong ends it.

    Call it outside transactions: it talks to the target.
    """
    return list(walk(authority_id, target_id, now=now))


def _steps(way: Way, door: Door, *, ends: datetime | None, now: datetime) -> Iterator[Step]:
    if ends is not None:
        left = ends - now
        advice = gettext("Our certificate ends soon: make a new key and give it to the provider.")
        yield Step(StepName.KEY, ok=left > timedelta(0), sentence=advice if left <= SOON else "")
    yield from way.check(door)

"""Measures the deliveries of one service: `python -m kateder.bench.deliver_once SLUG PROVIDER_STATE` prints JSON."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.provisioning.models import DeliveryRun

TIMES = 5
"""How often what takes milliseconds is measured; the median is given."""


def main(slug: str, provider: Path) -> dict[str, Any]:
    """Deliver a service for the first time, then with nothing, one pupil and one in a hundred changed."""
    from kateder.bench.deliver_ground import connect, give_everybody, open_service
    from kateder.bench.place import AUTHORITY, Stopwatch
    from kateder.core import authorities, clock, plans
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within
    from kateder.provisioning import api as provisioning

    today = clock.today()
    authority_id = authorities.pick(AUTHORITY).id
    with within(authority_id):
        by = Actor.system("bench")
        service_id = open_service(slug, today=today, by=by)
        give_everybody(service_id, number=slug, today=today, by=by)
        target = connect(service_id, name=slug, provider=provider, by=by)
    planning = Stopwatch()
    first = provisioning.run(target.id, actor=by)
    planned_seconds = planning.seconds
    assert first.plan_id is not None, first.state  # noqa: S101  a first delivery waits for a person
    with within(authority_id):
        plans.approve(first.plan_id, by=by)
    delivering = Stopwatch()
    done = provisioning.run(target.id, actor=by)
    figures: dict[str, Any] = {
        "state": str(done.state),
        "connections": target.max_connections,
        "planned_seconds": planned_seconds,
        "first_seconds": delivering.seconds,
    }
    return figures | _changed(target.id, by=by)


def _changed(target_id: UUID, *, by: Actor) -> dict[str, Any]:
    from kateder.bench.deliver_ground import rename_some
    from kateder.core.tenancy import within
    from kateder.provisioning import api as provisioning
    from kateder.provisioning.models import TargetObject

    def run(*, everything: bool = False) -> DeliveryRun:
        return provisioning.run(target_id, actor=by, everything=everything)

    def rename(count: int) -> None:
        with within(by.authority_id):
            rename_some(count, by=by)

    with within(by.authority_id):
        held = TargetObject.objects.filter(target_id=target_id, content_hash__isnull=False)
        objects, pupils = held.count(), held.filter(resource_type="User").count()
    unchanged, _ = _timed(run, times=TIMES)
    everything, compared = _timed(lambda: run(everything=True))
    one, _ = _timed(run, before=lambda: rename(1), times=TIMES)
    some, sent = _timed(run, before=lambda: rename(max(1, pupils // 100)))
    assert compared.healed == {}, compared.healed  # noqa: S101  what the changes say is all that has changed
    return {
        "objects": objects,
        "unchanged_seconds": unchanged,
        "everything_seconds": everything,
        "one_pupil_seconds": one,
        "hundredth_seconds": some,
        "hundredth_sent": sent.done,
        "scopes": [compared.scope, sent.scope],
    }


def _timed(
    work: Callable[[], DeliveryRun], *, before: Callable[[], None] | None = None, times: int = 1
) -> tuple[float, DeliveryRun]:
    from kateder.bench.place import Stopwatch

    seconds = []
    for _ in range(times):
        if before is not None:
            before()
        watch = Stopwatch()
        ended = work()
        seconds.append(watch.seconds)
    return statistics.median(seconds), ended


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    django.setup()
    import orjson

    sys.stdout.buffer.write(orjson.dumps(main(sys.argv[1], Path(sys.argv[2]))))

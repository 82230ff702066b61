"""Kills deliveries: `python -m kateder.bench.kill_many PROVIDER_STATE COUNT SEED` prints JSON.

Each delivery is a process of its own, forked from one that holds no connection, and ended by SIGKILL at a moment that
the dice choose. Before each, the register changes: names change, and people are withheld and let go again, so that
accounts are changed, removed and made.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import django

if TYPE_CHECKING:
    from kateder.core.actors import Actor

MEND_EVERY: Final = 5
"""After so many kills, on average, runs go on undisturbed until one succeeds."""
MOST_RUNS: Final = 20
SUCCEEDED, OTHERWISE = 0, 1


def main(provider: Path, count: int, seed: int) -> dict[str, Any]:
    """Deliver once, then kill and mend; at the end ask the server what it has."""
    from kateder.bench.place import Stopwatch

    dice = random.Random(seed)
    target_id, by = _ground(provider)
    whole = Stopwatch()
    assert _mend(target_id, by) == 1  # noqa: S101  what was approved is delivered
    _change(dice, target_id, by)
    one_run = Stopwatch()
    _mend(target_id, by)
    typical = one_run.seconds
    kills = runs = most = unharmed = 0
    while kills < count:
        _change(dice, target_id, by)
        runs += 1
        if _run(target_id, by, seconds=dice.uniform(0, typical)) is None:
            kills += 1
        else:
            unharmed += 1
        if dice.randrange(MEND_EVERY) == 0 or kills == count:
            needed = _mend(target_id, by)
            most, runs = max(most, needed), runs + needed
    return {
        "kills": kills,
        "runs": runs,
        "ended_before_the_kill": unharmed,
        "most_runs_to_mend": most,
        "seconds": whole.seconds,
        **_differences(target_id, by),
    }


def _ground(provider: Path) -> tuple[UUID, Actor]:
    from django.db import connections

    from kateder.bench.deliver_ground import connect, give_everybody, open_service
    from kateder.bench.place import AUTHORITY
    from kateder.core import authorities, clock
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within
    from kateder.provisioning import api as provisioning

    today = clock.today()
    with within(authorities.pick(AUTHORITY).id):
        by = Actor.system("bench")
        service_id = open_service("kills", today=today, by=by)
        give_everybody(service_id, number="kills", today=today, by=by)
        target = connect(service_id, name="kills", provider=provider, by=by)
        limits = {"first_waits": False, "max_count": 1_000_000, "max_update_share": 1.0}
        provisioning.change_target(target.id, by=by, limits=limits)
    connections.close_all()
    return target.id, by


def _change(dice: random.Random, target_id: UUID, by: Actor) -> None:
    """Let some names change, and a few people be withheld or let go."""
    from django.db import connections

    from kateder.bench.deliver_ground import rename_some
    from kateder.core import clock
    from kateder.core.tenancy import within
    from kateder.provisioning.healing import never_send
    from kateder.provisioning.models import NeverSend
    from kateder.register.models import Enrolment

    now, today = clock.now(), clock.today()
    with within(by.authority_id):
        rename_some(dice.randrange(1, 20), by=by)
    with within(by.authority_id):
        pupils = sorted(set(Enrolment.objects.values_list("person_id", flat=True)))
        for person in dice.sample(pupils, 3):
            decided = NeverSend.objects.filter(person_id=person, ended_at=None).first()
            if decided:
                never_send.end(decided.id, by=by, now=now)
            else:
                never_send.begin(person, reason="bench", by=by, today=today, now=now)
    connections.close_all()


def _run(target_id: UUID, by: Actor, *, seconds: float | None = None) -> int | None:
    """Deliver in a process of its own; kill it after some seconds. Gives how it ended, None when it was killed."""
    child = os.fork()
    if child == 0:
        os._exit(_deliver(target_id, by))
    if seconds is not None:
        time.sleep(seconds)
        if os.waitpid(child, os.WNOHANG) == (0, 0):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        return SUCCEEDED
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _deliver(target_id: UUID, by: Actor) -> int:
    from kateder.provisioning import api as provisioning

    ended = provisioning.run(target_id, actor=by)
    return SUCCEEDED if ended.state == provisioning.RunState.SUCCEEDED else OTHERWISE


def _mend(target_id: UUID, by: Actor) -> int:
    """Run undisturbed until a run succeeds; gives how many it took."""
    for number in range(1, MOST_RUNS + 1):
        if _run(target_id, by) == SUCCEEDED:
            return number
    return MOST_RUNS + 1


def _differences(target_id: UUID, by: Actor) -> dict[str, int]:
    """What is not as it should be: between the server's list and our memory, and between that and what is wanted."""
    from kateder.core import clock
    from kateder.core.tenancy import within
    from kateder.provisioning.healing import rebuilding
    from kateder.provisioning.healing.healed import Healed, Noted
    from kateder.provisioning.planning.preparing import prepare

    look = rebuilding.compare(target_id, actor=by).found
    with within(by.authority_id):
        plan, _ = prepare(target_id, today=clock.today())
    wrong = sum(count for name, count in look.items() if name in Healed.values)
    return {
        "objects": look[Noted.LISTED],
        "differences": wrong + len(plan.steps) + len(plan.urgent) + look.get(Noted.FOREIGN, 0),
    }


if __name__ == "__main__":
    import orjson

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    django.setup()
    sys.stdout.write(orjson.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))).decode())

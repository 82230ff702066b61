"""Measures promptness: `python -m kateder.bench.change_by_change FOLDER PROVIDER TARGETS CHANGES SEED` prints JSON."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import django

if TYPE_CHECKING:
    from kateder.core.actors import Actor

PATIENCE = 30.0
"""Seconds after which a change that has not arrived is given up, and counted with as many."""
PAUSE = 0.3
DELIVERED = ("Klass", "Undervisning")
GENEROUS = {"first_waits": False, "max_count": 100_000, "max_share": 1.0, "max_update_share": 1.0}


def main(folder: Path, provider: Path, *, targets: int, changes: int, seed: int) -> dict[str, Any]:
    """Set everything up, deliver it for the first time, and then change by change with a worker."""
    from kateder.bench import deliver_ground as ground
    from kateder.bench.place import AUTHORITY, Stopwatch
    from kateder.core import authorities, clock
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within
    from kateder.provisioning import api as provisioning

    today, authority_id = clock.today(), authorities.pick(AUTHORITY).id
    with within(authority_id):
        by = Actor.system("bench")
    ground.import_folder(folder, by=by)
    with within(authority_id):
        found = [_target(number, provider=provider, today=today, by=by) for number in range(targets)]
        having = _give_schools(found, today=today, by=by)
    first = Stopwatch()
    for target in found:
        provisioning.run(target.id, actor=by)
    first_seconds = first.seconds
    with _worker():
        seconds = list(_changes(having, provider=provider, count=changes, seed=seed, today=today, by=by))
    return {
        "changes": len(seconds),
        "arrivals": sum(map(len, seconds)),
        "first_deliveries_seconds": first_seconds,
        "services_per_pupil": median(map(len, seconds)),
        **_figures([one for arrivals in seconds for one in arrivals]),
    }


def _figures(seconds: Sequence[float]) -> dict[str, float]:
    return {
        "median_seconds": median(seconds),
        "p95_seconds": quantiles(seconds, n=20, method="inclusive")[-1],
        "longest_seconds": max(seconds),
    }


def _target(number: int, *, provider: Path, today: date, by: Actor) -> Any:
    from kateder.bench import deliver_ground as ground
    from kateder.provisioning import api as provisioning

    service_id = ground.open_service(f"bench-{number}", today=today, by=by)
    target = ground.connect(service_id, provider=provider, by=by, name=f"kateder-{number}")
    return provisioning.change_target(target.id, by=by, limits=GENEROUS)


def _give_schools(targets: Sequence[Any], *, today: date, by: Actor) -> dict[UUID, int]:
    """Give each service the pupils of one school; tells how many services each school has."""
    from kateder.licences import api as licences
    from kateder.register.models import Enrolment

    units = list(Enrolment.objects.order_by("enroled_at").values_list("enroled_at", flat=True).distinct())
    having: dict[UUID, int] = {}
    for number, target in enumerate(targets):
        unit = units[number % len(units)]
        lot = licences.create_lot(
            f"bench-{number}", service_id=target.service_id, quantity=None, start_date=today, end_date=None, by=by
        )
        licences.assign(to=licences.AssignedKind.UNIT, subject_id=unit, lot_id=lot.id, start_date=today, by=by)
        having[unit] = having.get(unit, 0) + 1
    licences.settle(today=today, cause="bench")
    return having


@contextmanager
def _worker() -> Iterator[None]:
    from django.db import connection

    with subprocess.Popen([sys.executable, "-m", "kateder", "worker"], stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + PATIENCE
            at_work = 0
            while not at_work and time.monotonic() < deadline:
                time.sleep(0.2)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM procrastinate_workers")
                    at_work = cursor.fetchone()[0]
            time.sleep(3.0)  # what it does at its start
            yield
        finally:
            process.terminate()


def _changes(
    having: dict[UUID, int], *, provider: Path, count: int, seed: int, today: date, by: Actor
) -> Iterator[list[float]]:
    from kateder.core.tenancy import within

    chance = random.Random(seed)
    log = provider / "log.jsonl"
    for _ in range(count):
        start = log.stat().st_size
        with within(by.authority_id):
            services = having[_move_somebody(sorted(having), chance=chance, today=today, by=by)]
        yield _arrivals(log, start=start, committed=time.time(), wanted=services)
        time.sleep(PAUSE)


def _move_somebody(units: Sequence[UUID], *, chance: random.Random, today: date, by: Actor) -> UUID:
    """Let one pupil join one more group of the same school; gives the school."""
    from kateder.core import db
    from kateder.register.api import Action, Entity, add, apply, open_changes
    from kateder.register.models import Enrolment, GroupMembership

    unit = chance.choice(units)
    here = list(
        GroupMembership.objects.filter(group__organisation_id=unit, group__group_type__in=DELIVERED)
        .order_by("id")
        .values_list("person_id", "group_id")
    )
    enrolled = set(Enrolment.objects.filter(enroled_at=unit).values_list("person_id", flat=True))
    groups_of: dict[UUID, set[UUID]] = {}
    for person, group in here:
        groups_of.setdefault(person, set()).add(group)
    # Who is in every group already can join none; there is always somebody who is not.
    groups = {group for _, group in here}
    person_id = chance.choice(sorted(one for one in enrolled & groups_of.keys() if groups - groups_of[one]))
    others = groups - groups_of[person_id]
    values = {"person_id": person_id, "group_id": chance.choice(sorted(others)), "start_date": today}
    with db.cursor() as cursor:
        open_changes(cursor)
        add(cursor, Entity.MEMBERSHIP, action=Action.CREATE, root_id=uuid4(), values=values)
        apply(cause="bench", actor=by)
    return unit


def _arrivals(log: Path, *, start: int, committed: float, wanted: int) -> list[float]:
    """The seconds after which each service was given the group anew."""
    arrived: list[float] = []
    deadline = time.time() + PATIENCE
    while len(arrived) < wanted and time.time() < deadline:
        time.sleep(0.05)
        arrived = [at - committed for at in _groups_given(log, start=start)]
    return arrived[:wanted] + [PATIENCE] * (wanted - len(arrived))


def _groups_given(log: Path, *, start: int) -> Iterator[float]:
    """When the provider was given a group, by its log from a byte on."""
    import orjson

    with log.open("rb") as lines:
        lines.seek(start)
        for line in lines:
            entry = orjson.loads(line) if line.endswith(b"\n") else {}
            if entry.get("door") == "scim" and entry["target"].startswith("/StudentGroups"):
                yield datetime.fromisoformat(entry["at"]).timestamp()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    django.setup()
    import orjson

    _, folder, provider, targets, changes, seed = sys.argv
    figures = main(Path(folder), Path(provider), targets=int(targets), changes=int(changes), seed=int(seed))
    sys.stdout.buffer.write(orjson.dumps(figures))

"""Measures imports in this process: `python -m kateder.bench.import_once FOLDER WAY` prints figures as JSON.

`WAY` is `within-limits` (one run that the limits let through) or `by-hand` (its plan is approved, then applied).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import django

WITHIN_LIMITS, BY_HAND = "within-limits", "by-hand"


def within_limits(folder: Path) -> dict[str, Any]:
    """Import a folder into the empty register in one run, then the unchanged folder again."""
    from kateder.bench.place import Stopwatch
    from kateder.sources import api as sources

    source_id, actor = _source(folder, limits={"first_waits": False})
    applying = Stopwatch()
    first = sources.run(source_id, actor=actor)
    applied_seconds = applying.seconds
    again = Stopwatch()
    second = sources.run(source_id, actor=actor)
    return {
        "rows": first.counts["rows"],
        "set_aside": first.counts["set_aside"],
        "applied_seconds": applied_seconds,
        "unchanged_seconds": again.seconds,
        "states": [str(first.state), str(second.state)],
    }


def by_hand(folder: Path) -> dict[str, Any]:
    """Import a folder whose plan waits for a person, as a first import does unless told otherwise."""
    from kateder.bench.place import Stopwatch
    from kateder.core.tenancy import within
    from kateder.sources import api as sources

    source_id, actor = _source(folder, limits={})
    planning = Stopwatch()
    first = sources.run(source_id, actor=actor)
    planned_seconds = planning.seconds
    assert first.plan_id is not None, first.state  # noqa: S101  a first run waits for a person
    with within(actor.authority_id):
        sources.approve_plan(first.plan_id, actor=actor)
    applying = Stopwatch()
    sources.apply_plan(first.plan_id, actor=actor)
    return {"planned_seconds": planned_seconds, "approved_applied_seconds": applying.seconds}


def _source(folder: Path, *, limits: dict[str, Any]) -> tuple[Any, Any]:
    from kateder.bench.place import AUTHORITY
    from kateder.core import authorities
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within
    from kateder.sources import api as sources

    with within(authorities.pick(AUTHORITY).id):
        actor = Actor.system("bench")
        source = sources.add_csv_source(name="bench", folder=folder, limits=limits, actor=actor)
    return source.pk, actor


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    django.setup()
    import orjson

    way = within_limits if sys.argv[2] == WITHIN_LIMITS else by_hand
    sys.stdout.buffer.write(orjson.dumps(way(Path(sys.argv[1]))))

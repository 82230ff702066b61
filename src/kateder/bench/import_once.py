"""Measures one import in this process: `python -m kateder.bench.import_once FOLDER` prints figures as JSON."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import django


def main(folder: Path) -> dict[str, Any]:
    """Import a folder into the empty register, then the unchanged folder again."""
    from kateder.bench.place import AUTHORITY, Stopwatch
    from kateder.core import authorities
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within
    from kateder.sources import api as sources

    authority_id = authorities.pick(AUTHORITY).id
    with within(authority_id):
        actor = Actor.system("bench")
        source = sources.add_csv_source(name="bench", folder=folder, actor=actor)
    planning = Stopwatch()
    first = sources.run(source.pk, actor=actor)
    planned_seconds = planning.seconds
    assert first.plan_id is not None, first.state  # noqa: S101  a first run waits for a person
    with within(authority_id):
        sources.approve_plan(first.plan_id, actor=actor)
    applying = Stopwatch()
    applied = sources.apply_plan(first.plan_id, actor=actor)
    apply_seconds = applying.seconds
    again = Stopwatch()
    second = sources.run(source.pk, actor=actor)
    return {
        "rows": first.counts["rows"],
        "set_aside": first.counts["set_aside"],
        "applied_seconds": planned_seconds + apply_seconds,
        "planned_seconds": planned_seconds,
        "apply_seconds": apply_seconds,
        "unchanged_seconds": again.seconds,
        "states": [str(applied.state), str(second.state)],
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kateder.config.settings")
    django.setup()
    import orjson

    sys.stdout.buffer.write(orjson.dumps(main(Path(sys.argv[1]))))

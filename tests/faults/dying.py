"""A delivery in a process of its own that kills itself, without warning, at a named step.

python -m tests.faults.dying AUTHORITY TARGET DAY kateder.provisioning.planning.memory:intend before memory
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from datetime import date
from uuid import UUID

import django


def main(authority: str, target: str, day: str, step: str, moment: str, kept: str) -> None:
    """Deliver, and die before or after the step's first call; with the plan in memory or staged as a large one is."""
    django.setup()
    from kateder.core.actors import Actor
    from kateder.core.tenancy import within
    from kateder.provisioning import api as provisioning
    from kateder.provisioning.planning import pieces

    if kept == "staged":
        pieces.LARGE = 0

    module_name, _, name = step.partition(":")
    module = importlib.import_module(module_name)
    real = getattr(module, name)

    def dying(*arguments: object, **named: object) -> None:
        if moment == "after":
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, dying)
    with within(UUID(authority)):
        actor = Actor.system("test")
    provisioning.run(UUID(target), actor=actor, today=date.fromisoformat(day), everything=kept == "staged")


if __name__ == "__main__":
    main(*sys.argv[1:])

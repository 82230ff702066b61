"""Which worker of a run gets which tests, and when: whole files, the long ones first.

xdist would begin with the files that have the most tests. The longest have few, and one that comes last is waited for
by all. What shares an installation that takes long to set up stays with one worker.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

LONGEST = (
    "tests/faults/", "tests/flows/", "tests/browser/", "tests/demo/test_first_class.py", "tests/bench/",
    "tests/config/test_serve.py", "tests/core/",
)  # fmt: skip
TOGETHER = {
    f"tests/faults/{name}.py": "delivering"
    for name in ("test_delivery_killed", "test_prompt", "test_older_database", "test_worker_killed")
}


class LongestFirst(LoadFileScheduling):
    """A file at a time, in the order of the collection."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)


def scope_of(nodeid: str) -> str:
    """What a test is given to a worker together with: its file, or several files."""
    file = nodeid.split("::", 1)[0]
    return TOGETHER.get(file, file)


def pytest_configure(config: pytest.Config) -> None:
    """Keep the order of the collection."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first, and else those with many tests, as xdist does."""
    sizes: dict[str, int] = {}
    for item in items:
        sizes[_file(item)] = sizes.get(_file(item), 0) + 1
    items.sort(key=lambda item: (_turn(_file(item)), -sizes[_file(item)]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LongestFirst | None:
    """Distribute by file as `--dist=loadfile`, but longest first."""
    return LongestFirst(config, log) if config.getvalue("dist") == "loadfile" else None


def _file(item: pytest.Item) -> str:
    return item.nodeid.split("::", 1)[0]


def _turn(file: str) -> int:
    return next((turn for turn, start in enumerate(LONGEST) if file.startswith(start)), len(LONGEST))

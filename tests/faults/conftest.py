"""What the fault tests share: it takes long to set up, and every test leaves it whole."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.deliveries import SERVICE, Deliveries, Delivering
from tests.faults.imports import imported
from tests.faults.killing import KILLS
from tests.installation import Installation


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """More kills take more time."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(300 + 30 * KILLS))


@pytest.fixture(scope="session")
def delivering(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Delivering]:
    """Deliver both exports once, undisturbed."""
    with contextlib.ExitStack() as ends:
        installation = Installation(tmp_path_factory.mktemp("delivering"))
        ends.callback(installation.stop)
        exports = imported(installation)
        deliveries = Deliveries(installation)
        ends.callback(deliveries.provider.stop)
        deliveries.connect(exports.units()[:2])
        delivering = Delivering(installation, exports, deliveries, {}, 0.0, second=False)
        deliveries.run()
        delivering.wanted[False] = deliveries.held()
        delivering.turn()
        delivering.seconds = installation.seconds_of("target", "run", SERVICE)
        delivering.wanted[True] = deliveries.held()
        assert delivering.wanted[True] != delivering.wanted[False]
        yield delivering

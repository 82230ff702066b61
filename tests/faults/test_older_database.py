"""An older database put back: the services have moved on, and are brought to what it says."""

from __future__ import annotations

import uuid

from tests.faults.deliveries import Delivering


def test_after_an_older_database_is_restored_a_delivery_ends_in_exactly_the_right_state(
    delivering: Delivering,
) -> None:
    installation = delivering.installation
    folder = installation.folder / f"backup-{uuid.uuid4().hex[:8]}"
    assert installation.run("backup", str(folder)).returncode == 0
    before = delivering.second
    delivering.turn()
    delivering.finish()
    done = installation.run("restore", str(folder), "--yes")
    assert done.returncode == 0, done.stderr
    delivering.second = before
    delivering.deliveries.run_as_a_person_would()
    delivering.compare()
    delivering.turn()
    delivering.finish()

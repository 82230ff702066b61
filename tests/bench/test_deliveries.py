"""`kateder bench deliver` runs from end to end, in a Kateder of its own."""

import pytest

from kateder.bench import deliveries


@pytest.mark.timeout(600)
def test_deliveries_are_measured_against_the_same_bodies_sent_bare() -> None:
    measured = deliveries.measure(pupils=100, latencies_ms=[1], seed=1)
    figures = measured["runs"]["1ms"]
    assert (figures["state"], figures["scopes"]) == ("succeeded", ["everything", "changes"])
    assert figures["objects"] > 100
    assert figures["hundredth_sent"] >= 1
    assert figures["raw_send_seconds"] > 0
    assert figures["first_seconds"] > figures["unchanged_seconds"] > 0
    assert measured["goals"] == {}  # they are for 10,000 and 100,000 pupils


def test_what_was_measured_stands_beside_the_goal_and_the_reference_client() -> None:
    figures = {"first_seconds": 3.0, "unchanged_seconds": 0.01, "everything_seconds": 0.5, "hundredth_seconds": 0.2}
    found = deliveries.against_goals(10_000, {0: figures | {"peak_memory_mb": 150}})
    assert found["first_0ms"] == {"measured": 3.0, "goal": 2.5, "reached": False, "reference_client": 4.1}
    assert found["unchanged"]["reached"]

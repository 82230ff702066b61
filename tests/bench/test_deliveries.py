"""`kateder bench deliver` runs from end to end, in a Kateder of its own."""

import pytest

from kateder.bench import deliveries


@pytest.mark.timeout(600)
def test_a_first_delivery_is_measured_against_the_same_bodies_sent_bare() -> None:
    figures = deliveries.measure(pupils=100, latency_ms=1, seed=1)
    assert figures["state"] == "succeeded"
    assert figures["objects"] > 100
    assert figures["raw_send_seconds"] > 0
    assert figures["delivered_seconds"] > figures["unchanged_seconds"] > 0

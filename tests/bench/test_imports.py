"""`kateder bench import` runs from end to end, in a Kateder of its own."""

import os

from kateder.bench import imports


def test_an_import_is_measured_applied_and_unchanged_the_second_time() -> None:
    before = dict(os.environ)
    figures = imports.measure(pupils=100, seed=1)
    assert figures["states"] == ["applied", "unchanged"]
    assert figures["set_aside"] == 0
    assert figures["rows"] > 500
    assert figures["applied_seconds"] > figures["raw_copy_seconds"] > 0
    assert figures["planned_seconds"] > 0
    assert figures["approved_applied_seconds"] > 0
    assert figures["peak_memory_mb"] > 20
    assert dict(os.environ) == before

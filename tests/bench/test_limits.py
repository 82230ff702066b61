"""What the measurements are compared with does the same work."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import orjson
import pytest

from kateder.bench.limits import copy_folder, in_order, posts_in
from kateder.bench.memory import PeakMemory
from kateder.demo.synthetic import generate


def entry(method: str, target: str, status: int) -> bytes:
    fields = {"door": "scim", "method": method, "target": target, "body": f'{{"to":"{target}"}}', "status": status}
    return orjson.dumps(fields) + b"\n"


def test_only_accepted_posts_are_sent_again_collection_by_collection(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_bytes(
        entry("POST", "/Users", 201)
        + entry("POST", "/StudentGroups", 201)
        + entry("POST", "/Users", 201)
        + entry("POST", "/Users", 409)
        + entry("PUT", "/Users", 200)
    )
    assert [post.collection for post in in_order(posts_in(log))] == ["/Users", "/Users", "/StudentGroups"]


@pytest.mark.usefixtures("django_db_setup")
def test_the_raw_limit_takes_in_every_file_and_leaves_nothing(tmp_path: Path) -> None:
    generate(tmp_path, pupils=120, seed=1, today=date(2026, 11, 23))
    for _ in range(2):
        assert copy_folder(tmp_path, url=os.environ["DATABASE_OWNER_URL"]) > 0


def test_peak_memory_counts_a_child_that_has_ended() -> None:
    grown = "import time; block = bytearray(80_000_000); time.sleep(0.5)"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grown!r}])"
    with subprocess.Popen([sys.executable, "-c", child]) as process, PeakMemory(process.pid) as memory:
        process.wait()
    assert memory.peak > 80_000_000

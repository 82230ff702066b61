"""The page “from download to the first class” can be followed: its own commands are run here, one after the other."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from tests.installation import Installation

from kateder.core import clock
from kateder.demo.provider.store import read_store
from kateder.demo.setup import provider
from kateder.demo.synthetic import generate
from kateder.demo.synthetic.school_year import SchoolYear

HANDBOOK = Path(__file__).parents[2] / "docs" / "handbok"
PAGE = (HANDBOOK / "kom-igang.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```toml\n(.+?)```", (HANDBOOK / "tjanstefil.md").read_text(encoding="utf-8"), re.DOTALL)[0]
ENDLESS = ("serve",)
WAITS = 3


def commands() -> Iterator[str]:
    """Yield the page's commands, without `kateder`."""
    for block in re.findall(r"```\n(.+?)```", PAGE, re.DOTALL):
        for line in block.splitlines():
            if found := re.match(r"(?:\.venv/bin/)?kateder (.+)", line):
                yield found.group(1)


def in_this_year(text: str, *, today: date) -> str:
    """Move the page's school year 2026/27 to today's."""
    year = SchoolYear.containing(today).starts_in
    return text.replace("2027-", f"{year + 1}-").replace("2026-", f"{year}-")


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation with nothing in it, its database kept running between the commands."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    one = Installation(folder)
    with one.server.running():
        yield one
    one.stop()


def waiting_plan(installation: Installation) -> str:
    (plan,) = json.loads(installation.run("plan", "list", "--json").stdout)
    return str(plan["id"])[:8]


@pytest.mark.timeout(600)
def test_the_way_to_the_first_class_can_be_walked(installation: Installation, tmp_path: Path) -> None:
    today = clock.today()
    generate(tmp_path / "export", pupils=120, seed=1, today=today)
    (installation.folder / "larkan.toml").write_text(in_this_year(EXAMPLE, today=today), encoding="utf-8")
    state = tmp_path / "provider"
    (state / "clients").mkdir(parents=True)
    with provider.running(state, issuer="http://localhost", pages_port=0, scim_port=0) as address:
        words = {
            "/srv/export": str(tmp_path / "export"),
            "https://scim.larkan.example": address.scim,
            "LEVERANTÖRENS_PIN": address.pin,
            "vart-certifikat.pem": str(state / "clients" / "kateder.pem"),
        }
        codes = [walk(installation, command, words=words, today=today) for command in commands() if wanted(command)]
    assert codes.count(WAITS) == 2
    users = read_store(state / "log.jsonl").resources["Users"]
    assert len(users) > 5
    assert "Lindgren" not in (state / "log.jsonl").read_text(encoding="utf-8")


def wanted(command: str) -> bool:
    return not command.startswith(ENDLESS)


def walk(installation: Installation, command: str, *, words: dict[str, str], today: date) -> int:
    """Run one command as the page has it; it ends with 0, or with 3 where the page says that a person is needed."""
    for mark, value in words.items():
        command = command.replace(mark, value)
    if "PLAN" in command:
        command = command.replace("PLAN", waiting_plan(installation))
    done = installation.begin(*shlex.split(in_this_year(command, today=today)))
    assert done.wait() in {0, WAITS}, f"kateder {command}: {done.output}"
    return done.wait()

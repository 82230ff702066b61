"""A program as a source."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from django.conf import settings as installation
from tests.sources.conftest import GENEROUS, TODAY
from tests.sources.ss12000_server import SCHOOL

from kateder.core.setup import StepName
from kateder.core.tenancy import within
from kateder.sources import api
from kateder.sources.command import printed
from kateder.sources.command.errors import (
    BadSecretLine,
    CommandFailed,
    CommandNotJson,
    CommandPrintsTooMuch,
    CommandsForbidden,
    CommandSlow,
    NotAllowed,
    SecretNotAllowed,
)
from kateder.sources.command.programs import program_of
from kateder.sources.command.running import Limits, run
from kateder.sources.connecting import STEP_LABELS

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.core.models import Authority
    from kateder.sources.models import Source

SHORT = Limits(seconds=10, size=2**20)
Write = Callable[[str], Path]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    programs, secrets = tmp_path / "programs", tmp_path / "secrets"
    programs.mkdir()
    secrets.mkdir()
    (secrets / "password").write_text("hemligt\n")
    monkeypatch.setattr(installation, "COMMANDS_DIR", programs, raising=False)
    monkeypatch.setattr(installation, "COMMAND_SECRETS_DIR", secrets, raising=False)
    return programs


@pytest.fixture
def write(folder: Path) -> Write:
    def program(body: str) -> Path:
        path = folder / "export"
        path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\nentity = sys.argv[-1]\n{body}\n")
        path.chmod(0o755)
        return path

    return program


def go(entity: str = "persons", *, limits: Limits = SHORT, **settings: object) -> bytes:
    return run(program_of({"program": "export", **settings}), entity, limits=limits)  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "text",
    [
        b'[{"id": 1}, {"id": 2}]',
        b'{"id": 1}\n{"id": 2}\n',
        b'{"id": 1}{"id":\n 2}',
        b'{"id": 1},\n{\n"id": 2}',
        b'\x1e{"id": 1}\n\x1e{"id": 2}\n',
        b'[{"id": 1}]\n[{"id": 2}]',
    ],
)
def test_an_array_lines_and_objects_one_after_another_are_the_same(text: bytes) -> None:
    rows: list[Any] = []
    for item in printed.objects(text):
        rows += item if isinstance(item, list) else [item]
    assert rows == [{"id": 1}, {"id": 2}]


def test_nothing_printed_is_nothing_and_half_an_object_is_no_json() -> None:
    assert printed.objects(b" \n") == []
    with pytest.raises(ValueError, match=r"."):
        printed.objects(b'{"id": 1}{"id": ')


def test_without_the_operators_folder_no_program_runs(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("print('[]')")
    monkeypatch.setattr(installation, "COMMANDS_DIR", None)
    with pytest.raises(CommandsForbidden):
        go()


@pytest.mark.parametrize("named", ["/bin/echo", "../outside", "link", "not-executable", "missing", ""])
def test_only_programs_in_the_operators_folder_run(folder: Path, named: str) -> None:
    (folder.parent / "outside").write_text("#!/bin/sh\n")
    (folder.parent / "outside").chmod(0o755)
    (folder / "link").symlink_to("/bin/echo")
    (folder / "not-executable").write_text("#!/bin/sh\n")
    with pytest.raises(NotAllowed):
        program_of({"program": named})


def test_arguments_reach_the_program_as_they_are_without_a_shell(write: Write, folder: Path) -> None:
    write("print(json.dumps(sys.argv[1:]))")
    output = go(arguments="--what={entity}\n; touch $HOME/x\n*")
    assert printed.objects(output) == ["--what=persons", "; touch $HOME/x", "*"]
    assert [path.name for path in folder.iterdir()] == ["export"]


def test_the_entity_comes_last_where_no_argument_names_it(write: Write) -> None:
    write("print(json.dumps(sys.argv[1:]))")
    assert printed.objects(go(arguments="--all")) == ["--all", "persons"]


def test_a_program_gets_its_secrets_from_files_and_sees_nothing_of_ours(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://of-kateder")
    write("print(json.dumps(dict(os.environ)))")
    (seen,) = printed.objects(go(secrets="PASSWORD = password"))
    assert seen["PASSWORD"] == "hemligt"
    assert not [name for name in seen if name.startswith(("KATEDER_", "DATABASE_"))]


@pytest.mark.parametrize("line", ["A=../programs/export", "A=/etc/passwd", "A=missing", "A="])
def test_secrets_outside_the_operators_folder_are_refused(write: Write, line: str) -> None:
    write("print('[]')")
    with pytest.raises(SecretNotAllowed):
        go(secrets=line)


@pytest.mark.parametrize("line", ["LD_PRELOAD=password", "PATH=password", "lower=password", "password", "A B=password"])
def test_names_that_could_lead_a_program_astray_are_refused(write: Write, line: str) -> None:
    write("print('[]')")
    with pytest.raises(BadSecretLine):
        go(secrets=line)


def is_running(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def gone(path: Path, *, within_seconds: float = 5) -> bool:
    end = time.monotonic() + within_seconds
    while time.monotonic() < end:
        if not any(is_running(int(pid)) for pid in path.read_text().split()):
            return True
        time.sleep(0.02)
    return False


WITH_CHILD = """
import subprocess
child = subprocess.Popen(["sleep", "60"])
open(os.environ["HOME"] + "/pids", "w").write(f"{os.getpid()} {child.pid}")
"""


def test_a_slow_program_is_stopped_with_all_that_it_started(write: Write, folder: Path) -> None:
    write(f"{WITH_CHILD}\ntime.sleep(60)")
    with pytest.raises(CommandSlow):
        go(limits=Limits(seconds=1.5, size=100))
    assert gone(folder / "pids")


def test_what_a_program_leaves_behind_is_ended_when_it_is_done(write: Write, folder: Path) -> None:
    write(f"{WITH_CHILD}\nprint('[]')")
    assert go().strip() == b"[]"
    assert gone(folder / "pids")


def test_a_program_that_closed_its_output_and_goes_on_is_stopped_in_time(write: Write) -> None:
    write("os.close(1); os.close(2); time.sleep(60)")
    with pytest.raises(CommandSlow):
        go(limits=Limits(seconds=1, size=100))


def test_a_program_does_not_outlive_kateder(write: Write, folder: Path) -> None:
    write(f"{WITH_CHILD}\ntime.sleep(60)")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import django; django.setup()\nfrom pathlib import Path\n"
            "from kateder.sources.command import running, programs\n"
            f"program = programs.Program(Path({str(folder / 'export')!r}), (), {{'HOME': {str(folder)!r}}})\n"
            "running.run(program, 'persons', limits=running.Limits(60, 100))",
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    end = time.monotonic() + 20
    while not ((folder / "pids").exists() and (folder / "pids").read_text()) and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert gone(folder / "pids", within_seconds=15)


def test_a_program_that_prints_without_end_is_stopped(write: Write) -> None:
    write("while True: print('{\"id\": 1}')")
    with pytest.raises(CommandPrintsTooMuch):
        go()


def test_a_program_that_asks_for_input_gets_its_end(write: Write) -> None:
    write("print(json.dumps([sys.stdin.read()]))")
    assert printed.objects(go()) == [""]


def test_much_on_standard_error_blocks_nobody(write: Write) -> None:
    write("sys.stderr.write('x' * 1_000_000); print('[]')")
    assert go().strip() == b"[]"


def test_all_that_was_printed_before_the_end_is_read(write: Write) -> None:
    write("sys.stdout.write('[' + '0,' * 300_000 + '0]')")
    assert len(printed.objects(go())) == 300_001


def test_a_failure_shows_the_last_line_of_standard_error(write: Write) -> None:
    write("print('[]'); sys.stderr.write('Reading\\nNo such table: elever\\n'); sys.exit(3)")
    with pytest.raises(CommandFailed) as refusal:
        go()
    assert "No such table: elever" in str(refusal.value)
    assert "3" in str(refusal.value)


ROWS = """
rows = {
    "organisations": [
        {"id": "o-1", "displayName": "Björkvikens kommun", "organisationType": "Huvudman"},
        {"id": "o-2", "displayName": "Norrskolan", "organisationType": "Skolenhet", "parentOrganisation": "o-1",
         "schoolTypes": ["GR", "FTH"]},
    ],
    "persons": [{"id": "p-1", "givenName": "Alva", "familyName": "Lindgren", "emails": ["a@x.se", "b@x.se"]}, 7],
    "enrolments": [{"person": "p-1", "enroledAt": "o-2", "schoolType": "GR", "schoolYear": 5,
                    "startDate": "2026-08-17", "cancelled": False}],
}
"""


@pytest.fixture
def source(write: Write, authority: Authority, actor: Actor) -> Source:
    write(f"{ROWS}\nprint(json.dumps(rows.get(entity, [])))")
    with within(authority.id):
        return api.add_source(
            kind="command", name="Export", settings={"program": "export"}, limits=GENEROUS, actor=actor
        )


def test_what_a_program_prints_lands_in_the_register(source: Source, authority: Authority, actor: Actor) -> None:
    from kateder.register.models import Enrolment, Organisation, Person

    done = api.run(source.pk, actor=actor, today=TODAY)
    assert done.state == "applied"
    assert done.counts["set_aside"] == 1  # the seven
    with within(authority.id):
        assert Person.objects.get().emails == ["a@x.se", "b@x.se"]
        assert Enrolment.objects.get().school_year == 5
        assert Organisation.objects.get(display_name="Norrskolan").school_types == ["FTH", "GR"]


def test_objects_as_in_ss12000_are_understood(source: Source, write: Write, authority: Authority, actor: Actor) -> None:
    from kateder.register.models import GroupMembership

    write(f"rows = json.loads({json.dumps(json.dumps(SCHOOL))})\nprint(json.dumps(rows[entity]))")
    with within(authority.id):
        api.change_settings(source.pk, settings={"shape": "ss12000"}, actor=actor)
    assert api.run(source.pk, actor=actor, today=TODAY).state == "applied"
    with within(authority.id):
        assert GroupMembership.objects.get().person.given_name == "Alva"


@pytest.mark.parametrize(
    ("ending", "fault"),
    [("sys.exit(1) if entity == 'memberships' else None", CommandFailed), ("print('{')", CommandNotJson)],
)
def test_a_program_that_fails_at_the_last_entity_changes_nothing(
    source: Source, write: Write, authority: Authority, actor: Actor, ending: str, fault: type[Exception]
) -> None:
    from kateder.register.models import Person

    write(f"{ROWS}\nprint(json.dumps(rows.get(entity, [])))\n{ending}")
    with pytest.raises(fault):
        api.run(source.pk, actor=actor, today=TODAY)
    with within(authority.id):
        assert Person.objects.count() == 0


def test_the_check_ends_the_program_when_it_has_seen_one_object(
    source: Source, write: Write, folder: Path, actor: Actor
) -> None:
    write(f"{WITH_CHILD}\nprint('{{\"id\": 1}}', flush=True)\ntime.sleep(60)")
    steps = api.check(source.pk, actor=actor)
    assert [(step.name, step.ok) for step in steps] == [(name, True) for name in STEP_LABELS]
    assert gone(folder / "pids")


def test_the_check_says_why_a_program_cannot_be_used(source: Source, write: Write, actor: Actor) -> None:
    write("sys.exit('Wrong password')")
    (_, failed) = api.check(source.pk, actor=actor)
    assert failed.name == StepName.CONNECTION
    assert "Wrong password" in failed.sentence

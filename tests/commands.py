"""The command line, loaded once: each command is a fork of a process that has Django ready.

A command starts in milliseconds instead of a second, and is still a process of its own that can be killed. Used where
a test runs very many commands; the others start them as an operator would.

`python -m tests.commands` reads a JSON list of arguments on each line, answers with the process id of the fork and,
when it has ended, with its exit code and everything it printed as JSON.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from typing import NoReturn


class Command:
    """A command that has been begun; like `subprocess.Popen` as far as tests need it."""

    def __init__(self, server: subprocess.Popen[str], arguments: list[str]) -> None:
        assert server.stdin is not None
        assert server.stdout is not None
        self._said = server.stdout
        self.returncode: int | None = None
        self.output = ""
        server.stdin.write(json.dumps(arguments) + "\n")
        server.stdin.flush()
        self.pid = int(self._said.readline())

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.returncode is None and select.select([self._said], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def wait(self) -> int:
        """Wait for its end; gives the exit code, negative for a signal."""
        if self.returncode is None:
            self.returncode, self.output = json.loads(self._said.readline())
        return self.returncode


def begin_server(environment: Mapping[str, str], *, folder: str) -> subprocess.Popen[str]:
    """Start a process that commands are forked from; end it by closing its input."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.commands"],
        env=dict(environment), cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def main() -> None:
    """Fork a command for every line."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "kateder.config.settings"
    import django

    from kateder.config import cli

    django.setup()
    cli.build()
    for line in sys.stdin:
        with tempfile.TemporaryFile() as output:
            pid = os.fork()
            if pid == 0:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
                _become(json.loads(line))
            _say(str(pid))
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            output.seek(0)
            _say(json.dumps([code, output.read().decode(errors="replace")]))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _become(arguments: list[str]) -> NoReturn:
    from kateder.config import cli

    sys.stdin.close()
    sys.argv = ["kateder", *arguments]
    code = 1
    try:
        cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()

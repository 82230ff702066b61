"""Says in one sentence what this machine lacks, before anything is fetched. Runs on any Python 3."""

import importlib.util
import re
import shutil
import subprocess
import sys


def version(program):
    """The major version a program prints, or 0."""
    found = re.search(
        r"(\d+)", subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
    )
    return int(found.group(1)) if found else 0


def missing():
    """Sentences, one for each thing that is missing."""
    if sys.version_info < (3, 11):
        yield "Python 3.11 or later is needed (this is %d.%d). Use: make PYTHON=python3.11 run" % sys.version_info[:2]
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        yield "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv"
    if shutil.which("node") is None:
        yield "Node.js 20 or later is missing. On Debian and Ubuntu: apt-get install nodejs npm"
    elif version("node") < 20:
        yield "Node.js 20 or later is needed (this is %d)." % version("node")
    if shutil.which("npm") is None:
        yield "npm is missing. On Debian and Ubuntu: apt-get install npm"


if __name__ == "__main__":
    sentences = list(missing())
    sys.stderr.write("".join(sentence + "\n" for sentence in sentences))
    sys.exit(1 if sentences else 0)

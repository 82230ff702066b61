"""A source with two exports to change between, and the register seen as one value."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from pathlib import Path

import psycopg

from kateder.core import clock
from kateder.demo.synthetic import FEWEST_PUPILS, generate
from tests.installation import Installation

SOURCE = "Skolsystemet"
GENEROUS = {"first_waits": False, "max_count": 100_000, "max_share": 1.0, "max_update_share": 1.0}
REGISTER = (
    "organisation", "person", "enrolment", "guardianship", "duty", "group", "groupmembership", "activity",
    "activitygroup", "activityteacher",
)  # fmt: skip
OF_THE_ROW = ["id", "authority_id", "created_in_id", "modified_in_id"]


class Exports:
    """Two exports of the same authority: in the second, people are renamed, moved out of groups, and missing."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self.folder = installation.folder / "csv"
        self._first, self._second = installation.folder / "first", installation.folder / "second"
        generate(self._first, pupils=FEWEST_PUPILS, seed=7, today=clock.today())
        shutil.copytree(self._first, self._second)
        _change(self._second / "persons.csv", every=5, column="givenName")
        _change(self._second / "groups.csv", every=3, column="displayName")
        _leave_out(self._second / "memberships.csv", every=4)
        _leave_out(self._second / "enrolments.csv", every=6)
        _leave_out(self._second / "guardians.csv", every=6)
        self.put(second=False)

    def units(self) -> list[str]:
        """The names of the school units, the one with the most pupils first."""
        sizes = Counter(row["enroledAt"] for row in _read(self._first / "enrolments.csv"))
        rows = _read(self._first / "organisations.csv")
        return [row["displayName"] for row in sorted(rows, key=lambda row: -sizes[row["id"]]) if row["schoolUnitCode"]]

    def put(self, *, second: bool) -> None:
        """Put one of the exports where the source reads."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self._second if second else self._first, self.folder)

    def add_source(self) -> None:
        """Add the folder as a source that may change anything unasked."""
        self._installation.do("source", "add", "csv", "--name", SOURCE, "--folder", str(self.folder))
        with psycopg.connect(self._installation.server.ensure_running().owner_url) as connection:
            connection.execute("UPDATE sources_source SET limits = %s", [json.dumps(GENEROUS)])

    def run(self) -> None:
        """Run the source to its end."""
        self._installation.do("source", "run", SOURCE)


def imported(installation: Installation) -> Exports:
    """Make an authority in a new installation and import the first export."""
    installation.do("migrate")
    installation.do("authority", "add", "b", "--name", "Björkviken", "--host", "localhost")
    exports = Exports(installation)
    exports.add_source()
    exports.run()
    return exports


def register(installation: Installation) -> str:
    """The whole register as one value, without the marks that each changeset gives its rows."""
    tables = " UNION ALL ".join(
        f"SELECT '{table}:' || (to_jsonb(t) - %s::text[])::text AS line FROM register_{table} t" for table in REGISTER
    )
    query = f"SELECT md5(string_agg(line, E'\\n' ORDER BY line COLLATE \"C\")) FROM ({tables}) lines"
    return str(installation.rows(query, *[OF_THE_ROW] * len(REGISTER))[0][0])


def assert_whole(installation: Installation) -> None:
    """Every run that says it was applied has its changeset with its feed, and there is no other of either."""
    query = """
        SELECT (SELECT count(*) FROM sources_sourcerun WHERE state = 'applied'),
               (SELECT count(*) FROM register_changeset),
               (SELECT count(*) FROM register_changeset WHERE at IS NULL OR feed_position IS NULL),
               (SELECT max(position) FROM core_feedentry), (SELECT max(feed_position) FROM register_changeset)
    """
    applied, changesets, unfinished, fed, named = installation.rows(query)[0]
    assert (changesets, unfinished) == (applied, 0)
    assert fed == named


def _change(file: Path, *, every: int, column: str) -> None:
    rows = _read(file)
    for row in rows[::every]:
        row[column] += "x"
    _write(file, rows)


def _leave_out(file: Path, *, every: int) -> None:
    _write(file, [row for number, row in enumerate(_read(file)) if number % every])


def _read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)

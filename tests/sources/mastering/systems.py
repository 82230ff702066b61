"""Several systems that deliver CSV folders to one authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from tests.sources.folder import Folder, Row

if TYPE_CHECKING:
    from kateder.core.actors import Actor
    from kateder.sources.models import Source, SourceRun

TODAY = date(2026, 11, 23)
GENEROUS = {
    "first_waits": False, "max_count": 1000, "max_share": 1.0,
}  # fmt: skip
UNITS = [
    {"id": "o1", "displayName": "Björkviken", "organisationType": "Huvudman", "parentOrganisation": "",
     "organisationNumber": "212000-0001", "schoolUnitCode": ""},
    {"id": "o2", "displayName": "Björkskolan", "organisationType": "Skolenhet", "parentOrganisation": "o1",
     "organisationNumber": "", "schoolUnitCode": "12345678"},
]  # fmt: skip
EVA = {"id": "eva", "givenName": "Eva", "familyName": "Lind", "civicNo": "198501202389"}
PERSON_COLUMNS = (
    "id", "givenName", "middleName", "familyName", "civicNo", "birthDate", "securityMarking", "emails",
    "eduPersonPrincipalNames", "phoneNumbers",
)  # fmt: skip


def person(**values: str) -> Row:
    """A row of persons.csv with every column, empty where nothing is said."""
    return {column: values.get(column, "") for column in PERSON_COLUMNS}


@dataclass
class Systems:
    """The systems by name, each with its folder."""

    path: Path
    authority_id: UUID
    actor: Actor
    sources: dict[str, Source] = field(default_factory=dict)
    folders: dict[str, Folder] = field(default_factory=dict)

    def add(self, name: str, *people: Row, **files: list[Row]) -> Folder:
        """Add a system that delivers the units, these people, and more files if given."""
        from kateder.core.tenancy import within
        from kateder.sources import api

        folder = Folder(self.path / name)
        folder.path.mkdir()
        folder.files = {"organisations": [dict(row) for row in UNITS], "persons": list(people), **files}
        self._write(folder)
        with within(self.authority_id):
            self.sources[name] = api.add_csv_source(name=name, folder=folder.path, limits=GENEROUS, actor=self.actor)
        self.folders[name] = folder
        return folder

    def run(self, *names: str) -> SourceRun:
        """Run these systems, or all in the order in which they were added; gives the last run."""
        from kateder.core.tenancy import within
        from kateder.sources import api

        for name in names or tuple(self.sources):
            self._write(self.folders[name])
            done = api.run(self.sources[name].pk, actor=self.actor, today=TODAY)
            if done.plan is not None and done.state == "waiting":  # a folder that was emptied waits for a person
                with within(self.authority_id):
                    api.approve_plan(done.plan.pk, actor=self.actor)
                done = api.apply_plan(done.plan.pk, actor=self.actor)
            assert done.state in {"applied", "unchanged"}, (name, done.state, done.counts, done.error_text)
        return done

    def say(self, system: str, people: Mapping[str, str] | None = None, **values: str) -> None:
        """Change what a system says of its first person."""
        self.folders[system].files["persons"][0].update(people or {}, **values)

    def drop(self, system: str) -> None:
        """Let a system deliver nobody any more."""
        self.folders[system].files["persons"] = []

    def _write(self, folder: Folder) -> None:
        for path in folder.path.iterdir():
            path.unlink()
        folder.write()
        for name, rows in folder.files.items():
            if not rows:
                (folder.path / f"{name}.csv").write_text(HEADERS[name])


HEADERS = {"persons": ",".join(PERSON_COLUMNS) + "\n"}

"""The public reference client of EGIL as a process: a small school in its CSV files, its configuration, its runs."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.sources.egil_in.bodies import SIS

from kateder.protocols.matf.identity import Identity

SECONDS: Final = 60
ORDER: Final = "Organisation SchoolUnitGroup SchoolUnit Student Teacher Employment StudentGroup Activity"
ENDPOINTS: Final = {"Student": "Users", "Teacher": "Users", "Activity": "Activities"}
CORE: Final = "urn:ietf:params:scim:schemas:core:2.0:User"


def id_of(kind: int, number: int) -> str:
    """A UUID that is the same each time."""
    return f"{kind}0000000-0000-4000-8000-{number:012d}"


ORGANISATION, UNIT_GROUP, UNIT, GROUP, TEACHER, EMPLOYMENT, ACTIVITY = (id_of(kind, 1) for kind in range(1, 8))


def _reference(endpoint: str, attribute: str) -> str:
    return f'{{"value": "${{{attribute}}}", "$ref": "{endpoint}/${{{attribute}}}"}}'


def _each(endpoint: str, attribute: str) -> str:
    one = f'{{"value": "${{$one}}", "$ref": "{endpoint}/${{$one}}"}}'
    return f"[${{for $one in {attribute}}}{one},${{end}}]"


_PERSON = (
    f'"schemas": ["{CORE}", "{SIS}User"], "externalId": "${{id}}", "userName": "${{eppn}}", '
    '"displayName": "${given} ${family}", "name": {"familyName": "${family}", "givenName": "${given}"}, '
    '"emails": [${for $one in mail}{"value": "${$one}"},${end}]'
)
TEMPLATES: Final = {
    "Organisation": f'"schemas": ["{SIS}Organisation"], "externalId": "${{id}}", "displayName": "${{name}}"',
    "SchoolUnitGroup": f'"schemas": ["{SIS}SchoolUnitGroup"], "externalId": "${{id}}", "displayName": "${{name}}"',
    "SchoolUnit": (
        f'"schemas": ["{SIS}SchoolUnit"], "externalId": "${{id}}", "displayName": "${{name}}", '
        '"schoolUnitCode": "${code}", "municipalityCode": "9999", '
        f'"schoolUnitGroup": {_reference("SchoolUnitGroups", "group")}, '
        f'"organisation": {_reference("Organisations", "organisation")}'
    ),
    "Student": (
        f'{_PERSON}, "{SIS}User": {{"enrolments": [{{"value": "${{unit}}", "$ref": "SchoolUnits/${{unit}}", '
        '"schoolYear": ${year}}]}'
    ),
    "Teacher": _PERSON,
    "Employment": (
        f'"schemas": ["{SIS}Employment"], "externalId": "${{id}}", "employedAt": {_reference("SchoolUnits", "unit")}, '
        f'"user": {_reference("Users", "user")}, "employmentRole": "Lärare", "signature": "${{signature}}"'
    ),
    "StudentGroup": (
        f'"schemas": ["{SIS}StudentGroup"], "externalId": "${{id}}", "displayName": "${{name}}", '
        f'"studentGroupType": "Klass", "owner": {_reference("SchoolUnits", "unit")}, '
        f'"studentMemberships": {_each("Users", "member")}'
    ),
    "Activity": (
        f'"schemas": ["{SIS}Activity"], "externalId": "${{id}}", "displayName": "${{name}}", '
        f'"owner": {_reference("SchoolUnits", "unit")}, "groups": {_each("StudentGroups", "studies")}, '
        f'"teachers": {_each("Employments", "taught")}'
    ),
}  # fmt: skip


@dataclass
class School:
    """What the client's CSV files say: so many pupils in one class with one teacher."""

    pupils: dict[str, str] = field(default_factory=lambda: {id_of(8, n): f"Elev{n}" for n in range(1, 13)})
    """Id and given name."""

    def write(self, folder: Path) -> None:
        """The files, all of them anew."""
        _table(folder / "Organisation.csv", "id,name", [(ORGANISATION, "Grannkommunen")])
        _table(folder / "SchoolUnitGroup.csv", "id,name", [(UNIT_GROUP, "Norra området")])
        unit = (UNIT, "Åängskolan", "12345678", UNIT_GROUP, ORGANISATION)
        _table(folder / "SchoolUnit.csv", "id,name,code,group,organisation", [unit])
        people = [(one, given, "Öst", f"{one[-4:]}@grannen.example", UNIT, "6") for one, given in self.pupils.items()]
        _table(folder / "Student.csv", "id,given,family,eppn,unit,year", people)
        _table(folder / "Student-mail.csv", "id,mail", [(one, f"{one[-4:]}@post.example") for one in self.pupils])
        _table(
            folder / "Teacher.csv", "id,given,family,eppn", [(TEACHER, "Tove", 'Li "Tå" Ek', "tove@grannen.example")]
        )
        _table(folder / "Teacher-mail.csv", "id,mail", [(TEACHER, "tove@post.example")])
        _table(folder / "Employment.csv", "id,unit,user,signature", [(EMPLOYMENT, UNIT, TEACHER, "tove")])
        _table(folder / "StudentGroup.csv", "id,name,unit", [(GROUP, "6A", UNIT)])
        _table(folder / "StudentGroup-member.csv", "id,member", [(GROUP, one) for one in self.pupils])
        _table(folder / "Activity.csv", "id,name,unit", [(ACTIVITY, "Matematik 6A", UNIT)])
        _table(folder / "Activity-studies.csv", "id,studies", [(ACTIVITY, GROUP)])
        _table(folder / "Activity-taught.csv", "id,taught", [(ACTIVITY, EMPLOYMENT)])


@dataclass(frozen=True)
class Client:
    """The program, its folder, and where it delivers to."""

    program: str
    folder: Path

    def configure(self, *, address: str, server: Identity, own: Identity) -> None:
        """Write its configuration, as its manual says that it is written."""
        (self.folder / "own.pem").write_text(own.certificate)
        (self.folder / "own.key").write_text(own.private_key)
        (self.folder / "server.pem").write_text(server.certificate)
        settings = {
            "cache-file": self.folder / "cache",
            "cert": self.folder / "own.pem",
            "key": self.folder / "own.key",
            "pinnedpubkey": f"sha256//{server.pin}",
            "metadata_ca_path": f"{self.folder}/",
            "metadata_ca_store": "server.pem",
            "scim-url": address,
            "scim-type-send-order": ORDER,
            "scim-type-load-order": ORDER,
            "escape-expansions-by-default": "true",
        }
        for kind, template in TEMPLATES.items():
            files = sorted(self.folder.glob(f"{kind}.csv")) + sorted(self.folder.glob(f"{kind}-*.csv"))
            settings[f"{kind}-csv-files"] = " ".join(map(str, files))
            settings[f"{kind}-scim-conf"] = f"{kind}.conf"
            (self.folder / f"{kind}.conf").write_text(
                f"{kind}-scim-url-endpoint = {ENDPOINTS.get(kind, f'{kind}s')}\n{kind}-unique-identifier = id\n"
                f"{kind}-scim-json-template = <?{{{template}}}?>\n"
            )
        (self.folder / "master.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))

    def run(self, *options: str) -> str:
        """One run; gives what it printed. It says success also when all was refused, so its word is not asked for."""
        command = [self.program, *options, str(self.folder / "master.conf")]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=SECONDS, check=False)
        return done.stdout + done.stderr


def _table(path: Path, header: str, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)

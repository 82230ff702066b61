"""The same disagreement with the systems as they are: an HR export with its own columns, and a real directory."""

from __future__ import annotations

from pathlib import Path

import pytest

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.api import Entity
from kateder.register.models import Duty, Organisation, Person
from kateder.sources import api as sources
from kateder.sources.mastering import api
from kateder.sources.mastering.models import Conflict, Say
from tests.sources.directory.school import PEOPLE, PUPILS, SETTINGS, STAFF, UNITS
from tests.sources.directory.slapd import SUFFIX, Attributes, Slapd, needs_slapd, running
from tests.sources.mastering.systems import GENEROUS, Systems, person

pytestmark = needs_slapd

EVA, ELSA = "198501202389", "201503092395"
HR = """version = 1
[[tables]]
name = "personal"
file = "anstallda.csv"
encoding = "latin-1"
[values.roller]
LR = "Lärare"
[[organisations]]
from = "personal"
id = "{Enhet}"
displayName = "{Enhetsnamn}"
organisationType = "Skolenhet"
schoolUnitCode = "{Enhet}"
[[persons]]
from = "personal"
id = "{Anstnr}"
givenName = "{Tilltal}"
familyName = "{Efternamn}"
civicNo = "{Pnr|digits}"
phoneNumbers = "{Mobil}"
[[duties]]
from = "personal"
id = { uuid = "{Anstnr}{Enhet}" }
person = "{Anstnr}"
dutyAt = "{Enhet}"
dutyRole = { from = "{Bef}", values = "roller", otherwise = "Annan personal" }
startDate = "{Från|date}"
"""


def _directory() -> dict[str, Attributes]:
    """Eva as the directory knows her, and a printer with an account."""
    entries: dict[str, Attributes] = {
        SUFFIX: {"objectClass": ["dcObject", "organization"], "dc": "example", "o": "Björkviken"},
    }
    for dn in (PEOPLE, UNITS, STAFF, PUPILS):
        entries[dn] = {"objectClass": "organizationalUnit", "ou": dn.partition(",")[0][3:]}
    entries[f"ou=Björkskolan,{UNITS}"] = {
        "objectClass": "organizationalUnit", "ou": "Björkskolan", "postalCode": "12345678",
    }  # fmt: skip
    for uid, given, family, number in (("eva.lind", "E", "LIND", EVA), ("svc-printer", "Skrivare", "Plan 2", "-")):
        entries[f"uid={uid},{STAFF}"] = {
            "objectClass": "inetOrgPerson", "uid": uid, "cn": uid, "givenName": given, "sn": family,
            "mail": f"{uid}@bjorkviken.example", "employeeNumber": number, "departmentNumber": "Björkskolan",
            "title": "Undervisande",
        }  # fmt: skip
    return entries


@pytest.fixture
def town(tmp_path: Path, authority: Authority) -> Systems:
    """The school system as SS 12000's columns; the two others are added by the test's other fixtures."""
    with within(authority.id):
        systems = Systems(tmp_path, authority.id, Actor.system("test"))
    systems.add(
        "Skolsystemet",
        person(id="eva", givenName="Eva", familyName="Lind", civicNo=EVA, emails="eva@gammal.example"),
        person(id="elsa", givenName="Elsa", familyName="Åberg", civicNo=ELSA),
    )
    return systems


def _settled(systems: Systems, *, hr: Path, slapd: Slapd) -> dict[str, int]:
    """Add the others, let HR decide names and the directory addresses, and run all three."""
    where = {"url": f"ldaps://localhost:{slapd.tls_port}", "ca_file": slapd.ca_file}
    directory = {**SETTINGS, "group_base": "", "civic_no": "employeeNumber", **where}
    with within(systems.authority_id):
        added = {
            name: sources.add_source(kind=kind, name=name, settings=settings, limits=GENEROUS, actor=systems.actor)
            for name, kind, settings in (
                ("Personal", "mapped_csv", {"folder": str(hr), "mapping": HR}),
                ("Katalogen", "ldap", directory),
            )
        }
        staff, addresses = added["Personal"].pk, added["Katalogen"].pk
        api.change(
            {
                (staff, Entity.PERSON, "name"): Say.DECIDES,
                (addresses, Entity.PERSON, "name"): Say.FILLS,
                (addresses, Entity.PERSON, "emails"): Say.DECIDES,
                (addresses, Entity.ORGANISATION, "display_name"): Say.FILLS,
            },
            actor=systems.actor,
        )
        api.set_right(addresses, Entity.PERSON, creates=False, removes=False, actor=systems.actor)
    systems.run("Skolsystemet")
    set_aside = {}
    for name, source in added.items():
        done = sources.run(source.pk, actor=systems.actor)
        assert done.state in {"applied", "unchanged"}, (name, done.state, done.counts, done.error_text)
        set_aside[name] = int(done.counts.get("set_aside", 0))
    return set_aside


def test_an_hr_export_a_school_system_and_a_directory_disagree_and_the_register_ends_right(
    town: Systems, tmp_path: Path
) -> None:
    hr = tmp_path / "hr"
    hr.mkdir()
    (hr / "anstallda.csv").write_text(
        "Anstnr;Tilltal;Efternamn;Pnr;Mobil;Enhet;Enhetsnamn;Bef;Från\n"
        f"1001;Eva Maria;Lind;{EVA[:8]}-{EVA[8:]};070-1740605;12345678;Björkskolan;LR;2020-08-01\n",
        encoding="latin-1",
    )
    with running(tmp_path / "slapd", _directory()) as slapd:
        _settled(town, hr=hr, slapd=slapd)
    with within(town.authority_id):
        eva = Person.objects.get(civic_no=EVA)
        assert (eva.given_name, eva.family_name) == ("Eva Maria", "Lind")
        assert eva.emails == ["eva.lind@bjorkviken.example"]
        assert eva.phone_numbers == ["070-1740605"]
        assert set(Person.objects.values_list("given_name", flat=True)) == {"Eva Maria", "Elsa"}
        assert Organisation.objects.filter(school_unit_code="12345678").count() == 1
        assert {one.duty_role for one in Duty.objects.filter(person=eva)} == {"Lärare"}
        assert Conflict.objects.filter(entity="person", root_id=eva.pk, attribute="name").exists()

"""What Active Directory does otherwise than OpenLDAP."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from tests.sources.directory.active_directory import ActiveDirectory, Attributes
from tests.sources.directory.conftest import TODAY
from tests.sources.directory.test_reading import column

from kateder.core.ldap.errors import CutShort
from kateder.core.setup import checked
from kateder.register.api import Entity
from kateder.sources.canonical import Delivery
from kateder.sources.connecting import Place
from kateder.sources.directory import CONNECTOR

SUFFIX = "DC=skolan,DC=example"
ELEVER = f"OU=Elever,{SUFFIX}"
GRUPPER = f"OU=Grupper,{SUFFIX}"
GUID = UUID("9f8a3c1e-5b7d-4e2a-8c6f-0123456789ab")
SETTINGS = {
    "directory": "active_directory",
    "bind_dn": "kateder@skolan.example",
    "password": "only-for-tests",
    "start_tls": False,
    "authority_name": "Björkviken",
    "pupil_base": ELEVER,
    "pupil_unit": "dn:ou",
    "group_base": GRUPPER,
    "class_filter": "(cn=*)",
}
FOREST = ("ldap://ForestDnsZones.skolan.example/DC=ForestDnsZones,DC=skolan,DC=example",)


def user(name: str, guid: UUID) -> Attributes:
    return {
        "objectGUID": [guid.bytes_le],
        "givenName": [name.encode()],
        "sn": ["Öst".encode()],
        "userPrincipalName": [f"{name}@skolan.example".encode()],
        "whenCreated": [b"20250817223000.0Z"],
        "accountExpires": [b"9223372036854775807"],
    }


def directory(pupils: int, **options: object) -> ActiveDirectory:
    """A class with all of them in it."""
    users = {f"CN=p{number},OU=Norra,{ELEVER}": user(f"p{number}", uuid4()) for number in range(pupils)}
    users[f"CN=elsa,OU=Norra,{ELEVER}"] = user("elsa", GUID)
    group: Attributes = {
        "objectGUID": [uuid4().bytes_le], "cn": [b"5B"], "whenCreated": [b"20260801120000.0Z"],
        "member": [dn.encode() for dn in users],
    }  # fmt: skip
    return ActiveDirectory({**users, f"CN=5B,{GRUPPER}": group}, references=FOREST, **options)  # type: ignore[arg-type]


def fetch(server: ActiveDirectory, **changed: object) -> Delivery:
    given = {**SETTINGS, "url": f"ldap://localhost:{server.port}", **changed}
    return CONNECTOR.fetch(checked(given, fields=CONNECTOR.fields), place=Place(uuid4(), uuid4()), today=TODAY)


def test_an_objectguid_is_the_id_that_administrators_know() -> None:
    with directory(1).serving() as server:
        assert str(GUID) in column(fetch(server), Entity.PERSON, "id")


def test_a_group_that_is_given_in_ranges_is_read_to_its_end() -> None:
    with directory(3499).serving() as server:
        delivery = fetch(server, page_size=1000)
    assert len(column(delivery, Entity.MEMBERSHIP, "person")) == 3500
    asked = [names for base, names in server.searches if base.startswith("CN=5B")]
    assert [name for names in asked for name in names] == ["member;range=1500-*", "member;range=3000-*"]


def test_references_to_the_rest_of_the_forest_are_left_alone() -> None:
    with directory(2).serving() as server:
        assert len(column(fetch(server), Entity.PERSON, "id")) == 3


def test_times_become_days_in_sweden_and_never_is_open() -> None:
    with directory(1).serving() as server:
        delivery = fetch(server)
    assert set(column(delivery, Entity.ENROLMENT, "startDate")) == {"2025-08-18"}
    assert set(column(delivery, Entity.ENROLMENT, "endDate")) == {""}
    # A membership begins when both the account and the group were there.
    assert set(column(delivery, Entity.MEMBERSHIP, "startDate")) == {"2026-08-01"}


def test_the_school_unit_may_be_the_innermost_unit_of_the_tree() -> None:
    with directory(1).serving() as server:
        assert column(fetch(server), Entity.ORGANISATION, "displayName") == ["Björkviken", "Norra"]


def test_a_controller_that_becomes_busy_between_pages_has_not_given_everything() -> None:
    with directory(9, busy_after=4).serving() as server, pytest.raises(CutShort):
        fetch(server, page_size=2)

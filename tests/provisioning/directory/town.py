"""A service of the cast that is the authority's own directory: a real slapd."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import ldap3
import pytest

from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import DeliveryRun
from kateder.provisioning.models import TargetObject
from tests.cast import TODAY, Cast
from tests.deliveries import QUICK, Delivery
from tests.offer import make_offer
from tests.sources.directory.slapd import PASSWORD, READER, SUFFIX, Attributes, Slapd, running

BASE = f"ou=skola,{SUFFIX}"
PEOPLE, TEACHERS, GROUPS, DISABLED = (f"ou={name},{BASE}" for name in ("people", "teachers", "groups", "disabled"))
OUTSIDE = f"ou=outside,{SUFFIX}"

NAMES = """
cn = {displayName}
givenName = {givenName}
sn = {familyName} || {displayName}
"""
ACTIVE_DIRECTORY = """
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15{20} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.656 NAME 'userPrincipalName' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15{1024} SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.2.226 NAME 'adminDescription' EQUALITY caseIgnoreMatch
  SYNTAX 1.3.6.1.4.1.1466.115.121.1.15{1024} SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP inetOrgPerson STRUCTURAL
  MAY ( userAccountControl $ sAMAccountName $ userPrincipalName ) )
objectclass ( 1.2.840.113556.1.5.8 NAME 'group' SUP top STRUCTURAL
  MUST cn MAY ( member $ description $ adminDescription ) )
"""
"""What of Active Directory's schema is written, with its object identifiers."""


def empty() -> dict[str, Attributes]:
    """A directory with places for people and groups, and one that is not ours."""
    entries: dict[str, Attributes] = {
        SUFFIX: {"objectClass": ["dcObject", "organization"], "dc": "example", "o": "Björkviken"}
    }
    for dn in (BASE, OUTSIDE, PEOPLE, TEACHERS, GROUPS, DISABLED):
        entries[dn] = {"objectClass": "organizationalUnit", "ou": dn.partition(",")[0][3:]}
    return entries


@dataclass
class Town(Delivery):
    """A delivery to a directory."""

    slapd: Slapd = None  # type: ignore[assignment]

    def run(self, *, today: date = TODAY, **options: Any) -> DeliveryRun:
        options.setdefault("patience", QUICK)
        return provisioning.run(self.target.id, actor=self.actor, today=today, **options)

    def opened(self) -> ldap3.Connection:
        """A connection of somebody who may do anything."""
        server = ldap3.Server("127.0.0.1", self.slapd.port, get_info=ldap3.NONE)
        return ldap3.Connection(server, READER, PASSWORD, check_names=False)

    def entries(self, base: str = BASE, filter_text: str = "(objectClass=person)") -> dict[str, dict[str, list[str]]]:
        """Entries by DN, their attributes by name."""
        with self.opened() as connection:
            connection.search(base, filter_text, attributes=["*"])
            return {
                one["dn"]: {name: [raw.decode() for raw in raws] for name, raws in one["raw_attributes"].items()}
                for one in connection.response
            }

    def of(self, name: str) -> tuple[str, dict[str, list[str]]]:
        """The entry of somebody of the cast, by the mark."""
        with self.inside():
            released = str(TargetObject.objects.get(target=self.target, root_id=self.cast[name]).released_id)
        return next((dn, entry) for dn, entry in self.entries().items() if released in str(entry.get("employeeNumber")))

    def set(self, **settings: object) -> None:
        """Change settings of the target."""
        with self.inside():
            self.target = provisioning.change_target(self.target.id, settings=settings, by=self.offer.by)


Connect = Callable[..., Town]


@pytest.fixture(scope="module")
def openldap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """An OpenLDAP for a module; `town` empties it."""
    with running(tmp_path_factory.mktemp("slapd") / "plain", empty(), schema=ACTIVE_DIRECTORY) as server:
        yield server


@pytest.fixture
def town(cast: Cast, openldap: Slapd) -> Connect:
    """Connect the directory as a service; class 5B has its resource."""
    _clear(openldap)

    def connect(*, policy: dict[str, Any] | None = None, **settings: object) -> Town:
        with within(cast.authority.id):
            offer = make_offer(cast)
            offer.allow(**(policy or {}))
            offer.assign(offer.lot(), "class_5b")
            values = {
                "url": f"ldaps://localhost:{openldap.tls_port}",
                "ca_text": Path(openldap.ca_file).read_text(),
                "bind_dn": READER,
                "password": PASSWORD,
                "directory": "openldap",
                "base": BASE,
                "person_base": PEOPLE,
                "group_base": GROUPS,
                # Not the addresses: one of the cast has an å in hers, which the schema of `mail` does not take.
                "person_attributes": NAMES,
            } | settings
            target = provisioning.add_target(offer.service.id, kind="directory", settings=values, by=offer.by)
            actor = Actor.system("test")
        return Town(offer, target, None, actor, openldap)  # type: ignore[arg-type]

    return connect


def _clear(server: Slapd) -> None:
    kept = set(empty())
    with ldap3.Connection(ldap3.Server("127.0.0.1", server.port, get_info=ldap3.NONE), READER, PASSWORD) as connection:
        connection.search(SUFFIX, "(objectClass=*)", attributes=[])
        found = sorted((one["dn"] for one in connection.response if one["dn"] not in kept), key=len, reverse=True)
        for dn in found:
            connection.delete(dn)

"""The public reference client of EGIL delivers to us, through nginx with its certificate: what it does, and heals.

`EGIL_REFERENCE_CLIENT` names its program (EgilSCIM 2.23 is what this was written against).
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.protocols.matf.federating import identity
from tests.signin.live import serving as live
from tests.sources.egil_in.conftest import Open
from tests.sources.egil_in.reference_client import GROUP, Client, School, id_of
from tests.trust.proxies import PROXIES, before, server_identity

from kateder.core import authorities
from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.models import Activity, ActivityTeacher, Duty, Enrolment, Group, GroupMembership, Person
from kateder.sources import api, mirror
from kateder.sources.models import MirrorRecord, RunState, SourceRun

PROGRAM = os.environ.get("EGIL_REFERENCE_CLIENT", "")
NGINX = PROXIES[0]
pytestmark = [
    pytest.mark.skipif(not PROGRAM, reason="EGIL_REFERENCE_CLIENT names no reference client"),
    pytest.mark.skipif(not NGINX.is_here, reason="nginx is not installed"),
]
DAY = date(2026, 11, 24)


@pytest.fixture
def authority(database: str) -> Authority:
    """At a name below localhost, which the client's library takes to loopback by itself."""
    slug = f"t-{uuid.uuid4().hex[:10]}"
    return authorities.create(name="Björkvikens kommun", slug=slug, hosts=[f"{slug}.test", f"{slug}.localhost"])


@dataclass
class Neighbour:
    """Who delivers: its school, its client, and the source that it delivers to."""

    school: School
    client: Client
    authority: Authority
    source_id: uuid.UUID
    read: Callable[[], SourceRun]

    def deliver(self, *options: str) -> str:
        self.school.write(self.client.folder)
        return self.client.run(*options)

    def held(self) -> dict[str, int]:
        with within(self.authority.id):
            return mirror.counts(self.source_id)

    def forget(self, resource: str, key: str) -> None:
        """An object is lost here behind the client's back."""
        with within(self.authority.id):
            MirrorRecord.objects.get(source_id=self.source_id, resource=resource, key=key).delete()


@pytest.fixture
def neighbour(
    authority: Authority, open_inlet: Open, settings: Any, tmp_path: Path, actor: Actor
) -> Iterator[Neighbour]:
    settings.CLIENT_CERTIFICATE, settings.TRUSTED_PROXY = NGINX.form, "127.0.0.1"
    host = f"{authority.slug}.localhost"
    shown, server = identity(), server_identity(host)
    sender = open_inlet(pins=shown.pin)
    school, client = School(), Client(PROGRAM, tmp_path / "client")
    client.folder.mkdir()
    school.write(client.folder)
    with live() as origin, before(origin.replace("http://localhost", "127.0.0.1"), NGINX, tmp_path, server) as proxy:
        port = proxy.rpartition(":")[2]
        client.configure(address=f"https://{host}:{port}{sender.base}", server=server, own=shown)
        yield Neighbour(
            school, client, authority, sender.source_id, lambda: api.run(sender.source_id, actor=actor, today=DAY)
        )


FIRST = {
    "Organisation": 1, "SchoolUnitGroup": 1, "SchoolUnit": 1, "User": 13, "StudentGroup": 1, "Employment": 1,
    "Activity": 1,
}  # fmt: skip


def test_its_first_delivery_becomes_the_register(neighbour: Neighbour, authority: Authority) -> None:
    said = neighbour.deliver()
    assert neighbour.held() == FIRST, said
    assert neighbour.read().state == RunState.APPLIED
    with within(authority.id):
        assert Enrolment.objects.filter(school_year=6).count() == 12
        assert Person.objects.get(given_name="Tove").family_name == 'Li "Tå" Ek'
        assert (Group.objects.get().display_name, GroupMembership.objects.count()) == ("6A", 12)
        assert ActivityTeacher.objects.get().activity == Activity.objects.get()
        assert Duty.objects.get().signature == "tove"
    neighbour.deliver()
    assert neighbour.read().state == RunState.UNCHANGED


def test_its_changes_and_removals_are_followed(neighbour: Neighbour, authority: Authority) -> None:
    neighbour.deliver()
    neighbour.read()
    gone, renamed, came = id_of(8, 1), id_of(8, 2), id_of(8, 40)
    del neighbour.school.pupils[gone]
    neighbour.school.pupils |= {renamed: "Åsa", came: "Ny"}
    said = neighbour.deliver()
    assert neighbour.held() == FIRST, said
    assert neighbour.read().state == RunState.APPLIED
    with within(authority.id):
        names = set(Person.objects.filter(enrolments__end_date=None).values_list("given_name", flat=True))
        assert {"Åsa", "Ny"} <= names
        assert GroupMembership.objects.filter(end_date=None).count() == 12


def test_what_is_lost_here_is_put_back_when_it_asks_what_there_is(neighbour: Neighbour) -> None:
    neighbour.deliver()
    neighbour.forget("User", id_of(8, 3))
    neighbour.forget("StudentGroup", GROUP)
    said = neighbour.deliver("--rebuild-cache")
    assert neighbour.held() == FIRST, said


def test_a_client_that_has_forgotten_what_it_sent_learns_it_from_our_lists(neighbour: Neighbour) -> None:
    neighbour.deliver()
    (neighbour.client.folder / "cache").unlink()
    neighbour.deliver("--rebuild-cache")
    del neighbour.school.pupils[id_of(8, 5)]
    said = neighbour.deliver()
    assert neighbour.held() == FIRST | {"User": 12}, said


def test_when_it_takes_everything_back_the_source_is_stopped_not_applied(neighbour: Neighbour) -> None:
    neighbour.deliver()
    neighbour.read()
    said = neighbour.deliver("--skip-load", "--skip-thresholds")
    assert neighbour.held() == {}, said
    assert neighbour.read().state != RunState.APPLIED


def test_what_is_lost_here_comes_back_when_it_changes_though_it_takes_the_client_three_runs(
    neighbour: Neighbour,
) -> None:
    """PUT 404, then POST 201: our answers are those by which it heals itself."""
    neighbour.deliver()
    lost = id_of(8, 3)
    neighbour.forget("User", lost)
    neighbour.school.pupils[lost] = "Åke"
    for _run in range(3):
        said = neighbour.deliver()
    assert neighbour.held() == FIRST, said

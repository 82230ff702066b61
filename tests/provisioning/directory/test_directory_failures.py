"""A directory that fails costs nobody an account, and the next run ends right."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import ldap3
import pytest

from kateder.core import clock
from kateder.core.findings import open_findings
from kateder.core.ldap.session import connect
from kateder.core.ldap.settings import account_of
from kateder.core.setup import Step
from kateder.provisioning.api import RunState
from kateder.provisioning.directory.entries import AT_ONCE
from kateder.provisioning.directory.rules import rules_of
from kateder.provisioning.directory.way import DIRECTORY
from kateder.provisioning.directory.writing import BehindTheFence, Writer
from kateder.provisioning.models import TargetObject
from kateder.provisioning.sight import health as standings
from kateder.provisioning.sight.standings import Standing
from kateder.provisioning.targets import checking
from kateder.provisioning.ways import registry
from kateder.provisioning.ways.contract import Unlistable
from tests.provisioning.directory.town import BASE, GROUPS, OUTSIDE, PEOPLE, Connect, Town
from tests.provisioning.files.sshd import Wire
from tests.sources.directory.slapd import SUFFIX, Slapd, certificates, free_port, needs_slapd

pytestmark = needs_slapd


def checked(town: Town) -> list[Step]:
    return checking.check(town.cast.authority.id, town.target.id, now=clock.now())


def first(town: Town) -> str:
    """Approve and run the first delivery; gives what stopped it."""
    town.run()
    town.approve()
    return town.run().stopped_by


def test_the_check_goes_from_the_settings_to_the_places(town: Connect) -> None:
    steps = checked(town())
    assert [step.name for step in steps] == ["settings", "connection", "credentials", "record"]
    assert all(step.ok for step in steps)


@pytest.mark.parametrize(
    ("settings", "last"),
    [
        ({"person_base": f"ou=people,{OUTSIDE}"}, "settings"),
        ({"person_attributes": "userPassword = {id}"}, "settings"),
        ({"person_attributes": "cn = {password}"}, "settings"),
        ({"person_name": "uid"}, "settings"),
        ({"ca_text": ""}, "connection"),
        ({"password": "wrong"}, "credentials"),
        ({"group_base": f"ou=missing,{BASE}"}, "record"),
    ],
)
def test_the_check_ends_at_what_is_wrong_and_says_what(town: Connect, settings: dict[str, str], last: str) -> None:
    steps = checked(town(**settings))
    assert (steps[-1].name, steps[-1].ok) == (last, False)
    assert steps[-1].sentence


def test_settings_that_cannot_be_used_end_the_run_and_say_so_instead_of_leaving_it_under_way(town: Connect) -> None:
    there = town(person_name="uid")
    assert first(there) == "unusable_settings"
    with there.inside():
        target = there.target.__class__.objects.get(id=there.target.id)
        (found,) = open_findings().filter(scope=f"delivery:{target.id}")
        health = standings.of_all(now=clock.now())[0]
    assert (found.rule, found.owner) == ("provisioning.stopped", "it")
    assert health.standing == Standing.SHUT_OUT
    assert target.retry_at is not None


def test_a_wrong_password_stops_the_run_at_once_and_nothing_is_written(town: Connect) -> None:
    there = town(password="wrong")
    assert first(there) == "bind_refused"
    assert there.entries() == {}


def test_a_certificate_of_another_authority_is_not_talked_to(town: Connect, tmp_path: Path) -> None:
    certificates(tmp_path)
    there = town(ca_text=(tmp_path / "ca.pem").read_text())
    assert first(there) == "certificate_not_trusted"
    assert there.entries() == {}


@pytest.mark.parametrize("most", [3000, 6000, 9000])
def test_a_connection_that_is_cut_again_and_again_ends_right_when_it_holds(
    town: Connect, openldap: Slapd, most: int
) -> None:
    there = town()
    with Wire(to=openldap.tls_port, most=most).strung() as wire:
        there.set(url=f"ldaps://localhost:{wire.port}")
        first(there)
    there.set(url=f"ldaps://localhost:{openldap.tls_port}")
    there.run()
    assert there.run().state == RunState.SUCCEEDED
    assert len(there.entries()) == 2
    ((_, group),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    assert group["member"] == [there.of("elsa")[0]]


def test_a_directory_that_is_away_is_tried_again_and_lists_nothing_by_mistake(town: Connect) -> None:
    there = town(url=f"ldaps://localhost:{free_port()}")
    there.run()
    there.approve()
    assert there.run().state == RunState.FAILED
    with there.inside():
        door = registry.door_of(there.target)
        row = TargetObject.objects.filter(target=there.target).first()
    assert row is not None
    with pytest.raises(Unlistable):
        DIRECTORY.is_there(door, "User", row.released_id, "")


def test_a_referral_is_not_followed_and_is_said_to_be_one(town: Connect) -> None:
    there = town(person_base=f"ou=elsewhere,{BASE}")
    with there.opened() as connection:
        control = ("2.16.840.1.113730.3.4.2", False, None)
        entry = {"ou": "elsewhere", "ref": f"ldap://192.0.2.1/{BASE}"}
        added = connection.add(f"ou=elsewhere,{BASE}", ["referral", "extensibleObject"], entry, controls=[control])
        assert added, connection.result
    first(there)
    with there.inside():
        failed = TargetObject.objects.filter(target=there.target, resource_type="User")
        assert set(failed.values_list("failure", flat=True)) == {"refused_elsewhere"}
    with there.opened() as connection:
        connection.delete(f"ou=elsewhere,{BASE}", controls=[control])


def test_nothing_is_ever_written_outside_the_base(town: Connect, opened: Writer) -> None:
    with pytest.raises(BehindTheFence):
        opened.modify(OUTSIDE, {"description": [(ldap3.MODIFY_REPLACE, ["x"])]})
    with pytest.raises(BehindTheFence):
        opened.modify(BASE, {"description": [(ldap3.MODIFY_REPLACE, ["x"])]})
    with pytest.raises(BehindTheFence):
        opened.add(f"cn=a\\,{BASE}", classes=["person"], attributes={"cn": ["a"], "sn": ["a"]})
    with pytest.raises(BehindTheFence):
        opened.move(f"uid=a,{PEOPLE}", rdn="uid=a", to=OUTSIDE)


@pytest.fixture
def opened(town: Connect) -> Iterator[Writer]:
    there = town()
    with there.inside():
        door = registry.door_of(there.target)
    from dataclasses import replace

    from kateder.core.ldap.addresses import address_of

    account = replace(account_of(door.settings), may_write=True)
    with connect(address_of(str(door.settings["url"])), account=account) as session:
        session.bind()
        yield Writer(session, base=rules_of(door.settings).base)


def test_a_group_larger_than_one_request_has_everybody_and_changes_by_what_differs(
    town: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kateder.provisioning.directory.groups.AT_ONCE", 7)
    there = town()
    people = there.join(AT_ONCE + 10)
    first(there)
    assert members(there) == AT_ONCE + 11
    there.leave(people[:3])
    assert there.run().state == RunState.SUCCEEDED
    assert members(there) == AT_ONCE + 8


def test_an_empty_group_is_its_own_member_where_the_class_wants_one(town: Connect) -> None:
    there = town()
    first(there)
    there.end_agreement()
    there.run()
    there.approve()
    there.run()
    ((dn, group),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    assert group["member"] == [dn]


def members(town: Town) -> int:
    ((_, group),) = town.entries(GROUPS, "(objectClass=groupOfNames)").items()
    return len(group["member"])


def test_a_deleted_account_comes_back_with_a_rebuild_and_is_in_its_group_again(town: Connect) -> None:
    there = town()
    first(there)
    dn, _ = there.of("elsa")
    with there.opened() as connection:
        connection.delete(dn)
    with there.inside():
        TargetObject.objects.filter(target=there.target, root_id=there.cast["elsa"]).update(
            content_hash=None, intent="create"
        )
    with contextlib.suppress(AssertionError):
        there.run(everything=True)
    assert there.of("elsa")[0] == dn
    ((_, group),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    assert group["member"] == [dn]
    assert SUFFIX in dn

"""What others change of ours in the directory is seen each night, put right and said; the rest is left alone."""

from __future__ import annotations

import ldap3

from kateder.core.tenancy import current_authority_id
from kateder.provisioning.api import DeliveryRun, RunState
from kateder.provisioning.healing.rebuilding import compare, rebuild
from kateder.provisioning.models import TargetObject
from kateder.provisioning.runs.nightly import COMPARE
from tests.cast import TODAY
from tests.deliveries import QUICK
from tests.provisioning.directory.town import GROUPS, OUTSIDE, Connect, Town
from tests.provisioning.files.sending import OPEN
from tests.sources.directory.slapd import needs_slapd

pytestmark = needs_slapd


def delivered(town: Town) -> Town:
    assert town.first().state == RunState.SUCCEEDED
    assert town.run().total == 0
    return town


def looked_at(town: Town) -> DeliveryRun:
    return rebuild(town.target.id, actor=town.actor, today=TODAY, patience=QUICK)


def change(town: Town, dn: str, changes: dict[str, list[tuple[str, list[str]]]]) -> None:
    with town.opened() as connection:
        assert connection.modify(dn, changes), connection.result


def test_a_directory_that_is_as_it_should_be_is_not_written_to(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    assert compare(there.target.id, actor=there.actor).agrees
    before = there.entries()
    ended = looked_at(there)
    assert (ended.state, ended.total) == (RunState.SUCCEEDED, 0)
    assert "changed" not in ended.healed
    assert there.entries() == before


def test_an_attribute_of_ours_that_somebody_changed_is_put_right_and_said(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    dn, elsa = there.of("elsa")
    change(there, dn, {"givenName": [(ldap3.MODIFY_REPLACE, ["Elsie"])], "sn": [(ldap3.MODIFY_ADD, ["Extra"])]})
    assert there.run(everything=True).total == 0, "memory alone does not show it"
    assert compare(there.target.id, actor=there.actor).found["changed"] == 1
    ended = looked_at(there)
    assert (ended.state, ended.total, ended.healed["changed"]) == (RunState.SUCCEEDED, 1, 1)
    assert there.of("elsa")[1] == elsa


def test_what_is_not_ours_in_an_entry_is_nobodys_drift(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    dn, _elsa = there.of("elsa")
    change(there, dn, {"description": [(ldap3.MODIFY_REPLACE, ["of the directory's own"])]})
    assert looked_at(there).total == 0
    assert there.of("elsa")[1]["description"] == ["of the directory's own"]


def test_members_that_somebody_put_in_or_took_out_are_put_right_but_not_those_from_outside(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    ((group, entry),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    elsa, tove = there.of("elsa")[0], there.of("tove")[0]
    change(there, group, {"member": [(ldap3.MODIFY_ADD, [OUTSIDE])]})
    assert looked_at(there).total == 0
    change(there, group, {"member": [(ldap3.MODIFY_ADD, [tove])]})
    assert looked_at(there).healed["changed"] == 1
    change(there, group, {"member": [(ldap3.MODIFY_DELETE, [elsa])]})
    assert looked_at(there).healed["changed"] == 1
    ((_dn, mended),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    assert sorted(mended["member"]) == sorted([*entry["member"], OUTSIDE])


def test_a_renamed_entry_is_named_back_where_we_rename(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    dn, _elsa = there.of("elsa")
    with there.opened() as connection:
        assert connection.modify_dn(dn, "uid=somebody"), connection.result
    assert looked_at(there).healed["changed"] == 2, "the account, and the group that knows it by its name"
    assert there.of("elsa")[0] == dn


def test_what_is_waiting_to_be_sent_is_not_taken_for_a_change_at_the_directory(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    assert compare(there.target.id, actor=there.actor).agrees
    with there.inside():
        TargetObject.objects.filter(target=there.target, resource_type="StudentGroup").update(content_hash=b"older")
    group = next(iter(there.entries(GROUPS, "(objectClass=groupOfNames)")))
    change(there, group, {"member": [(ldap3.MODIFY_ADD, [there.of("tove")[0]])]})
    assert "changed" not in compare(there.target.id, actor=there.actor).found


def test_the_night_looks_at_the_directory_too(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    dn, elsa = there.of("elsa")
    change(there, dn, {"givenName": [(ldap3.MODIFY_REPLACE, ["Elsie"])]})
    with there.inside():
        authority = str(current_authority_id())
    COMPARE.run(authority_id=authority, target_id=str(there.target.id))
    assert there.of("elsa")[1]["givenName"] == elsa["givenName"]

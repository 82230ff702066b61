"""The truth reaches the directory: accounts and groups, disabled and never deleted, and nothing beside them."""

from __future__ import annotations

import ldap3
from ldap3 import BASE as ITSELF

from kateder.provisioning.api import RunState
from kateder.provisioning.models import TargetObject
from tests.provisioning.directory.town import DISABLED, GROUPS, OUTSIDE, PEOPLE, TEACHERS, Connect, Town
from tests.provisioning.files.sending import OPEN
from tests.sources.directory.slapd import needs_slapd

pytestmark = needs_slapd


def delivered(town: Town) -> Town:
    ended = town.first()
    assert (ended.state, ended.stopped_by) == (RunState.SUCCEEDED, "")
    return town


def failures(town: Town) -> set[str]:
    with town.inside():
        return set(
            TargetObject.objects.filter(target=town.target).exclude(failure="").values_list("failure", flat=True)
        )


def test_accounts_are_made_where_they_belong_with_what_is_released(town: Connect) -> None:
    there = delivered(town(policy=OPEN, teacher_base=TEACHERS))
    dn, elsa = there.of("elsa")
    assert dn == f"uid=elsa@edu.bjorkviken.example,{PEOPLE}"
    assert (elsa["givenName"], elsa["sn"], elsa["cn"]) == (["Elsa"], ["Åberg"], ["Elsa Åberg"])
    assert there.of("tove")[0].endswith(TEACHERS)
    assert "userPassword" not in elsa


def test_without_approved_fields_the_directory_gets_no_names(town: Connect) -> None:
    there = delivered(town())
    for entry in there.entries().values():
        assert "givenName" not in entry
        assert not {"Elsa", "Åberg", "Tove", "Lind"} & {word for text in entry["cn"] for word in text.split()}


def test_a_group_has_its_members_and_the_protected_pupil_is_in_none(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    ((dn, group),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    assert dn.endswith(GROUPS)
    assert group["member"] == [there.of("elsa")[0]]


def test_who_leaves_is_disabled_not_deleted_and_moved_where_that_is_wanted(town: Connect) -> None:
    there = delivered(town(disabled_base=DISABLED))
    (new,) = there.join(1)
    there.run()
    before = len(there.entries())
    there.leave([new])
    assert there.run().state == RunState.SUCCEEDED
    assert len(there.entries()) == before
    ((_, gone),) = there.entries(DISABLED).items()
    assert gone["employeeType"] == ["disabled"]
    assert gone["employeeNumber"][0].startswith("off:")


def test_who_comes_back_is_enabled_in_the_same_account(town: Connect) -> None:
    there = delivered(town(disabled_base=DISABLED))
    there.end_agreement()
    there.run()
    there.approve()
    there.run()
    assert len(there.entries(DISABLED)) == 2
    with there.inside():
        there.offer.agree()
    there.run()
    there.approve()
    assert there.run().state == RunState.SUCCEEDED
    assert there.entries(DISABLED) == {}
    assert all("employeeType" not in entry for entry in there.entries().values())


def test_an_account_that_somebody_else_disabled_is_not_enabled_by_us(town: Connect) -> None:
    there = delivered(town())
    dn, _ = there.of("elsa")
    with there.opened() as connection:
        assert connection.modify(dn, {"employeeType": [(ldap3.MODIFY_REPLACE, ["disabled"])]})
    there.end_agreement()
    there.run()
    there.approve()
    there.run()
    with there.inside():
        there.offer.agree()
    there.run()
    there.approve()
    there.run()
    assert there.of("elsa")[1]["employeeType"] == ["disabled"]
    assert "employeeType" not in there.of("tove")[1]


def test_an_entry_that_was_renamed_and_moved_behind_our_back_is_found_again(town: Connect) -> None:
    there = delivered(town(policy=OPEN, rename=False))
    dn, _ = there.of("elsa")
    with there.opened() as connection:
        assert connection.modify_dn(dn, "uid=other", new_superior=TEACHERS)
    with there.inside():
        TargetObject.objects.filter(target=there.target).update(content_hash=b"old")
    assert there.run(everything=True).state == RunState.SUCCEEDED
    assert there.of("elsa")[0] == f"uid=other,{TEACHERS}"
    assert len(there.entries()) == 3
    ((_, group),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    assert group["member"] == [f"uid=other,{TEACHERS}"]


def test_who_becomes_protected_loses_the_names_that_the_directory_had_also_in_the_entrys_own(town: Connect) -> None:
    there = delivered(
        town(
            policy=OPEN,
            person_name="cn={displayName}",
            person_attributes="sn = {familyName} || {displayName}\ngivenName = {givenName}",
        )
    )
    assert there.of("elsa")[0] == f"cn=Elsa Åberg,{PEOPLE}"
    there.protect("elsa")
    there.run()
    dn, elsa = there.of("elsa")
    assert not {"Elsa", "Åberg"} & set(dn.replace("=", " ").replace(",", " ").split())
    assert "givenName" not in elsa
    assert "Åberg" not in str(elsa)


def test_an_account_that_is_there_is_adopted_by_what_was_said_and_keeps_what_is_not_ours(town: Connect) -> None:
    there = town(policy=OPEN, adopt="givenName = {givenName}")
    with there.opened() as connection:
        connection.add(
            f"uid=old,{PEOPLE}",
            ["inetOrgPerson"],
            {
                "sn": "x",
                "cn": "x",
                "givenName": "Elsa",
                "title": "mine",
                "employeeType": "disabled",
            },
        )
        connection.add(f"uid=old,{OUTSIDE}", ["inetOrgPerson"], {"sn": "x", "cn": "x", "givenName": "Tove"})
    delivered(there)
    dn, elsa = there.of("elsa")
    assert dn == f"uid=elsa@edu.bjorkviken.example,{PEOPLE}"
    assert (elsa["sn"], elsa["title"], elsa["employeeType"]) == (["Åberg"], ["mine"], ["disabled"])
    assert there.of("tove")[0].endswith(PEOPLE)
    (outside,) = there.entries(OUTSIDE).values()
    assert outside["sn"] == ["x"]


def test_two_accounts_that_could_be_adopted_are_a_finding_and_the_others_go_on(town: Connect) -> None:
    there = town(policy=OPEN, adopt="givenName = {givenName}")
    with there.opened() as connection:
        for name in ("one", "two"):
            values = {"sn": "x", "cn": "x", "givenName": "Elsa"}
            connection.add(f"uid={name},{PEOPLE}", ["inetOrgPerson"], values)
    there.run()
    there.approve()
    assert there.run().state == RunState.FAILED
    assert failures(there) == {"refused_ambiguous"}
    assert there.of("tove")


def test_a_name_that_is_taken_is_a_finding_and_the_group_does_without(town: Connect) -> None:
    there = town(policy=OPEN)
    with there.opened() as connection:
        connection.add(f"uid=elsa@edu.bjorkviken.example,{PEOPLE}", ["inetOrgPerson"], {"sn": "x", "cn": "x"})
    there.run()
    there.approve()
    assert there.run().state == RunState.FAILED
    assert failures(there) == {"refused_name_taken"}
    ((dn, group),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    assert group["member"] == [dn]


def test_what_the_schema_refuses_is_a_finding_of_that_object_alone(town: Connect) -> None:
    there = town(policy=OPEN, person_attributes="cn = {displayName}\nsn = {familyName}\nnoSuchAttribute = {id}")
    there.run()
    there.approve()
    assert there.run().state == RunState.FAILED
    assert failures(there) <= {"refused_schema"}
    there.set(person_attributes="cn = {displayName}\nsn = {familyName} || {displayName}")
    there.run()
    assert there.run().state == RunState.SUCCEEDED


def test_a_value_that_an_attribute_does_not_take_is_a_finding_of_that_account_alone(town: Connect) -> None:
    there = town(policy=OPEN, person_attributes="")
    there.run()
    there.approve()
    assert there.run().state == RunState.FAILED
    assert failures(there) == {"refused_value"}
    assert len(there.entries()) == 2


def test_members_from_outside_the_base_stay_and_only_what_differs_is_written(town: Connect) -> None:
    there = delivered(town())
    ((dn, _),) = there.entries(GROUPS, "(objectClass=groupOfNames)").items()
    with there.opened() as connection:
        connection.modify(dn, {"member": [(ldap3.MODIFY_ADD, [f"uid=guest,{OUTSIDE}"])]})
    new = there.join(2)
    there.run()
    there.leave(new[:1])
    assert there.run().state == RunState.SUCCEEDED
    members = there.entries(GROUPS, "(objectClass=groupOfNames)")[dn]["member"]
    assert f"uid=guest,{OUTSIDE}" in members
    assert len(members) == 3


def test_an_account_deleted_behind_our_back_is_missed_by_the_list(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    dn, _ = there.of("elsa")
    assert listed(there) == {"User": 3, "StudentGroup": 1}
    with there.opened() as connection:
        connection.delete(dn)
    assert listed(there) == {"User": 2, "StudentGroup": 1}


def test_a_disabled_account_counts_as_gone(town: Connect) -> None:
    there = delivered(town())
    with there.inside():
        row = TargetObject.objects.get(target=there.target, root_id=there.cast["elsa"])
    assert is_there(there, row)
    there.end_agreement()
    there.run()
    there.approve()
    there.run()
    assert not is_there(there, row)
    assert listed(there) == {}


def test_a_second_run_finds_nothing_to_do(town: Connect) -> None:
    there = delivered(town(policy=OPEN))
    assert there.run().total == 0


def test_names_that_mean_something_in_a_dn_are_escaped(town: Connect) -> None:
    there = delivered(town(policy=OPEN, person_name='cn= {displayName}, "x" + #1\\'))
    names = [dn for dn in there.entries() if dn.endswith(f",{PEOPLE}")]
    assert len(names) == 3
    with there.opened() as connection:
        assert all(connection.search(dn, "(objectClass=*)", ITSELF) for dn in names)


def test_active_directory_accounts_are_made_disabled_and_only_the_bit_of_ours_is_changed(town: Connect) -> None:
    attributes = "sn = {displayName}\nsAMAccountName = {userName|local|cut20}\nuserPrincipalName = {userName}"
    there = delivered(town(policy=OPEN, directory="active_directory", person_attributes=attributes))
    dn, elsa = there.of("elsa")
    assert dn == f"cn=elsa@edu.bjorkviken.example,{PEOPLE}"
    assert (elsa["userAccountControl"], elsa["sAMAccountName"]) == (["514"], ["elsa"])
    with there.opened() as connection:
        connection.modify(dn, {"userAccountControl": [(ldap3.MODIFY_REPLACE, ["66048"])]})
    there.end_agreement()
    there.run()
    there.approve()
    there.run()
    by_mark = {entry["employeeNumber"][0][:4]: entry for entry in there.entries().values()}
    assert by_mark["off:"]["userAccountControl"] == ["66050"]
    assert by_mark["left"]["userAccountControl"] == ["514"]


def listed(town: Town) -> dict[str, int]:
    import asyncio
    from collections import Counter

    from kateder.provisioning.directory.way import DIRECTORY
    from kateder.provisioning.ways import registry

    with town.inside():
        door = registry.door_of(town.target)

    async def everything() -> dict[str, int]:
        return dict(Counter([one.resource_type async for one in DIRECTORY.listed(door)]))

    return asyncio.run(everything())


def is_there(town: Town, row: TargetObject) -> bool | None:
    from kateder.provisioning.directory.way import DIRECTORY
    from kateder.provisioning.ways import registry

    with town.inside():
        door = registry.door_of(town.target)
    return DIRECTORY.is_there(door, row.resource_type, row.released_id, "")

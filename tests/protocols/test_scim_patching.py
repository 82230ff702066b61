"""What differs is what is asked for, attribute by attribute, and big groups change in requests of a reasonable size."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scim2_models import Group, PatchOp, User

from kateder.protocols.scim import resources
from kateder.protocols.scim.patching import MOST_MEMBERS, changes, messages

ID = "6c2b7e0e-7a3c-5b0e-9d8e-0f1d2c3b4a59"


def account(**values: Any) -> dict[str, Any]:
    return resources.user(ID, **({"user_name": "elsa", "display_name": "Vänlig Räv 7"} | values))


def group(members: set[str]) -> dict[str, Any]:
    return resources.group(ID, display_name="Grupp", members=members)


def test_what_is_alike_needs_nothing_whatever_the_order_and_whatever_else_the_server_keeps() -> None:
    wanted = account(emails=["a@skola.example", "b@skola.example"], given_name="Elsa")
    held = {**wanted, "id": "1", "meta": {"version": "1"}, "nickName": "E", "active": "True"}
    held["emails"] = [{**one, "display": "x"} for one in reversed(wanted["emails"])]
    held["name"] = {"givenName": "Elsa", "formatted": "Elsa", "familyName": ""}
    assert changes(held, wanted) == []


def test_what_is_no_longer_told_is_removed() -> None:
    held = account(emails=["a@skola.example"], given_name="Elsa", user_type="Student")
    paths = {one["path"]: one["op"] for one in changes(held, account())}
    assert paths == {"userType": "remove", "name.givenName": "remove", "emails": "remove"}


@given(st.sets(st.integers(0, 400)), st.sets(st.integers(0, 400)))
def test_the_public_library_applies_our_changes_to_a_group_and_gets_what_we_want(
    there: set[int], should: set[int]
) -> None:
    held, wanted = group(set(map(str, there))), group(set(map(str, should)))
    resource = Group.model_validate(held)
    for message in messages(changes(held, wanted)):
        patch = PatchOp[Group].model_validate(message)
        patch.patch(resource)
        assert sum(len(one.get("value", [0])) for one in message["Operations"]) <= MOST_MEMBERS
    assert {one.value for one in resource.members or []} == set(map(str, should))


@pytest.mark.parametrize("names", [{}, {"given_name": "Elsa", "family_name": "Åberg"}])
@pytest.mark.parametrize("emails", [[], ["a@skola.example"], ["b@skola.example", "c@skola.example"]])
def test_the_public_library_applies_our_changes_to_a_user_and_gets_what_we_want(
    names: dict[str, str], emails: list[str]
) -> None:
    held = account(given_name="Old", emails=["old@skola.example"], user_type="Teacher")
    wanted = account(user_name="new", emails=emails, user_type="Student", **names)
    resource = User.model_validate(held)
    for message in messages(changes(held, wanted)):
        PatchOp[User].model_validate(message).patch(resource)
    ours = resources.ours("User", resource.model_dump(mode="json", by_alias=True, exclude_none=True), names={})
    assert orjson.dumps(ours, option=orjson.OPT_SORT_KEYS) == orjson.dumps(wanted, option=orjson.OPT_SORT_KEYS)


def test_a_quotation_mark_in_a_servers_id_does_not_end_the_filter() -> None:
    (change,) = changes(group({'1"] or members[value eq "2'}), group(set()))
    assert change["path"].count('\\"') == 2

"""Users and groups reach a server that names them itself, and what changes is all that is sent."""

from __future__ import annotations

import orjson
import pytest

from kateder.governance import api as governance
from kateder.governance.api import Display, Field, FieldChoice, Level
from kateder.provisioning.api import RunState
from kateder.provisioning.models import TargetObject
from tests.cast import SPRING
from tests.scim_deliveries import Service


@pytest.fixture
def service(scim_service: Service) -> Service:
    return scim_service


@pytest.fixture
def plain(plain_scim_service: Service) -> Service:
    return plain_scim_service


def test_a_first_delivery_gives_accounts_and_groups_whose_members_are_the_servers_own_ids(service: Service) -> None:
    assert service.delivery.first().state == RunState.SUCCEEDED
    assert service.is_right()
    (group,) = service.server.held("Group")
    names = {one["id"] for one in service.server.held("User")}
    assert {member["value"] for member in group["members"]} < names, "the teacher is no member"
    with service.delivery.inside():
        assert {one.remote_id for one in TargetObject.objects.filter(resource_type="User")} == names


def test_a_run_with_nothing_changed_asks_for_nothing(service: Service) -> None:
    service.delivery.first()
    before = len(service.server.https.asked)
    assert service.delivery.run().state == RunState.SUCCEEDED
    assert len(service.server.https.asked) == before


def test_a_new_pupil_is_created_and_added_to_the_class_and_nobody_else_is_touched(service: Service) -> None:
    service.delivery.first()
    service.server.https.asked.clear()
    service.delivery.join(1)
    assert service.delivery.run().state == RunState.SUCCEEDED
    assert service.is_right()
    assert service.server.asked("POST", "PUT", "DELETE") == ["POST /Users"]
    (patch,) = [one for one in service.server.https.asked if one.method == "PATCH"]
    (operation,) = orjson.loads(patch.body)["Operations"]
    assert operation["op"] == "add"
    assert len(operation["value"]) == 1


def test_who_leaves_is_taken_out_of_the_class_and_removed(service: Service) -> None:
    (pupil, _other) = service.delivery.join(2)
    service.delivery.first()
    service.server.https.asked.clear()
    service.delivery.leave([pupil])
    service.settle()
    assert service.is_right()
    assert len(service.server.asked("DELETE")) == 1


def test_a_server_that_takes_whole_objects_only_is_sent_whole_objects(plain: Service) -> None:
    plain.delivery.first()
    plain.delivery.join(2)
    assert plain.delivery.run().state == RunState.SUCCEEDED
    assert plain.is_right()
    assert not plain.server.asked("PATCH")
    assert len(plain.server.asked("PUT")) == 1


def test_approved_names_and_addresses_arrive_and_leave_again_when_they_are_no_longer_approved(
    service: Service,
) -> None:
    offer = service.delivery.offer
    names = [FieldChoice(one, "Undervisning", "2") for one in (Field.GIVEN_NAME, Field.FAMILY_NAME, Field.EMAILS)]
    with service.delivery.inside():
        governance.set_policy(
            offer.service.id, level=Level.FIELDS, display=Display.FULL_NAME, fields=names, by=offer.by
        )
    service.delivery.first()
    elsa = service.user("elsa")
    assert (elsa["name"]["givenName"], elsa["displayName"]) == ("Elsa", "Elsa Åberg")
    assert elsa["emails"][0]["primary"]
    with service.delivery.inside():
        governance.set_policy(offer.service.id, level=Level.PAIRWISE, by=offer.by)
    service.settle()
    assert service.is_right()
    assert "Elsa" not in str(service.server.held("User"))


def test_what_others_have_written_about_an_account_is_left_alone_where_changes_are_sent_one_by_one(
    service: Service,
) -> None:
    service.delivery.first()
    elsa = service.user("elsa")
    service.server.ask(
        "PATCH",
        f"Users/{elsa['id']}",
        {
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "add", "path": "nickName", "value": "Elle"}],
        },
    )
    service.change(user_type="true")
    service.settle()
    assert (service.user("elsa")["nickName"], service.user("elsa")["userType"]) == ("Elle", "Student")


def test_an_account_can_be_deactivated_instead_of_removed_and_comes_back_as_the_same(service: Service) -> None:
    service.change(removal="deactivate")
    pupils = service.delivery.join(2)
    service.delivery.first()
    with service.delivery.inside():
        row = TargetObject.objects.get(target=service.delivery.target, root_id=pupils[0])
    service.delivery.leave(pupils[:1])
    service.settle()
    assert not service.server.asked("DELETE")
    (off,) = [one for one in service.server.held("User") if one["id"] == row.remote_id]
    assert off["active"] is False
    service.delivery.leave(pupils[:1], last_day=SPRING)
    service.settle()
    assert service.is_right()
    assert row.remote_id in {one["id"] for one in service.server.held("User") if one["active"]}


@pytest.mark.parametrize("settings", [{"teachers_in_groups": "true"}, {"groups": "false"}, {"user_name": "alias"}])
def test_settings_give_what_they_say_and_pass_the_exit(service: Service, settings: dict[str, str]) -> None:
    service.change(**settings)
    assert service.delivery.first().state == RunState.SUCCEEDED
    assert service.is_right()
    if "groups" in settings:
        assert service.server.held("Group") == []
    if "teachers_in_groups" in settings:
        assert len(service.server.held("Group")[0]["members"]) == len(service.server.held("User"))
    if "user_name" in settings:
        assert all("." in one["userName"] for one in service.server.held("User"))


def test_nothing_that_is_not_released_is_sent(service: Service) -> None:
    service.delivery.first()
    told = b"".join(one.body for one in service.server.https.asked).decode()
    for secret in ("Elsa", "Åberg", "5B", "bjorkviken", str(service.delivery.cast["elsa"])):
        assert secret not in told

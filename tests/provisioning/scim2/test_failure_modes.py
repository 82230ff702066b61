"""Servers that fail, deviate and hold other people's accounts: the next run ends right, and nobody is taken over."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from kateder.core.setup import StepName
from kateder.protocols.scim.resources import USER
from kateder.provisioning.api import RunState
from kateder.provisioning.healing.doubting import doubt_all
from kateder.provisioning.healing.rebuilding import rebuild
from kateder.provisioning.models import TargetObject
from kateder.provisioning.scim2.way import SCIM2
from kateder.provisioning.ways import registry as ways
from kateder.provisioning.ways.contract import Door, Unlistable
from tests.cast import TODAY
from tests.deliveries import QUICK
from tests.scim_deliveries import Service
from tests.sources.https import Answers, Asked, serving


@pytest.fixture
def service(scim_service: Service) -> Service:
    return scim_service


@pytest.fixture
def plain(plain_scim_service: Service) -> Service:
    return plain_scim_service


def fails(service: Service, method: str, status: int, *, times: int = 1, **headers: str) -> list[Asked]:
    """Let the server refuse some requests of a method; gives those that it has refused."""
    refused: list[Asked] = []

    def before(asked: Asked) -> Answers | None:
        if asked.method != method or len(refused) == times:
            return None
        refused.append(asked)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answers({"status": str(status)}, status, named)

    service.server.before = before
    return refused


def door(service: Service) -> Door:
    with service.delivery.inside():
        return ways.door_of(service.delivery.target)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_again_in_the_same_run(service: Service, status: int) -> None:
    refused = fails(service, "POST", status, times=2, Retry_After="0")
    assert service.delivery.first().state == RunState.SUCCEEDED
    assert len(refused) == 2
    assert service.is_right()


@pytest.mark.parametrize("filters", [True, False])
def test_an_answer_that_is_lost_after_the_server_acted_gives_no_second_account_or_group(
    service: Service, filters: bool
) -> None:
    lost: list[str] = []

    def before(asked: Asked) -> Answers | None:
        return Answers({}, 400) if "filter" in asked.query and not filters else None

    def after(asked: Asked, answers: Answers) -> Answers:
        if asked.method == "POST" and lost.count(asked.path) < 2:
            lost.append(asked.path)
            return Answers(answers.body, answers.status, answers.headers, cut=True)
        return answers

    service.server.before, service.server.after = before, after
    service.delivery.join(1)
    assert service.delivery.first().state == RunState.SUCCEEDED
    assert len(lost) >= 3
    assert service.is_right()


def test_a_run_that_was_killed_before_it_knew_its_answers_finds_what_it_had_made(service: Service) -> None:
    service.delivery.first()
    with service.delivery.inside():
        TargetObject.objects.update(content_hash=None, remote_id="", intent="create")
        service.delivery.target.__class__.objects.update(known_position=None)
    service.settle()
    assert service.is_right()
    assert len(service.server.held("Group")) == 1
    with service.delivery.inside():
        assert not TargetObject.objects.filter(remote_id="").exists()


def test_an_account_of_somebody_elses_is_left_alone_and_the_others_go_on(service: Service) -> None:
    names = [body["userName"] for body in service.wanted() if body["schemas"] == [USER]]
    theirs = service.server.put("Users", schemas=[USER], userName=names[0], externalId="hr-4711", displayName="Theirs")
    other = {"id": theirs, "externalId": "hr-4711", "displayName": "Theirs"}
    assert service.delivery.first().state == RunState.FAILED
    held = {one["id"]: one for one in service.server.held("User")}
    assert {name: held[theirs][name] for name in other} == other
    assert len(held) == len(names)
    assert len(service.server.held("Group")) == 1, "the class is there, without who could not be"
    with service.delivery.inside():
        assert TargetObject.objects.get(failure="http_409").remote_id == ""


def test_an_account_without_any_external_id_is_somebody_elses_too(service: Service) -> None:
    names = [body["userName"] for body in service.wanted() if body["schemas"] == [USER]]
    theirs = service.server.put("Users", schemas=[USER], userName=names[0])
    assert service.delivery.first().state == RunState.FAILED
    (held,) = [one for one in service.server.held("User") if one["id"] == theirs]
    assert "externalId" not in held


def test_an_account_of_ours_that_is_there_already_is_taken_up(service: Service) -> None:
    body = next(one for one in service.wanted() if one["schemas"] == [USER])
    ours = service.server.put("Users", **body | {"displayName": "Older"})
    assert service.delivery.first().state == RunState.SUCCEEDED
    assert service.is_right()
    assert ours in {one["id"] for one in service.server.held("User")}


def test_what_was_removed_behind_our_back_is_created_again_when_it_changes(service: Service) -> None:
    service.delivery.first()
    elsa = service.user("elsa")
    service.server.remove("Users", elsa["id"])
    service.change(user_type="true")
    assert service.settle().state == RunState.SUCCEEDED
    assert service.user("elsa")["id"] != elsa["id"]


def test_what_others_changed_meanwhile_is_read_again_before_it_is_changed(service: Service) -> None:
    service.delivery.first()
    refused = fails(service, "PATCH", 412)
    service.delivery.join(1)
    assert service.settle().state == RunState.SUCCEEDED
    assert refused[0].headers["If-Match"].startswith("W/")
    assert service.is_right()


@pytest.mark.parametrize("status", [400, 405, 501])
def test_a_server_that_declares_patch_and_cannot_is_sent_whole_objects(service: Service, status: int) -> None:
    service.delivery.first()
    fails(service, "PATCH", status, times=99)
    service.delivery.join(1)
    assert service.settle().state == RunState.SUCCEEDED
    assert service.is_right()
    assert len(service.server.asked("PUT")) == 1


def test_a_server_that_does_not_say_what_it_can_is_asked_for_little(service: Service) -> None:
    def before(asked: Asked) -> Answers | None:
        return Answers({}, 404) if "ServiceProviderConfig" in asked.path or "ResourceTypes" in asked.path else None

    service.server.before = before
    service.delivery.first()
    service.delivery.join(1)
    service.settle()
    assert service.is_right()
    assert not service.server.asked("PATCH")


def test_a_server_that_gives_everybody_for_every_filter_takes_nobody_over(service: Service) -> None:
    def before(asked: Asked) -> Answers | None:
        if "filter" not in asked.query:
            return None
        return service.server.serve(Asked("GET", asked.path, {}, {}, b""))

    names = [body["userName"] for body in service.wanted() if body["schemas"] == [USER]]
    service.server.put("Users", schemas=[USER], userName="stranger", externalId="hr-1")
    service.server.put("Users", schemas=[USER], userName=names[0], externalId="hr-2")
    service.server.before = before
    assert service.delivery.first().state == RunState.FAILED
    assert {"hr-1", "hr-2"} <= {one["externalId"] for one in service.server.held("User")}


def test_without_filters_what_is_there_is_found_by_reading(plain: Service) -> None:
    body = next(one for one in plain.wanted() if one["schemas"] == [USER])
    plain.server.put("Users", **body)
    assert plain.delivery.first().state == RunState.SUCCEEDED
    assert plain.is_right()


def test_a_removal_of_what_is_gone_is_done(service: Service) -> None:
    pupils = service.delivery.join(3)
    service.delivery.first()
    with service.delivery.inside():
        name = TargetObject.objects.get(target=service.delivery.target, root_id=pupils[0]).remote_id
    service.server.remove("Users", name)
    service.delivery.leave(pupils[:1])
    assert service.settle().state == RunState.SUCCEEDED


def test_a_key_that_is_refused_stops_the_run_at_once(service: Service) -> None:
    service.delivery.run()
    service.delivery.approve()
    service.server.tokens.clear()
    ended = service.delivery.run()
    assert (ended.state, ended.stopped_by) == (RunState.FAILED, "http_401")
    assert service.server.held("User") == []


def test_lost_memory_is_rebuilt_from_what_the_server_lists(service: Service) -> None:
    service.delivery.first()
    service.server.put("Users", schemas=[USER], userName="stranger")
    with service.delivery.inside():
        TargetObject.objects.all().delete()
    ended = rebuild(service.delivery.target.id, actor=service.delivery.actor, today=TODAY, patience=QUICK)
    assert ended.state == RunState.SUCCEEDED
    assert (ended.healed["adopted"], ended.healed["foreign"]) == (3, 1)
    assert not service.server.asked("PATCH", "PUT", "DELETE")


def test_a_removal_is_verified_by_the_servers_own_name_or_by_ours(service: Service) -> None:
    service.delivery.first()
    elsa, released = service.user("elsa"), service.released("elsa")
    for name in (elsa["id"], ""):
        assert SCIM2.is_there(door(service), "User", released, name) is True
    service.server.remove("Users", elsa["id"])
    for name in (elsa["id"], ""):
        assert SCIM2.is_there(door(service), "User", released, name) is False


def test_a_token_is_fetched_kept_and_fetched_again_when_it_is_refused(service: Service) -> None:
    given: list[Asked] = []

    def issue(asked: Asked) -> Answers:
        given.append(asked)
        service.server.tokens = {f"token-{len(given)}"}
        return Answers({"access_token": f"token-{len(given)}", "expires_in": 3600})

    with serving(issue, own=service.server.https.identity) as issuer:
        secret = {"token_address": issuer.address + "/token", "client_id": "kateder", "client_secret": "s3cret"}
        service.change(authorisation="oauth2", **secret)
        service.delivery.first()
        assert service.is_right()
        assert len(given) == 1
        service.server.tokens = set()
        service.delivery.join(1)
        assert service.settle().state == RunState.SUCCEEDED
    assert b"grant_type=client_credentials" in given[0].body


def test_a_token_that_comes_in_pieces_is_read_to_its_end(service: Service) -> None:
    service.server.tokens = {"t0ken"}
    token = Answers({"access_token": "t0ken", "expires_in": 3600}, pause=0.1)
    with serving(lambda asked: token, own=service.server.https.identity) as issuer:
        secret = {"token_address": issuer.address, "client_id": "kateder", "client_secret": "s3cret"}
        service.change(authorisation="oauth2", **secret)
        service.delivery.first()
        assert service.is_right()


def test_a_door_whose_certificate_cannot_be_used_says_so_when_the_service_is_to_be_listed(service: Service) -> None:
    there = replace(door(service), settings={"certificate": "not PEM", "certificate_key": "neither"})
    with pytest.raises(Unlistable, match="bad_certificate"):
        SCIM2.is_there(there, "User", uuid4(), "1")


def test_a_token_that_is_not_given_stops_the_run_and_says_so_in_the_check(service: Service) -> None:
    with serving(lambda asked: Answers({}, 400), own=service.server.https.identity) as issuer:
        secret = {"token_address": issuer.address, "client_id": "kateder", "client_secret": "wrong"}
        service.change(authorisation="oauth2", **secret)
        service.delivery.run()
        service.delivery.approve()
        assert service.delivery.run().stopped_by == "token_refused"
        with service.delivery.inside():
            target = service.delivery.target.__class__.objects.get(id=service.delivery.target.id)
            opened = ways.door_of(target)
        steps = list(SCIM2.check(opened))
    assert [(step.name, step.ok) for step in steps][-1] == (StepName.CREDENTIALS, False)


def test_a_check_sends_nothing_and_says_how_changes_go(service: Service) -> None:
    steps = list(SCIM2.check(door(service)))
    assert all(step.ok for step in steps)
    assert "PATCH" in steps[-1].sentence
    assert {one.method for one in service.server.https.asked} == {"GET"}


def test_a_check_names_what_is_wrong_with_the_door(service: Service) -> None:
    service.change(server_authorities="")
    with service.delivery.inside():
        opened = ways.door_of(service.delivery.target.__class__.objects.get(id=service.delivery.target.id))
    last = list(SCIM2.check(opened))[-1]
    assert (last.name, last.ok) == (StepName.CONNECTION, False)


def test_a_database_older_than_the_server_is_made_right_without_a_second_account(service: Service) -> None:
    service.delivery.first()
    with service.delivery.inside():
        TargetObject.objects.all().delete()
        assert doubt_all() > 0
        assert {one.resource_type for one in TargetObject.objects.all()} == {"User", "Group"}
    assert service.settle().state == RunState.SUCCEEDED
    assert service.is_right()


def test_a_class_waits_for_a_member_that_the_server_does_not_know(service: Service) -> None:
    service.delivery.first()
    elsa = service.user("elsa")
    service.server.remove("Users", elsa["id"])
    with service.delivery.inside():
        TargetObject.objects.filter(root_id=service.delivery.cast["elsa"]).update(remote_id="")
    service.delivery.join(1)
    ended = service.settle()
    assert ended.state == RunState.FAILED
    with service.delivery.inside():
        assert TargetObject.objects.get(resource_type="Group").failure == "member_unknown"
    ended = rebuild(service.delivery.target.id, actor=service.delivery.actor, today=TODAY, patience=QUICK)
    assert (ended.state, ended.healed["missing"]) == (RunState.SUCCEEDED, 1)
    assert service.is_right()

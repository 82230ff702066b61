"""A target that is a member of a federation: its metadata says where to send, and whether to send at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from kateder.core import clock
from kateder.core.findings import open_findings, sentence
from kateder.protocols.matf.identity import Identity
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import RunState, Target, Through
from kateder.provisioning.runs.windows import Windows
from kateder.provisioning.sight import health
from kateder.provisioning.targets import federated as members
from kateder.provisioning.targets.checking import check
from kateder.provisioning.ways import registry
from kateder.trust import api as trust
from kateder.trust.api import NotThroughFederation
from kateder.trust.models import Keypair
from tests.deliveries import Delivery
from tests.protocols.matf.federating import digest, endpoint, member
from tests.trust.federated import Federated, Site, federate, serving

PROVIDER = "https://provider.example"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def federated(delivery: Delivery, site: Site) -> Federated:
    """The provider is a member, and so are we; the target goes through the federation."""
    found = federate(delivery.cast.authority, site)
    found.publish(provider(delivery))
    with found.inside():
        ours = trust.describe_entity(
            found.federation_id, entity_id="https://bjorkviken.example", organization="Björkvikens kommun",
            by=found.actor, now=clock.now(),
        )  # fmt: skip
        certificate = trust.entity_json(ours)["issuers"][0]["x509certificate"]
        delivery.provider.know(Identity(certificate, ""), name=delivery.cast.authority.slug)
        through = Through(found.federation_id, PROVIDER, "egilv1")
        provisioning.change_target(delivery.target.id, through=through, by=found.actor)
    return found


def provider(delivery: Delivery, *pins: str) -> dict[str, object]:
    pins = pins or (delivery.provider.pin,)
    return member(PROVIDER, servers=[endpoint(*pins, base_uri=delivery.provider.scim)])


def finding(delivery: Delivery) -> str:
    with delivery.inside():
        return sentence(open_findings().get(scope=f"delivery:{delivery.target.id}", rule="provisioning.stopped"))


def test_delivery_goes_to_the_member_with_our_entitys_key(delivery: Delivery, federated: Federated) -> None:
    with delivery.inside():
        assert Target.objects.values_list("base_uri", "pins").get(id=delivery.target.id) == ("", [])
    assert delivery.first().state == RunState.SUCCEEDED
    assert delivery.is_right()


def test_address_and_pins_are_read_anew_for_each_run(delivery: Delivery, federated: Federated) -> None:
    delivery.first()
    federated.publish(provider(delivery, digest(7)))
    delivery.join(1)
    assert delivery.run().stopped_by == "not_the_pinned_server"
    federated.publish(provider(delivery, digest(7), delivery.provider.pin))
    assert delivery.run().state == RunState.SUCCEEDED
    assert delivery.is_right()


def test_certificate_that_is_not_shown_to_a_member_is_nobodys_worry(delivery: Delivery, federated: Federated) -> None:
    now = clock.now()
    with delivery.inside():
        target = Target.objects.get(id=delivery.target.id)
        Keypair.objects.filter(id=target.keypair_id).update(not_after=now + timedelta(days=1))
        (member_,) = health.of_all(now=now)
        Target.objects.update(federation=None)
        (pinned,) = health.of_all(now=now)
    assert (member_.certificate_ends, pinned.certificate_ends) == (None, now + timedelta(days=1))


def test_impostor_at_the_members_address_gets_no_byte(delivery: Delivery, federated: Federated) -> None:
    federated.publish(provider(delivery, digest(7)))
    assert delivery.run().state == RunState.WAITING
    delivery.approve()
    assert delivery.run().state == RunState.FAILED
    assert delivery.provider.given() == []


def test_removed_member_gets_nothing_and_the_finding_says_why(delivery: Delivery, federated: Federated) -> None:
    delivery.first()
    federated.publish(member("https://other.example"))
    delivery.join(1)
    sent = len(delivery.provider.given())
    ended = delivery.run()
    assert (ended.state, ended.stopped_by) == (RunState.FAILED, "not_a_member")
    assert len(delivery.provider.given()) == sent
    assert finding(delivery).startswith("https://provider.example är inte längre medlem i Provfederationen.")
    federated.publish(provider(delivery))
    assert delivery.run().state == RunState.SUCCEEDED
    with delivery.inside():
        assert not open_findings().filter(rule="provisioning.stopped").exists()


@pytest.mark.parametrize(
    ("what", "code"), [("removed", "not_a_member"), ("server gone", "no_such_server"), ("other key", "moved")]
)
def test_what_changes_while_a_run_is_under_way_is_seen_at_its_next_window(
    delivery: Delivery, federated: Federated, what: str, code: str
) -> None:
    """The run stops, or opens its door anew, before it sends what it has not begun with."""
    with delivery.inside():
        look = members.watch(Target.objects.get(id=delivery.target.id))
        assert look() == ""
    change: dict[str, Callable[[], str]] = {
        "removed": lambda: federated.publish(member("https://other.example")),
        "server gone": lambda: federated.publish(member(PROVIDER)),
        "other key": lambda: federated.publish(provider(delivery, digest(7))),
    }
    change[what]()
    with delivery.inside():
        assert look() == code


def test_run_under_way_stops_when_the_member_is_removed(
    delivery: Delivery, federated: Federated, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.first()
    delivery.join(3)
    before, next_window = len(delivery.provider.given()), Windows.next_window

    def removed_after_the_first(self: Windows, size: int) -> object:
        window = next_window(self, 1)
        federated.publish(member("https://other.example"))
        return window

    monkeypatch.setattr(Windows, "next_window", removed_after_the_first)
    ended = delivery.run()
    assert (ended.state, ended.stopped_by) == (RunState.FAILED, "not_a_member")
    assert len(delivery.provider.given()) == before + 1


def test_run_under_way_finds_the_member_anew_when_its_keys_change(
    delivery: Delivery, federated: Federated, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery.first()
    delivery.join(3)
    next_window, opened = Windows.next_window, []
    door_of = registry.door_of

    def rotated_after_the_first(self: Windows, size: int) -> object:
        window = next_window(self, 1)
        federated.publish(provider(delivery, delivery.provider.pin, digest(7)))
        return window

    monkeypatch.setattr(Windows, "next_window", rotated_after_the_first)
    monkeypatch.setattr(registry, "door_of", lambda target: opened.append(target) or door_of(target))
    assert delivery.run().state == RunState.SUCCEEDED
    assert len(opened) == 2
    assert delivery.is_right()


def test_metadata_that_has_ended_stops_deliveries(delivery: Delivery, federated: Federated) -> None:
    delivery.first()
    delivery.join(1)
    with federated.inside():
        federation = trust.Federation.objects.get(id=federated.federation_id)
    ends = federation.expires_at
    assert ends is not None
    with delivery.inside(), pytest.raises(NotThroughFederation) as refusal:
        members.way_to(Through(federated.federation_id, PROVIDER), now=ends)
    assert refusal.value.stops == "metadata_ended"


def test_check_of_a_target_says_what_is_wrong_with_the_federation(delivery: Delivery, federated: Federated) -> None:
    authority_id = delivery.cast.authority.id
    assert all(step.ok for step in check(authority_id, delivery.target.id, now=clock.now()))
    federated.publish(member(PROVIDER))
    (step,) = check(authority_id, delivery.target.id, now=clock.now())
    assert "ingen server för egilv1" in step.sentence


def test_only_a_member_that_serves_the_tag_can_be_chosen(delivery: Delivery, federated: Federated) -> None:
    for through in (
        Through(federated.federation_id, PROVIDER, "bolv1"),
        Through(federated.federation_id, "https://other.example"),
    ):
        with delivery.inside(), pytest.raises(NotThroughFederation):
            provisioning.change_target(delivery.target.id, through=through, by=federated.actor)


def test_without_an_entity_of_ours_nobody_can_be_chosen(delivery: Delivery, site: Site) -> None:
    found = federate(delivery.cast.authority, site, name="En annan")
    found.publish(provider(delivery))
    with delivery.inside(), pytest.raises(NotThroughFederation) as refusal:
        provisioning.change_target(delivery.target.id, through=Through(found.federation_id, PROVIDER), by=found.actor)
    assert refusal.value.stops == "no_key_of_ours"


def test_target_can_leave_the_federation_for_an_address_with_pins(delivery: Delivery, federated: Federated) -> None:
    with delivery.inside():
        target = provisioning.change_target(
            delivery.target.id, base_uri=delivery.provider.scim, pins=[delivery.provider.pin], by=federated.actor
        )
        assert (target.federation_id, target.entity_id, target.tag) == (None, "", "")
        delivery.provider.know(Identity(target.certificate, ""), name=delivery.cast.authority.slug)
    assert delivery.first().state == RunState.SUCCEEDED

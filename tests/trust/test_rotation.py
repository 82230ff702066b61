"""Our own entity: its JSON, and its keys changed without anybody being shut out."""

from __future__ import annotations

import ssl
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from tests.protocols.matf.federating import digest, endpoint, member
from tests.trust.federated import Federated, findings_of

from kateder.protocols.matf.schema import entity_of
from kateder.trust import api as trust
from kateder.trust.federations import own, rotation
from kateder.trust.federations.own import EntityIncomplete, EntityIsNamed
from kateder.trust.federations.refusals import NoKeyOfOurs
from kateder.trust.federations.rotation import NoRotation, NotEverywhereYet, RotationUnderWay, Step
from kateder.trust.models import EntityKey, KeyUse, OwnEntity

OURS = "https://bjorkviken.example"


def describe(federated: Federated, **more: Any) -> OwnEntity:
    values = {"entity_id": OURS, "organization": "Björkvikens kommun", "organization_id": "SE2120000000", **more}
    with federated.inside():
        return trust.describe_entity(federated.federation_id, by=federated.actor, now=federated.now, **values)


def uploaded(federated: Federated, entity: OwnEntity) -> dict[str, Any]:
    with federated.inside():
        return trust.entity_json(entity)


def step(federated: Federated, entity: OwnEntity, use: KeyUse = KeyUse.CLIENT) -> Step:
    with federated.inside():
        entity = OwnEntity.objects.select_related("federation").get(id=entity.id)
        return rotation.standing(entity, use, now=federated.now).step


def pin_in_use(federated: Federated) -> str:
    with federated.inside():
        key = trust.key_in_use(federated.federation_id)
        assert key is not None
        return key.keypair.pin


def test_json_follows_the_schema_of_the_rfc_with_a_client_for_each_tag(federated: Federated) -> None:
    entity = describe(
        federated, client_tags=["egilv1", "bolv1"], server_uri="https://egil.bjorkviken.example/egil/v2",
        server_tags=["egilv1"],
    )  # fmt: skip
    whole = uploaded(federated, entity)
    read = entity_of(whole)
    assert not read.follows_draft
    assert [one.tags for one in read.clients] == [("egilv1",), ("bolv1",)]
    assert [one.base_uri for one in read.servers] == ["https://egil.bjorkviken.example/egil/v2"]
    assert "PRIVATE" not in str(whole)


def test_our_certificates_are_self_signed_listed_and_named_for_us_alone(federated: Federated) -> None:
    entity = describe(federated, server_uri="https://egil.bjorkviken.example/egil/v2", server_tags=["egilv1"])
    read = entity_of(uploaded(federated, entity))
    certificates = [x509.load_pem_x509_certificate(one.encode()) for one in read.issuers]
    assert all(one.issuer == one.subject for one in certificates)
    names = [one.subject.rfc4514_string() for one in certificates]
    assert len(set(names)) == len(names) == 2
    assert all("Björkvikens kommun" in name and f"{federated.now:%Y-%m-%d}" in name for name in names)
    hosts = certificates[1].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert hosts.get_values_for_type(x509.DNSName) == ["egil.bjorkviken.example"]


def test_the_key_that_we_show_is_the_one_that_is_published(federated: Federated) -> None:
    entity = describe(federated)
    read = entity_of(uploaded(federated, entity))
    assert {pin for client in read.clients for pin in client.pins} == {pin_in_use(federated)}
    with federated.inside():
        assert isinstance(trust.context_in(federated.federation_id, pins=[digest(1)]), ssl.SSLContext)


def test_without_an_entity_there_is_no_key_to_show(federated: Federated) -> None:
    with federated.inside(), pytest.raises(NoKeyOfOurs):
        trust.context_in(federated.federation_id, pins=[digest(1)])


@pytest.mark.parametrize(
    "wrong",
    [
        {"entity_id": "bjorkviken"}, {"entity_id": "https://a b"}, {"organization": " "}, {"client_tags": ["EGIL v1"]},
        {"server_uri": "https://x.example"}, {"server_tags": ["egilv1"]},
        {"server_uri": "http://x.example", "server_tags": ["egilv1"]},
    ],
)  # fmt: skip
def test_entity_that_a_federation_would_not_take_is_refused(federated: Federated, wrong: dict[str, Any]) -> None:
    with pytest.raises(EntityIncomplete):
        describe(federated, **wrong)


def test_entity_id_stays_and_the_rest_may_change_without_new_keys(federated: Federated) -> None:
    describe(federated)
    before = pin_in_use(federated)
    describe(federated, organization="Björkviken", client_tags=["egilv1", "bolv1"])
    assert pin_in_use(federated) == before
    with pytest.raises(EntityIsNamed):
        describe(federated, entity_id="https://other.example")


def test_rotation_goes_from_publishing_to_removal_and_both_keys_are_published_between(federated: Federated) -> None:
    entity = describe(federated)
    federated.publish()
    assert step(federated, entity) == Step.PUBLISH_FIRST
    federated.publish(uploaded(federated, entity), cache_ttl=7200)
    assert step(federated, entity) == Step.REST
    old = pin_in_use(federated)

    with federated.inside():
        new = rotation.begin(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now).keypair.pin
    assert step(federated, entity) == Step.PUBLISH
    both = uploaded(federated, entity)
    assert [one["digest"] for one in both["clients"][0]["pins"]] == [old, new]
    assert len(both["issuers"]) == 2

    federated.publish(both, cache_ttl=7200)
    assert step(federated, entity) == Step.WAIT
    federated.now += timedelta(seconds=7199)
    assert step(federated, entity) == Step.WAIT
    with federated.inside(), pytest.raises(NotEverywhereYet):
        rotation.switch(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now)
    assert pin_in_use(federated) == old

    federated.now += timedelta(seconds=1)
    assert step(federated, entity) == Step.SWITCH
    with federated.inside():
        rotation.switch(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now)
    assert pin_in_use(federated) == new
    assert step(federated, entity) == Step.REMOVE
    alone = uploaded(federated, entity)
    assert [one["digest"] for one in alone["clients"][0]["pins"]] == [new]

    federated.publish(alone, cache_ttl=7200)
    assert step(federated, entity) == Step.REST


def test_what_is_to_be_done_is_a_finding_until_it_is_done(federated: Federated) -> None:
    entity = describe(federated)

    def rules() -> list[str]:
        return [one.removeprefix("federation.key_") for one in findings_of(federated, scope="own-entity")]

    federated.publish()
    assert rules() == ["publish_first"]
    federated.publish(uploaded(federated, entity))
    assert rules() == []
    with federated.inside():
        rotation.begin(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now)
    federated.fetch()
    assert rules() == ["publish"]
    federated.publish(uploaded(federated, entity))
    assert rules() == []
    federated.now += timedelta(hours=1)
    federated.fetch()
    assert rules() == ["switch"]
    with federated.inside():
        rotation.switch(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now)
    federated.fetch()
    assert rules() == ["remove"]
    federated.publish(uploaded(federated, entity))
    assert rules() == []


def test_certificate_that_ends_is_told_of_sixty_days_before(federated: Federated) -> None:
    entity = describe(federated)
    federated.publish(uploaded(federated, entity))
    with federated.inside():
        ends = EntityKey.objects.select_related("keypair").get(entity=entity).keypair.not_after
    for days, wanted in ((61, Step.REST), (60, Step.RENEW)):
        federated.now = ends - timedelta(days=days)
        assert step(federated, entity) == wanted
    federated.publish(uploaded(federated, entity))
    assert findings_of(federated, scope="own-entity") == ["federation.key_renew"]


def test_new_key_that_has_gone_from_the_metadata_again_is_not_switched_to(federated: Federated) -> None:
    entity = describe(federated)
    federated.publish(uploaded(federated, entity))
    without = uploaded(federated, entity)
    with federated.inside():
        rotation.begin(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now)
    federated.publish(uploaded(federated, entity))
    federated.now += timedelta(hours=2)
    federated.publish(without)
    assert step(federated, entity) == Step.PUBLISH


def test_our_pin_under_anothers_name_or_as_a_servers_is_not_published(federated: Federated) -> None:
    entity = describe(federated)
    pin = pin_in_use(federated)
    federated.publish(
        member("https://other.example", clients=[endpoint(pin)]),
        member(OURS, servers=[endpoint(pin, base_uri="https://bjorkviken.example")]),
    )
    assert step(federated, entity) == Step.PUBLISH_FIRST


def test_one_rotation_at_a_time_and_none_without_a_new_key(federated: Federated) -> None:
    entity = describe(federated)
    with federated.inside():
        with pytest.raises(NoRotation):
            rotation.switch(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now)
        rotation.begin(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now)
        with pytest.raises(RotationUnderWay):
            rotation.begin(entity.id, KeyUse.CLIENT, by=federated.actor, now=federated.now)


def test_keys_for_calling_and_for_being_called_rotate_apart(federated: Federated) -> None:
    entity = describe(federated, server_uri="https://egil.bjorkviken.example", server_tags=["egilv1"])
    federated.publish(uploaded(federated, entity))
    with federated.inside():
        rotation.begin(entity.id, KeyUse.SERVER, by=federated.actor, now=federated.now)
        assert len(own.keys_of_ours(entity)) == 3
    assert step(federated, entity, KeyUse.SERVER) == Step.PUBLISH
    assert step(federated, entity, KeyUse.CLIENT) == Step.REST

"""A federation's metadata is fetched, kept and looked up; it fails closed."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from tests.protocols.matf.federating import Signer, digest, endpoint, member, payload_of, signed, written
from tests.trust.federated import Federated, Site, findings_of

from kateder.core import jobs
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent, Authority, Finding, Severity
from kateder.core.tenancy import within
from kateder.trust import api as trust
from kateder.trust import diagnosis
from kateder.trust.federations import current, schedule
from kateder.trust.federations.fetching import NotFetched, fetch
from kateder.trust.federations.refusals import (
    FederationIncomplete,
    FederationTaken,
    KeysRefused,
    MetadataEnded,
    MetadataUnverified,
    NoMetadata,
    NoSuchServer,
    NotAMember,
)
from kateder.trust.models import Federation

A = member("https://a.example", servers=[endpoint(digest(1), base_uri="https://a.example/scim")])
B = member("https://b.example", clients=[endpoint(digest(2))])


def server(federated: Federated, *, after: timedelta = timedelta(), entity: str = "https://a.example") -> trust.Server:
    with federated.inside():
        return trust.server_of(federated.federation_id, entity_id=entity, tag="egilv1", now=federated.now + after)


def test_member_is_found_where_it_serves_the_tag(federated: Federated) -> None:
    assert federated.publish(A, B) == ""
    assert server(federated) == trust.Server("https://a.example/scim", frozenset({digest(1)}))
    with pytest.raises(NotAMember):
        server(federated, entity="https://a.example/")
    with pytest.raises(NoSuchServer):
        server(federated, entity="https://b.example")


def test_before_the_first_fetch_nobody_is_trusted(federated: Federated) -> None:
    with pytest.raises(NoMetadata):
        server(federated)


def test_what_is_kept_holds_until_it_ends_then_nobody_is_trusted(federated: Federated) -> None:
    federated.publish(A, B)
    assert server(federated, after=timedelta(days=6, hours=23))
    for _ in ("remembered", "verified again"):
        with pytest.raises(MetadataEnded):
            server(federated, after=timedelta(days=7))
        with federated.inside():
            assert trust.members_behind(digest(2), tag="egilv1", now=federated.now + timedelta(days=7)) == []
        current.forget()


def test_stored_metadata_is_verified_again_when_a_process_starts(federated: Federated) -> None:
    federated.publish(A)
    assert server(federated)
    with federated.inside():
        raw = bytes(Federation.objects.get(id=federated.federation_id).raw)
        forged = raw.replace(b'"payload": "', b'"payload": "A')
        Federation.objects.filter(id=federated.federation_id).update(raw=forged)
    current.forget()
    with pytest.raises(MetadataUnverified):
        server(federated)


def test_letting_a_key_go_ends_the_trust_in_what_it_signed_at_once(federated: Federated) -> None:
    federated.publish(A)
    assert server(federated)
    with federated.inside():
        trust.unpin_key(federated.federation_id, federated.signer.kid, by=federated.actor)
    with pytest.raises(MetadataUnverified):
        server(federated)


@pytest.mark.parametrize("body", ["forged", "expired", "older", "nonsense"])
def test_what_is_not_to_be_taken_changes_nothing(federated: Federated, body: str) -> None:
    federated.publish(A)
    before = federated.row()
    federated.site.body = {
        "forged": signed(Signer(), [B], now=federated.now),
        "expired": signed(federated.signer, [B], now=federated.now - timedelta(days=30)),
        "older": signed(federated.signer, [B], now=federated.now - timedelta(hours=1)),
        "nonsense": b"<html>",
    }[body]
    code = federated.fetch()
    after = federated.row()
    assert code == {"forged": "bad_signature", "expired": "expired", "older": "rollback", "nonsense": "not_a_jws"}[body]
    assert (after.version, after.issued_at, after.failure) == (before.version, before.issued_at, code)
    assert server(federated)
    assert findings_of(federated, scope="federation-state") == ["federation.not_fetched"]
    federated.publish(A)
    assert findings_of(federated, scope="federation-state") == []


def test_new_metadata_takes_the_place_of_the_old_everywhere_at_once(federated: Federated) -> None:
    federated.publish(A)
    assert server(federated)
    federated.publish(member("https://a.example", servers=[endpoint(digest(9), base_uri="https://new.example")]))
    assert server(federated) == trust.Server("https://new.example", frozenset({digest(9)}))
    federated.publish(B)
    with pytest.raises(NotAMember):
        server(federated)


def test_what_was_left_out_is_a_finding_and_a_contested_key_an_alarm(federated: Federated) -> None:
    federated.publish(A, {"entity_id": "https://bad.example"}, B, member("https://c.example", clients=B["clients"]))
    assert findings_of(federated) == ["federation.bad_entity", "federation.pin_twice", "federation.pin_twice"]
    with federated.inside():
        alarms = Finding.objects.filter(rule="federation.pin_twice", severity=Severity.ERROR)
        assert set(alarms.values_list("subject_id", flat=True)) == {"https://b.example", "https://c.example"}
    federated.publish(A, B)
    assert findings_of(federated) == []


def test_metadata_that_grows_old_is_told_of_before_it_ends(federated: Federated) -> None:
    federated.publish(A)
    federated.site.status = 503
    for days, rule in ((1, "not_fetched"), (6, "ends_soon"), (8, "ended")):
        federated.now += timedelta(days=days) - (federated.now - federated.row().fetched_at)  # type: ignore[operator]
        assert federated.fetch() == "http_503"
        assert findings_of(federated, scope="federation-state") == [f"federation.{rule}"]


def test_it_is_fetched_by_its_time_to_live_and_after_a_minute_when_that_failed(federated: Federated) -> None:
    def is_due(after: timedelta) -> bool:
        with federated.inside():
            return federated.federation_id in schedule.due(now=federated.now + after)

    assert is_due(timedelta())
    federated.publish(A, cache_ttl=600)
    assert not is_due(timedelta(seconds=599))
    assert is_due(timedelta(seconds=600))
    federated.site.status = 500
    federated.fetch()
    assert not is_due(timedelta(seconds=59))
    assert is_due(timedelta(seconds=60))


def test_without_a_pinned_key_nothing_is_fetched(federated: Federated) -> None:
    with federated.inside():
        trust.unpin_key(federated.federation_id, federated.signer.kid, by=federated.actor)
        assert schedule.due(now=federated.now + timedelta(days=1)) == []


def test_caller_is_known_by_a_clients_key_and_its_tag(federated: Federated) -> None:
    federated.publish(A, B)
    with federated.inside():
        behind = {
            (number, tag): [one.entity_id for one in trust.members_behind(digest(number), tag=tag, now=federated.now)]
            for number in (1, 2, 3)
            for tag in ("egilv1", "bolv1")
        }
    assert {key: names for key, names in behind.items() if names} == {(2, "egilv1"): ["https://b.example"]}


def test_federation_of_one_authority_is_nothing_at_another(federated: Federated, other_authority: Authority) -> None:
    federated.publish(A, B)
    with within(other_authority.id):
        assert trust.members_behind(digest(2), tag="egilv1", now=federated.now) == []
        with pytest.raises(Federation.DoesNotExist):
            trust.server_of(federated.federation_id, entity_id="https://a.example", tag="egilv1", now=federated.now)


@pytest.mark.parametrize(("name", "address"), [("", "https://x.example"), ("Moa", "http://x.example"), ("Moa", "")])
def test_federation_has_a_name_and_an_https_address(tenant: Authority, name: str, address: str) -> None:
    with pytest.raises(FederationIncomplete):
        trust.add_federation(name, address=address, by=Actor.system("test"))


def test_federation_has_a_name_of_its_own(tenant: Authority) -> None:
    trust.add_federation("Moa", address="https://x.example", by=Actor.system("test"))
    with pytest.raises(FederationTaken):
        trust.add_federation("Moa", address="https://y.example", by=Actor.system("test"))


def test_keys_are_pinned_by_their_compared_thumbprints_alone(tenant: Authority) -> None:
    by, signers = Actor.system("test"), [Signer(kid="one"), Signer(kid="two")]
    made = trust.add_federation("Moa", address="https://x.example", by=by)
    text = json.dumps({"keys": [one.jwk for one in signers]})
    first, second = trust.offered(text)
    for wrong in ([], ["another"], [first.thumbprint, "another"]):
        with pytest.raises(KeysRefused):
            trust.pin_keys(made.id, text, thumbprints=wrong, by=by)
    assert trust.pin_keys(made.id, text, thumbprints=[first.thumbprint], by=by) == (first,)
    assert trust.pin_keys(made.id, text, thumbprints=[second.thumbprint], by=by) == (first, second)
    assert AuditEvent.objects.filter(event="trust.keys_pinned").count() == 2


def test_redirect_is_not_followed(site: Site) -> None:
    site.status, site.location, site.asked = 302, site.address, 0
    with pytest.raises(NotFetched, match="http_302"):
        fetch(site.address)
    assert site.asked == 1


def test_too_large_an_answer_is_not_read_to_its_end(site: Site) -> None:
    site.status, site.location, site.body = 200, "", b"x" * 70_000
    with pytest.raises(NotFetched, match="too_large"):
        fetch(site.address, most_bytes=69_999)
    assert fetch(site.address, most_bytes=70_000) == site.body


def test_answer_that_never_ends_is_given_up(site: Site) -> None:
    began = time.monotonic()
    with pytest.raises(NotFetched, match="timeout"):
        fetch(site.address, most_seconds=-1)
    assert time.monotonic() - began < 5


def test_server_that_is_not_there_is_said_so() -> None:
    with pytest.raises(NotFetched, match="connection"):
        fetch("http://127.0.0.1:9/")


def test_payload_of_the_older_layout_is_taken_too(federated: Federated) -> None:
    payload = json.dumps(payload_of([A], now=federated.now, iat=None, exp=None, iss=None)).encode()
    dates = {name: payload_of([], now=federated.now)[name] for name in ("iat", "exp")}
    header = {"alg": "ES256", "kid": federated.signer.kid, **dates, "crit": ["exp"]}
    federated.site.body = written(payload, federated.signer.signature(payload, header))
    assert federated.fetch() == ""
    assert server(federated)


def test_it_is_asked_for_by_a_job_of_each_minute(federated: Federated) -> None:
    from kateder.trust.tasks import FETCH_METADATA, _ask

    with federated.inside():
        _ask(federated.now)
        assert not jobs.request(
            FETCH_METADATA, queueing_lock=f"trust.metadata:{federated.federation_id}",
            federation_id=str(federated.federation_id),
        )  # fmt: skip


def test_doctor_looks_at_the_metadata_that_is_kept(federated: Federated) -> None:
    def verdict() -> str:
        answers = {answer.found: answer.verdict.value for answer in diagnosis.federations()}
        (ours,) = [one for sentence, one in answers.items() if federated.authority.slug in sentence]
        return ours

    assert verdict() == "failure"
    federated.publish(A)
    assert verdict() == "fine"
    federated.site.status = 500
    federated.fetch()
    assert verdict() == "warning"
    with federated.inside():
        trust.unpin_key(federated.federation_id, federated.signer.kid, by=federated.actor)
    assert verdict() == "warning"

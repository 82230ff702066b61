"""The pages of federations: for administrators alone; keys pinned after comparing, ours changed step by step."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client

from kateder.core.tenancy import within
from kateder.provisioning import api as provisioning
from kateder.provisioning.api import Target
from kateder.trust import api as trust
from kateder.trust.api import Federation
from tests.cast import Cast
from tests.offer import Offer
from tests.portal.visits import text_of, visit
from tests.protocols.matf.federating import Signer, digest, endpoint, member
from tests.trust.federated import Federated, Site, federate, serving

LIST = "/federationer/"
A = member(
    "https://a.example", organization="Förlaget", servers=[endpoint(digest(1), base_uri="https://a.example/scim")]
)
B = member("https://b.example", organization="Grannen", clients=[endpoint(digest(2))])


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def alva(cast: Cast) -> Client:
    return visit(cast, "alva")


@pytest.fixture
def federated(cast: Cast, site: Site) -> Federated:
    return federate(cast.authority, site)


def page(federated: Federated, rest: str = "") -> str:
    return f"{LIST}{federated.federation_id}/{rest}"


OURS = {
    "do": "describe", "entity_id": "https://bjorkviken.example", "organization": "Björkvikens kommun",
    "organization_id": "SE2120000000", "client_tags": "egilv1 bolv1", "server_uri": "", "server_tags": "",
}  # fmt: skip


@pytest.mark.parametrize("who", ["tove", "petra", "elsa"])
def test_nobody_but_an_administrator_reaches_them(cast: Cast, federated: Federated, who: str) -> None:
    for path in (LIST, *(page(federated, rest) for rest in ("", "nycklar/", "var-post/", "var-post.json"))):
        assert visit(cast, who).get(path).status_code == 403
    assert visit(cast, who).post(page(federated, "var-post/"), OURS).status_code == 403


def test_ready_federation_is_added_and_its_keys_are_asked_for(cast: Cast, alva: Client) -> None:
    assert "Skolfederation Moa" in text_of(alva, LIST)
    answer = alva.post(LIST, {"preset": "moa"})
    with within(cast.authority.id):
        made = Federation.objects.get(name="Skolfederation Moa")
    assert answer["Location"] == f"{LIST}{made.pk}/nycklar/"
    asked = text_of(alva, answer["Location"])
    assert "c2fb860e-f4b6-4f0e-b17a-5115d2826d56" in asked


def test_key_is_pinned_only_when_its_thumbprint_has_been_ticked(cast: Cast, alva: Client, federated: Federated) -> None:
    signer, keys = Signer(kid="ny"), page(federated, "nycklar/")
    text = json.dumps({"keys": [signer.jwk]})
    shown = alva.post(keys, {"jwks": text, "do": "show"}).content.decode()
    assert signer.key.thumbprint() in shown
    alva.post(keys, {"jwks": text, "do": "pin"})
    assert [key["kid"] for key in federated.row().keys] == [federated.signer.kid]
    alva.post(keys, {"jwks": text, "do": "pin", "thumbprint": signer.key.thumbprint()})
    assert [key["kid"] for key in federated.row().keys] == [federated.signer.kid, "ny"]
    alva.post(keys, {"do": "unpin", "kid": federated.signer.kid})
    assert [key["kid"] for key in federated.row().keys] == ["ny"]
    assert alva.post(keys, {"jwks": "nonsense", "do": "show"}).status_code == 422


def test_members_are_searched_and_state_and_trouble_are_told(alva: Client, federated: Federated) -> None:
    assert "Inget hämtas" in text_of(alva, page(federated)) or "inga metadata" in text_of(alva, page(federated))
    federated.publish(A, B, {"entity_id": "https://bad.example"})
    whole = text_of(alva, page(federated))
    assert "https://a.example" in whole
    assert "https://bad.example" in whole
    found = text_of(alva, page(federated, "?q=granne"))
    assert "https://b.example" in found
    assert "https://a.example" not in found
    assert "https://b.example" not in text_of(alva, page(federated, "?tagg=egilv1"))
    assert alva.post(page(federated)).status_code == 302


def test_our_entity_is_described_downloaded_and_its_key_changed(cast: Cast, alva: Client, federated: Federated) -> None:
    own = page(federated, "var-post/")
    assert alva.post(own, {**OURS, "entity_id": "nothing"}).status_code == 422
    assert alva.post(own, OURS).status_code == 302
    whole = json.loads(alva.get(page(federated, "var-post.json")).content)
    assert [one["tags"] for one in whole["clients"]] == [["egilv1"], ["bolv1"]]
    federated.publish(whole)
    assert alva.post(own, {"do": "begin", "use": "client"}).status_code == 302
    assert alva.post(own, {"do": "switch", "use": "client"}).status_code == 422
    federated.publish(json.loads(alva.get(page(federated, "var-post.json")).content))
    with within(cast.authority.id):
        trust.EntityKey.objects.update(published_at=federated.now - timedelta(hours=2))
    assert alva.post(own, {"do": "switch", "use": "client"}).status_code == 302
    assert len(json.loads(alva.get(page(federated, "var-post.json")).content)["clients"][0]["pins"]) == 1
    assert "PRIVATE KEY" not in text_of(alva, own)


def test_service_is_connected_as_a_member(cast: Cast, alva: Client, federated: Federated, offer: Offer) -> None:
    federated.publish(A)
    alva.post(page(federated, "var-post/"), OURS)
    form = {"federation": str(federated.federation_id), "entity_id": "https://a.example", "tag": "egilv1"}
    place = f"/tjanster/{offer.service.pk}/leveranssatt/"
    assert alva.post(f"{place}ny/egil/", {**form, "entity_id": "https://x.example"}).status_code == 422
    assert alva.post(f"{place}ny/egil/", form).status_code == 302
    with within(cast.authority.id):
        target = Target.objects.get(service=offer.service)
        assert (target.entity_id, target.base_uri, target.pins) == ("https://a.example", "", [])
        assert provisioning.targets().get().place == "https://a.example"
    assert "https://a.example" in text_of(alva, place)
    answer = alva.post(place, {"do": "save", "federation": "", "base_uri": "https://b.example", "pins": digest(3)})
    assert answer.status_code == 302
    with within(cast.authority.id):
        assert Target.objects.get(service=offer.service).federation_id is None


def test_federation_of_a_neighbour_is_not_there(alva: Client, other_authority: object, site: Site) -> None:
    neighbours = federate(other_authority, site)  # type: ignore[arg-type]
    for rest in ("", "nycklar/", "var-post/", "var-post.json"):
        assert alva.get(page(neighbours, rest)).status_code == 404
    assert trust.PRESETS

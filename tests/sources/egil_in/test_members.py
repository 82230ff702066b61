"""A member of a federation delivers to the one address that we publish: its key and tag let it in, else 403."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.protocols.matf.federating import digest, endpoint, identity, member
from tests.signin.live import serving as live
from tests.sources.egil_in import bodies
from tests.sources.egil_in.conftest import Open, Sender
from tests.sources.egil_in.test_callers import nginx
from tests.trust.federated import Federated, Site, federate, serving
from tests.trust.proxies import PROXIES, ask, before, connection, server_identity

from kateder.core.models import AuditEvent, Authority
from kateder.core.tenancy import within
from kateder.protocols.matf.identity import Identity
from kateder.sources.egil_in import inlets
from kateder.sources.models import Source

PROXY = "10.0.0.5"
NEIGHBOUR = "https://grannen.example"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def federated(authority: Authority, site: Site, settings: Any) -> Federated:
    settings.CLIENT_CERTIFICATE, settings.TRUSTED_PROXY = "x-ssl-cert", PROXY
    return federate(authority, site)


class AtMembers(Sender):
    """A sender at the address of members."""

    @property
    def base(self) -> str:
        return "/egil/v2"


@pytest.fixture
def neighbour(federated: Federated, open_inlet: Open) -> AtMembers:
    """The neighbour has a source here; its address is that of members."""
    made = open_inlet(federation="Provfederationen", member=NEIGHBOUR)
    return AtMembers(made.client, made.host, made.source_id, "", PROXY)


def status(sender: Sender, shown: Identity) -> int:
    return sender.send("GET", "Users", **nginx(shown)).status_code


def test_member_with_the_tag_delivers_to_its_own_source(federated: Federated, neighbour: AtMembers) -> None:
    ours = identity()
    federated.publish(member(NEIGHBOUR, clients=[endpoint(ours.pin)]))
    made = neighbour.send("POST", "Users", bodies.pupil(), **nginx(ours))
    assert made.status_code == 201
    assert "/egil/v2/Users/" in made["Location"]
    with within(federated.authority.id):
        assert inlets.describe(Source.objects.get(pk=neighbour.source_id)).counts["Users"] == 1


@pytest.mark.parametrize(
    "published",
    [
        lambda pin: member("https://other.example", clients=[endpoint(pin)]),
        lambda pin: member(NEIGHBOUR + "/", clients=[endpoint(pin)]),
        lambda pin: member(NEIGHBOUR, clients=[endpoint(pin, tags=["bolv1"])]),
        lambda pin: member(NEIGHBOUR, clients=[endpoint(pin, tags=[])]),
        lambda pin: member(NEIGHBOUR, servers=[endpoint(pin, base_uri="https://grannen.example")]),
        lambda pin: member(NEIGHBOUR, clients=[endpoint(digest(1))]),
    ],
    ids=["another's key", "not to the letter", "wrong tag", "no tag", "a server's key", "unknown key"],
)  # fmt: skip
def test_anybody_else_gets_403_and_nothing_more(
    federated: Federated, neighbour: AtMembers, published: Callable[[str], dict[str, Any]]
) -> None:
    shown = identity()
    federated.publish(published(shown.pin))
    answer = neighbour.send("GET", "Users", **nginx(shown))
    assert (answer.status_code, answer.content) == (403, b"")
    with within(federated.authority.id):
        assert AuditEvent.objects.filter(event="source.member").exists()


def test_key_that_two_members_claim_lets_neither_in(federated: Federated, neighbour: AtMembers) -> None:
    shown = identity()
    thief = member("https://thief.example", clients=[endpoint(shown.pin)])
    federated.publish(member(NEIGHBOUR, clients=[endpoint(shown.pin)]), thief)
    assert status(neighbour, shown) == 403


def test_two_keys_let_a_member_in_while_it_rotates(federated: Federated, neighbour: AtMembers) -> None:
    old, new = identity(), identity()
    federated.publish(member(NEIGHBOUR, clients=[endpoint(old.pin, new.pin)]))
    assert [status(neighbour, one) for one in (old, new)] == [200, 200]
    federated.publish(member(NEIGHBOUR, clients=[endpoint(new.pin)]))
    assert [status(neighbour, one) for one in (old, new)] == [403, 200]


def test_member_of_another_federation_with_the_same_name_for_itself_is_not_let_in(
    federated: Federated, neighbour: AtMembers, authority: Authority
) -> None:
    shown = identity()
    with serving() as elsewhere:
        trial = federate(authority, elsewhere, name="Testmiljön")
        trial.publish(member(NEIGHBOUR, clients=[endpoint(shown.pin)]))
    assert status(neighbour, shown) == 403


def test_token_opens_the_sources_own_address_not_that_of_members(federated: Federated, open_inlet: Open) -> None:
    made = open_inlet(federation="Provfederationen", member=NEIGHBOUR)
    federated.publish()
    assert made.send("GET", "Users").status_code == 200
    at_members = AtMembers(made.client, made.host, made.source_id, made.token, PROXY)
    assert at_members.send("GET", "Users").status_code == 403


def test_certificate_from_elsewhere_than_the_proxy_is_nothing(federated: Federated, neighbour: AtMembers) -> None:
    ours = identity()
    federated.publish(member(NEIGHBOUR, clients=[endpoint(ours.pin)]))
    neighbour.remote = "10.0.0.6"
    assert status(neighbour, ours) == 403


@pytest.mark.parametrize("proxy", PROXIES, ids=lambda one: one.name)
def test_member_that_is_removed_is_shut_out_on_the_connection_that_it_keeps(
    federated: Federated, neighbour: AtMembers, settings: Any, tmp_path: Path, proxy: Any
) -> None:
    """From handshake to SCIM answer through a real proxy: metadata is asked for each request, not each connection."""
    if not proxy.is_here:
        pytest.skip(f"{proxy.program} is not installed")
    settings.CLIENT_CERTIFICATE, settings.TRUSTED_PROXY = proxy.form, "127.0.0.1"
    ours = identity()
    federated.publish(member(NEIGHBOUR, clients=[endpoint(ours.pin)]))
    with (
        live() as origin,
        before(origin.replace("http://localhost", "127.0.0.1"), proxy, tmp_path, server_identity()) as address,
        closing(connection(address, shown=ours)) as kept,
    ):
        assert ask(kept, "/egil/v2/Users", host=neighbour.host)[0] == 200
        door = kept.sock
        federated.publish(member("https://other.example"))
        assert ask(kept, "/egil/v2/Users", host=neighbour.host) == (403, b"")
        assert kept.sock is door

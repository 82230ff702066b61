"""Who may deliver: the bearer of the token, the holder of a pinned key, nobody else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.sources.egil_in import bodies
from tests.sources.egil_in.conftest import Open, Sender

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent, Authority
from kateder.core.setup import StepName
from kateder.core.tenancy import within
from kateder.protocols.matf.identity import Identity, self_signed
from kateder.sources import api, connectors
from kateder.sources.egil_in import inlets
from kateder.sources.egil_in.errors import NotAnInlet
from kateder.sources.models import Inlet

PROXY = "10.0.0.5"
Forward = Callable[[Identity], dict[str, str]]


def identity(*, days: int = 1) -> Identity:
    now = datetime.now(UTC)
    return self_signed("neighbour", not_before=now - timedelta(days=2), not_after=now + timedelta(days=days))


def nginx(shown: Identity) -> dict[str, str]:
    return {"X-SSL-Cert": quote(shown.certificate)}


def rfc_9440(shown: Identity) -> dict[str, str]:
    der = x509.load_pem_x509_certificate(shown.certificate.encode()).public_bytes(Encoding.DER)
    return {"Client-Cert": f":{base64.b64encode(der).decode()}:"}


FORMS = [("x-ssl-cert", nginx), ("client-cert", rfc_9440)]


@pytest.fixture
def proxied(settings: Any) -> Callable[[str], None]:
    def configure(form: str) -> None:
        settings.CLIENT_CERTIFICATE, settings.TRUSTED_PROXY = form, PROXY

    return configure


def status(sender: Sender, **headers: str) -> int:
    return sender.send("GET", "Users", **headers).status_code


def test_without_a_token_nothing_is_told_not_even_whether_the_source_is_there(sender: Sender) -> None:
    wrong = Sender(sender.client, sender.host, sender.source_id, "wrong")
    nowhere = Sender(sender.client, sender.host, uuid4(), sender.token)
    answers = [one.send("GET", "Users") for one in (wrong, nowhere)]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0]["WWW-Authenticate"].startswith("Bearer")
    assert json.loads(answers[0].content)["status"] == "401"


def test_nothing_can_be_delivered_without_a_token(sender: Sender, authority: Authority) -> None:
    stranger = Sender(sender.client, sender.host, sender.source_id)
    assert stranger.send("POST", "Users", bodies.pupil()).status_code == 401
    assert sender.get("Users")["totalResults"] == 0


def test_a_refusal_is_audited(sender: Sender, authority: Authority) -> None:
    Sender(sender.client, sender.host, sender.source_id, "wrong").send("GET", "Users")
    with within(authority.id):
        assert AuditEvent.objects.get(event="source.inlet").subject_id == str(sender.source_id)


def test_a_new_token_ends_the_one_before_and_only_its_digest_is_kept(
    sender: Sender, authority: Authority, actor: Actor
) -> None:
    with within(authority.id):
        token = inlets.make_token(sender.source_id, actor=actor, now=clock.now())
        kept = Inlet.objects.get(source=sender.source_id).token_digest
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    assert token not in kept
    assert status(sender) == 401
    assert status(Sender(sender.client, sender.host, sender.source_id, token)) == 200


def test_a_token_of_one_authority_is_nothing_at_another(sender: Sender, other_authority: Authority) -> None:
    assert status(Sender(sender.client, f"{other_authority.slug}.test", sender.source_id, sender.token)) == 401


@pytest.mark.parametrize(("form", "forward"), FORMS)
def test_the_holder_of_a_pinned_key_needs_no_token(
    open_inlet: Open, proxied: Callable[[str], None], form: str, forward: Forward
) -> None:
    proxied(form)
    known, other = identity(), identity()
    sender = open_inlet(pins=known.pin)
    sender.token, sender.remote = "", PROXY
    assert status(sender, **forward(known)) == 200
    assert status(sender, **forward(other)) == 401
    assert status(sender) == 401


@pytest.mark.parametrize(("form", "forward"), FORMS)
def test_a_certificate_is_believed_from_the_proxy_alone(
    open_inlet: Open, proxied: Callable[[str], None], form: str, forward: Forward
) -> None:
    proxied(form)
    known = identity()
    sender = open_inlet(pins=known.pin)
    sender.token, sender.remote = "", "10.0.0.6"
    assert status(sender, **forward(known), **{"X-Forwarded-For": PROXY}) == 401


@pytest.mark.parametrize(("form", "forward"), FORMS)
def test_a_certificate_counts_in_the_configured_form_alone(
    open_inlet: Open, proxied: Callable[[str], None], form: str, forward: Forward
) -> None:
    proxied("client-cert" if form == "x-ssl-cert" else "x-ssl-cert")
    known = identity()
    sender = open_inlet(pins=known.pin)
    sender.token, sender.remote = "", PROXY
    assert status(sender, **forward(known)) == 401


def test_a_certificate_outside_its_dates_opens_nothing(open_inlet: Open, proxied: Callable[[str], None]) -> None:
    proxied("x-ssl-cert")
    old = identity(days=-1)
    sender = open_inlet(pins=old.pin)
    sender.token, sender.remote = "", PROXY
    assert status(sender, **nginx(old)) == 401


@pytest.mark.parametrize("form", ["x-ssl-cert", "client-cert"])
@pytest.mark.parametrize("header", ["", "nonsense", ":nonsense:", "::", ":"])
def test_a_header_that_cannot_be_read_opens_nothing(
    open_inlet: Open, proxied: Callable[[str], None], form: str, header: str
) -> None:
    proxied(form)
    sender = open_inlet(pins=identity().pin)
    sender.token, sender.remote = "", PROXY
    assert status(sender, **{form: header}) == 401


def test_without_a_configured_proxy_no_certificate_counts(open_inlet: Open) -> None:
    known = identity()
    sender = open_inlet(pins=known.pin)
    sender.token = ""
    assert status(sender, **nginx(known)) == 401


def test_a_pin_that_is_none_fails_the_check() -> None:
    steps = list(connectors.steps("egil_in", {"pins": "abc"}, today=clock.today()))
    assert [(step.name, step.ok) for step in steps] == [(StepName.SETTINGS, False)]
    assert all(step.ok for step in connectors.steps("egil_in", {"pins": identity().pin}, today=clock.today()))


def test_another_kind_of_source_gets_no_token(authority: Authority, actor: Actor, tmp_path: Any) -> None:
    with within(authority.id):
        source = api.add_source(kind="csv", name="Mapp", settings={"folder": str(tmp_path)}, actor=actor)
        with pytest.raises(NotAnInlet):
            inlets.make_token(source.pk, actor=actor, now=clock.now())

"""The one way out for connectors that speak HTTP."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.sources.https import Answers, Asked, Https, Respond, identity, serving

from kateder.sources import http
from kateder.sources.authorising import ClientCredentials
from kateder.sources.errors import (
    AnswerTooLarge,
    BadAddress,
    BadCertificate,
    NotJson,
    RedirectsElsewhere,
    ServerBusy,
    ServerFails,
    ServerRefuses,
    ServerSilent,
    ServerUntrusted,
)
from kateder.sources.http import Server
from kateder.sources.tls import client_context


class Script:
    """Answers in turn; the last one again and again."""

    def __init__(self, *answers: Answers) -> None:
        self._answers = list(answers)

    def __call__(self, asked: Asked) -> Answers:
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


Serve = Callable[..., Https]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    import contextlib

    monkeypatch.setattr(http, "FIRST_WAIT", 0.001)
    with contextlib.ExitStack() as stack:

        def start(respond: Respond, **options: object) -> Https:
            return stack.enter_context(serving(respond, **options))  # type: ignore[arg-type]

        yield start


def to(https: Https, **options: object) -> Server:
    context = client_context(authorities=https.identity.certificate)
    return Server(https.address, context=context, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["http://x.se/", "ftp://x.se", "https://", "x.se", "https://a:b@x.se/", "https://x.se/?a=1", "file:///etc"]
)
def test_only_plain_https_addresses_are_taken(text: str) -> None:
    with pytest.raises(BadAddress):
        http.address(text)


def test_a_certificate_that_nobody_vouches_for_is_refused(serve: Serve) -> None:
    https = serve(Script(Answers({})))
    with pytest.raises(ServerUntrusted), Server(https.address, context=client_context()) as server:
        server.get("persons")
    assert https.asked == []


def test_a_certificate_for_another_name_is_refused(serve: Serve) -> None:
    https = serve(Script(Answers({})), own=identity("elsewhere.example.se"))
    with pytest.raises(ServerUntrusted), to(https) as server:
        server.get("persons")


def test_a_pinned_server_is_known_by_its_key_only(serve: Serve) -> None:
    https = serve(Script(Answers({"data": []})), own=identity("elsewhere.example.se"))
    with Server(https.address, context=client_context(pins=https.identity.pin)) as server:
        assert server.get("persons").json() == {"data": []}
    with pytest.raises(ServerUntrusted), Server(https.address, context=client_context(pins=identity().pin)) as server:
        server.get("persons")


def test_a_server_that_wants_a_certificate_is_shown_ours(serve: Serve) -> None:
    ours = identity("client.example.se")
    https = serve(Script(Answers({})), clients=ours)
    context = client_context(authorities=https.identity.certificate, certificate=ours.certificate, key=ours.private_key)
    with Server(https.address, context=context) as server:
        assert server.get("persons").status == 200
    with pytest.raises(ServerSilent), to(https, tries=1) as server:
        server.get("persons")


def test_a_certificate_without_its_key_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadCertificate):
        client_context(certificate=identity().certificate, key=identity().private_key)


def test_a_proxy_in_the_environment_is_not_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    https = serve(Script(Answers({})))
    with to(https, tries=1) as server:
        assert server.get("persons").status == 200


def test_a_redirect_on_the_same_server_is_followed(serve: Serve) -> None:
    https = serve(Script(Answers({}, status=307, headers={"Location": "/v2.0/persons/"}), Answers({"data": []})))
    with to(https) as server:
        assert server.get("persons").path == "/v2.0/persons/"


@pytest.mark.parametrize("place", ["https://127.0.0.1:9/persons", "http://127.0.0.1/persons", "//x.se/", "file:///x"])
def test_a_redirect_to_another_server_is_refused(serve: Serve, place: str) -> None:
    https = serve(Script(Answers({}, status=302, headers={"Location": place})))
    with pytest.raises(RedirectsElsewhere), to(https) as server:
        server.get("persons")


def test_an_answer_that_weighs_too_much_is_cut_off(serve: Serve) -> None:
    https = serve(Script(Answers(b"x" * 5000)))
    with pytest.raises(AnswerTooLarge), to(https, largest=4096) as server:
        server.get("persons")


def test_a_packed_answer_counts_as_unpacked(serve: Serve) -> None:
    import gzip

    https = serve(Script(Answers(gzip.compress(b"0" * 100_000), headers={"Content-Encoding": "gzip"})))
    with pytest.raises(AnswerTooLarge), to(https, largest=4096) as server:
        server.get("persons")


def test_a_busy_server_is_waited_for_as_long_as_it_says(serve: Serve) -> None:
    slept: list[float] = []
    date = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=30)
    later = date.strftime("%a, %d %b %Y %H:%M:%S GMT")
    https = serve(
        Script(
            Answers({}, status=429, headers={"Retry-After": "7"}),
            Answers({}, status=503, headers={"Retry-After": later}),
            Answers({}, status=500),
            Answers({}),
        )
    )
    with to(https, sleep=slept.append) as server:
        assert server.get("persons").status == 200
    assert slept[0] == 7
    assert 25 <= slept[1] <= 30
    assert slept[2] < 1


def test_a_server_that_asks_for_hours_is_not_waited_for(serve: Serve) -> None:
    https = serve(Script(Answers({}, status=429, headers={"Retry-After": "7200"})))
    with pytest.raises(ServerBusy) as refusal, to(https) as server:
        server.get("persons")
    assert not refusal.value.permanent


def test_a_server_that_goes_on_failing_is_given_up(serve: Serve) -> None:
    https = serve(Script(Answers({}, status=500)))
    with pytest.raises(ServerFails), to(https, tries=3) as server:
        server.get("persons")
    assert len(https.asked) == 3


def test_an_answer_cut_in_the_middle_is_asked_for_again(serve: Serve) -> None:
    https = serve(Script(Answers({"data": [1, 2, 3]}, cut=True), Answers({"data": []})))
    with to(https) as server:
        assert server.get("persons").json() == {"data": []}


def test_what_a_server_answers_is_never_in_the_sentence(serve: Serve) -> None:
    https = serve(Script(Answers(b"<html>secret-of-the-intranet</html>")))
    with to(https) as server, pytest.raises(NotJson) as refusal:
        server.get("persons").json()
    assert "secret" not in str(refusal.value)


class Tokens:
    """A token endpoint, and an API that takes the newest token only."""

    def __init__(self, *, in_body: bool = False) -> None:
        self.given = 0
        self.in_body = in_body

    def __call__(self, asked: Asked) -> Answers:
        if asked.path != "/token":
            right = asked.headers.get("Authorization") == f"Bearer t{self.given}"
            return Answers({"data": []}, status=200 if right else 401)
        basic = "Basic " + base64.b64encode(b"kateder%3A1:s%C3%A4kert").decode()
        if self.in_body:
            if b"client_secret=s%C3%A4kert" not in asked.body:
                return Answers({"error": "invalid_client"}, status=401)
        elif asked.headers.get("Authorization") != basic:
            return Answers({"error": "invalid_client"}, status=401)
        self.given += 1
        return Answers({"access_token": f"t{self.given}", "token_type": "Bearer", "expires_in": 3600})


def credentials(https: Https, *, right: bool = True, clock: Callable[[], float] = lambda: 0) -> ClientCredentials:
    return ClientCredentials(
        f"{https.address}/token",
        client_id="kateder:1",
        secret="säkert" if right else "fel",
        scope="",
        context=client_context(authorities=https.identity.certificate),
        clock=clock,
    )


@pytest.mark.parametrize("in_body", [False, True])
def test_a_token_is_had_once_and_used_until_it_ends(serve: Serve, in_body: bool) -> None:
    tokens, now = Tokens(in_body=in_body), [0.0]
    https = serve(tokens)
    with to(https, credentials=credentials(https, clock=lambda: now[0])) as server:
        server.get("persons")
        server.get("groups")
        assert tokens.given == 1
        now[0] = 3599
        server.get("duties")
        assert tokens.given == 2


def test_a_token_that_was_taken_back_is_replaced_once(serve: Serve) -> None:
    tokens = Tokens()
    https = serve(tokens)
    with to(https, credentials=credentials(https)) as server:
        server.get("persons")
        tokens.given += 1  # what we hold is no longer the newest
        assert server.get("groups").status == 200


def test_a_wrong_secret_is_said_to_be_refused(serve: Serve) -> None:
    https = serve(Tokens())
    with pytest.raises(ServerRefuses), to(https, credentials=credentials(https, right=False)) as server:
        server.get("persons")
    assert {one.path for one in https.asked} == {"/token"}

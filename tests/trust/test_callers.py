"""Who calls: what is shown, what is taken, and how soon a change acts."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.http import HttpRequest
from tests.trust.clients_of import Calling, add, request_with
from tests.trust.issuing import AUDIENCE, ISSUER, LOCATION, ORGANISATION, Server, access

from kateder.core import clock
from kateder.core.actors import Actor
from kateder.core.models import Authority, Finding
from kateder.core.tenancy import within
from kateder.trust import api as trust
from kateder.trust import callers, remembered, tasks
from kateder.trust.models import ApiToken, Issuer

UNKNOWN = "kat_" + "x" * 43


@pytest.fixture
def calling(authority: Authority) -> Calling:
    return add(authority)


def reason(authority: Authority, authorization: str) -> str:
    with within(authority.id), pytest.raises(trust.NotAuthenticated) as refused:
        trust.who_calls(request_with(authorization))
    return refused.value.reason


@pytest.mark.parametrize(
    ("shown", "why"),
    [
        ("", "no_token"),
        ("Bearer", "no_token"),
        ("Bearer  ", "no_token"),
        ("Basic abc", "no_token"),
        (f"Bearer {UNKNOWN}", "unknown_token"),
        ("Bearer " + "x" * 9000, "malformed"),
        ("Bearer a.b.c", "malformed"),
    ],
)
def test_what_is_no_token_of_ours_is_refused(authority: Authority, shown: str, why: str) -> None:
    assert reason(authority, shown) == why


def test_scheme_is_read_in_any_case(calling: Calling) -> None:
    token = calling.token()
    with within(calling.authority.id):
        assert trust.who_calls(request_with(f"bearer {token}"))


def test_token_of_one_authority_is_worth_nothing_at_the_neighbours(
    calling: Calling, other_authority: Authority
) -> None:
    token = calling.token()
    with within(calling.authority.id):
        assert trust.who_calls(request_with(f"Bearer {token}"))
    assert reason(other_authority, f"Bearer {token}") == "unknown_token"


def test_token_ends_with_its_hour_also_where_it_is_remembered(calling: Calling) -> None:
    token, now = calling.token(), clock.now()
    with within(calling.authority.id):
        assert trust.who_calls(request_with(f"Bearer {token}"))
        with pytest.raises(trust.NotAuthenticated):
            callers.client_of(f"Bearer {token}", now=now + timedelta(minutes=61))


def test_token_that_another_process_took_back_is_good_for_seconds_at_most(
    calling: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = calling.token()
    with within(calling.authority.id):
        assert trust.who_calls(request_with(f"Bearer {token}"))
        ApiToken.objects.all().delete()
        assert trust.who_calls(request_with(f"Bearer {token}"))
        later = time.monotonic() + remembered.SECONDS + 0.1
        monkeypatch.setattr(time, "monotonic", lambda: later)
        with pytest.raises(trust.NotAuthenticated):
            trust.who_calls(request_with(f"Bearer {token}"))


def test_only_who_shows_something_wrong_is_told_that_it_is_wrong() -> None:
    assert trust.NotAuthenticated(reason="no_token").challenge == "Bearer"
    assert 'error="invalid_token"' in trust.NotAuthenticated(reason="expired").challenge


class TestIssuers:
    """Tokens of somebody else's authorisation server."""

    @pytest.fixture
    def server(self, calling: Calling) -> Server:
        server = Server()
        trust_in(calling, server)
        return server

    def test_token_of_a_trusted_server_speaks_for_its_client(self, calling: Calling, server: Server) -> None:
        with within(calling.authority.id):
            assert trust.who_calls(bearer(server)).id == calling.row.id

    @pytest.mark.parametrize(
        ("changed", "why"),
        [
            ({"iss": "https://other.example/"}, "unknown_issuer"),
            ({"exp": 1}, "expired"),
            ({"organization_id": "SE1"}, "wrong_organisation"),
            ({"aud": "elsewhere"}, "wrong_audience"),
            ({"requested_access": [access(LOCATION + "/")]}, "wrong_location"),
        ],
    )
    def test_token_that_is_not_for_us_is_refused(
        self, calling: Calling, server: Server, changed: dict[str, object], why: str
    ) -> None:
        assert reason(calling.authority, f"Bearer {server.token(now=clock.now(), **changed)}") == why

    def test_server_of_one_authority_is_a_stranger_at_the_neighbours(
        self, calling: Calling, server: Server, other_authority: Authority
    ) -> None:
        assert reason(other_authority, f"Bearer {server.token(now=clock.now())}") == "unknown_issuer"

    def test_disabled_client_is_refused_whatever_the_server_says(self, calling: Calling, server: Server) -> None:
        with within(calling.authority.id):
            trust.disable_client(calling.row.id, by=Actor.system("test"), now=clock.now())
        assert reason(calling.authority, f"Bearer {server.token(now=clock.now())}") == "disabled"

    def test_one_server_may_vouch_for_several_clients_by_their_organisation(
        self, calling: Calling, server: Server
    ) -> None:
        second = add(calling.authority, "En annan")
        trust_in(second, server, organization_id="SE999")
        with within(calling.authority.id):
            assert trust.who_calls(bearer(server)).name == "Skolverket"
            assert trust.who_calls(bearer(server, organization_id="SE999")).name == "En annan"

    @pytest.mark.parametrize(
        "changed",
        [
            {"issuer": ""},
            {"audiences": []},
            {"audiences": [""]},
            {"organization_id": ""},
            {"location": ""},
        ],
    )
    def test_server_is_not_trusted_with_anything_left_open(self, calling: Calling, changed: dict[str, object]) -> None:
        with pytest.raises(trust.IssuerIncomplete):
            trust_in(calling, Server(), **changed)

    @pytest.mark.parametrize(
        "changed",
        [
            {"keys": []},
            {"keys": [{"kty": "oct", "k": "AAAA", "kid": "k1"}]},
            {"keys": [], "jwks_uri": "http://auth.example/jwks"},
            {"keys": [], "jwks_uri": "https:///jwks"},
            {"jwks_uri": "https://auth.example/jwks"},
        ],
    )
    def test_keys_are_pinned_or_fetched_over_https_never_both(
        self, calling: Calling, changed: dict[str, object]
    ) -> None:
        with pytest.raises(trust.NoKeys):
            trust_in(calling, Server(), **changed)


def trust_in(calling: Calling, server: Server, **changed: object) -> Issuer:
    """Have the authority trust a server's word for a client."""
    values: dict[str, object] = {
        "issuer": ISSUER, "audiences": [AUDIENCE], "organization_id": ORGANISATION, "location": LOCATION,
        "keys": [server.public],
    }  # fmt: skip
    with within(calling.authority.id):
        return trust.trust_issuer(
            calling.row.id,
            by=Actor.system("test"),
            now=clock.now(),
            **{**values, **changed},  # type: ignore[arg-type]
        )


def bearer(server: Server, **changed: object) -> HttpRequest:
    return request_with(f"Bearer {server.token(now=clock.now(), **changed)}")


class TestKeysThatAreFetched:
    """A request never waits for a key, and many requests fetch it once."""

    URI = "https://auth.example/jwks"

    @pytest.fixture
    def issuer(self, calling: Calling, monkeypatch: pytest.MonkeyPatch) -> Issuer:
        issuer = trust_in(calling, Server(), keys=[], jwks_uri=self.URI)
        self.fetched: list[str] = []
        self.server = Server()
        monkeypatch.setattr("kateder.trust.jwks.fetch", self._fetch)
        return issuer

    def _fetch(self, uri: str) -> list[dict[str, object]]:
        self.fetched.append(uri)
        return [self.server.public]

    def test_unknown_key_is_refused_now_and_known_once_the_job_has_run(self, calling: Calling, issuer: Issuer) -> None:
        token, now = self.server.token(now=clock.now()), clock.now()
        assert reason(calling.authority, f"Bearer {token}") == "unknown_key"
        assert self.fetched == []
        tasks.fetch_keys(calling.authority.id, issuer.id, now=now)
        with within(calling.authority.id):
            assert trust.who_calls(request_with(f"Bearer {token}")).id == calling.row.id

    def test_flood_of_unknown_keys_fetches_once_in_five_minutes(self, calling: Calling, issuer: Issuer) -> None:
        now = clock.now()
        for kid in range(5):
            reason(calling.authority, f"Bearer {Server(f'new{kid}').token(now=now)}")
            tasks.fetch_keys(calling.authority.id, issuer.id, now=now + timedelta(minutes=kid))
        assert self.fetched == [self.URI]
        tasks.fetch_keys(calling.authority.id, issuer.id, now=now + timedelta(minutes=5))
        assert self.fetched == [self.URI, self.URI]

    def test_keys_are_fetched_again_after_six_hours(self, calling: Calling, issuer: Issuer) -> None:
        from kateder.trust.issuers import due

        now = clock.now()
        with within(calling.authority.id):
            assert [one.id for one in due(now=now)] == [issuer.id]
        tasks.fetch_keys(calling.authority.id, issuer.id, now=now)
        with within(calling.authority.id):
            assert due(now=now + timedelta(hours=5)) == []
            assert due(now=now + timedelta(hours=6, minutes=1)) != []

    def test_keys_that_cannot_be_fetched_leave_the_old_ones_in_place(
        self, calling: Calling, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from kateder.trust.jwks import CannotFetch

        now = clock.now()
        tasks.fetch_keys(calling.authority.id, issuer.id, now=now)

        def fail(_uri: str) -> list[dict[str, object]]:
            raise CannotFetch("http_500")

        monkeypatch.setattr("kateder.trust.jwks.fetch", fail)
        tasks.fetch_keys(calling.authority.id, issuer.id, now=now + timedelta(hours=7))
        with within(calling.authority.id):
            kept = Issuer.objects.get(id=issuer.id)
            told = list(Finding.objects.filter(rule=tasks.KEYS_RULE, closed_at=None))
        assert (kept.failure, len(kept.keys), len(told)) == ("http_500", 1, 1)
        monkeypatch.setattr("kateder.trust.jwks.fetch", self._fetch)
        tasks.fetch_keys(calling.authority.id, issuer.id, now=now + timedelta(hours=8))
        with within(calling.authority.id):
            assert not Finding.objects.filter(rule=tasks.KEYS_RULE, closed_at=None).exists()

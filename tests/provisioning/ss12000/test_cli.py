"""`kateder api-client`: what an operator does without the web."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kateder.core import clock
from kateder.core.errors import DomainError
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.provisioning.ss12000 import profiles
from kateder.provisioning.ss12000.cli import (
    NoSuchClient,
    NoSuchPreset,
    NoSuchService,
    OneProfile,
    OneRosterNeedsService,
    app,
)
from kateder.provisioning.ss12000.presets import PRESETS
from kateder.trust import tokens
from kateder.trust.api import ApiClient
from tests.cast import Cast
from tests.offer import make_offer
from tests.trust.issuing import Server


@pytest.fixture
def run(authority: Authority) -> Any:
    def run(*arguments: str, as_json: bool = False) -> Any:
        more = ["--json"] if as_json else []
        done = CliRunner().invoke(app, [*arguments, "--authority", authority.slug, *more], catch_exceptions=True)
        if isinstance(done.exception, DomainError):
            raise done.exception
        assert done.exit_code == 0, (done.output, done.exception)
        return json.loads(done.output) if as_json else done.output

    return run


def client_of(authority: Authority) -> ApiClient:
    with within(authority.id):
        return ApiClient.objects.get(name="Skolverket")


def test_added_client_can_prove_itself_with_what_was_printed(run: Any, authority: Authority) -> None:
    given = run("add", "Skolverket", "--preset", "skolverket", as_json=True)
    with within(authority.id):
        assert tokens.authenticate(given["client_id"], given["client_secret"], now=clock.now())
    assert given["client_secret"] not in run("show", "Skolverket")


def test_list_and_show_tell_what_a_client_sees(run: Any) -> None:
    run("add", "Skolverket", "--preset", "skolverket")
    (line,) = run("list", as_json=True)
    assert (line["name"], line["state"], line["subscriptions"]) == ("Skolverket", "active", 0)
    assert "persons" in line["sees"]
    assert run("show", line["client_id"], as_json=True)["profile"]["people"] == ["pupil", "staff"]


def test_rotated_secret_is_new_and_the_old_one_ends_at_once_when_it_leaked(run: Any, authority: Authority) -> None:
    first = run("add", "Skolverket", as_json=True)
    second = run("rotate", "Skolverket", as_json=True)
    third = run("rotate", "Skolverket", "--now", as_json=True)
    with within(authority.id):
        good = [
            tokens.authenticate(one["client_id"], one["client_secret"], now=clock.now()) is not None
            for one in (first, second, third)
        ]
    assert good == [False, False, True]


def test_client_is_shut_out_and_let_in_again(run: Any, authority: Authority) -> None:
    run("add", "Skolverket")
    run("disable", "Skolverket")
    assert client_of(authority).disabled_at is not None
    run("enable", "Skolverket")
    assert client_of(authority).disabled_at is None


def test_client_of_a_service_sees_what_the_service_may_know(run: Any, cast: Cast) -> None:
    with within(cast.authority.id):
        offer = make_offer(cast)
    run("add", "Skolverket", "--service", offer.service.slug)
    client = client_of(cast.authority)
    assert client.service_id == offer.service.id
    assert offer.service.slug in run("list", as_json=True)[0]["sees"]


def test_client_of_a_service_reads_oneroster_when_it_is_asked_for(run: Any, cast: Cast) -> None:
    with within(cast.authority.id):
        slug = make_offer(cast).service.slug
    run("add", "Lärkan", "--service", slug, "--api", "oneroster", "--results")
    with within(cast.authority.id):
        client = ApiClient.objects.get(name="Lärkan")
        assert profiles.profile_of(client).api is profiles.Api.ONEROSTER
        assert any(scope.endswith("gradebook.createput") for scope in client.scopes)
    with pytest.raises(OneRosterNeedsService):
        run("add", "Alla", "--preset", "everything", "--api", "oneroster")


def test_profile_and_rate_are_changed_apart(run: Any, authority: Authority, tmp_path: Path) -> None:
    run("add", "Skolverket", "--preset", "everything", "--rate", "0")
    assert client_of(authority).rate is None
    run("change", "Skolverket", "--rate", "5")
    assert (client_of(authority).rate, client_of(authority).profile["everything"]) == (5, True)
    path = tmp_path / "profile.json"
    path.write_text('{"entities": ["organisations"]}')
    run("change", "Skolverket", "--profile", str(path))
    assert (client_of(authority).rate, client_of(authority).profile) == (5, {"entities": ["organisations"]})


def test_authorisation_server_is_trusted_from_a_file_of_keys(run: Any, authority: Authority, tmp_path: Path) -> None:
    run("add", "Skolverket")
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [Server().public]}))
    run(
        "trust", "Skolverket", "--issuer", "https://auth.example/", "--audience", "nutid", "--organization", "SE1",
        "--location", "https://data.example/ss12000/v2.0", "--jwks", str(path),
    )  # fmt: skip
    with within(authority.id):
        assert len(client_of(authority).issuer.keys) == 1


def test_what_is_not_there_is_said(run: Any, tmp_path: Path) -> None:
    for arguments, error in (
        (["show", "Ingen"], NoSuchClient),
        (["add", "A", "--service", "ingen"], NoSuchService),
        (["add", "A", "--preset", "ingen"], NoSuchPreset),
        (["add", "A", "--preset", "nothing", "--service", "x"], OneProfile),
    ):
        with pytest.raises(error):
            run(*arguments)
    path = tmp_path / "profile.json"
    path.write_text('{"entities": ["everything"]}')
    with pytest.raises(profiles.BadProfile):
        run("add", "A", "--profile", str(path))


@pytest.mark.parametrize("code", PRESETS)
def test_ready_profile_can_be_read(code: str) -> None:
    assert not profiles.read(PRESETS[code].profile).protected


def test_skolverket_sees_nobody_whose_identity_is_protected_and_no_guardians() -> None:
    profile = profiles.read(PRESETS["skolverket"].profile)
    assert not profile.protected
    assert {one.value for one in profile.people} == {"pupil", "staff"}
    assert not any(
        profile.shows("persons", name) for name in ("phoneNumbers", "addresses", "responsibles", "birthDate")
    )
    assert not profile.may_read("placements")

"""`kateder trust`: from nothing to a member, on the command line."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.protocols.matf.federating import Signer, digest, endpoint, member, signed
from tests.trust.federated import Federated
from typer.testing import CliRunner

from kateder.core import clock
from kateder.core.errors import DomainError
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.trust.federations.cli import app
from kateder.trust.models import EntityKey, Federation

A = member("https://a.example", servers=[endpoint(digest(1), base_uri="https://a.example/scim")])
NAME = "Provfederationen"


def run(authority: Authority, *arguments: str) -> str:
    found = CliRunner().invoke(app, [*arguments, "--authority", authority.slug], catch_exceptions=True)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.stdout


def told(authority: Authority, *arguments: str) -> Any:
    return json.loads(run(authority, *arguments, "--json"))


@pytest.mark.parametrize(("preset", "place"), [("moa", "/prod/"), ("moa-trial", "/trial/")])
def test_preset_is_added_without_keys_and_names_the_key_to_ask_for(
    authority: Authority, preset: str, place: str
) -> None:
    said = run(authority, "federation", "add", "--preset", preset)
    with within(authority.id):
        made = Federation.objects.get()
    assert place in made.address
    assert made.keys == []
    assert "compare their thumbprints" in said


def test_thumbprints_are_shown_before_a_key_is_pinned(authority: Authority, tmp_path: Path) -> None:
    run(authority, "federation", "add", "Moa", "--address", "https://fed.example/md.jws")
    signer, file = Signer(), tmp_path / "jwks.json"
    file.write_text(json.dumps({"keys": [signer.jwk]}))
    (shown,) = told(authority, "federation", "keys", "Moa", "--jwks", str(file))
    assert (shown["kid"], shown["thumbprint"], shown["pinned"]) == (signer.kid, signer.key.thumbprint(), False)
    assert told(authority, "federation", "keys", "Moa") == []
    with pytest.raises(DomainError):
        run(authority, "federation", "keys", "Moa", "--jwks", str(file), "--thumbprint", "another")
    (pinned,) = told(authority, "federation", "keys", "Moa", "--jwks", str(file), "--thumbprint", shown["thumbprint"])
    assert pinned["pinned"]
    assert told(authority, "federation", "keys", "Moa", "--remove", signer.kid) == []


def test_metadata_is_fetched_shown_and_searched(federated: Federated, authority: Authority) -> None:
    federated.site.body = signed(federated.signer, [A, member("https://b.example")], now=clock.now())
    assert told(authority, "federation", "fetch", NAME)["failure"] is None
    assert [one["name"] for one in told(authority, "federation", "show")] == [NAME]
    for arguments, names in (
        ([], ["https://a.example", "https://b.example"]),
        (["--search", "A.EXAMPLE"], ["https://a.example"]),
        (["--search", "556000"], ["https://a.example", "https://b.example"]),
        (["--tag", "egilv1"], ["https://a.example"]),
    ):
        assert [one["entity_id"] for one in told(authority, "federation", "entities", NAME, *arguments)] == names
    federated.site.body = b"nonsense"
    with pytest.raises(DomainError, match="not_a_jws"):
        run(authority, "federation", "fetch", NAME)


def test_entity_is_described_uploaded_and_its_key_changed(
    federated: Federated, authority: Authority, tmp_path: Path
) -> None:
    described = json.loads(
        run(
            authority, "entity", "describe", NAME, "--entity-id", "https://bjorkviken.example", "--server-uri",
            "https://egil.bjorkviken.example/egil/v2", "--server-tag", "egilv1",
        )
    )  # fmt: skip
    assert described == json.loads(run(authority, "entity", "json", NAME))
    assert described["organization"] == authority.name
    both = json.loads(run(authority, "entity", "rotate", NAME))
    assert [len(both["clients"][0]["pins"]), len(both["servers"][0]["pins"])] == [2, 1]
    with pytest.raises(DomainError):
        run(authority, "entity", "switch", NAME)
    with within(authority.id):
        EntityKey.objects.update(published_at=clock.now() - timedelta(days=1))
    alone = json.loads(run(authority, "entity", "switch", NAME))
    assert alone["clients"][0]["pins"] == both["clients"][0]["pins"][1:]
    assert [one["next"] for one in told(authority, "entity", "show", NAME)] == ["remove", "rest"]
    file = tmp_path / "server.pem"
    run(authority, "entity", "server-key", NAME, str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "PRIVATE KEY" in file.read_text()


def test_what_is_not_there_is_said_so(authority: Authority) -> None:
    for arguments in (
        ["federation", "show", "Moa"], ["federation", "add", "--preset", "no"], ["entity", "json", "Moa"],
        ["entity", "describe", "Moa", "--entity-id", "https://x.example"],
    ):  # fmt: skip
        with pytest.raises(DomainError):
            run(authority, *arguments)

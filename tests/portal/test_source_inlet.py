"""The page with a delivered source's address and token."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.sources import api as sources
from kateder.sources.models import Inlet, Source, Standing
from tests.cast import Cast
from tests.portal.visits import text_of, visit


@pytest.fixture
def administrator(cast: Cast) -> Actor:
    with within(cast.authority.id):
        return cast.actor("alva")


@pytest.fixture
def source(cast: Cast, administrator: Actor) -> Source:
    with within(cast.authority.id):
        return sources.add_source(kind="egil_in", name="Grannen", settings={}, actor=administrator)


def test_the_address_is_shown_and_a_token_only_when_it_is_made(cast: Cast, source: Source) -> None:
    client, address = visit(cast, "alva"), f"/kallor/{source.pk}/mottagning/"
    assert f"/egil/{source.pk}/v2" in text_of(client, address)
    made = client.post(address).content.decode()
    (token,) = re.findall(r"<dt>Åtkomstnyckel</dt><dd><code>([\w-]{43})</code>", made)
    assert token not in text_of(client, address)
    answer = client.get(f"/egil/{source.pk}/v2/Users", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_only_an_administrator_may_make_a_token(cast: Cast, source: Source) -> None:
    assert visit(cast, "tove").post(f"/kallor/{source.pk}/mottagning/").status_code in {403, 404}
    with within(cast.authority.id):
        assert not Inlet.objects.exists()


def test_a_source_that_is_fetched_has_no_such_page(cast: Cast, administrator: Actor) -> None:
    with within(cast.authority.id):
        fetched = sources.add_source(kind="csv", name="Mapp", settings={"folder": str(Path.cwd())}, actor=administrator)
    text_of(visit(cast, "alva"), f"/kallor/{fetched.pk}/mottagning/", status=404)


def test_a_source_that_was_removed_takes_nothing_more(cast: Cast, source: Source) -> None:
    client = visit(cast, "alva")
    made = client.post(f"/kallor/{source.pk}/mottagning/").content.decode()
    token = re.findall(r"<code>([\w-]{43})</code>", made)[0]
    with within(cast.authority.id):
        Source.objects.filter(pk=source.pk).update(standing=Standing.REMOVED)
    answer = client.get(f"/egil/{source.pk}/v2/Users", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401

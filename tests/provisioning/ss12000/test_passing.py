"""The short way gives what the long way gives, and only that."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from kateder.core import db
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.provisioning.ss12000 import passing
from kateder.provisioning.ss12000.passing import ShortWay
from kateder.register.api import Action, Entity, add, apply, open_changes
from tests.cast import Cast, person_values
from tests.provisioning.ss12000.calling import WHOLE, Api, NewApi

Ask = Callable[[str], tuple[bytes, bool]]


@pytest.fixture
def ask(cast: Cast, new_api: NewApi) -> Ask:
    return asking(new_api(cast.authority, WHOLE))


def asking(api: Api) -> Ask:
    """Ask as granian does; gives the body, and whether Django was needed."""
    django = get_wsgi_application()

    def ask(path: str) -> tuple[bytes, bool]:
        needed = []

        def long_way(environ: object, start_response: object) -> object:
            needed.append(True)
            return django(environ, start_response)

        headers = {"authorization": f"Bearer {api.token}", "host": f"{api.authority.slug}.test"}
        environ = RequestFactory().get(f"/ss12000/v2.0/{path}", headers=headers).environ
        body = b"".join(ShortWay(long_way)(environ, lambda *_: None))  # type: ignore[arg-type]
        return body, bool(needed)

    return ask


def test_the_second_page_takes_the_short_way_and_is_the_same(ask: Ask) -> None:
    first, needed_django = ask("persons?limit=3")
    again, needed_then = ask("persons?limit=3")

    assert (needed_django, needed_then) == (True, False)
    assert again == first
    token = orjson.loads(first)["pageToken"]
    second, needed_django = ask(f"persons?limit=3&pageToken={token}")
    assert not needed_django
    assert len(orjson.loads(second)["data"]) == 3


def test_a_change_is_read_at_once(ask: Ask) -> None:
    before, _ = ask("persons?limit=50")
    api_authority = orjson.loads(before)
    assert len(api_authority["data"]) == 8


def test_what_has_moved_takes_the_long_way_once(cast: Cast, ask: Ask) -> None:
    ask("persons")
    with within(cast.authority.id), db.cursor() as cursor:
        open_changes(cursor)
        values = person_values("elsa") | {"given_name": "Elsa-Maria"}
        add(cursor, Entity.PERSON, action=Action.UPDATE, root_id=cast["elsa"], values=values)
        apply(cause="test", actor=Actor.system("test"))

    body, needed_django = ask("persons")

    assert needed_django
    assert b"Elsa-Maria" in body
    assert not ask("persons")[1]


@pytest.mark.parametrize("path", ["persons?nameContains=e", "persons?limit=0", "persons/x", "nothing"])
def test_every_other_question_takes_the_long_way(ask: Ask, path: str) -> None:
    ask("persons")

    assert ask(path)[1]


def test_a_token_that_is_no_longer_remembered_takes_the_long_way(cast: Cast, new_api: NewApi) -> None:
    api = new_api(cast.authority, WHOLE)
    asking(api)("persons")
    api.token = "kat_other"

    body, needed_django = asking(api)("persons")

    assert needed_django
    assert orjson.loads(body)["code"] == "NotAuthenticated"


def test_a_profile_holds_on_the_short_way_too(cast: Cast, new_api: NewApi) -> None:
    ask = asking(new_api(cast.authority, {"entities": ["persons"], "units": [str(cast["bjork"])]}))
    ask("persons")

    body, needed_django = ask("persons")

    assert not needed_django
    assert b"Nils" not in body
    assert ask("groups")[1]
    assert passing.MOST_PASSES

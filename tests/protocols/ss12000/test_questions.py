"""Plain pages are asked for and answered by a short way that agrees with the long one."""

from __future__ import annotations

from uuid import UUID

import pytest

from kateder.protocols.ss12000.endpoints import ENDPOINTS
from kateder.protocols.ss12000.questions import Place, Question, plain_token, read, read_plain, token

AFTER = UUID("44444444-4444-4444-8444-444444444444")
PERSONS = ENDPOINTS["persons"]


@pytest.mark.parametrize("path", sorted(ENDPOINTS))
def test_the_token_of_a_plain_page_is_the_same_both_ways(path: str) -> None:
    assert plain_token(path, AFTER).decode() == token(Question(), path, Place(after=str(AFTER)))


@pytest.mark.parametrize("limit", ["1", "50", "999999"])
@pytest.mark.parametrize("with_token", [False, True])
def test_a_plain_page_is_read_alike_both_ways(limit: str, with_token: bool) -> None:
    query = f"limit={limit}" + (f"&pageToken={plain_token('persons', AFTER).decode()}" if with_token else "")
    asked = read(query, PERSONS)

    assert read_plain(query, "persons") == (asked.limit, asked.place.after if asked.place else "")
    assert asked.is_plain


@pytest.mark.parametrize(
    "query",
    [
        "",
        "limit=0",
        "limit=5&sortkey=ModifiedDesc",
        "limit=5&pageToken=a",
        f"limit=5&pageToken={plain_token('groups', AFTER).decode()}",
        f"limit=5&pageToken={token(Question(names=True), 'persons', Place(after=str(AFTER)))}",
        f"limit=5&pageToken={token(Question(), 'persons', Place(after='x' * 36))}",
        f"limit=5&pageToken={plain_token('persons', AFTER).decode()}&limit=6",
    ],
)
def test_what_is_not_surely_a_plain_page_is_left_to_the_long_way(query: str) -> None:
    assert read_plain(query, "persons") is None

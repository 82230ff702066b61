"""Long lists come a page at a time."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from kateder.portal.paging import page_of


def test_first_page_leads_on_and_keeps_what_was_searched_for() -> None:
    found = page_of(RequestFactory().get("/x/?q=an"), list(range(120)), size=50)
    assert (found.first, found.last, found.total) == (1, 50, 120)
    assert found.previous_address == ""
    assert found.next_address == "/x/?q=an&sida=2"


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", ""])
def test_page_that_does_not_exist_gives_the_nearest_that_does(number: str) -> None:
    found = page_of(RequestFactory().get("/x/", {"sida": number}), list(range(60)), size=50)
    assert found.rows in (list(range(50)), list(range(50, 60)))


def test_short_list_has_nothing_to_turn_to() -> None:
    assert not page_of(RequestFactory().get("/x/"), [1, 2], size=50).has_other_pages

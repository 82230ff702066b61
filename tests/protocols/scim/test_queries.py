"""Parameters of an address as a search (RFC 7644 §3.4.2)."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from scim2_models import SCIMException

from kateder.protocols.egil.schemas import MODELS
from kateder.protocols.egil.types import ResourceType
from kateder.protocols.scim.problems import error_of
from kateder.protocols.scim.queries import search_of, selection_of

USER = MODELS[ResourceType.USER]


def test_numbers_lists_and_texts_are_read() -> None:
    asked = search_of(USER, {"startIndex": "0", "count": "-3", "attributes": "userName, name", "sortBy": "userName"})
    assert (asked.start_index, asked.count) == (1, 0)
    assert [str(name) for name in asked.attributes or []] == ["userName", "name"]


def test_what_scim_does_not_know_is_left_out_of_account() -> None:
    assert search_of(USER, {"utm": "x"}).filter is None
    assert selection_of(USER, {"count": "5"}) is None


@pytest.mark.parametrize(
    ("parameters", "scim_type"),
    [
        ({"count": "ten"}, "invalidValue"),
        ({"filter": "userName"}, "invalidFilter"),
        ({"filter": 'colour eq "blue"'}, "invalidFilter"),
        ({"sortBy": "colour"}, "invalidPath"),
        ({"sortOrder": "sideways"}, "invalidValue"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_keyword(parameters: dict[str, str], scim_type: str) -> None:
    with pytest.raises((SCIMException, ValidationError)) as caught:
        search_of(USER, parameters)
    error = error_of(caught.value)
    assert (error.status, error.scim_type) == (400, scim_type)

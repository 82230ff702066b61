"""Entity tags (RFC 7644 §3.14)."""

from __future__ import annotations

import pytest

from kateder.protocols.scim.versions import matches, version_of


def test_the_same_content_has_the_same_version_in_any_order() -> None:
    assert version_of({"a": 1, "b": {"c": 2, "d": 3}}) == version_of({"b": {"d": 3, "c": 2}, "a": 1})
    assert version_of({"a": 1}) != version_of({"a": 2})


@pytest.mark.parametrize("header", ["*", 'W/"x"', '"x"', 'W/"a", W/"x"'])
def test_a_condition_names_a_version_weakly_or_any(header: str) -> None:
    assert matches(header, 'W/"x"')


@pytest.mark.parametrize("header", ["", 'W/"y"', "x", 'W/"a", W/"b"'])
def test_another_version_does_not_match(header: str) -> None:
    assert not matches(header, 'W/"x"')

"""The list of classes shows the groups of one's own duties, school or authority, and no others."""

from __future__ import annotations

from tests.cast import Cast
from tests.portal.visits import text_of, visit


def test_teacher_sees_the_classes_of_own_duties_only(cast: Cast) -> None:
    page = text_of(visit(cast, "tove"), "/klasser/")
    assert ">5B</a>" in page
    assert "2 elever · Björkskolan" in page
    assert ">6A</a>" not in page
    assert ">9C</a>" not in page


def test_principal_sees_the_classes_of_the_school(cast: Cast) -> None:
    page = text_of(visit(cast, "petra"), "/klasser/")
    assert ">5B</a>" in page
    assert ">6A</a>" in page
    assert ">9C</a>" not in page


def test_administrator_finds_a_class_by_the_beginning_of_its_name(cast: Cast) -> None:
    page = text_of(visit(cast, "alva"), "/klasser/?q=9c")
    assert ">9C</a>" in page
    assert ">5B</a>" not in page


def test_subject_is_shown_where_a_group_has_one(cast: Cast) -> None:
    assert "Matematik" in text_of(visit(cast, "tove"), "/klasser/")

"""Covers: the subject is seen, the same title always looks the same, and nothing of the title is written out."""

from xml.etree import ElementTree as ET

import pytest

from kateder.portal import covers


@pytest.mark.parametrize("subject_code", [*covers.STYLES, None, "GRGRMAT01", "ÅÄÖ", ""])
def test_every_subject_gives_a_drawing_that_is_well_formed(subject_code: str | None) -> None:
    assert ET.fromstring(covers.draw("Räkneresan 5", subject_code=subject_code)).tag == "svg"  # noqa: S314


def test_the_same_title_is_drawn_the_same_every_time() -> None:
    assert covers.draw("Naturboken", subject_code="NO") == covers.draw("Naturboken", subject_code="NO")


def test_two_titles_in_one_subject_are_told_apart() -> None:
    assert covers.draw("Räkneresan 4", subject_code="MA") != covers.draw("Räkneresan 5", subject_code="MA")


@pytest.mark.parametrize(
    ("code", "same_as"), [("GRGRMAT01", "MA"), ("MATMAT01a", "MA"), ("ENGENG05", "EN"), ("BIL", "BL")]
)
def test_a_course_code_has_the_look_of_its_subject(code: str, same_as: str) -> None:
    assert covers.style_of(code) == covers.STYLES[same_as]


def test_an_unknown_subject_has_a_look_too() -> None:
    assert covers.style_of("XQ") == covers.OTHER


def test_a_drawing_uses_no_style_attribute_that_the_content_policy_would_refuse() -> None:
    drawn = "".join(covers.draw("x", subject_code=code) for code in covers.STYLES)
    assert "style=" not in drawn
    assert "<script" not in covers.draw("<script>", subject_code="MA")

"""Courses and subjects with levels are studied side by side from July 2025 to June 2030."""

from datetime import date

import pytest

from kateder.protocols.ss12000.study_kinds import StudyKind, kind_begun, kind_of_code, kinds_on


@pytest.mark.parametrize(
    ("day", "kinds"),
    [
        (date(2025, 6, 30), (StudyKind.COURSE,)),
        (date(2025, 7, 1), (StudyKind.COURSE, StudyKind.SUBJECT)),
        (date(2030, 6, 30), (StudyKind.COURSE, StudyKind.SUBJECT)),
        (date(2030, 7, 1), (StudyKind.SUBJECT,)),
    ],
)
def test_both_kinds_go_on_for_five_years(day: date, kinds: tuple[StudyKind, ...]) -> None:
    assert kinds_on("GY", day) == kinds


def test_the_day_an_education_began_decides_which_it_follows() -> None:
    assert kind_begun("GY", date(2025, 6, 30)) is StudyKind.COURSE
    assert kind_begun("VUXGYAN", date(2025, 7, 1)) is StudyKind.SUBJECT


def test_compulsory_school_has_neither() -> None:
    assert kinds_on("GR", date(2026, 11, 23)) == ()
    assert kind_begun("GR", date(2026, 11, 23)) is None


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("MATMAT01a", StudyKind.COURSE),
        ("ENGENG05", StudyKind.COURSE),
        ("MATE", StudyKind.SUBJECT),
        ("ENGE1000X", StudyKind.SUBJECT),
        ("GRGRMAT01", None),
        ("MA", None),
    ],
)
def test_a_code_tells_its_kind_by_its_form(code: str, kind: StudyKind | None) -> None:
    assert kind_of_code(code) is kind

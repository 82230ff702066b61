"""Personal numbers and keys for sorting and searching."""

from __future__ import annotations

from datetime import date

import pytest

from kateder.core.identifiers import NumberKind, PersonalNumber, luhn, search_key, sort_key

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("given", "kind", "value", "born"),
    [
        ("20150102-2386", NumberKind.PERSONAL, "201501022386", date(2015, 1, 2)),
        ("1501022386", NumberKind.PERSONAL, "201501022386", date(2015, 1, 2)),
        ("811218-9876", NumberKind.PERSONAL, "198112189876", date(1981, 12, 18)),
        ("811278-9873", NumberKind.COORDINATION, "198112789873", date(1981, 12, 18)),
        ("20190305TF07", NumberKind.TEMPORARY, "20190305TF07", date(2019, 3, 5)),
        ("190305-T123", NumberKind.TEMPORARY, "20190305T123", date(2019, 3, 5)),
        ("811218-9875", NumberKind.INVALID, "811218-9875", date(1981, 12, 18)),
        ("20151302-2384", NumberKind.INVALID, "20151302-2384", None),
        ("hej", NumberKind.INVALID, "HEJ", None),
    ],
)
def test_a_number_is_read_in_every_form_in_use(given: str, kind: NumberKind, value: str, born: date | None) -> None:
    read = PersonalNumber.parse(given, today=TODAY)
    assert (read.kind, read.value, read.birth_date) == (kind, value, born)


def test_a_plus_sign_means_over_a_hundred_years() -> None:
    assert PersonalNumber.parse("121212+1212", today=TODAY).value == "191212121212"


def test_check_digit_is_the_tenth() -> None:
    assert luhn("8112189876")
    assert not luhn("8112189877")


def test_swedish_order_has_a_ring_before_a_umlaut_before_o_umlaut_last() -> None:
    names = ["Öberg", "Zetterlund", "Ångström", "Ärlig", "Andersson", "Élise", "Eriksson", "Łukasz", "von Essen"]
    assert sorted(names, key=sort_key) == [
        "Andersson", "Élise", "Eriksson", "Łukasz", "von Essen", "Zetterlund", "Ångström", "Ärlig", "Öberg",
    ]  # fmt: skip


def test_search_finds_with_and_without_hyphen() -> None:
    assert search_key("Anna-Karin Öst") == search_key("anna karin öst") == "annakarin}st"

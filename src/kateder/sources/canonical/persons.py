"""What is derived of a person: the number's kind, the birth date in it, the keys to sort and search by."""

from __future__ import annotations

from datetime import date

from kateder.core.identifiers import NumberKind, PersonalNumber, search_key, sort_key
from kateder.sources.canonical.checking import Checked, SoFar
from kateder.sources.reading import NULL, Fault

DERIVED = ("civic_no_kind", "sort_key", "search_key")


def complete(checked: Checked, *, today: date, so_far: SoFar) -> dict[str, list[str]]:
    """Normalise the numbers in place and give the derived columns.

    A number that is wrong is removed with a remark, one that two persons have is remarked on; the person
    is never set aside for it (domain rule 2).
    """
    numbers, births = checked.columns["civicNo"], checked.columns["birthDate"]
    kinds = [NULL] * len(numbers)
    seen = so_far.numbers
    for row, text in enumerate(numbers):
        if text == NULL:
            continue
        number = PersonalNumber.parse(text, today=today)
        if number.kind is NumberKind.INVALID:
            numbers[row] = NULL
            checked.remark(row, Fault.NUMBER_REMOVED, "civicNo")
            continue
        numbers[row], kinds[row] = number.value, number.kind.value
        if number.value in seen and row not in checked.aside:
            checked.remark(row, Fault.NUMBER_SHARED, "civicNo")
        seen.add(number.value)
        if births[row] == NULL and number.birth_date is not None:
            births[row] = number.birth_date.isoformat()
    given, family = checked.columns["givenName"], checked.columns["familyName"]
    sort_keys = {name: sort_key(name) for name in {*given, *family}}
    search_keys = {name: search_key(name) for name in sort_keys}
    pairs = list(zip(given, family, strict=True))
    return {
        "civic_no_kind": kinds,
        "sort_key": [f"{sort_keys[last]} {sort_keys[first]}" for first, last in pairs],
        "search_key": [search_keys[first] + search_keys[last] for first, last in pairs],
    }

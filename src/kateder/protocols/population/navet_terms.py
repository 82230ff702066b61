"""Navet's files in term code/term data: `#UP 01012 Tolvan`, a line per term, a record between start and end marks.

Skatteverket, Navet, Bilaga 1 (term codes) and Bilaga 3 (file structures). ISO 8859-1; UTF-8 is read too.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType

from kateder.protocols.population.records import (
    Address,
    Batch,
    Departure,
    Marking,
    PopulationRecord,
    Problem,
    Trouble,
    day_of,
    municipality_of,
    number_of,
)

_TERM = re.compile(r"#UP\s+(\d{5})(?:\s(.*))?$")
_TERMS = tomllib.loads(files(__package__).joinpath("terms.toml").read_text(encoding="utf-8"))
CODES: Mapping[str, str] = MappingProxyType({name: term["code"] for name, term in _TERMS.items()})
"""What we read, by our names, to the code of the term."""
UNPUBLISHED = frozenset(name for name, term in _TERMS.items() if not term["published"])
"""Those whose code no public document confirms."""
_YES, _NO = frozenset({"J", "JA", "1"}), frozenset({"", "N", "NEJ", "0"})

Terms = Mapping[str, str]


def read_terms(lines: Iterable[bytes], *, whole: bool, codes: Mapping[str, str] = CODES) -> Batch:
    """Read a file's persons.

    `whole`: the file is a whole extract, in which a term that is left out is a term that is not so. In a file of
    changes it says nothing, and the record's marking is None.
    """
    records: list[PopulationRecord] = []
    problems: list[Problem] = []
    for place, (terms, ended) in enumerate(_blocks(lines, number=codes["number"]), start=1):
        if not ended:
            problems.append(Problem(place, Trouble.CUT_SHORT))
            continue
        found = _record({name: terms[code] for name, code in codes.items() if code in terms}, whole=whole)
        if isinstance(found, Trouble):
            problems.append(Problem(place, found))
        else:
            records.append(found.guarded())
    return Batch(records, problems)


def _blocks(lines: Iterable[bytes], *, number: str) -> Iterator[tuple[dict[str, str], bool]]:
    """The terms of each record, and whether it was ended. Without marks a record begins with its number."""
    terms: dict[str, str] = {}
    inside = False
    for raw in lines:
        line = _decoded(raw).rstrip("\r\n")
        if line.startswith("#POST_START"):
            if inside and terms:
                yield terms, False
            terms, inside = {}, True
        elif line.startswith("#POST_SLUT"):
            yield terms, True
            terms, inside = {}, False
        elif match := _TERM.match(line):
            if match[1] == number and number in terms and not inside:
                yield terms, True
                terms = {}
            terms[match[1]] = (match[2] or "").strip()
    if terms:
        yield terms, not inside


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _record(terms: Terms, *, whole: bool) -> PopulationRecord | Trouble:
    number = number_of(terms.get("number", "")) or number_of(terms.get("assigned_number", ""))
    if not number:
        return Trouble.NO_NUMBER
    marking = _marking(terms, whole=whole)
    if isinstance(marking, Trouble):
        return marking
    departure = terms.get("departure", "")
    return PopulationRecord(
        number=number,
        marking=marking,
        given_name=terms.get("given_name", ""),
        middle_name=terms.get("middle_name", ""),
        family_name=terms.get("family_name", ""),
        municipality=municipality_of(terms.get("county", ""), terms.get("municipality", "")),
        address=_address(terms),
        departure=Departure.read(departure) if departure else None,
        departed_on=day_of(terms.get("departed_on", "")),
        refers_to=number_of(terms.get("refers_to", "")),
    )


def _marking(terms: Terms, *, whole: bool) -> Marking | Trouble | None:
    said = {name: terms[name].upper() for name in ("protected", "secrecy") if name in terms}
    if not said.keys() and not whole:
        return None
    if any(value not in _YES | _NO for value in said.values()):
        return Trouble.MARKING_UNREADABLE
    if said.get("protected", "") in _YES:
        return Marking.PROTECTED
    return Marking.SECRECY if said.get("secrecy", "") in _YES else Marking.NONE


def _address(terms: Terms) -> Address | None:
    street = " ".join(filter(None, (terms.get("street_1", ""), terms.get("street_2", ""))))
    address = Address(street, terms.get("care_of", ""), terms.get("postal_code", ""), terms.get("city", ""))
    return None if address == Address() else address

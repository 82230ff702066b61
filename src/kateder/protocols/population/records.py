"""What the population register says about one person, whichever way it was asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum


class Marking(StrEnum):
    """Protection, by the names that SS 12000 has for it; `stronger` compares them."""

    NONE = "Ingen"
    SECRECY = "Sekretessmarkering"
    PROTECTED = "Skyddad folkbokföring"

    def stronger(self, other: "Marking") -> bool:
        """Whether this protects more than the other."""
        order = list(Marking)
        return order.index(self) > order.index(other)


class Departure(StrEnum):
    """Why somebody is no longer registered (Navet term 01006, SPAR AvregistreringsorsakKod), as far as it matters."""

    DECEASED = "deceased"
    EMIGRATED = "emigrated"
    MISSING = "missing"
    NEW_NUMBER = "new_number"
    OTHER = "other"

    @classmethod
    def read(cls, code: str) -> "Departure":
        """From the two-letter codes, and SPAR's older single letters. An unknown code is OTHER."""
        return _DEPARTURES.get(code.strip().upper(), cls.OTHER)


_DEPARTURES = {
    "AV": Departure.DECEASED,
    "A": Departure.DECEASED,
    "UV": Departure.EMIGRATED,
    "OB": Departure.MISSING,
    "GN": Departure.NEW_NUMBER,
    "GS": Departure.NEW_NUMBER,
    "G": Departure.NEW_NUMBER,
}


class Trouble(StrEnum):
    """Why a record could not be used."""

    NO_NUMBER = "no_number"
    MARKING_UNREADABLE = "marking_unreadable"
    NOT_A_RECORD = "not_a_record"
    CUT_SHORT = "cut_short"


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that could not be used: which one, counted from 1. Never what it said."""

    place: int
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody is registered."""

    street: str = ""
    care_of: str = ""
    postal_code: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class PopulationRecord:
    """One person. Numbers are 12 digits; `municipality` is 4 digits (county and municipality).

    `marking` is None where the answer says nothing about it (a change notice without the term): nothing follows
    from that. `refers_to` is the number that has taken this one's place, `former` those this one took the place of.
    """

    number: str
    marking: Marking | None
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    municipality: str = ""
    address: Address | None = None
    departure: Departure | None = None
    departed_on: date | None = None
    refers_to: str = ""
    former: tuple[str, ...] = ()

    @property
    def is_marked(self) -> bool:
        """Whether the person's details are protected."""
        return self.marking is not None and self.marking is not Marking.NONE

    @property
    def is_resident(self) -> bool:
        """Whether the person is registered in Sweden now. Of a protected person nothing is said."""
        return self.departure is None and not self.refers_to

    def guarded(self) -> "PopulationRecord":
        """The record itself, or of a marked person only the numbers, the marking and that they have departed."""
        if not self.is_marked:
            return self
        return replace(
            self, given_name="", middle_name="", family_name="", municipality="", address=None, departed_on=None
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """What one answer or file held. `unknown`: numbers that were asked for and that the register does not have."""

    records: Sequence[PopulationRecord]
    problems: Sequence[Problem] = ()
    unknown: Sequence[str] = field(default=())


def joined(batches: Iterable[Batch]) -> Batch:
    """Several batches as one; a later record of the same number takes the place of an earlier one."""
    records: dict[str, PopulationRecord] = {}
    problems: list[Problem] = []
    unknown: list[str] = []
    for batch in batches:
        records |= {record.number: record for record in batch.records}
        problems += batch.problems
        unknown += batch.unknown
    return Batch(list(records.values()), problems, unknown)


def number_of(text: str) -> str:
    """A number as 12 digits, or empty where it is none: "19121212-1212" is read too."""
    digits = text.strip().replace("-", "").replace(" ", "")
    # An order at Navet begins with 16 for organisations; those are not persons.
    return digits if len(digits) == 12 and digits.isascii() and digits.isdigit() and digits[:2] != "16" else ""


def day_of(text: str) -> date | None:
    """A day as 2019-10-12 or 20191012; None for an incomplete one (2019-00-00 is published so)."""
    digits = text.strip().replace("-", "")
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def municipality_of(county: str, municipality: str) -> str:
    """County and municipality as the four digits of the municipality's code; empty where it is not known."""
    county, municipality = county.strip(), municipality.strip()
    code = municipality if len(municipality) == 4 else f"{county.zfill(2)}{municipality.zfill(2)}" if county else ""
    return code if len(code) == 4 and code.isdigit() else ""

"""How a server may differ from the standard, and where that was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Deviation(StrEnum):
    """One way of not doing as SS 12000:2020 says."""

    BARE_LIST = "bare_list"
    OTHER_ENVELOPE = "other_envelope"
    LIMIT_IGNORED = "limit_ignored"
    LIMIT_REFUSED = "limit_refused"
    TOKEN_NEEDS_FILTERS = "token_needs_filters"  # noqa: S105 - a paging token
    ROWS_REPEATED = "rows_repeated"
    LAST_PAGE_REPEATED = "last_page_repeated"
    FILTER_REFUSED = "filter_refused"
    FILTER_IGNORED = "filter_ignored"
    NOT_SERVED = "not_served"
    NO_DELETED_ENTITIES = "no_deleted_entities"
    FLAT_DELETED_ENTITIES = "flat_deleted_entities"
    CHANGES_NOT_TOLD = "changes_not_told"
    NOT_A_RECORD = "not_a_record"
    NO_META = "no_meta"
    NO_OFFSET = "no_offset"
    BAD_MOMENT = "bad_moment"
    NAME_CASE = "name_case"
    CODE_CASE = "code_case"
    UNKNOWN_CODE = "unknown_code"
    BARE_REFERENCE = "bare_reference"
    BARE_VALUE = "bare_value"
    WRONG_TYPE = "wrong_type"
    MOMENT_FOR_DATE = "moment_for_date"
    TEACHER_BY_PERSON = "teacher_by_person"


@dataclass(frozen=True, slots=True)
class Observed:
    """A deviation at one place: how often it was seen, and the id of one record that shows it."""

    deviation: Deviation
    resource: str
    attribute: str
    count: int
    example: str


@dataclass(slots=True)
class Noted:
    """Gathers deviations while a server is read."""

    _seen: dict[tuple[Deviation, str, str], tuple[int, str]] = field(default_factory=dict)

    def note(
        self, deviation: Deviation, resource: str, *, attribute: str = "", example: str = "", count: int = 1
    ) -> None:
        """Note a deviation; the first example is kept."""
        place = (deviation, resource, attribute)
        before, first = self._seen.get(place, (0, example))
        self._seen[place] = (before + count, first)

    def __iter__(self) -> Iterator[Observed]:
        for (deviation, resource, attribute), (count, example) in sorted(self._seen.items()):
            yield Observed(deviation, resource, attribute, count, example)

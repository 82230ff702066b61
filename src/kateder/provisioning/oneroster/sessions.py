"""The running school year as academic sessions: itself, its two terms, and a grading period in each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from kateder.provisioning.ss12000.services import school_year_start

Body = dict[str, Any]


class SchoolYear:
    """The school year of a day, under ids of one service's own.

    The standard excludes the last day that it states: a year ends on the first of July.
    """

    def __init__(self, service_id: UUID, today: date) -> None:
        self._service_id = service_id
        self.start = school_year_start(today)
        self.turn = date(self.start.year + 1, 1, 1)
        self.end = date(self.start.year + 1, 7, 1)

    @property
    def reference(self) -> Body:
        """The year itself."""
        return self._refer("schoolYear")

    @property
    def terms(self) -> list[Body]:
        """Its terms."""
        return [self._refer("HT"), self._refer("VT")]

    def bodies(self) -> Iterator[tuple[UUID, Body]]:
        """Each session with its id."""
        title = f"Läsåret {self.start.year}/{self.end.year}"
        yield self._id("schoolYear"), self._body(title, "schoolYear", self.start, self.end) | {"children": self.terms}
        for name, start, end in (("HT", self.start, self.turn), ("VT", self.turn, self.end)):
            title, period = f"{name} {start.year}", f"period-{name}"
            links = {"parent": self.reference, "children": [self._refer(period)]}
            yield self._id(name), self._body(title, "term", start, end) | links
            yield self._id(period), self._body(title, "gradingPeriod", start, end) | {"parent": self._refer(name)}

    def _body(self, title: str, kind: str, start: date, end: date) -> Body:
        return {
            "title": title,
            "startDate": start.isoformat(),
            "endDate": end.isoformat(),
            "type": kind,
            # "The school year end", it says.
            "schoolYear": str(self.end.year),
        }

    def _id(self, name: str) -> UUID:
        return uuid5(self._service_id, f"{self.end.year}/{name}")

    def _refer(self, name: str) -> Body:
        id_ = self._id(name)
        return {"href": f"~/academicSessions/{id_}", "sourcedId": str(id_), "type": "academicSession"}

"""Bring a mirror up to date with a OneRoster server: in full once a day, otherwise what has changed.

OneRoster 1.2 Rostering Service REST Binding §3: `limit` and `offset`, a Link to the next page, `filter` with
dateLastModified. What is gone comes as `tobedeleted`; a server that leaves it out is right again the next day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kateder.core.tenancy import within
from kateder.protocols.oneroster import RESOURCES, from_json, is_gone
from kateder.sources.connecting import Place
from kateder.sources.errors import ServerFails, ServerRefuses
from kateder.sources.http import Server
from kateder.sources.mirror import LONGEST_KEY, Intake, Record
from kateder.sources.models import MirrorMark
from kateder.sources.oneroster.errors import EndpointUnreadable, PagesWithoutEnd

NEEDED = ("orgs", "users")
LISTS = tuple(name for name in RESOURCES if name != "roles")
OVERLAP = timedelta(minutes=5)
_NOT_SERVED = frozenset({400, 404, 405, 501})


@dataclass(slots=True)
class Crawl:
    """One crawl of a server for a source. Outside transactions. `mirrors`: see MirrorMark."""

    server: Server
    place: Place
    size: int
    mirrors: str

    def bring_up_to_date(self, *, today: date) -> None:
        """Read what has changed, or everything: the first time, and the first time of each day.

        Raises a SourceFault, and the mirror is then as it was.
        """
        with within(self.place.authority_id):
            mark = MirrorMark.objects.filter(source=self.place.source_id, mirrors=self.mirrors).first()
        is_full = mark is None or mark.full_date != today
        since = None if mark is None or is_full else mark.through - OVERLAP
        intake = Intake.begin(self.place.authority_id, self.place.source_id)
        gone: dict[str, list[str]] = {}
        try:
            whole = [
                resource
                for resource in LISTS
                if self._read_list(intake, resource, since=since, gone=gone.setdefault(resource, []))
            ]
            values: dict[str, Any] = {
                "mirrors": self.mirrors, "through": self.server.first_answer_at,
                "full_date": today, "resources": sorted({*whole, *(mark.resources if mark else ())}),
            }  # fmt: skip
            with within(self.place.authority_id):
                intake.complete(whole=whole, gone=gone)
                MirrorMark.objects.update_or_create(source_id=self.place.source_id, defaults=values)
        finally:
            intake.abandon()

    def _read_list(self, intake: Intake, resource: str, *, since: datetime | None, gone: list[str]) -> bool:
        """Read a list, if there is one; gives whether all of it was read."""
        try:
            for rows in pages(self.server, resource, size=self.size, since=since):
                objects = [row for row in rows if isinstance(row, dict)]
                gone += [str(row.get("sourcedId", "")) for row in objects if is_gone(row)]
                living = (from_json(resource, row) for row in objects if not is_gone(row))
                intake.put(
                    resource,
                    [Record(one["sourcedId"], one) for one in living if one and len(one["sourcedId"]) < LONGEST_KEY],
                )
        except (ServerFails, ServerRefuses) as error:
            status = int(str(error.params["status"]))
            if status == 400 and since is not None:  # a server without filters
                return self._read_list(intake, resource, since=None, gone=gone)
            if resource in NEEDED or status not in {*_NOT_SERVED, 401, 403}:
                raise
            return False
        return since is None


def pages(server: Server, resource: str, *, size: int, since: datetime | None = None) -> Iterator[list[Any]]:
    """The rows of a list, page by page, until one is empty, short, or the last. Raises a SourceFault."""
    filters = [] if since is None else [("filter", f"dateLastModified>'{_written(since)}'")]
    offset, seen = 0, set[str]()
    while True:
        answer = server.get(resource, [("limit", str(size)), ("offset", str(offset)), *filters])
        body = answer.json()
        rows = body.get(resource) if isinstance(body, dict) else None
        if not isinstance(rows, list):
            raise EndpointUnreadable(host=server.host, path=resource)
        if not rows:
            return
        keys = {str(row.get("sourcedId")) for row in rows if isinstance(row, dict)}
        if keys and keys <= seen:
            if len(rows) == size:
                raise PagesWithoutEnd(host=server.host, path=resource)
            return
        seen |= keys
        yield rows
        offset += len(rows)
        if _is_last(answer.headers.get("Link", ""), answer.headers.get("X-Total-Count", ""), offset):
            return
        if len(rows) < size and 'rel="next"' not in answer.headers.get("Link", ""):
            return


def _is_last(link: str, total: str, offset: int) -> bool:
    """Whether the server says that there is nothing more: by a Link without next, or by the total."""
    if "rel=" in link:
        return "next" not in link
    return total.isascii() and total.isdigit() and offset >= int(total)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

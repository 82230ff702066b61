"""Bring a mirror up to date with an SS 12000 server: in full, or what has changed since last time.

What has changed is asked for from a few minutes before the last reading began, by the server's own clock, since a
change may be dated before it can be seen. Whoever is read in full every day is right again after whatever a server
has forgotten to tell.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from kateder.core.tenancy import within
from kateder.protocols.ss12000.spoken import Deviation, Noted, Unreadable, mended, modified, removed
from kateder.protocols.ss12000.spoken.envelopes import FLAT
from kateder.sources.connecting import Place
from kateder.sources.errors import AnswerUnreadable, PagingLoops, ServerFails, ServerRefuses
from kateder.sources.http import Params, Server
from kateder.sources.mirror import LONGEST_KEY, Intake, Record
from kateder.sources.models import MirrorMark
from kateder.sources.ss12000.paging import MOST_EMPTY, Pages

OVERLAP = timedelta(minutes=5)
OVERLAP_UNSURE = timedelta(hours=3)
"""For a server whose times have no offset: Swedish summer time is two hours off UTC."""

NEEDED = ("organisations", "persons")
USUAL = ("groups", "duties", "activities")
RARE = ("syllabuses", "programmes", "studyplans", "schoolUnitOfferings", "placements")
RESOURCES = (*NEEDED, *USUAL, *RARE)
# What a server answers that has no such list, or does not give it to us.
_NOT_SERVED = frozenset({400, 404, 405, 501})


@dataclass(slots=True)
class Crawled:
    """What came of a crawl: lists read in full, and ids that the server said are gone."""

    whole: list[str] = field(default_factory=list)
    gone: dict[str, list[str]] = field(default_factory=dict)


def digest_of(parts: Iterable[object]) -> str:
    """A digest of the settings that decide what a mirror mirrors."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


@dataclass(slots=True)
class Crawl:
    """One crawl of a server for a source. Outside transactions. `mirrors`: see MirrorMark."""

    server: Server
    place: Place
    size: int
    mirrors: str
    noted: Noted

    def bring_up_to_date(self, *, today: date) -> bool:
        """Read what has changed, or everything: the first time, and the first time of each day.

        Gives whether everything was read. Raises a SourceFault, and the mirror is then as it was.
        """
        with within(self.place.authority_id):
            mark = MirrorMark.objects.filter(source=self.place.source_id, mirrors=self.mirrors).first()
        since = None if mark is None else mark.through - (OVERLAP_UNSURE if mark.is_clock_unsure else OVERLAP)
        is_full = mark is None or mark.full_date != today
        intake = Intake.begin(self.place.authority_id, self.place.source_id)
        try:
            crawled = self._read(intake, since=None if is_full else since)
            if is_full and since is not None:
                self._note_untold(intake, crawled.whole, since=since)
            with within(self.place.authority_id):
                intake.complete(whole=crawled.whole, gone=crawled.gone)
                self._set_mark(mark, crawled, full_date=today if is_full else None)
        finally:
            intake.abandon()
        return is_full

    def _read(self, intake: Intake, *, since: datetime | None) -> Crawled:
        crawled = Crawled()
        if since is not None:  # before the lists: what they hold exists, whatever was said to be gone
            crawled.gone = self._gone(since)
        for resource in RESOURCES:
            if self._read_list(intake, resource, since=since):
                crawled.whole.append(resource)
        return crawled

    def _read_list(self, intake: Intake, resource: str, *, since: datetime | None) -> bool:
        """Read a list, if there is one; gives whether all of it was read, rather than what changed in it."""
        filters: Params = () if since is None else [("meta.modified.after", _written(since))]
        try:
            self._take(intake, resource, filters, since=since)
            return since is None
        except ServerRefuses:
            if resource in NEEDED:
                raise
        except ServerFails as error:
            if error.status not in _NOT_SERVED or (resource in NEEDED and since is None):
                raise
            if since is not None and error.status == 400:
                self.noted.note(Deviation.FILTER_REFUSED, resource, attribute="meta.modified.after")
                return self._read_list(intake, resource, since=None)
        if resource in USUAL:
            self.noted.note(Deviation.NOT_SERVED, resource)
        return False

    def _take(self, intake: Intake, resource: str, filters: Params, *, since: datetime | None) -> None:
        for rows in Pages(self.server, resource, params=filters, size=self.size, noted=self.noted):
            records = [record for row in rows if (record := mended(row, resource=resource, noted=self.noted))]
            early = 0
            for record in records:
                moment = modified(record, resource=resource, noted=self.noted)
                early += since is not None and moment is not None and moment <= since
            if early:
                self.noted.note(Deviation.FILTER_IGNORED, resource, attribute="meta.modified.after", count=early)
            intake.put(
                resource, [Record(record["id"], record) for record in records if len(record["id"]) < LONGEST_KEY]
            )

    def _gone(self, since: datetime) -> dict[str, list[str]]:
        """What the server says it has removed. What it cannot say is seen at the next full reading."""
        gone: dict[str, list[str]] = {}
        query: list[tuple[str, str]] = [("after", _written(since)), ("limit", str(self.size))]
        try:
            for _ in range(MOST_EMPTY * 100):
                answer = self.server.get("deletedEntities", query)
                found = removed(answer.json(), noted=self.noted)
                _gather(gone, found.ids)
                if found.token is None or ("pageToken", found.token) in query:
                    return gone
                query = [("limit", str(self.size)), ("pageToken", found.token)]
        except (ServerFails, ServerRefuses) as error:
            if int(str(error.params["status"])) not in {*_NOT_SERVED, 401, 403}:
                raise
            self.noted.note(Deviation.NO_DELETED_ENTITIES, "deletedEntities")
            return gone
        except Unreadable:
            raise AnswerUnreadable(host=self.server.host, path="deletedEntities") from None
        raise PagingLoops(host=self.server.host, path="deletedEntities")

    def _note_untold(self, intake: Intake, resources: Collection[str], *, since: datetime) -> None:
        """Changes dated before the last reading that it did not bring: found only because everything was read."""
        silent = Noted()
        with within(self.place.authority_id):
            for resource in resources:
                for record in intake.unlike(resource):
                    moment = modified(record.body, resource=resource, noted=silent)
                    if moment is not None and moment <= since:
                        self.noted.note(Deviation.CHANGES_NOT_TOLD, resource, example=record.key)

    def _set_mark(self, mark: MirrorMark | None, crawled: Crawled, *, full_date: date | None) -> None:
        unsure = any(seen.deviation in {Deviation.NO_OFFSET, Deviation.BAD_MOMENT} for seen in self.noted)
        values: dict[str, Any] = {
            "mirrors": self.mirrors,
            "through": self.server.first_answer_at,
            "resources": sorted({*crawled.whole, *(mark.resources if mark else ())}),
            "is_clock_unsure": unsure or (mark is not None and full_date is None and mark.is_clock_unsure),
        }
        if full_date is not None:
            values["full_date"] = full_date
        MirrorMark.objects.update_or_create(source_id=self.place.source_id, defaults=values)


def _gather(gone: dict[str, list[str]], found: Mapping[str, list[str]]) -> None:
    """Ids without a resource are taken for all: they are UUIDs, of one thing each."""
    for name, ids in found.items():
        for resource in RESOURCES if name == FLAT else (name,):
            gone.setdefault(resource, []).extend(ids)


def _written(moment: datetime) -> str:
    """RFC 3339 in UTC with a Z: a + would be read as a space by servers that decode it twice."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

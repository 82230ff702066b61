"""All pages of one list, from a server that pages as the standard says, or otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kateder.protocols.ss12000.spoken import Deviation, Noted, Page, Unreadable, page
from kateder.sources.errors import AnswerUnreadable, PagingLoops, ServerFails
from kateder.sources.http import Params, Server

MOST_EMPTY = 100
"""So many pages without rows in a row, and the server is leading us in circles."""


class Pages:
    """The pages of one list. `after` filters are only for the first page (SS 12000: a token stands alone)."""

    def __init__(self, server: Server, resource: str, *, params: Params = (), size: int, noted: Noted) -> None:
        self._server, self._resource, self._params = server, resource, list(params)
        self._noted = noted
        self._limit: list[tuple[str, str]] = [("limit", str(size))]
        self._size = size
        self._repeats_filters = False
        self._seen: set[str] = set()
        self._before: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[list[Any]]:
        """The rows, page by page. Raises a SourceFault."""
        token, empty = None, 0
        while True:
            found = self._page(token)
            self._number += 1
            if self._is_over(found):
                return
            yield found.rows
            empty = 0 if found.rows else empty + 1
            if found.token is None:
                return
            if empty and found.token == token:
                self._noted.note(Deviation.LAST_PAGE_REPEATED, self._resource)
                return
            if empty > MOST_EMPTY:
                raise PagingLoops(host=self._server.host, path=self._resource)
            token = found.token

    def _is_over(self, found: Page) -> bool:
        """Whether this page brings nothing that has not come before: some servers repeat their last page for ever.

        One that repeats a full first page has not turned the page at all, and the rest cannot be had.
        """
        ids = [_id(row) for row in found.rows]
        new = [key for key in ids if key not in self._seen]
        if ids and not new:
            turned = self._number > 2 or not self._limit or len(ids) != self._size
            if ids != self._before or not turned:
                raise PagingLoops(host=self._server.host, path=self._resource)
            self._noted.note(Deviation.LAST_PAGE_REPEATED, self._resource)
            return True
        repeated = len(ids) - len(set(new))
        if repeated:
            self._noted.note(Deviation.ROWS_REPEATED, self._resource, count=repeated)
        if self._limit and len(ids) > self._size:
            self._noted.note(Deviation.LIMIT_IGNORED, self._resource, count=len(ids))
        self._seen.update(new)
        self._before = ids
        return False

    def _page(self, token: str | None) -> Page:
        try:
            return self._ask(token)
        except ServerFails as error:
            if error.status != 400:
                raise
            if token is not None and self._params and not self._repeats_filters:
                self._repeats_filters = True
                self._noted.note(Deviation.TOKEN_NEEDS_FILTERS, self._resource)
            elif token is None and self._limit:
                self._limit = []
                found = self._ask(token)
                self._noted.note(Deviation.LIMIT_REFUSED, self._resource)
                return found
            else:
                raise
            return self._ask(token)

    def _ask(self, token: str | None) -> Page:
        if token is None:
            query = [*self._params, *self._limit]
        else:
            query = [*(self._params if self._repeats_filters else ()), *self._limit, ("pageToken", token)]
        answer = self._server.get(self._resource, query)
        try:
            return page(answer.json(), resource=self._resource, noted=self._noted)
        except Unreadable:
            raise AnswerUnreadable(host=self._server.host, path=self._resource) from None


def _id(row: Any) -> str:
    """What tells rows apart; a row without an id is itself."""
    if isinstance(row, dict):
        found = row.get("id") or row.get("Id") or row.get("ID")
        if isinstance(found, str):
            return found.lower()
    return repr(row)

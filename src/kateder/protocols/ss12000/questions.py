"""What a client asks for: query parameters read and checked, page tokens made and taken.

A page token carries the whole question, so that the next page answers the same one whatever is repeated beside it:
the standard allows only `limit` there, real clients repeat their filters; the same ones are accepted, others refused.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

from kateder.protocols.ss12000.endpoints import AGGREGATED, META, Endpoint, Filter, Kind

DEFAULT_LIMIT: Final = 1000
LARGEST_LIMIT: Final = 5000
"""What is asked for beyond it is given in parts."""
MOST_VALUES: Final = 1000
LONGEST: Final = 200
LATEST: Final = 10**17
"""A place in a list, or microseconds since 1970: not beyond what dates can hold."""
_PLAIN: Final = re.compile(r"limit=([1-9]\d{0,8})(?:&pageToken=([\w-]+))?", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}
_NAMES: Final = "expandReferenceNames"


class BadQuestion(ValueError):
    """The question cannot be answered, and why; says nothing of any data."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after an id, or at a place in a frozen list."""

    after: str = ""
    listing: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A list that is asked for. Values are in their canonical text, in order, once each."""

    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""
    expand: tuple[str, ...] = ()
    names: bool = False
    limit: int = DEFAULT_LIMIT
    place: Place | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it is answered by the rows as they are, in the order of their ids."""
        return not (self.filters or self.sort or self.expand or self.names)


def read(query: str, endpoint: Endpoint, *, path: str | None = None) -> Question:
    """A list's question from a query string. Raises BadQuestion.

    `path` tells whose tokens are taken, where it is not the endpoint's own.
    """
    given = _given(query)
    token = _single(given.pop("pageToken", []), "pageToken")
    limit = _limit(given.pop("limit", []))
    asked = _read(given, endpoint)
    if not token:
        _complete(asked, endpoint)
        return replace(asked, limit=limit)
    began = _taken(token, path or endpoint.path, endpoint)
    _same(asked, began, given)
    return replace(began, limit=limit)


def read_shape(query: str, endpoint: Endpoint, *, expands: bool = True) -> Question:
    """What a lookup or a question for one thing may say: how it is shown. Raises BadQuestion."""
    given = _given(query)
    allowed = {_NAMES} | ({"expand"} if expands and endpoint.expands else set())
    _known(given, allowed)
    return Question(expand=_expand(given, endpoint), names=_flag(given))


def read_plain(query: str, path: str) -> tuple[int, str] | None:
    """The limit, and the id to go on after, of a page without any question; None: ask `read`.

    The same as `read` gives, for what is read in great numbers: `limit` and a token of `plain_token`, in this order.
    """
    plain = _PLAIN.fullmatch(query)
    if plain is None:
        return None
    limit, coded = int(plain[1]), plain[2]
    if coded is None:
        return min(limit, LARGEST_LIMIT), ""
    begin, end = _around(path)
    try:
        text = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
    except binascii.Error:
        return None
    after = text[len(begin) : -len(end)].decode("latin-1")
    if not (text.startswith(begin) and text.endswith(end) and _UUID.fullmatch(after)):
        return None
    return min(limit, LARGEST_LIMIT), after


def plain_token(path: str, after: UUID) -> bytes:
    """The same as `token` gives for the page after an id, where there is no question."""
    begin, end = _around(path)
    return base64.urlsafe_b64encode(b"%b%b%b" % (begin, str(after).encode(), end)).rstrip(b"=")


@cache
def _around(path: str) -> tuple[bytes, bytes]:
    """What stands before and after the id in the token of a page without any question."""
    begin, end = _content(Question(), path, Place(after="|")).split(b"|")
    return begin, end


def token(question: Question, path: str, place: Place) -> str:
    """The page token of what follows."""
    return base64.urlsafe_b64encode(_content(question, path, place)).decode().rstrip("=")


def _content(question: Question, path: str, place: Place) -> bytes:
    content = {
        "p": path,
        "f": {name: list(values) for name, values in question.filters.items()},
        "s": question.sort,
        "e": list(question.expand),
        "n": question.names,
        "a": [place.after, place.listing, place.at],
    }
    return json.dumps(content, separators=(",", ":")).encode()


def _given(query: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MOST_VALUES, errors="strict")
    except ValueError:
        raise BadQuestion("the query cannot be read") from None
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return given


def _read(given: Mapping[str, list[str]], endpoint: Endpoint) -> Question:
    filters = _filters(endpoint)
    allowed = {*filters, _NAMES}
    if endpoint.expands:
        allowed.add("expand")
    if endpoint.sorts:
        allowed.add("sortkey")
    _known(given, allowed)
    sort = _single(given.get("sortkey", []), "sortkey")
    if sort and sort not in endpoint.sorts:
        raise BadQuestion("sortkey: not one of " + ", ".join(endpoint.sorts))
    read_filters = {name: _values(name, values, filters[name]) for name, values in given.items() if name in filters}
    return Question(dict(sorted(read_filters.items())), sort, _expand(given, endpoint), _flag(given))


def _filters(endpoint: Endpoint) -> Mapping[str, Filter]:
    return endpoint.filters if endpoint.path == AGGREGATED.path else {**endpoint.filters, **META}


def _known(given: Mapping[str, list[str]], allowed: set[str]) -> None:
    unknown = sorted(given.keys() - allowed)
    if unknown:
        raise BadQuestion(f"unknown parameter: {unknown[0][:40]}")


def _complete(asked: Question, endpoint: Endpoint) -> None:
    for name, filter_ in endpoint.filters.items():
        if filter_.required and name not in asked.filters:
            raise BadQuestion(f"{name} is missing")


def _same(asked: Question, began: Question, given: Mapping[str, list[str]]) -> None:
    """Whatever is repeated beside a token must be what it was."""
    differs = any(began.filters.get(name) != values for name, values in asked.filters.items())
    differs |= "sortkey" in given and asked.sort != began.sort
    differs |= "expand" in given and asked.expand != began.expand
    differs |= _NAMES in given and asked.names != began.names
    if differs:
        raise BadQuestion("pageToken cannot be combined with other filters than those it was given for")


def _values(name: str, values: list[str], filter_: Filter) -> tuple[str, ...]:
    if filter_.many:
        # Repeated by the standard; real clients also send them in one, parted by commas.
        values = [part for value in values for part in value.split(",")]
    read_values = tuple(dict.fromkeys(_value(name, value, filter_.kind) for value in values))
    if len(read_values) > 1 and not filter_.many:
        raise BadQuestion(f"{name} may be given once")
    return tuple(sorted(read_values))


def _value(name: str, text: str, kind: Kind) -> str:
    try:
        if kind is Kind.UUID:
            return str(UUID(text))
        if kind is Kind.DATE:
            return _date(text)
        if kind is Kind.TIME:
            return _time(text)
    except ValueError:
        raise BadQuestion(f"{name}: not a {_CALLED[kind]}") from None
    if not text or len(text) > LONGEST or not text.isprintable():
        raise BadQuestion(f"{name}: not a usable text")
    return text


_CALLED: Final = {Kind.UUID: "UUID", Kind.DATE: "date as 2026-08-17", Kind.TIME: "time with an offset (RFC 3339)"}


def _date(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise ValueError(text)
    return date.fromisoformat(text).isoformat()


def _time(text: str) -> str:
    # A plus sign that nobody encoded arrives as a space.
    moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    if moment.tzinfo is None:
        raise ValueError(text)
    try:
        # PostgreSQL takes offsets of up to 16 hours; RFC 3339 has them up to 24.
        return moment.astimezone(UTC).isoformat()
    except OverflowError:
        raise ValueError(text) from None


def _limit(values: list[str]) -> int:
    text = _single(values, "limit")
    if not text:
        return DEFAULT_LIMIT
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) < 1:
        raise BadQuestion("limit: not a number from 1")
    return min(int(text), LARGEST_LIMIT)


def _single(values: list[str], name: str) -> str:
    if len(set(values)) > 1:
        raise BadQuestion(f"{name} may be given once")
    return values[0] if values else ""


def _expand(given: Mapping[str, list[str]], endpoint: Endpoint) -> tuple[str, ...]:
    wanted = {part for value in given.get("expand", ()) for part in value.split(",") if part}
    if not wanted <= set(endpoint.expands):
        raise BadQuestion("expand: not one of " + ", ".join(endpoint.expands))
    return tuple(sorted(wanted))


def _flag(given: Mapping[str, list[str]]) -> bool:
    text = _single(given.get(_NAMES, []), _NAMES).lower()
    if text and text not in _TRUTHS:
        raise BadQuestion(f"{_NAMES}: not true or false")
    return _TRUTHS.get(text, False)


def _taken(token: str, path: str, endpoint: Endpoint) -> Question:
    known = _filters(endpoint)
    try:
        content = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        after, listing, at = content["a"]
        place = Place(str(UUID(after)) if after else "", str(UUID(listing)) if listing else "", int(at))
        if content["p"] != path or not 0 <= place.at < LATEST:
            raise ValueError(path)
        filters = {name: _values(name, list(values), known[name]) for name, values in content["f"].items()}
        sort, expand = str(content["s"]), tuple(map(str, content["e"]))
        if (sort and sort not in endpoint.sorts) or not set(expand) <= set(endpoint.expands):
            raise ValueError(path)
        return Question(filters, sort, expand, bool(content["n"]), place=place)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise BadQuestion("pageToken: not one that was given here") from None

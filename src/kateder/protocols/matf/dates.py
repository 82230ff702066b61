"""When metadata was issued, until when it holds, by whom: in the payload (RFC 9932) or, before that, in the header."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from kateder.protocols.matf.refusals import MetadataRefused

SKEW: Final = timedelta(minutes=5)
"""How far the federation's clock may go before ours."""


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when metadata holds. `issuer` is empty where none is named, as in the older layout."""

    issued_at: datetime
    expires_at: datetime
    issuer: str = ""


def validity(header: Mapping[str, Any], payload: Mapping[str, Any], *, now: datetime, issuer: str = "") -> Validity:
    """Read the dates and look at them. `issuer`, when not empty, is who must have issued it, to the letter.

    Raises MetadataRefused: disagreeing, missing, expired, from the future, of another issuer.
    """
    found = {name: _said(name, header, payload) for name in ("iat", "exp", "iss")}
    issued_at, expires_at = _time(found["iat"]), _time(found["exp"])
    if now >= expires_at:
        raise MetadataRefused("expired")
    starts = [issued_at, *([_time(header["nbf"])] if "nbf" in header else [])]
    if max(starts) > now + SKEW:
        raise MetadataRefused("from_the_future")
    said = found["iss"]
    if said is not None and not isinstance(said, str):
        raise MetadataRefused("dates")
    if issuer and said != issuer:
        raise MetadataRefused("wrong_issuer")
    return Validity(issued_at, expires_at, said or "")


def _said(name: str, header: Mapping[str, Any], payload: Mapping[str, Any]) -> Any:
    if name in header and name in payload:
        # Types too: to Python, True is 1.
        if (type(header[name]), header[name]) != (type(payload[name]), payload[name]):
            raise MetadataRefused("disagreeing")
        return payload[name]
    return payload.get(name, header.get(name))


def _time(seconds: object) -> datetime:
    if seconds is None:
        raise MetadataRefused("no_dates")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise MetadataRefused("dates")
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise MetadataRefused("dates") from None

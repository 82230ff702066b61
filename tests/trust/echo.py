"""A WSGI application that says whose certificate it believes it was shown; granian serves it as it serves Kateder."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from kateder.trust.certificates import pin_of_caller


def application(environ: dict[str, str], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answer with the pin, the scheme that the proxy says, and the address of whoever connected."""
    form, proxy = os.environ["ECHO_FORM"], os.environ["ECHO_PROXY"]
    found = {
        "pin": pin_of_caller(environ, form=form, proxy=proxy, now=datetime.now(UTC)),
        "scheme": environ.get("HTTP_X_FORWARDED_PROTO"),
        "for": environ.get("HTTP_X_FORWARDED_FOR"),
        "host": environ.get("HTTP_HOST"),
        "remote": environ.get("REMOTE_ADDR"),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(found).encode()]

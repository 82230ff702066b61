"""What the WebAuthn views share: the site, and the challenge that waits in the session for its one answer."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Final

from django.http import HttpResponse

from kateder.core import clock
from kateder.signin.accounts.errors import PasskeyRefused
from kateder.signin.accounts.passkeys import Ceremony, Site
from kateder.signin.requests import Request

ANSWER_WITHIN: Final = timedelta(minutes=5)
ANSWER_LIMIT: Final = 20_000
_KEY: Final = "passkey_challenge"


def site(request: Request) -> Site:
    """The authority's site, where its passkeys belong."""
    host = request.get_host()
    return Site(host=host.rsplit(":", 1)[0], origin=f"{request.scheme}://{host}", name=request.authority.name)


def begin(request: Request, ceremony: Ceremony) -> HttpResponse:
    """Give the browser its question, and remember the challenge."""
    challenge = base64.b64encode(ceremony.challenge).decode()
    request.session[_KEY] = [challenge, int((clock.now() + ANSWER_WITHIN).timestamp())]
    return HttpResponse(ceremony.options, content_type="application/json")


def challenge_of(request: Request) -> bytes:
    """The challenge that was asked in this browser, once. Raises PasskeyRefused."""
    asked = request.session.pop(_KEY, None)
    if asked is None or datetime.fromtimestamp(asked[1], UTC) < clock.now():
        raise PasskeyRefused
    return base64.b64decode(asked[0])


def answer_of(request: Request) -> str:
    """The browser's answer, as JSON. Raises PasskeyRefused when it is none."""
    raw = request.read(ANSWER_LIMIT + 1)
    try:
        json.loads(raw)
    except ValueError:
        raise PasskeyRefused from None
    return raw.decode()

"""Which member of a federation sends a request (RFC 9932 §6.2): asked for each request, never for a connection.

So a member that has gone from the metadata is shut out at its next request, also on a connection that it has kept open.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from kateder.core import clock
from kateder.trust.certificates import pin_of_caller
from kateder.trust.federations.choosing import Member, members_behind


def members_calling(request: HttpRequest, *, tag: str) -> list[Member]:
    """Who calls, by the key that the proxy says was shown, in each of our federations; the tag is the API's.

    Call within(). Empty: answer 403 and nothing else.
    """
    now = clock.now()
    pin = pin_of_caller(request.META, form=settings.CLIENT_CERTIFICATE, proxy=settings.TRUSTED_PROXY, now=now)
    return [] if pin is None else members_behind(pin, tag=tag, now=now)

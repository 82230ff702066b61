"""What a code of trouble means in plain words, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.provisioning.exit import STOPPED
from kateder.provisioning.targets import federated, own_causes

Text = Promise | str


@dataclass(frozen=True, slots=True)
class Cause:
    """What has happened, and the next step of whoever reads it."""

    what: Text
    next_step: Text


_BY_ITSELF: Final = _("Kateder tries again by itself. If it lasts, ask the provider.")
_PROVIDER: Final = _("Ask the provider why; the object's identity there is on its receipt.")
CAUSES: Final[Mapping[str, Cause]] = {
    "connection": Cause(_("The connection was broken or never made"), _BY_ITSELF),
    "timeout": Cause(_("The service did not answer in time"), _BY_ITSELF),
    "target_down": Cause(_("The service does not answer"), _BY_ITSELF),
    "asked_to_wait": Cause(_("The service asked us to come back later"), _("Kateder comes back when it said.")),
    "http_429": Cause(
        _("The service takes fewer requests than we sent"),
        _("Kateder has slowed down. If it goes on, set a lower ceiling for the service."),
    ),
    "http_400": Cause(_("The service does not accept the content"), _PROVIDER),
    "http_409": Cause(_("The service says that it conflicts with something it has"), _PROVIDER),
    "http_413": Cause(_("The service finds the object too large"), _PROVIDER),
    "http_401": Cause(
        _("The service does not know our key"),
        _("See that the provider has our certificate, and that it is the one in use."),
    ),
    "http_403": Cause(
        _("The service does not let us in"),
        _("See that the provider has opened deliveries for us, and has our certificate."),
    ),
    "http_404": Cause(
        _("The service does not know the address"), _("Compare the service's address with what the provider says.")
    ),
    "not_the_pinned_server": Cause(
        _("The server is not the one whose key we know"),
        _("Ask the provider whether the key has been changed, and for the new pin. Send nothing until they have said."),
    ),
    "held_back": Cause(
        _("What it refers to is not at the service"), _("It follows by itself once that has been accepted.")
    ),
    STOPPED: Cause(
        _("Kateder stopped it at the exit: it held something that the service may not know"),
        _("Nothing has been sent. Report this: it is a fault of Kateder or of a setting."),
    ),
    "paused": Cause(_("Deliveries are paused"), _("Let them go on when the reason is over.")),
    "never_at_rest": Cause(
        _("The register kept changing during the delivery"), _("The next delivery goes on where this one ended.")
    ),
    "gave_way": Cause(
        _("The delivery let another one have its place"), _("It goes on by itself when its turn comes again.")
    ),
    **{code: Cause(*words) for code, words in own_causes.WORDS.items()},
}
_UNKNOWN: Final = Cause(_("The service could not be delivered to"), _PROVIDER)
_SERVER: Final = Cause(_("The service has a fault of its own"), _BY_ITSELF)
_REFUSED: Final = Cause(_("The service does not accept the object"), _PROVIDER)
_NOT_THROUGH: Final = Cause(
    _("The federation does not say where the service is"),
    _("Look at the federation's metadata; nothing is sent until it says where."),
)

SHUT_OUT: Final = frozenset(
    {"http_401", "http_403", "not_the_pinned_server", *federated.SENTENCES, *own_causes.NO_WAY_IN}
)
"""Codes that mean that we do not get in, however long we wait."""


def cause_of(code: str) -> Cause:
    """The cause behind a code, in the reader's language; an unknown code has a general one."""
    if code in CAUSES:
        return CAUSES[code]
    if code in federated.SENTENCES:
        return _NOT_THROUGH
    if re.fullmatch(r"http_5\d\d", code):
        return _SERVER
    return _REFUSED if re.fullmatch(r"http_4\d\d", code) else _UNKNOWN

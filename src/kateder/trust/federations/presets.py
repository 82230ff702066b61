"""Federations that are ready to be chosen. Their keys are not here: somebody compares them, then pins them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Preset:
    """A federation as its operator describes it. `kid` is the name of the key that it says it signs with."""

    name: str
    describes: Promise | str
    address: str
    kid: str
    issuer: str = ""


PRESETS: Final[Mapping[str, Preset]] = {
    "moa": Preset(
        "Skolfederation Moa",
        _("Account synchronisation between Swedish school authorities and providers."),
        "https://fed.skolfederation.se/prod/md/kontosynk.jws",
        "c2fb860e-f4b6-4f0e-b17a-5115d2826d56",
    ),
    "moa-trial": Preset(
        "Skolfederation Moa (trial)",
        _("The trial environment of Moa: to try connections before they are for real."),
        "https://fed.skolfederation.se/trial/md/kontosynk.jws",
        "07ad9359-4a14-4c3a-a647-7d1adb6fe770",
    ),
}
TAGS: Final[Mapping[str, Promise | str]] = {
    "egilv1": _("EGIL, accounts and groups"),
    "bolv1": _("BoL, licences"),
    "userlistv1": _("BoL, user list"),
    "gnapv1": _("Access tokens (GNAP)"),
}
"""The tags of Moa, and what each is for."""

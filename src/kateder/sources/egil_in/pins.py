"""The pins in a source's settings."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from kateder.sources.egil_in.errors import BadPin


def pins_of(settings: Mapping[str, object]) -> frozenset[str]:
    """The pins, one a line or with commas between. Raises BadPin."""
    pins = str(settings.get("pins", "")).replace(",", "\n").split()
    for pin in pins:
        try:
            sound = len(base64.b64decode(pin, validate=True)) == 32
        except binascii.Error:
            sound = False
        if not sound:
            raise BadPin(pin=pin[:60])
    return frozenset(pins)

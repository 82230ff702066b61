"""Why an EGIL source cannot be set up or read."""

from __future__ import annotations

from kateder.sources.errors import SourceFault


class NothingArrived(SourceFault):
    """Nothing has been delivered to this source yet."""


class BadPin(SourceFault):
    """{pin} is not a pin: base64 of the SHA-256 digest of a public key, 44 characters."""


class NotAnInlet(SourceFault):
    """Only a source of the kind EGIL in has an address to deliver to."""

"""Which groups a service is given, by their kind."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, Settings

KINDS: Final = Field(
    "group_types",
    _("Only groups of these kinds"),
    help=_("Such as Klass, Undervisning. Empty: all kinds. Needs the approved field Kind of group."),
    pattern=r"[\w ]{1,40}(,[\w ]{1,40})*",
)


def kinds_of(settings: Settings) -> frozenset[str]:
    """Read the chosen kinds; empty means all."""
    return frozenset(kind.strip() for kind in str(settings.get("group_types") or "").split(",") if kind.strip())


def is_among(group_type: str | None, kinds: Container[str]) -> bool:
    """Whether a group of this kind is sent. Where the kind may not be known, choosing by it would tell it."""
    return not kinds or group_type in kinds

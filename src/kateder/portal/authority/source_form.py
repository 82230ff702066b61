"""The form of a source's settings, made from its connector's fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core.errors import DomainError
from kateder.core.setup import Field
from kateder.portal import fields
from kateder.portal.fields import FOLDER, Entry
from kateder.sources.api import FEWEST_MINUTES, Connector, Glimpsing, places_offered
from kateder.sources.models import Source

SCHEDULES: Final[Sequence[tuple[str, Promise]]] = (
    ("", _("Only when somebody asks")),
    ("15", _("Every 15 minutes")),
    ("60", _("Every hour")),
    ("360", _("Every six hours")),
    ("1440", _("Once a day")),
)
SHARE: Final = 5  # per cent


class BadForm(DomainError):
    """The numbers of the form cannot be used."""


def entries(connector: Connector, values: Mapping[str, object], *, is_new: bool) -> list[Entry]:
    """The fields with their values. A secret has none: it is never shown again."""
    return fields.entries(
        connector.fields, values, is_new=is_new, places=_places, is_live=isinstance(connector, Glimpsing)
    )


def posted(connector: Connector, form: QueryDict) -> dict[str, str]:
    """The settings as they were sent."""
    return fields.posted(connector.fields, form)


def _places(field: Field) -> list[str]:
    return places_offered(files=field.name != FOLDER)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a source may change unasked, and how often it is read."""

    limits: Mapping[str, object]
    approve_automatically: bool
    every_minutes: int | None


def rules_posted(form: QueryDict) -> Rules:
    """The limits and the schedule as they were sent. Raises BadForm."""
    try:
        share, count = float(form.get("share", str(SHARE)).replace(",", ".")), int(form.get("count", "20"))
        minutes = int(form.get("minutes", "")) if form.get("minutes") else None
    except ValueError:
        raise BadForm from None
    if not 0 <= share <= 100 or count < 0 or (minutes is not None and minutes < FEWEST_MINUTES):
        raise BadForm
    limits = {"max_share": round(share / 100, 4), "max_count": count}
    return Rules(limits, form.get("automatic") == "on", minutes)


@dataclass(frozen=True, slots=True)
class RuleEntries:
    """The same, for the form."""

    share: str
    count: int
    automatic: bool
    schedules: Sequence[tuple[str, str, bool]]


def rule_entries(source: Source) -> RuleEntries:
    """What is in the form before anybody changes it."""
    share = float(source.limits.get("max_share", SHARE / 100)) * 100
    minutes = "" if source.every_minutes is None else str(source.every_minutes)
    known = [(value, str(label)) for value, label in SCHEDULES]
    if minutes not in dict(known):
        known.append((minutes, gettext("Every %(n)s minutes") % {"n": minutes}))
    return RuleEntries(
        f"{share:g}",
        int(source.limits.get("max_count", 20)),
        source.approve_automatically,
        [(value, label, value == minutes) for value, label in known],
    )


def address_of(source_id: UUID, page: str = "") -> str:
    """Where a page about a source is."""
    return f"/kallor/{source_id}/{page}"

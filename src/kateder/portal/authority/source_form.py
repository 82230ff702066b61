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
from kateder.sources.api import FEWEST_MINUTES, Connector, Field, FieldKind, Glimpsing, places_offered
from kateder.sources.models import Source

# A secret is masked by style: a browser takes a form with two passwords for two forms, and offers to keep them.
INPUTS: Final[Mapping[FieldKind, str]] = {
    FieldKind.NUMBER: "number",
    FieldKind.URL: "url",
}
SCHEDULES: Final[Sequence[tuple[str, Promise]]] = (
    ("", _("Only when somebody asks")),
    ("15", _("Every 15 minutes")),
    ("60", _("Every hour")),
    ("360", _("Every six hours")),
    ("1440", _("Once a day")),
)
SHARE: Final = 5  # per cent
FOLDER: Final = "folder"
"""A path of this name is a folder, and is chosen; another may be a file too, and is written."""


class BadForm(DomainError):
    """The numbers of the form cannot be used."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form: `shape` is text, long_text, choice, truth or secret."""

    name: str
    label: str
    help: str
    shape: str
    type: str
    value: str
    is_required: bool
    choices: Sequence[tuple[str, str]] = ()
    is_kept: bool = False
    is_live: bool = False

    @property
    def is_checked(self) -> bool:
        """Whether a truth is true."""
        return self.value.casefold() in {"true", "on", "yes", "1"}


def entries(connector: Connector, values: Mapping[str, object], *, is_new: bool) -> list[Entry]:
    """The fields with their values. A secret has none: it is never shown again."""
    return [_entry(field, values.get(field.name), connector, is_new=is_new) for field in connector.fields]


def posted(connector: Connector, form: QueryDict) -> dict[str, str]:
    """The settings as they were sent. A box without a tick sends nothing, which is no."""
    values: dict[str, str] = {}
    for field in connector.fields:
        if field.kind is FieldKind.TRUTH:
            values[field.name] = "true" if form.get(field.name) else "false"
        else:
            values[field.name] = form.get(field.name, "").replace("\r\n", "\n")
    return values


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


def _entry(field: Field, value: object, connector: Connector, *, is_new: bool) -> Entry:
    shape, choices = str(field.kind.value), [(str(code), str(label)) for code, label in field.choices]
    text = "" if value is None else str(value)
    if value is None and field.kind is not FieldKind.SECRET:
        text = str(field.default)
    if field.kind is FieldKind.PATH:
        places = places_offered(files=field.name != FOLDER)
        if text and text not in places:
            places.insert(0, text)
        shape, choices = "folder" if field.name == FOLDER else "path", [(place, place) for place in places]
    if field.kind in {FieldKind.NUMBER, FieldKind.URL}:
        shape = "text"
    return Entry(
        name=field.name,
        label=str(field.label),
        help=str(field.help),
        shape=shape,
        type=INPUTS.get(field.kind, "text"),
        value="" if field.kind is FieldKind.SECRET else text,
        is_required=field.required and (is_new or field.kind is not FieldKind.SECRET),
        choices=choices,
        is_kept=field.kind is FieldKind.SECRET and not is_new,
        is_live=field.kind is FieldKind.LONG_TEXT and isinstance(connector, Glimpsing),
    )

"""The form of settings that are declared as fields: of a source, of a way out."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from kateder.core.setup import Field, FieldKind

# A secret is masked by style: a browser takes a form with two passwords for two forms, and offers to keep them.
INPUTS: Final[Mapping[FieldKind, str]] = {
    FieldKind.NUMBER: "number",
    FieldKind.URL: "url",
}
FOLDER: Final = "folder"
"""A path of this name is a folder, and is chosen; another may be a file too, and is written."""

Places = Callable[[Field], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the form: `shape` is text, long_text, choice, folder, path, truth or secret."""

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
    section: str = ""
    is_seldom: bool = False
    is_own: bool = False
    """Somebody has said something else than what stands by itself."""

    @property
    def is_checked(self) -> bool:
        """Whether a truth is true."""
        return self.value.casefold() in {"true", "on", "yes", "1"}


def entries(
    fields: Sequence[Field],
    values: Mapping[str, object],
    *,
    is_new: bool,
    places: Places,
    is_live: bool = False,
) -> list[Entry]:
    """The fields with their values. A secret has none: it is never shown again.

    `places` gives the paths that may be chosen for a field; `is_live`: the result of a long text is shown while
    one types.
    """
    return [_entry(one, values.get(one.name), is_new=is_new, places=places, is_live=is_live) for one in fields]


@dataclass(slots=True)
class Section:
    """The fields under one heading, those that are seldom needed apart."""

    title: str
    usual: list[Entry] = dataclasses.field(default_factory=list)
    seldom: list[Entry] = dataclasses.field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether something that is folded away has been said."""
        return any(entry.is_own for entry in self.seldom)


def sections(shown: Iterable[Entry]) -> list[Section]:
    """The fields of a form by heading, in the order in which the headings come first."""
    found: dict[str, Section] = {}
    for entry in shown:
        own = found.setdefault(entry.section, Section(entry.section))
        (own.seldom if entry.is_seldom else own.usual).append(entry)
    return list(found.values())


def posted(fields: Sequence[Field], form: QueryDict) -> dict[str, str]:
    """The settings as they were sent. A box without a tick sends nothing, which is no."""
    values: dict[str, str] = {}
    for field in fields:
        if field.kind is FieldKind.TRUTH:
            values[field.name] = "true" if form.get(field.name) else "false"
        else:
            values[field.name] = form.get(field.name, "").replace("\r\n", "\n")
    return values


def _entry(field: Field, value: object, *, is_new: bool, places: Places, is_live: bool) -> Entry:
    shape, choices = str(field.kind.value), [(str(code), str(label)) for code, label in field.choices]
    text = "" if value is None else str(value)
    if value is None and field.kind is not FieldKind.SECRET:
        text = str(field.default)
    if field.kind is FieldKind.PATH:
        offered = list(places(field))
        if text and text not in offered:
            offered.insert(0, text)
        shape, choices = "folder" if field.name == FOLDER else "path", [(place, place) for place in offered]
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
        is_live=field.kind is FieldKind.LONG_TEXT and is_live,
        section=str(field.section),
        is_seldom=field.is_seldom,
        is_own=field.kind is not FieldKind.SECRET and text.casefold() != str(field.default).casefold(),
    )

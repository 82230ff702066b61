"""The settings of a directory as they are used: where, which attribute holds what, how an entry is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kateder.core.errors import DomainError
from kateder.core.ldap.names import escaped, is_below, parts
from kateder.core.setup import Settings
from kateder.provisioning.directory.faults import BadLine, BadRdn, BadText, NotOurs, OutsideBase
from kateder.provisioning.directory.fields import ACTIVE_DIRECTORY, PRESETS
from kateder.provisioning.plain import slots

PERSON: Final = ("id", "role", "displayName", "userName", "givenName", "familyName", "civicNo", "emails",
                 "schoolYear", "schoolType", "programme")  # fmt: skip
GROUP: Final = ("id", "displayName", "groupType", "schoolType")
_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,80})\s*=\s*(\S.*)")
_OR = re.compile(r"\s*\|\|\s*")
_NEVER: Final = frozenset(
    {"userpassword", "unicodepwd", "dbcspwd", "sambantpassword", "objectclass", "useraccountcontrol", "member",
     "uniquemember", "memberof", "objectguid", "entryuuid", "objectsid", "distinguishedname"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """An attribute and the texts of which the first that has something in it gives its values."""

    attribute: str
    texts: tuple[slots.Text, ...]

    def values(self, values: slots.Values) -> list[str]:
        """What the attribute should hold; nothing where nothing is released."""
        return next((found for text in self.texts if (found := text.each(values))), [])


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of entry is kept: accounts, or groups."""

    base: str
    mark: str
    name: Filled
    attributes: tuple[Filled, ...]
    classes: tuple[str, ...]
    names: tuple[str, ...]

    def wanted(self, body: Mapping[str, Any]) -> dict[str, list[str]]:
        """The attributes of an entry for a body, without the one that names it."""
        values = _values(body)
        return {one.attribute: one.values(values) for one in self.attributes if not self.is_name(one.attribute)}

    def rdn(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Attribute and value of which the entry's name is made; the value is empty where nothing is released."""
        return self.name.attribute, next(iter(self.name.values(_values(body))), "")

    def texts_of(self, filled: Filled, body: Mapping[str, Any]) -> list[str]:
        """What another text gives for a body."""
        return filled.values(_values(body))

    def is_name(self, attribute: str) -> bool:
        """Whether this is the attribute that names the entry: it is changed by renaming."""
        return attribute.casefold() == self.name.attribute.casefold()


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that the settings say about what is written."""

    base: str
    people: Kind
    teacher_base: str
    groups: Kind | None
    disabled_base: str
    disabled: tuple[str, str]
    """Attribute and value of a disabled account; in Active Directory a bit of `userAccountControl` instead."""
    adopt: Filled | None
    renames: bool
    is_active_directory: bool

    @property
    def bases(self) -> tuple[str, ...]:
        """Every place that must exist."""
        groups = self.groups.base if self.groups else ""
        return tuple(dict.fromkeys(one for one in (
            self.base, self.people.base, self.teacher_base, groups, self.disabled_base) if one))  # fmt: skip

    def home_of(self, body: Mapping[str, Any]) -> str:
        """Where a new account is made."""
        return self.teacher_base if self.teacher_base and body["role"] == "teacher" else self.people.base


def rules_of(settings: Settings) -> Rules:
    """Read the settings. Raises OutsideBase, BadLine, BadRdn, BadText or NotOurs."""
    texts = {name: str(value).strip() for name, value in settings.items()}
    preset = PRESETS[texts["directory"] or ACTIVE_DIRECTORY]
    texts |= {name: text for name, text in preset.items() if not texts.get(name)}
    rules = Rules(
        base=texts["base"],
        people=_kind(texts, "person", names=PERSON),
        teacher_base=texts["teacher_base"],
        groups=_kind(texts, "group", names=GROUP) if texts["group_base"] else None,
        disabled_base=texts["disabled_base"],
        disabled=_pair(texts.get("disabled", "")),
        adopt=next(_lines(texts["adopt"], field="adopt", names=PERSON), None),
        renames=bool(settings["rename"]),
        is_active_directory=texts["directory"] == ACTIVE_DIRECTORY,
    )
    for base in rules.bases:
        if not is_below(base, rules.base) and parts(base) != parts(rules.base):
            raise OutsideBase(dn=base, base=rules.base)
    return rules


def dn_of(rdn: tuple[str, str], *, base: str) -> str:
    """The DN of an entry with this name below a base."""
    return f"{rdn[0]}={escaped(rdn[1])},{base}"


def _kind(texts: Mapping[str, str], kind: str, *, names: Sequence[str]) -> Kind:
    field = f"{kind}_name"
    name = next(_lines(texts[field], field=field, names=names, bad=BadRdn), None)
    if name is None:
        raise BadRdn(field=field)
    mark = texts[f"{kind}_mark"]
    attributes = tuple(_lines(texts[f"{kind}_attributes"], field=f"{kind}_attributes", names=names))
    for one in attributes:
        if one.attribute.casefold() in _NEVER | {mark.casefold()}:
            raise NotOurs(attribute=one.attribute)
    classes = tuple(texts[f"{kind}_classes"].replace(",", " ").split())
    return Kind(texts[f"{kind}_base"], mark, name, attributes, classes, tuple(names))


def _lines(text: str, *, field: str, names: Sequence[str], bad: type[DomainError] = BadLine) -> Iterator[Filled]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None:
            raise bad(line=number, field=field)
        try:
            yield Filled(found[1], tuple(slots.parse(one, known=names) for one in _OR.split(found[2])))
        except DomainError as error:
            raise BadText(field=field, reason=str(error)) from None


def _pair(text: str) -> tuple[str, str]:
    attribute, _, value = text.partition("=")
    return attribute.strip(), value.strip()


def _values(body: Mapping[str, Any]) -> slots.Values:
    """A body's members as slots have them; of several places of a pupil, each value once."""
    values: dict[str, Sequence[str]] = {}
    for name, value in body.items():
        if isinstance(value, list):
            values[name] = [str(one) for one in value if not isinstance(one, dict)]
        else:
            values[name] = [str(value)]
    for name in ("schoolYear", "schoolType", "programme"):
        places = [str(place[name]) for place in body.get("enrolments", ()) if name in place]
        if places:
            values[name] = list(dict.fromkeys(places))
    return values

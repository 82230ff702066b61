"""What attributes and their values are called, and people that are spoken of."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core.actors import Actor
from kateder.portal.words import FIELDS, KINDS, Words, word
from kateder.register import access
from kateder.register.api import Entity
from kateder.register.models import Activity, Group, Organisation, Person

ATTRIBUTES: Final[Words] = {
    "name": _("Name"),
    "external_identifiers": _("Other identifiers"),
    "addresses": _("Addresses"),
    "civic_nationality": _("Nationality"),
    "email": _("E-mail address"),
    "phone_number": _("Telephone number"),
    "url": _("Web address"),
    "address": _("Address"),
    "person_id": _("Person"),
    "organisation_id": _("School"),
    "duty_at_id": _("Works at"),
    "parent_id": _("Belongs to"),
}
# What a person reads of an attribute of several columns; the rest is derived.
_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("given_name", "middle_name", "family_name"),
    "civic_no": ("civic_no",),
    "emails": ("emails",),
    "phone_numbers": ("phone_numbers",),
}


def kind(entity: Entity) -> str:
    """Persons, groups, …"""
    return word(KINDS, entity.value)


def attribute_word(name: str) -> str:
    """What an attribute is called."""
    return word(ATTRIBUTES, name) if name in ATTRIBUTES else word(FIELDS, name)


def shown(attribute: str, value: Mapping[str, Any]) -> str:
    """An attribute's value as text."""
    parts = [_text(value.get(column)) for column in _SHOWN.get(attribute, tuple(value))]
    return " ".join(part for part in parts if part)


def names_of(entity: Entity, ids: set[UUID], *, actor: Actor, today: date) -> dict[UUID, str]:
    """What rows are called; a protected person as the one who looks may see it."""
    if entity is Entity.PERSON:
        return {one.pk: _person(one, actor, today) for one in Person.objects.filter(pk__in=ids)}
    if entity is Entity.ORGANISATION:
        units = Organisation.objects.filter(pk__in=ids).select_related("parent")
        return {one.pk: _below(one.display_name, one.parent) for one in units}
    model = Group if entity is Entity.GROUP else Activity
    rows = model.objects.filter(pk__in=ids).select_related("organisation")
    return {one.pk: _below(one.display_name, one.organisation) for one in rows}


def _person(one: Person, actor: Actor, today: date) -> str:
    name = access.shown_name(one, actor, today=today)
    born = date_format(one.birth_date, "j F Y") if one.birth_date and not one.is_protected(today) else ""
    return gettext("%(name)s, born %(born)s") % {"name": name, "born": born} if born else name


def _below(name: str, unit: Organisation | None) -> str:
    return f"{name}, {unit.display_name}" if unit else name


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value if not isinstance(one, dict)) or (str(len(value)) if value else "")
    return "" if value is None else str(value)

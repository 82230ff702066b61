"""The settings by which OneRoster becomes Swedish, the same for files and for REST."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings
from kateder.protocols.ss12000 import SCHOOL_TYPE
from kateder.sources.connecting import Place
from kateder.sources.models import MirrorMark
from kateder.sources.oneroster.cells import Roster
from kateder.sources.oneroster.grades import grades_of

CIVIC_TYPE = "personnummer"
FIELDS = (
    Field(
        "civic_type",
        _("The kind of user id that holds the personal number"),
        default=CIVIC_TYPE,
        help=_("The word before the colon in userIds: {personnummer:201502112384}."),
    ),
    Field(
        "grades",
        _("Grades of your own"),
        FieldKind.LONG_TEXT,
        help=_(
            "A line for each, such as 07 = GR 7. KG, 1–9 and 10–12 are known: förskoleklass, grundskola, gymnasium."
        ),
    ),
    Field(
        "school_type",
        _("School type of pupils without a grade"),
        FieldKind.CHOICE,
        default="GR",
        choices=tuple((code.value, code.name) for code in SCHOOL_TYPE.codes.values() if code.replaced_by is None),
    ),
)


def roster(settings: Settings, *, place: Place, today: date) -> Roster:
    """The delivery of what has been mirrored. Call within(). Raises BadGrades."""
    mark = MirrorMark.objects.get(source=place.source_id)
    return Roster(source_id=place.source_id, resources=frozenset(mark.resources), today=today, **choices(settings))


def choices(settings: Settings) -> dict[str, Any]:
    """What the settings say of grades, numbers and school types. Raises BadGrades."""
    return {
        "grades": grades_of(str(settings.get("grades") or "")),
        "civic_type": str(settings.get("civic_type") or CIVIC_TYPE),
        "school_type": str(settings.get("school_type") or "GR"),
    }

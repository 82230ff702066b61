"""What an administrator may choose of how EGIL reaches one provider: which types, and in whose words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings
from kateder.provisioning.ways import grouping, naming
from kateder.provisioning.ways.naming import Naming

WORDS = r"\s*([^=\r\n]{1,60}=[^=\r\n]{1,60}(\r?\n|$)\s*)*"
"""Lines of `our word = the provider's word`."""


def _sends(name: str, label: Promise, help: Promise | str = "") -> Field:  # noqa: A002  the form's own word
    return Field(name, label, FieldKind.TRUTH, default=True, help=help)


FIELDS = (
    *naming.FIELDS,
    _sends(
        "fillers",
        _("Fill in what EGIL requires and the release policy withholds"),
        _(
            "The alias in two parts as given and family name, 00000000 as a school unit's code. "
            "Servers that follow the standard refuse accounts and schools without them."
        ),
    ),
    _sends("organisations", _("Send the authority (Organisations)")),
    _sends("school_unit_groups", _("Send schools with several units (SchoolUnitGroups)")),
    _sends("student_groups", _("Send groups (StudentGroups)"), _("Without groups there are no activities either.")),
    grouping.KINDS,
    _sends("employments", _("Send employments (Employments)"), _("Without them activities have no teachers.")),
    _sends("activities", _("Send activities (Activities)")),
    Field(
        "group_type_words",
        _("The provider's words for kinds of groups"),
        FieldKind.LONG_TEXT,
        help=_("One on each line, such as Klass = class. Needs the approved field Kind of group."),
        pattern=WORDS,
    ),
    Field(
        "role_words",
        _("The provider's words for teachers' roles"),
        FieldKind.LONG_TEXT,
        help=_("One on each line, such as Förskollärare = Lärare. Needs the approved field Teacher's role."),
        pattern=WORDS,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The choices of one target; as they stand here, everything is sent as it is."""

    naming: Naming = field(default_factory=Naming)
    fillers: bool = True
    organisations: bool = True
    school_unit_groups: bool = True
    student_groups: bool = True
    group_types: frozenset[str] = frozenset()
    employments: bool = True
    activities: bool = True
    group_type_words: Mapping[str, str] = field(default_factory=dict)
    role_words: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the choices from a target's settings."""
        groups = bool(settings.get("student_groups", True))
        return cls(
            naming=Naming.of(settings),
            fillers=bool(settings.get("fillers", True)),
            organisations=bool(settings.get("organisations", True)),
            school_unit_groups=bool(settings.get("school_unit_groups", True)),
            student_groups=groups,
            group_types=grouping.kinds_of(settings),
            employments=bool(settings.get("employments", True)),
            activities=groups and bool(settings.get("activities", True)),
            group_type_words=_words(settings, "group_type_words"),
            role_words=_words(settings, "role_words"),
        )

    def takes(self, group_type: str | None) -> bool:
        """Whether a group of this kind is sent."""
        return self.student_groups and grouping.is_among(group_type, self.group_types)


def _words(settings: Settings, name: str) -> Mapping[str, str]:
    lines = str(settings.get(name) or "").splitlines()
    pairs = (line.partition("=") for line in lines if line.strip())
    return {ours.strip(): theirs.strip() for ours, _sign, theirs in pairs}

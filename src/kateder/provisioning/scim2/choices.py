"""The settings of a SCIM 2.0 target."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings
from kateder.core.setup.reaching import AUTHORISATION, KEY_FIELDS, OAUTH2_FIELDS, TLS_FIELDS
from kateder.provisioning.ways import grouping, naming
from kateder.provisioning.ways.naming import Naming


class Updates(StrEnum):
    """How a change is sent."""

    AS_DECLARED = "as_declared"
    PATCH = "patch"
    PUT = "put"


class Removal(StrEnum):
    """What becomes of an account that is no longer wanted."""

    DELETE = "delete"
    DEACTIVATE = "deactivate"


FIELDS: Final = (
    Field(
        "address",
        _("Address"),
        FieldKind.URL,
        required=True,
        help=_("The SCIM base address, such as https://service.example/scim/v2"),
        pattern=r"https://[^\s/?#@]+(/[^\s?#@]*)?",
    ),
    AUTHORISATION,
    *OAUTH2_FIELDS,
    *KEY_FIELDS,
    *TLS_FIELDS,
    *naming.FIELDS,
    Field("user_type", _("Tell whether somebody is a pupil or a teacher (userType)"), FieldKind.TRUTH),
    Field("groups", _("Send groups (Groups)"), FieldKind.TRUTH, default=True),
    grouping.KINDS,
    Field(
        "teachers_in_groups",
        _("Teachers are members of the groups that they teach"),
        FieldKind.TRUTH,
        help=_("Without this only pupils are."),
    ),
    Field(
        "removal",
        _("When somebody should no longer have an account"),
        FieldKind.CHOICE,
        default=Removal.DELETE.value,
        choices=(
            (Removal.DELETE.value, _("Remove it (DELETE)")),
            (Removal.DEACTIVATE.value, _("Deactivate it (active: false)")),
        ),
        help=_("A deactivated account is still at the service, with everything in it."),
    ),
    Field(
        "updates",
        _("How changes are sent"),
        FieldKind.CHOICE,
        default=Updates.AS_DECLARED.value,
        choices=(
            (Updates.AS_DECLARED.value, _("As the service declares")),
            (Updates.PATCH.value, _("Only what has changed (PATCH)")),
            (Updates.PUT.value, _("The whole object (PUT)")),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The choices of one target."""

    naming: Naming = field(default_factory=Naming)
    user_type: bool = False
    groups: bool = True
    group_types: frozenset[str] = frozenset()
    teachers_in_groups: bool = False
    removal: Removal = Removal.DELETE
    updates: Updates = Updates.AS_DECLARED

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the choices from a target's settings."""
        return cls(
            naming=Naming.of(settings),
            user_type=bool(settings.get("user_type")),
            groups=bool(settings.get("groups", True)),
            group_types=grouping.kinds_of(settings),
            teachers_in_groups=bool(settings.get("teachers_in_groups")),
            removal=Removal(str(settings.get("removal") or Removal.DELETE)),
            updates=Updates(str(settings.get("updates") or Updates.AS_DECLARED)),
        )

"""Which name and which user name a service is given: what the release holds, at the place that the service wants.

Nothing is chosen here that governance has not released: where the wished-for value is not there, the id stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from django.utils.translation import gettext_lazy as _

from kateder.core.setup import Field, FieldKind, Settings
from kateder.governance import api as governance
from kateder.governance.api import Released


class UserName(StrEnum):
    """What somebody's user name at the service is made of."""

    SCHOOL = "school"
    ID = "id"
    ALIAS = "alias"
    EMAIL = "email"


class Shown(StrEnum):
    """What is shown as somebody's name at the service."""

    POLICY = "policy"
    ALIAS = "alias"
    ID = "id"


FIELDS = (
    Field(
        "user_name",
        _("User name"),
        FieldKind.CHOICE,
        default=UserName.SCHOOL.value,
        choices=(
            (UserName.SCHOOL.value, _("The user name at school, where the release policy approves it")),
            (UserName.EMAIL.value, _("The e-mail address, where the release policy approves it")),
            (UserName.ALIAS.value, _("The alias, where the release policy shows aliases")),
            (UserName.ID.value, _("The account's id")),
        ),
        help=_("Whatever is not approved for a person is replaced by the account's id, which says nothing."),
    ),
    Field(
        "user_name_domain",
        _("Domain after user names that have none"),
        help=_("Such as skola.kommunen.se. Empty: no domain is added."),
        pattern=r"(?=.{1,150}$)[a-z0-9-]+(\.[a-z0-9-]+)+",
    ),
    Field(
        "display_name",
        _("Name on the screen"),
        FieldKind.CHOICE,
        default=Shown.POLICY.value,
        choices=(
            (Shown.POLICY.value, _("As the release policy says")),
            (Shown.ALIAS.value, _("The alias, where the release policy shows aliases")),
            (Shown.ID.value, _("The account's id")),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """The choices of one target."""

    user_name: UserName = UserName.SCHOOL
    domain: str = ""
    shown: Shown = Shown.POLICY

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the choices from a target's settings."""
        return cls(
            user_name=UserName(str(settings.get("user_name") or UserName.SCHOOL)),
            domain=str(settings.get("user_name_domain") or ""),
            shown=Shown(str(settings.get("display_name") or Shown.POLICY)),
        )

    def user_name_of(self, one: Released) -> str:
        """Give what somebody is called when they sign in."""
        name = self._user_name(one) or str(one.subject)
        return f"{name}@{self.domain}" if self.domain and "@" not in name else name

    def display_name_of(self, one: Released) -> str:
        """Give what somebody is shown as. A service that is shown no name still needs something on the screen."""
        if self.shown is Shown.POLICY:
            return str(one.fields.get("display_name", one.subject))
        return (one.alias if self.shown is Shown.ALIAS else "") or str(one.subject)

    def _user_name(self, one: Released) -> str:
        if self.user_name is UserName.SCHOOL:
            return str(one.fields.get(governance.Field.USER_NAME.value, ""))
        if self.user_name is UserName.EMAIL:
            return next(iter(emails_of(one.fields)), "")
        return governance.as_user_name(one.alias) if self.user_name is UserName.ALIAS else ""


def parts_of(alias: str) -> tuple[str, str]:
    """Part an alias into what can stand as given and as family name (`Vänlig Räv`, `7`)."""
    first, _space, last = alias.rpartition(" ")
    return first or governance.NAMELESS, last or governance.NAMELESS


def emails_of(fields: Mapping[str, object]) -> tuple[str, ...]:
    """Give the released addresses of a person."""
    emails = fields.get(governance.Field.EMAILS.value, ())
    return tuple(map(str, emails)) if isinstance(emails, list | tuple) else ()

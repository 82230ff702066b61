"""The fields that a service may be given, one by one, and how sensitive each is."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Field(TextChoices):
    """A piece of data that leaves only when a policy names it, with a purpose."""

    GIVEN_NAME = "given_name", _("Given name")
    FAMILY_NAME = "family_name", _("Family name")
    USER_NAME = "user_name", _("User name at school")
    EMAILS = "emails", _("E-mail address")
    CIVIC_NO = "civic_no", _("Personal identity number")
    SCHOOL_YEAR = "school_year", _("School year")
    SCHOOL_TYPE = "school_type", _("School form")
    PROGRAMME = "programme", _("Programme")
    SCHOOL_UNIT = "school_unit", _("School")
    GROUP_TYPE = "group_type", _("Kind of group")
    DUTY_ROLE = "duty_role", _("Teacher's role")
    SIGNATURE = "signature", _("Teacher's signature")
    TEST_ACTIVITY = "test_activity", _("National test that a group sits")
    SOURCE_ID = "source_id", _("Id from the school's own system")


class Sensitivity(StrEnum):
    """How a field is shown among the data flows."""

    PSEUDONYM = "pseudonym"
    ALIAS = "alias"
    ORDINARY = "yes"
    SPECIAL = "special"


SENSITIVE_BY_INFERENCE: Final = frozenset(
    {Field.CIVIC_NO, Field.SCHOOL_TYPE, Field.PROGRAMME, Field.GROUP_TYPE, Field.SCHOOL_UNIT, Field.TEST_ACTIVITY}
)
"""Can reveal health, origin, need or where a child is (domain rule 7)."""


class Display(TextChoices):
    """By what name a person is shown at the service."""

    ALIAS = "alias", _("Alias")
    GIVEN_NAME = "given_name", _("Given name")
    FULL_NAME = "full_name", _("Full name")
    NONE = "none", _("Nothing")


class GroupNames(TextChoices):
    """By what name a group or an activity is shown at the service."""

    ALIAS = "alias", _("Alias")
    SUBJECT_YEAR = "subject_year", _("Subject and school year")
    REAL = "real", _("Its own name")


class ProtectedRule(TextChoices):
    """What a service may know of a person with a protected identity: nothing, or a school alias."""

    NONE = "none", _("Nothing")
    ALIAS = "alias", _("A school alias")


NEEDED_FOR_DISPLAY: Final[Mapping[Display, frozenset[Field]]] = MappingProxyType(
    {
        Display.ALIAS: frozenset(),
        Display.NONE: frozenset(),
        Display.GIVEN_NAME: frozenset({Field.GIVEN_NAME}),
        Display.FULL_NAME: frozenset({Field.GIVEN_NAME, Field.FAMILY_NAME}),
    }
)
"""A name is shown only when each of its parts is an approved field; otherwise the alias is."""


def display_in_force(wanted: Display, *, approved: frozenset[Field]) -> Display:
    """Fall back to the alias when the policy asks for a name that no approved field allows."""
    return wanted if NEEDED_FOR_DISPLAY[wanted] <= approved else Display.ALIAS

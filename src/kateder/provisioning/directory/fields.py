"""The settings of a directory that is written, and what a field that is left empty means in each kind."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kateder.core.ldap.settings import WHERE
from kateder.core.setup import Field, FieldKind, section

ACTIVE_DIRECTORY = "active_directory"
OPENLDAP = "openldap"

PRESETS: Mapping[str, Mapping[str, str]] = {
    ACTIVE_DIRECTORY: {
        "person_mark": "employeeNumber",
        "person_classes": "top, person, organizationalPerson, user",
        "person_name": "cn={userName}",
        "person_attributes": """displayName = {displayName}
givenName = {givenName}
sn = {familyName}
mail = {emails|first}
userPrincipalName = {userName}
sAMAccountName = {userName|local|cut20}""",
        "group_mark": "adminDescription",
        "group_classes": "top, group",
        "group_name": "cn={displayName} {id|short}",
        "group_attributes": "description = {displayName}",
    },
    OPENLDAP: {
        "person_mark": "employeeNumber",
        "person_classes": "inetOrgPerson",
        "person_name": "uid={userName}",
        "person_attributes": """cn = {displayName}
displayName = {displayName}
givenName = {givenName}
sn = {familyName} || {displayName}
mail = {emails}""",
        "disabled": "employeeType=disabled",
        "group_mark": "businessCategory",
        "group_classes": "groupOfNames",
        "group_name": "cn={displayName} {id|short}",
        "group_attributes": "description = {displayName}",
    },
}


def _empty(name: str) -> Promise | str:
    """What a field that is left empty means."""
    values = " · ".join(
        f"{'AD' if kind == ACTIVE_DIRECTORY else 'OpenLDAP'}: {preset[name].replace(chr(10), '; ')}"
        for kind, preset in PRESETS.items()
        if name in preset
    )
    text: Promise | str = format_lazy(_("Empty: {value}"), value=values)
    return text


_CONNECTION = (
    *WHERE,
    Field(
        "bind_dn",
        _("Account"),
        required=True,
        help=_("A DN, or in Active Directory name@domain. Let it write below the base and nowhere else."),
    ),
    Field("password", _("Password"), FieldKind.SECRET, required=True),
    Field(
        "directory",
        _("Kind of directory"),
        FieldKind.CHOICE,
        default=ACTIVE_DIRECTORY,
        choices=((ACTIVE_DIRECTORY, "Active Directory"), (OPENLDAP, "OpenLDAP")),
        help=_("What fields below mean when they are left empty."),
    ),
)
_PLACES = (
    Field(
        "base",
        _("Base"),
        required=True,
        help=_("Such as OU=Skola,DC=example,DC=org. Nothing outside it is read, adopted or written."),
    ),
    Field("person_base", _("New accounts"), required=True, help=_("The DN under which new accounts are made.")),
    Field("teacher_base", _("New accounts of teachers"), help=_("Empty: with the others.")),
    Field("group_base", _("New groups"), help=_("Empty: no groups are kept in the directory.")),
    Field(
        "disabled_base",
        _("Disabled accounts"),
        help=_("Where an account is moved when it has been disabled. Empty: it stays where it is."),
    ),
    Field(
        "adopt",
        _("Adopt accounts that are there"),
        help=_("Such as mail = {userName}: an account below the base that has it becomes ours instead of a new one."),
    ),
)
_ACCOUNTS = (
    Field("person_mark", _("Accounts: our mark"), help=_empty("person_mark")),
    Field("person_name", _("Accounts: name of the entry"), help=_empty("person_name")),
    Field("person_attributes", _("Accounts: attributes"), FieldKind.LONG_TEXT, help=_empty("person_attributes")),
    Field("person_classes", _("Accounts: object classes"), help=_empty("person_classes")),
    Field(
        "disabled",
        _("Accounts: how one is disabled"),
        help=_("An attribute and its value. Empty: employeeType=disabled. Active Directory has a way of its own."),
    ),
    Field(
        "rename",
        _("Let names of entries follow"),
        FieldKind.TRUTH,
        default=True,
        help=_("An entry is renamed when what its name is made of has changed. It stays in its place in the tree."),
    ),
)
_GROUPS = (
    Field("group_mark", _("Groups: our mark"), help=_empty("group_mark")),
    Field("group_name", _("Groups: name of the entry"), help=_empty("group_name")),
    Field("group_attributes", _("Groups: attributes"), FieldKind.LONG_TEXT, help=_empty("group_attributes")),
    Field("group_classes", _("Groups: object classes"), help=_empty("group_classes")),
)
FIELDS: tuple[Field, ...] = (
    *section(_("The directory"), _CONNECTION, seldom=[field.name for field in WHERE[1:]]),
    *section(_("Where accounts and groups are"), _PLACES, seldom=["teacher_base", "disabled_base", "adopt"]),
    *section(_("How an account is written"), _ACCOUNTS, seldom=[field.name for field in _ACCOUNTS]),
    *section(_("How a group is written"), _GROUPS, seldom=[field.name for field in _GROUPS]),
)

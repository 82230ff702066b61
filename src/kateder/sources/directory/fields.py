"""The settings of a directory, and what a field that is left empty means in each kind of directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kateder.core.ldap.settings import WHERE
from kateder.core.setup import Field, FieldKind, section

ACTIVE_DIRECTORY = "active_directory"
OPENLDAP = "openldap"

PEOPLE = ("id", "given_name", "family_name", "civic_no", "emails", "principal_names", "phone_numbers",
          "security_marking", "created", "ends")  # fmt: skip
EXPRESSIONS = (
    *PEOPLE, "pupil_unit", "school_type", "school_year", "pupil_class", "staff_unit", "duty_role", "signature",
    "group_name", "group_unit", "subject_code", "subject_name", "unit_id", "unit_name", "unit_code",
)  # fmt: skip

_COMMON: Mapping[str, str] = {
    "given_name": "givenName",
    "family_name": "sn",
    "emails": "mail",
    "phone_numbers": "mobile",
    "group_name": "cn",
    "school_type": '"GR"',
    "duty_role": '"Lärare"',
    "unit_id": "ou",
    "unit_name": "ou",
    "pupil_filter": "(objectClass=person)",
    "staff_filter": "(objectClass=person)",
    "unit_filter": "(objectClass=organizationalUnit)",
    "member": "member",
    "member_names": "dn",
}
PRESETS: Mapping[str, Mapping[str, str]] = {
    ACTIVE_DIRECTORY: {
        **_COMMON,
        "id": "objectGUID",
        "principal_names": "userPrincipalName",
        "created": "whenCreated",
        "ends": "accountExpires",
        "pupil_filter": "(&(objectCategory=person)(objectClass=user))",
        "staff_filter": "(&(objectCategory=person)(objectClass=user))",
        "group_filter": "(objectClass=group)",
    },
    OPENLDAP: {
        **_COMMON,
        "id": "entryUUID",
        "principal_names": "eduPersonPrincipalName",
        "created": "createTimestamp",
        "group_filter": "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup))",
    },
}

_CONNECTION = (
    *WHERE,
    Field("bind_dn", _("Account"), help=_("A DN, or in Active Directory name@domain. It needs to read, nothing more.")),
    Field("password", _("Password"), FieldKind.SECRET),
    Field("seconds", _("Longest wait, seconds"), FieldKind.NUMBER, default=30),
    Field("page_size", _("Entries a page"), FieldKind.NUMBER, default=500),
    Field("most", _("Most entries of one search"), FieldKind.NUMBER, default=1_000_000),
    Field(
        "referral_hosts",
        _("Follow referrals to"),
        help=_("Names of hosts, with commas between. They are shown the same account. Empty: no referral is followed."),
    ),
    Field(
        "directory",
        _("Kind of directory"),
        FieldKind.CHOICE,
        required=True,
        default=ACTIVE_DIRECTORY,
        choices=((ACTIVE_DIRECTORY, "Active Directory"), (OPENLDAP, "OpenLDAP")),
        help=_("What fields below mean when they are left empty."),
    ),
)
_SCHOOLS = (
    Field("authority_name", _("The authority's name"), required=True),
    Field("organisation_number", _("Organisation number")),
    Field(
        "unit_table",
        _("School units"),
        FieldKind.LONG_TEXT,
        help=_("A line for each: what the directory calls it = school unit code, name."),
    ),
    Field("unit_base", _("School units: base"), help=_("Where school units are entries of the directory.")),
    Field("unit_filter", _("School units: filter")),
    Field("unit_id", _("School units: what people refer to")),
    Field("unit_name", _("School units: name")),
    Field("unit_code", _("School units: school unit code")),
)
_PERSONS = (
    Field("id", _("Id"), help=_("Must never change for a person. Empty: objectGUID or entryUUID.")),
    Field("given_name", _("Given name")),
    Field("family_name", _("Family name")),
    Field("civic_no", _("Personal number")),
    Field("emails", _("E-mail")),
    Field("principal_names", _("EPPN")),
    Field("phone_numbers", _("Telephone")),
    Field("security_marking", _("Protected identity")),
    Field(
        "created",
        _("Begins"),
        help=_("A date or time, used where no first day is given. Empty: when the entry was made."),
    ),
    Field("ends", _("Ends")),
    Field("start_date", _("First day"), help=_("Such as 2026-08-17. Empty: when the entry was made.")),
)
_PUPILS = (
    Field("pupil_base", _("Pupils: base"), required=True),
    Field("pupil_filter", _("Pupils: filter")),
    Field("pupil_unit", _("Pupils: school unit"), required=True),
    Field("school_type", _("Pupils: school type")),
    Field("school_year", _("Pupils: school year")),
    Field("pupil_class", _("Pupils: class"), help=_("Makes a class of all who have the same at the same unit.")),
)
_STAFF = (
    Field("staff_base", _("Staff: base")),
    Field("staff_filter", _("Staff: filter")),
    Field("staff_unit", _("Staff: school unit"), help=_("With several values there is a duty at each.")),
    Field("duty_role", _("Staff: role")),
    Field("signature", _("Staff: signature")),
)
_GROUPS = (
    Field("group_base", _("Groups: base"), help=_("All groups, also those that only hold other groups.")),
    Field("group_filter", _("Groups: filter")),
    Field("class_filter", _("Groups: which are classes"), help=_("Empty: none.")),
    Field("teaching_filter", _("Groups: which are teaching groups"), help=_("Empty: none.")),
    Field("member", _("Groups: attribute with the members")),
    Field("member_names", _("Groups: what names a member"), help=_("dn, or an attribute of the person such as uid.")),
    Field("group_name", _("Groups: name")),
    Field("group_unit", _("Groups: school unit"), help=_("Empty: where most of its pupils are.")),
    Field("subject_code", _("Groups: subject code")),
    Field("subject_name", _("Groups: subject")),
    Field(
        "translations",
        _("Translations"),
        FieldKind.LONG_TEXT,
        help=_("A line for each: field: what the directory says = what it means."),
    ),
)


def _explained(field: Field) -> Field:
    """A field that says what it means when it is left empty."""
    values = dict.fromkeys(preset[field.name] for preset in PRESETS.values() if field.name in preset)
    if field.help or not values:
        return field
    return replace(field, help=format_lazy(_("Empty: {value}"), value=" · ".join(values)))


_SECTIONS = (
    section(
        _("The directory"),
        _CONNECTION,
        seldom=["start_tls", "ca_file", "ca_text", "seconds", "page_size", "most", "referral_hosts"],
    ),
    section(
        _("Schools"),
        _SCHOOLS,
        seldom=["organisation_number", "unit_base", "unit_filter", "unit_id", "unit_name", "unit_code"],
    ),
    section(_("Pupils"), _PUPILS, seldom=["pupil_filter", "school_type"]),
    section(_("Staff"), _STAFF, seldom=["staff_filter", "duty_role", "signature"]),
    section(
        _("Groups"),
        _GROUPS,
        seldom=["group_filter", "member", "member_names", "group_unit", "subject_code", "subject_name", "translations"],
    ),
    section(
        _("What a person's entry says"),
        _PERSONS,
        seldom=[
            "given_name",
            "family_name",
            "emails",
            "principal_names",
            "phone_numbers",
            "created",
            "ends",
            "start_date",
        ],
    ),
)
FIELDS: tuple[Field, ...] = tuple(_explained(field) for fields in _SECTIONS for field in fields)

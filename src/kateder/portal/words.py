"""The words that pages use for codes: what a row of a plan is about, which field changed, whose turn it is."""

from collections.abc import Mapping
from typing import Final

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Promise]

KINDS: Final[Words] = {
    "organisation": _("organisations"),
    "person": _("persons"),
    "enrolment": _("enrolments"),
    "guardianship": _("guardian links"),
    "duty": _("duties"),
    "group": _("groups"),
    "membership": _("memberships"),
    "activity": _("activities"),
    "activity_group": _("groups of activities"),
    "activity_teacher": _("teachers of activities"),
    # The resource types of EGIL.
    "Organisation": _("organisations"),
    "SchoolUnitGroup": _("schools"),
    "SchoolUnit": _("school units"),
    "User": _("accounts"),
    "StudentGroup": _("groups"),
    "Employment": _("duties"),
    "Activity": _("activities"),
}
FIELDS: Final[Words] = {
    "display_name": _("Name"),
    "given_name": _("Given name"),
    "middle_name": _("Middle name"),
    "family_name": _("Family name"),
    "civic_no": _("Personal identity number"),
    "birth_date": _("Date of birth"),
    "sex": _("Sex"),
    "security_marking": _("Protection in the population register"),
    "person_status": _("Status"),
    "emails": _("E-mail addresses"),
    "edu_person_principal_names": _("User names"),
    "phone_numbers": _("Telephone numbers"),
    "organisation_type": _("Kind of organisation"),
    "organisation_code": _("Organisation code"),
    "organisation_number": _("Organisation number"),
    "school_unit_code": _("School unit code"),
    "school_types": _("School forms"),
    "municipality_code": _("Municipality"),
    "parent": _("Belongs to"),
    "start_date": _("First day"),
    "end_date": _("Last day"),
    "school_type": _("School form"),
    "school_year": _("School year"),
    "enroled_at": _("Enrolled at"),
    "duty_at": _("Works at"),
    "duty_role": _("Role"),
    "signature": _("Signature"),
    "cancelled": _("Cancelled"),
    "education_code": _("Education code"),
    "programme": _("Programme"),
    "placed_by": _("Placed by"),
    "relation_type": _("Relation"),
    "blocked": _("Blocked"),
    "block_reason": _("Reason for the block"),
    "group_type": _("Kind of group"),
    "organisation": _("School"),
    "group": _("Group"),
    "groups": _("Groups"),
    "teachers": _("Teachers"),
    "person": _("Person"),
    "child": _("Child"),
    "guardian": _("Guardian"),
    "subject_code": _("Subject code"),
    "subject_name": _("Subject"),
}
ACTIONS: Final[Words] = {"create": _("is created"), "update": _("is changed"), "remove": _("is removed")}
OWNERS: Final[Words] = {
    "school": _("the school"),
    "hr": _("human resources"),
    "it": _("IT"),
    "provider": _("the provider"),
    "office": _("the education office"),
}
ANSWERS: Final[Words] = {
    "feed_keeps_moving": _("the register kept changing; the next run goes on"),
    "not_the_pinned_server": _("the server is not the one whose key we know"),
    "http_401": _("the service does not know our key"),
    "http_403": _("the service refuses us"),
    "paused": _("deliveries are paused"),
}
CAUSES: Final[Words] = {
    "assigned": _("handed out"),
    "returned": _("came back"),
    "left": _("left the class or the school"),
    "moved": _("moved to another licence"),
    "lot_ended": _("the licence ended"),
}
LIMITS: Final[Words] = {
    "first": _("Nothing has been fetched or sent here before. The first time, a person looks before anything happens."),
    "emptied": _(
        "All %(existing)s %(kind)s would be removed. An empty or exchanged file looks like this; so does a closure."
    ),
    "churn": _(
        "%(counted)s %(kind)s would be created or removed, of %(existing)s. Up to %(allowed)s pass by themselves."
    ),
    "updates": _("%(counted)s %(kind)s would be changed, of %(existing)s. Up to %(allowed)s pass by themselves."),
}


def word(words: Words, code: str) -> str:
    """The word for a code in the reader's language; a code without a word is shown as it is."""
    return str(words[code]) if code in words else code


def limit_sentence(hit: Mapping[str, object]) -> str:
    """What one limit that holds a plan means, from the hit as `core.plans` stores it."""
    sentence = word(LIMITS, str(hit.get("measure", "")))
    kind = word(KINDS, str(hit.get("kind", "")))
    numbers = {name: number(hit.get(name, 0)) for name in ("counted", "allowed", "existing")}
    return sentence % {"kind": kind, **numbers}


def number(value: object) -> str:
    """A whole number with the reader's thousands separator."""
    return number_format(str(value), decimal_pos=0, use_l10n=True, force_grouping=True)


def shown(value: object) -> str:
    """A changed value as a person reads it."""
    if value is None or value in ("", []):
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)

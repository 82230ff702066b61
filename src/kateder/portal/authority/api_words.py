"""What an API client may see, in words that somebody who decides about it understands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Service
from kateder.portal.words import Words, word
from kateder.provisioning.api import People, Profile, profile_of
from kateder.register.models import Organisation
from kateder.trust.api import ApiClient

THINGS: Final[Words] = {
    "organisations": _("Organisations and schools"),
    "persons": _("Persons"),
    "placements": _("Placements in preschool and after-school care"),
    "duties": _("Duties of staff"),
    "groups": _("Classes and groups"),
    "programmes": _("Programmes"),
    "studyplans": _("Study plans"),
    "syllabuses": _("Subjects and courses"),
    "schoolUnitOfferings": _("What a school offers"),
    "activities": _("Activities (teaching)"),
    "calendarEvents": _("Lessons"),
    "attendances": _("Attendance at lessons"),
    "attendanceEvents": _("Arrivals and departures"),
    "attendanceSchedule": _("Care schedules"),
    "grades": _("Grades"),
    "absences": _("Absence"),
    "aggregatedAttendance": _("Sums of attendance"),
    "resources": _("Bookable resources"),
    "rooms": _("Rooms"),
}
ATTRIBUTES: Final[Words] = {
    "givenName": _("given name"),
    "middleName": _("middle name"),
    "familyName": _("family name"),
    "eduPersonPrincipalNames": _("user names (EPPN)"),
    "externalIdentifiers": _("identifiers in other systems"),
    "civicNo": _("personal identity number"),
    "birthDate": _("date of birth"),
    "sex": _("sex"),
    "securityMarking": _("protection in the population register"),
    "personStatus": _("status"),
    "emails": _("e-mail addresses"),
    "phoneNumbers": _("telephone numbers"),
    "addresses": _("addresses"),
    "enrolments": _("enrolments"),
    "responsibles": _("guardians"),
    "displayName": _("name"),
    "organisationType": _("kind"),
    "organisationNumber": _("organisation number"),
    "schoolUnitCode": _("school unit code"),
    "groupType": _("kind of group"),
    "schoolType": _("school form"),
    "organisation": _("school"),
    "groupMemberships": _("members"),
    "startDate": _("first day"),
    "endDate": _("last day"),
    "person": _("person"),
    "dutyAt": _("where"),
    "dutyRole": _("role"),
    "activityType": _("kind of activity"),
    "parentActivity": _("belongs to activity"),
    "calendarEventsRequired": _("whether it is to be scheduled"),
    "groups": _("groups"),
    "teachers": _("teachers"),
}
PEOPLE: Final[Words] = {
    People.PUPIL: _("Pupils and children"),
    People.STAFF: _("Staff"),
    People.GUARDIAN: _("Guardians"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A profile in words: a sentence, and a line per kind of thing with the attributes that it is narrowed to."""

    line: str
    things: tuple[tuple[str, str], ...] = ()
    schools: str = ""
    people: str = ""
    protected: str = ""


def seen_by(client: ApiClient) -> Seen:
    """What a client may see. Raises BadProfile."""
    profile = profile_of(client)
    if profile.service_id is not None:
        return _of_service(profile.service_id)
    if profile.everything:
        return Seen(gettext("Everything in the register"), protected=_protected(profile))
    if not profile.entities:
        return Seen(gettext("Nothing yet"))
    return Seen(
        gettext("Only what stands here"),
        things=tuple((word(THINGS, path), _attributes(profile, path)) for path in THINGS if path in profile.entities),
        schools=_schools(profile),
        people=", ".join(word(PEOPLE, one) for one in People if one in profile.people),
        protected=_protected(profile),
    )


def short(client: ApiClient, *, services: Mapping[UUID, str]) -> str:
    """The same in a few words."""
    if client.service_id is not None:
        name = services.get(client.service_id, "")
        return gettext("What %(service)s may know") % {"service": name} if name else gettext("Nothing")
    profile = profile_of(client)
    if profile.everything:
        return gettext("Everything")
    return ", ".join(word(THINGS, path) for path in THINGS if path in profile.entities) or gettext("Nothing yet")


def _of_service(service_id: UUID) -> Seen:
    found = Service.objects.filter(id=service_id).first()
    if found is None:
        return Seen(gettext("Nothing: the service is gone"))
    said = gettext("Those who are entitled to %(service)s, and of them what the service may know")
    return Seen(said % {"service": found.name})


def _attributes(profile: Profile, path: str) -> str:
    named = profile.attributes.get(path)
    if named is None:
        return gettext("all there is about them")
    known = [str(ATTRIBUTES[name]) for name in ATTRIBUTES if name in named]
    return ", ".join([*known, *sorted(named - ATTRIBUTES.keys())])


def _schools(profile: Profile) -> str:
    if profile.units is None:
        return gettext("All schools")
    names = Organisation.objects.filter(id__in=profile.units).order_by("display_name")
    return ", ".join(names.values_list("display_name", flat=True)) or gettext("No school")


def _protected(profile: Profile) -> str:
    return gettext("Are there too") if profile.protected else gettext("Are left out")

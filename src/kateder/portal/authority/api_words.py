"""What an API client may see, in words that somebody who decides about it understands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Service
from kateder.portal.authority.attribute_words import ATTRIBUTES
from kateder.portal.words import Words, word
from kateder.provisioning.api import Api, People, Profile, api_of, profile_of, returns_results
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
ONEROSTER: Final[Words] = {
    "oneroster/orgs": _("Organisations and schools"),
    "oneroster/users": _("Persons"),
    "oneroster/classes": _("Classes and groups"),
    "oneroster/courses": _("Courses"),
    "oneroster/enrollments": _("Who is in which class"),
    "oneroster/academicSessions": _("School year and terms"),
    "oneroster/demographics": _("Demographics (always empty)"),
    "oneroster/categories": _("Categories of results"),
    "oneroster/scoreScales": _("Score scales"),
    "oneroster/lineItems": _("Assignments"),
    "oneroster/results": _("Results"),
}
"""What is counted of OneRoster, as `THINGS` is of SS 12000."""
APIS: Final[Words] = {Api.ONEROSTER: _("OneRoster 1.2"), Api.SS12000: _("SS 12000")}
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
    api: str = ""
    results: str = ""


def seen_by(client: ApiClient) -> Seen:
    """What a client may see. Raises BadProfile."""
    profile = profile_of(client)
    if profile.service_id is not None:
        return _of_service(profile.service_id, client)
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


def _of_service(service_id: UUID, client: ApiClient) -> Seen:
    found = Service.objects.filter(id=service_id).first()
    if found is None:
        return Seen(gettext("Nothing: the service is gone"))
    said = gettext("Those who are entitled to %(service)s, and of them what the service may know")
    may = gettext("May return results") if returns_results(client) else gettext("May only read")
    results = may if api_of(client) is Api.ONEROSTER else ""
    return Seen(said % {"service": found.name}, api=word(APIS, api_of(client)), results=results)


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

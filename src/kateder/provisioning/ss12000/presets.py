"""Profiles that are ready to be set, by what the client is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Preset:
    """A profile with a name. `profile` is as `profiles.read` takes it."""

    code: str
    label: str | Promise
    profile: Mapping[str, Any]


SKOLVERKET: Final = Preset(
    "skolverket",
    _("Skolverket's test service: what the national tests need"),
    {
        "entities": ["organisations", "persons", "groups", "duties", "activities"],
        "attributes": {
            "organisations": ["displayName", "organisationType", "schoolUnitCode", "organisationNumber"],
            "persons": [
                "givenName", "middleName", "familyName", "eduPersonPrincipalNames", "externalIdentifiers", "civicNo",
                "securityMarking", "emails", "enrolments",
            ],
            "groups": [
                "displayName", "groupType", "schoolType", "organisation", "startDate", "endDate", "groupMemberships",
            ],
            "duties": ["person", "dutyAt", "dutyRole", "startDate", "endDate"],
            "activities": [
                "displayName", "activityType", "organisation", "parentActivity", "calendarEventsRequired", "startDate",
                "endDate", "groups", "teachers",
            ],
        },
        # Guardians sit no tests. Who has a protected identity leaves only once Skolverket's own steps are done.
        "people": ["pupil", "staff"],
        "protected": False,
    },
)  # fmt: skip
EVERYTHING: Final = Preset(
    "everything",
    _("Everything except persons with a protected identity: for the authority's own systems"),
    {"everything": True, "protected": False},
)
NOTHING: Final = Preset("nothing", _("Nothing yet"), {})

PRESETS: Final[Mapping[str, Preset]] = {preset.code: preset for preset in (SKOLVERKET, EVERYTHING, NOTHING)}

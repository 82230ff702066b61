"""What an API client may see: which kinds of things, which attributes, which school units, whom.

A service's profile is not written down here: it is composed by governance and licences, person by person. Any
other client's is set (`trust.models.ApiClient.profile`), and what it does not name is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from kateder.core.errors import DomainError
from kateder.protocols.ss12000.endpoints import AGGREGATED, ENDPOINTS

PATHS: Final = frozenset({*ENDPOINTS, AGGREGATED.path})
ALWAYS: Final = frozenset({"id", "meta"})
"""Attributes that everything has."""
OF_A_SERVICE: Final = frozenset({"organisations", "persons", "groups", "duties", "activities"})
"""What a provider's profile holds: who is entitled, and what ties them to each other at the service."""


MEMBERS: Final = frozenset(
    {"everything", "entities", "attributes", "units", "people", "protected", "writes", "activities_key", "api"}
)


class Caller(Protocol):
    """What a profile is read from: `trust.models.ApiClient`."""

    service_id: UUID | None
    profile: Any


class BadProfile(DomainError):
    """The profile cannot be used: {what}."""


class Api(StrEnum):
    """Which of our APIs a client reads: one, not both."""

    SS12000 = "ss12000"
    ONEROSTER = "oneroster"


class People(StrEnum):
    """Why a person is in the register."""

    PUPIL = "pupil"
    STAFF = "staff"
    GUARDIAN = "guardian"


class ActivitiesKey(StrEnum):
    """How deletedEntities calls activities: misspelled as published, as it should be, or both ways at once."""

    BOTH = "both"
    PUBLISHED = "published"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one client may see.

    `attributes` narrows a kind of thing to those attributes (top level, `id` and `meta` always); one that is not
    mentioned has all of its own. `units` are root ids of school units; None means all. `protected`: whether
    persons with a protected identity are there at all (domain rule 8). `writes` are the paths it may POST to
    and DELETE from.
    """

    everything: bool = False
    entities: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    units: frozenset[UUID] | None = None
    people: frozenset[People] = frozenset(People)
    protected: bool = False
    writes: frozenset[str] = frozenset()
    service_id: UUID | None = None
    activities_key: ActivitiesKey = ActivitiesKey.BOTH
    api: Api = Api.SS12000

    @property
    def is_whole(self) -> bool:
        """Whether nothing at all is left out."""
        return self.everything and self.protected

    def may_read(self, path: str) -> bool:
        """Whether this kind of thing is there for the client."""
        return self.everything or path in self.entities

    def may_write(self, path: str) -> bool:
        """Whether the client may report such things."""
        return path in self.writes

    def shows(self, path: str, attribute: str) -> bool:
        """Whether an attribute of a kind of thing is shown."""
        named = self.attributes.get(path)
        return self.everything or named is None or attribute in named or attribute in ALWAYS


def profile_of(client: Caller) -> Profile:
    """The profile of a client: its service's, or the one that is set. Raises BadProfile."""
    if client.service_id is not None:
        stored = client.profile or {}
        key, api = ActivitiesKey(stored.get("activities_key", ActivitiesKey.BOTH)), Api(stored.get("api", Api.SS12000))
        entities = OF_A_SERVICE if api is Api.SS12000 else frozenset()
        return Profile(entities=entities, service_id=client.service_id, activities_key=key, api=api)
    return read(client.profile)


def read(stored: Mapping[str, Any]) -> Profile:
    """A profile from its JSON; an empty one shows nothing. Raises BadProfile.

    `{"everything": true, "protected": false}`, or `{"entities": […], "attributes": {"persons": […]}, "units": […],
    "people": ["pupil", …], "protected": false, "writes": ["attendances"], "activities_key": "both"}`.
    """
    unknown = stored.keys() - MEMBERS
    if unknown:
        raise BadProfile(what=", ".join(sorted(unknown)))
    units = stored.get("units")
    try:
        return Profile(
            everything=bool(stored.get("everything", False)),
            entities=_paths(stored.get("entities", ())),
            attributes={_path(path): frozenset(map(str, names)) for path, names in _pairs(stored)},
            units=None if units is None else frozenset(map(UUID, units)),
            people=frozenset(map(People, stored.get("people", list(People)))),
            protected=bool(stored.get("protected", False)),
            writes=_paths(stored.get("writes", ())),
            activities_key=ActivitiesKey(stored.get("activities_key", ActivitiesKey.BOTH)),
        )
    except (ValueError, TypeError, AttributeError) as error:
        raise BadProfile(what=str(error)) from None


def _pairs(stored: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(dict(stored.get("attributes", {})).items())


def _paths(names: object) -> frozenset[str]:
    if not isinstance(names, list | tuple):
        raise BadProfile(what=str(names))
    return frozenset(map(_path, names))


def _path(name: str) -> str:
    if name not in PATHS:
        raise BadProfile(what=str(name))
    return name

"""Services that fetch from us: which API one reads, what its client may do, and what it would see of a class."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from kateder.core.actors import Actor
from kateder.protocols.oneroster import resources
from kateder.provisioning.oneroster import projecting as oneroster
from kateder.provisioning.sight.previewing import Body, Preview, of_the_class
from kateder.provisioning.ss12000 import services as ss12000
from kateder.provisioning.ss12000.profiles import Api
from kateder.trust import api as trust
from kateder.trust.api import ApiClient, Credentials

READS: Final = (resources.CORE, resources.ROSTER)
WRITES: Final = (
    resources.GRADES_CORE,
    resources.GRADES,
    resources.PUT_GRADES,
    resources.POST_GRADES,
    resources.DELETE_GRADES,
)
_PAGES: Final = {Api.SS12000: ss12000.read_pages, Api.ONEROSTER: oneroster.read_pages}
_PEOPLE: Final = frozenset({"persons", "users"})
_NAMED: Final = ("displayName", "title", "name")


def let_fetch(
    service_id: UUID, *, name: str, api: Api, returns_results: bool, by: Actor, now: datetime, rate: int | None = 50
) -> Credentials:
    """Make a client for a service; gives its secret, which is shown only now.

    `returns_results`: whether it may write in its gradebook, which only OneRoster has. Raises what `add_client` does.
    """
    scopes: tuple[str, ...] = ()
    if api is Api.ONEROSTER:
        scopes = READS + (WRITES if returns_results else ())
    profile: Mapping[str, object] = {} if api is Api.SS12000 else {"api": api.value}
    return trust.add_client(name, by=by, now=now, service_id=service_id, profile=profile, scopes=scopes, rate=rate)


def api_of(client: ApiClient) -> Api:
    """Which of our APIs a client reads."""
    return Api((client.profile or {}).get("api", Api.SS12000)) if client.service_id else Api.SS12000


def returns_results(client: ApiClient) -> bool:
    """Whether a client may write in its service's gradebook."""
    return resources.PUT_GRADES in client.scopes


def preview_of(service_id: UUID, group_id: UUID, *, api: Api, today: date, now: datetime, base: str = "") -> Preview:
    """Every object that the service would read if only this class were entitled, people first. Call within().

    `base` is the address of the rostering service, with a slash at the end.
    """
    everybody, protected = of_the_class(group_id, today=today)
    read = {
        path: [orjson.loads(row.content.replace('"href":"~/', f'"href":"{base}')) for row in rows]
        for path, rows in _PAGES[api](service_id, today=today, now=now, only=everybody - protected)
    }
    people = [one for path in _PEOPLE for one in read.get(path, ())]
    called = {one.get("sourcedId") or one["id"]: _label(one) for one in people}
    bodies = [
        Body(path, _label(content) or called.get(_whose(content), ""), _shown(content))
        for path in sorted(read, key=lambda path: path not in _PEOPLE)
        for content in read[path]
    ]
    return Preview(bodies, people=len(everybody), with_account=len(people), hidden=len(protected))


def _whose(content: Mapping[str, Any]) -> str:
    """The id of the person that an enrolment or a duty is of."""
    person = content.get("user") or content.get("person") or {}
    return str(person.get("sourcedId") or person.get("id", ""))


def _shown(content: dict[str, Any]) -> dict[str, Any]:
    """Without the places where times and addresses are put when it is answered."""
    return {name: value for name, value in content.items() if name not in {"meta", "dateLastModified"}}


def _label(content: Mapping[str, Any]) -> str:
    full = " ".join(filter(None, (content.get("givenName"), content.get("familyName"))))
    return full or next((str(content[name]) for name in _NAMED if content.get(name)), "")

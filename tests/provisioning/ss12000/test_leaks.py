"""No name, number or id of anybody outside a profile is anywhere in what its client is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

import orjson

from kateder.core.tenancy import within
from kateder.governance.api import Display, Field, FieldChoice, Level, ProtectedRule
from kateder.protocols.ss12000.endpoints import ENDPOINTS
from kateder.register.models import Person
from tests.cast import Cast
from tests.offer import Offer
from tests.provisioning.ss12000.calling import Api, NewApi

KINDS = ["organisations", "persons", "groups", "duties", "activities", "placements", "absences", "attendances"]


def everything_answered(api: Api, ids: list[UUID]) -> Iterator[bytes]:
    """Walk every endpoint: lists with all that can be added, each known id, lookups, searches, removals."""
    for path, endpoint in ENDPOINTS.items():
        extra = {"expandReferenceNames": "true"} | ({"expand": ",".join(endpoint.expands)} if endpoint.expands else {})
        times = {"startTime.onOrAfter": "2020-01-01T00:00:00Z", "startTime.onOrBefore": "2030-01-01T00:00:00Z"}
        yield dumped(api.call("GET", path, **extra, **(times if path == "calendarEvents" else {})))
        for sort in endpoint.sorts[:2]:
            yield dumped(api.call("GET", path, sortkey=sort, limit=2, **(times if path == "calendarEvents" else {})))
        if endpoint.lookup:
            shape = extra if endpoint.lookup_expands else {"expandReferenceNames": "true"}
            yield dumped(api.call("POST", f"{path}/lookup", {"ids": list(map(str, ids))}, **shape))
    for id_ in ids:
        for path in ("persons", "groups", "duties", "activities", "organisations"):
            yield dumped(api.call("GET", f"{path}/{id_}"))
    yield dumped(api.call("GET", "persons", nameContains="berg"))
    yield dumped(api.call("GET", "deletedEntities"))


def dumped(answer: tuple[int, object]) -> bytes:
    """The answer's bytes, without the question's own id, which a refusal does not repeat."""
    return orjson.dumps(answer[1])


def traces(cast: Cast, *names: str) -> set[bytes]:
    """What would give somebody away: names, addresses, numbers, ids of their own and of their duties."""
    found: set[str] = set()
    with within(cast.authority.id):
        for name in names:
            person = Person.objects.get(id=cast[name])
            found |= {person.given_name, person.family_name, str(person.id), *person.emails}
            found |= set(person.edu_person_principal_names)
            found |= {str(cast.ids[key]) for key in (f"duty_{name}",) if key in cast.ids}
    return {text.encode() for text in found}


def told(hidden: Iterable[bytes], answer: bytes) -> list[bytes]:
    """What of it stands in an answer, as whole words: an alias may begin as somebody's name does."""
    return [one for one in hidden if re.search(rb"(?<!\w)" + re.escape(one) + rb"(?!\w)", answer)]


def test_a_profile_of_one_school_never_tells_of_another_or_of_the_protected(cast: Cast, new_api: NewApi) -> None:
    profile = {"entities": KINDS, "units": [str(cast["bjork"])]}
    api = new_api(cast.authority, profile)
    hidden = traces(cast, "nils", "ture", "sami") | {b"Lundskolan", str(cast["lund"]).encode(), b"9C"}

    for answer in everything_answered(api, list(cast.ids.values())):
        assert not told(hidden, answer)
    assert len(api.ids("persons")) == 5


def test_a_profile_of_pupils_never_tells_of_staff_and_guardians(cast: Cast, new_api: NewApi) -> None:
    api = new_api(cast.authority, {"entities": KINDS, "people": ["pupil"], "protected": True})
    hidden = traces(cast, "tove", "ture", "petra", "gustav") - {"Åberg".encode()}

    for answer in everything_answered(api, list(cast.ids.values())):
        assert not told(hidden, answer)
    assert len(api.ids("persons")) == 4


def test_attributes_that_are_not_allowed_are_nowhere_not_even_to_ask_by(cast: Cast, new_api: NewApi) -> None:
    profile = {"entities": KINDS, "attributes": {"persons": ["givenName"]}, "protected": True}
    api = new_api(cast.authority, profile)
    hidden = {b"Virtanen", b"berg.nils", b"elsa@edu", b"bjorkviken.example", b"securityMarking", b"2015-03-09"}

    for answer in everything_answered(api, list(cast.ids.values())):
        assert not told(hidden, answer)
    assert api.ids("persons", eduPersonPrincipalName="elsa@edu.bjorkviken.example") == []
    assert api.ids("persons", nameContains="Virtanen") == []


def test_a_kind_of_thing_outside_the_profile_is_refused(cast: Cast, new_api: NewApi) -> None:
    api = new_api(cast.authority, {"entities": ["groups"]})

    assert api.call("GET", "persons")[0] == 403
    assert api.call("GET", f"persons/{cast['elsa']}")[0] == 403
    assert api.call("POST", "persons/lookup", {"ids": []})[0] == 403
    assert api.get(f"groups/{cast['class_5b']}")["groupMemberships"] == []


def test_who_leaves_the_sight_of_a_client_is_among_the_removed(cast: Cast, new_api: NewApi) -> None:
    from kateder.core.actors import Actor
    from kateder.register.api import set_local_protection

    api = new_api(cast.authority, {"entities": KINDS})
    assert str(cast["elsa"]) in api.ids("persons")
    with within(cast.authority.id):
        set_local_protection(cast["elsa"], protected=True, rule="r", actor=Actor.system("test"))

    assert str(cast["elsa"]) not in api.ids("persons")
    assert api.get("deletedEntities")["data"]["persons"] == [str(cast["elsa"])]
    assert api.call("GET", f"persons/{cast['elsa']}")[0] == 404


def licensed(offer: Offer, **policy: object) -> None:
    """Class 5B has the service, on these terms."""
    with within(offer.cast.authority.id):
        offer.allow(**policy)  # type: ignore[arg-type]
        offer.assign(offer.lot(), "class_5b")


def test_a_provider_reads_pseudonyms_and_aliases_of_those_entitled(cast: Cast, offer: Offer, new_api: NewApi) -> None:
    licensed(offer, level=Level.PAIRWISE, protected_rule=ProtectedRule.ALIAS)
    api = new_api(cast.authority, service_id=offer.service.id)
    hidden = traces(cast, *("elsa", "sami", "olle", "nils", "tove", "ture", "petra", "gustav"))
    hidden |= {str(id_).encode() for id_ in cast.ids.values()} | {b"5B", "Björkskolan".encode(), b"Matematik"}

    answers = list(everything_answered(api, list(cast.ids.values())))

    for answer in answers:
        assert not told(hidden, answer)
    assert len(api.get("persons")["data"]) == 3
    (group,) = api.get("groups")["data"]
    members = {membership["person"]["id"] for membership in group["groupMemberships"]}
    assert members < set(api.ids("persons"))
    (activity,) = api.get("activities")["data"]
    assert activity["teachers"][0]["duty"]["id"] == api.ids("duties")[0]


def test_a_provider_reads_approved_fields_of_all_but_the_protected(cast: Cast, offer: Offer, new_api: NewApi) -> None:
    fields = [FieldChoice(field, "namn i klassen", "4.1") for field in (Field.GIVEN_NAME, Field.FAMILY_NAME)]
    licensed(offer, level=Level.FIELDS, display=Display.FULL_NAME, protected_rule=ProtectedRule.ALIAS, fields=fields)
    api = new_api(cast.authority, service_id=offer.service.id)

    names = {(person["givenName"], person["familyName"]) for person in api.get("persons")["data"]}

    assert ("Elsa", "Åberg") in names
    assert ("Tove", "Lind") in names
    assert not any("Sami" in name or "Virtanen" in name for name in names)


def test_when_the_agreement_ends_a_provider_reads_removals_only(cast: Cast, offer: Offer, new_api: NewApi) -> None:
    from datetime import timedelta

    from kateder.core import clock
    from kateder.governance import api as governance

    licensed(offer, level=Level.PAIRWISE)
    api = new_api(cast.authority, service_id=offer.service.id)
    known = api.ids("persons")
    with within(cast.authority.id):
        (agreement,) = offer.service.agreements.all()
        governance.end_agreement(agreement.id, last_day=clock.today() - timedelta(days=1), by=offer.by)

    assert known
    assert api.ids("persons") == []
    assert sorted(api.get("deletedEntities")["data"]["persons"]) == sorted(known)

"""Navet over REST: "Folkbokföringsuppgifter för offentliga aktörer", version 3, `POST …/v3/hamta`.

The shapes are those of Skatteverket's service description as published clients have them. An answer holds either
`folkbokforingsposter` or `personposter`, and what was not found in `fel` or `felrapporter`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kateder.protocols.population.records import (
    Address,
    Batch,
    Departure,
    Marking,
    PopulationRecord,
    Problem,
    Trouble,
    day_of,
    municipality_of,
    number_of,
)

LISTS = frozenset({"folkbokforingsposter", "personposter", "fel", "felrapporter"})
"""What an answer holds one of."""
MOST_NUMBERS = 900
"""So many may be asked for at once."""
SCOPE = "fbfuppgoffakt"
_MARKINGS: Mapping[str | bool, Marking] = {
    "SAKNAS": Marking.NONE,
    "SEKRETESSMARKERING": Marking.SECRECY,
    "SKYDDAD_FOLKBOKFORING": Marking.PROTECTED,
    # Some orders answer with yes or no: yes says that there is protection, not which.
    False: Marking.NONE,
    True: Marking.SECRECY,
}


def question(numbers: Sequence[str], *, organisation_number: str, order: str) -> dict[str, object]:
    """The body that asks for persons by number. `order` is the order's identity (beställningsidentitet)."""
    return {
        "bestallning": {"organisationsnummer": organisation_number, "bestallningsidentitet": order},
        "sokvillkor": [{"identitetsbeteckning": number} for number in numbers],
    }


def read_answer(body: object, *, asked: Sequence[str]) -> Batch:
    """The persons of an answer; what was asked for and did not come is `unknown`."""
    records: list[PopulationRecord] = []
    problems: list[Problem] = []
    for place, post in enumerate(_posts(body), start=1):
        found = _record(post) if isinstance(post, Mapping) else Trouble.NOT_A_RECORD
        if isinstance(found, Trouble):
            problems.append(Problem(place, found))
        else:
            records.append(found.guarded())
    answered = {number for one in records for number in (one.number, *one.former)}
    # A post that could not be read may be any of those: nobody is then said not to exist.
    unknown = [] if problems else [number for number in asked if number not in answered]
    return Batch(records, problems, unknown)


def _posts(body: object) -> Iterator[object]:
    if isinstance(body, Mapping):
        for name in ("folkbokforingsposter", "personposter"):
            yield from body.get(name) or ()


def _record(post: Mapping[str, Any]) -> PopulationRecord | Trouble:
    number = number_of(_text(post, "identitet", "identitetsbeteckning"))
    if not number:
        return Trouble.NO_NUMBER
    said = post.get("skyddAvPersonuppgifter")
    marking = _MARKINGS.get(said) if isinstance(said, str | bool) else None
    if marking is None:
        return Trouble.MARKING_UNREADABLE
    registered = post.get("folkbokforing")
    departure = _text(post, "avregistrering", "orsakskod")
    referred = tuple(filter(None, (number_of(_text(one, "identitetsbeteckning")) for one in _list(post))))
    replaced = departure.upper() in {"GN", "GS"}
    return PopulationRecord(
        number=number,
        marking=marking,
        given_name=_text(post, "namn", "fornamn", "namn"),
        middle_name=_text(post, "namn", "mellannamn", "namn"),
        family_name=_text(post, "namn", "efternamn", "namn"),
        municipality=municipality_of(_text(registered, "lanskod"), _text(registered, "kommunkod")),
        address=_address(post),
        departure=Departure.read(departure) if departure else None,
        departed_on=day_of(_text(post, "avregistrering", "avregistreringsdatum", "rfc3339Datum")),
        refers_to=referred[-1] if replaced and referred else "",
        former=() if replaced else referred,
    )


def _list(post: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    listed = post.get("hanvisningar") or ()
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else ()


def _address(post: Mapping[str, Any]) -> Address | None:
    def at(name: str) -> str:
        return _text(post, "folkbokforing", "adress", name)

    street = " ".join(filter(None, (at("adressfortsattning"), at("gatuadress"))))
    address = Address(street, at("careOf"), at("postnummer"), at("postort"))
    return None if address == Address() else address


def _text(value: object, *path: str) -> str:
    """A text deep in an answer; empty where anything on the way is missing. Codes come as numbers too."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""

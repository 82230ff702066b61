"""SPAR's XML: answers of Personsökning and files of Ändrings-, Brutto- and Nulägesavisering (2021.1, 2023.1).

Both carry the same person in `PersonsokningSvarspost` and `AviseringPost` (statenspersonadressregister.se,
Termbeskrivning). The namespaces differ by version only, so elements are found by their local names.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import IO
from xml.sax.saxutils import escape

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
from kateder.protocols.population.xml import Element, children, elements, text

POSTS = frozenset({"PersonsokningSvarspost", "AviseringPost"})
OPEN_END = "9999-12-31"
_SCHEMA = "http://statenspersonadressregister.se/schema"
_QUESTION = """<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:per="{schema}/personsok/2023.1/personsokningfraga"
 xmlns:iden="{schema}/komponent/metadata/identifieringsinformationWs-1.1"
 xmlns:sok="{schema}/komponent/sok/personsokningsokparametrar-1.2"
 xmlns:pers="{schema}/komponent/person/person-1.3">
<soapenv:Header/><soapenv:Body><per:SPARPersonsokningFraga><iden:Identifieringsinformation>
<iden:KundNrLeveransMottagare>{customer}</iden:KundNrLeveransMottagare>
<iden:KundNrSlutkund>{customer}</iden:KundNrSlutkund><iden:UppdragId>{assignment}</iden:UppdragId>
<iden:SlutAnvandarId>{user}</iden:SlutAnvandarId></iden:Identifieringsinformation>
<sok:PersonsokningFraga><pers:IdNummer>{number}</pers:IdNummer></sok:PersonsokningFraga>
</per:SPARPersonsokningFraga></soapenv:Body></soapenv:Envelope>
"""


def question(number: str, *, customer: str, assignment: str, user: str = "Kateder") -> bytes:
    """The SOAP body that asks for one person (Personsökning program-program, 2023.1)."""
    return _QUESTION.format(
        schema=_SCHEMA,
        customer=escape(customer),
        assignment=escape(assignment),
        user=escape(user),
        number=escape(number),
    ).encode()


def read_answer(body: bytes, *, asked: Sequence[str] = ()) -> Batch:
    """The persons of an answer; what was asked for and did not come is `unknown`. Raises BadXml."""
    batch = read_file(BytesIO(body))
    answered = {number for one in batch.records for number in (one.number, *one.former)}
    unknown = [] if batch.problems else [number for number in asked if number not in answered]
    return Batch(batch.records, batch.problems, unknown)


def read_file(stream: IO[bytes]) -> Batch:
    """The persons of a file, however large. Raises BadXml."""
    records: list[PopulationRecord] = []
    problems: list[Problem] = []
    for place, post in enumerate(elements(stream, names=POSTS), start=1):
        found = _record(post)
        if isinstance(found, Trouble):
            problems.append(Problem(place, found))
        else:
            records.append(found.guarded())
    return Batch(records, problems)


def _record(post: Element) -> PopulationRecord | Trouble:
    number = number_of(text(post, "PersonId", "IdNummer") or text(post, "PersonId", "FysiskPersonId"))
    if not number:
        return Trouble.NO_NUMBER
    details = _current(children(post, "Persondetaljer"))
    marking = _marking([post, *([] if details is None else [details])])
    if isinstance(marking, Trouble):
        return marking
    refers_to, former = _references(details)
    name = _current(children(post, "Namn"))
    registered = _current(children(post, "Folkbokforing"))
    departure = text(details, "AvregistreringsorsakKod") or text(post, "Avregistrering", "AvregistreringsorsakKod")
    return PopulationRecord(
        number=number,
        marking=marking,
        given_name=text(name, "Fornamn"),
        middle_name=text(name, "Mellannamn"),
        family_name=text(name, "Efternamn"),
        municipality=municipality_of(text(registered, "FolkbokfordLanKod"), text(registered, "FolkbokfordKommunKod")),
        address=_address(post),
        departure=Departure.read(departure) if departure else None,
        departed_on=day_of(text(details, "Avregistreringsdatum") or text(details, "Avlidendatum")),
        refers_to=refers_to,
        former=former,
    )


def _marking(places: Iterable[Element]) -> Marking | Trouble:
    """The strongest that the post or its details say. A post that says nothing, or something else, is not trusted."""
    said = [
        (name, text(place, name).upper())
        for place in places
        for name in ("SkyddadFolkbokforing", "Sekretessmarkering")
        if text(place, name)
    ]
    if not said or any(value not in {"JA", "NEJ"} for _, value in said):
        return Trouble.MARKING_UNREADABLE
    if ("SkyddadFolkbokforing", "JA") in said:
        return Marking.PROTECTED
    return Marking.SECRECY if ("Sekretessmarkering", "JA") in said else Marking.NONE


def _references(details: Element | None) -> tuple[str, tuple[str, ...]]:
    """The number that took over, and those that this one took over from (`Hanvisning`, of type Till or Fran)."""
    to, former = "", []
    for reference in () if details is None else children(details, "Hanvisning"):
        number = number_of(text(reference, "IdNummer"))
        if text(reference, "Typ").casefold() == "till":
            to = number or to
        elif number:
            former.append(number)
    return to, tuple(former)


def _address(post: Element) -> Address | None:
    found = [one for each in children(post, "Folkbokforingsadress") for one in children(each, "SvenskAdress")]
    current = _current(found)
    if current is None:
        return None
    street = " ".join(filter(None, (text(current, "Utdelningsadress1"), text(current, "Utdelningsadress2"))))
    return Address(street, text(current, "CareOf"), text(current, "PostNr"), text(current, "Postort"))


def _current(history: Iterable[Element]) -> Element | None:
    """What holds now of a list with history: the one without an end, or the latest begun."""
    found = list(history)
    still = [one for one in found if text(one, "DatumTill") in {"", OPEN_END}]
    return max(still, key=lambda one: day_of(text(one, "DatumFrom")) or date.min, default=None)

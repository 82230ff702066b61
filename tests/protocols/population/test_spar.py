"""SPAR's XML is read for what holds now; the details of who is protected are not read at all."""

from io import BytesIO
from pathlib import Path

import pytest

from kateder.protocols.population import Address, Departure, Marking, Trouble
from kateder.protocols.population.spar import question, read_answer, read_file
from kateder.protocols.population.xml import BadXml, elements, text

ANSWER = (Path(__file__).parent / "spar.xml").read_bytes()
ELSA, SAMI = "201503092389", "201511022384"


def post(inner: str) -> bytes:
    person = f"<PersonId><IdNummer>{ELSA}</IdNummer></PersonId>"
    return f"<A><PersonsokningSvarspost>{person}{inner}</PersonsokningSvarspost></A>".encode()


UNMARKED = "<Sekretessmarkering>NEJ</Sekretessmarkering><SkyddadFolkbokforing>NEJ</SkyddadFolkbokforing>"


def test_what_holds_now_is_read_and_history_is_left() -> None:
    elsa = read_answer(ANSWER).records[0]
    assert (elsa.number, elsa.given_name, elsa.middle_name, elsa.family_name) == (ELSA, "Elsa Maria", "Berg", "Åberg")
    assert elsa.municipality == "1292"
    assert elsa.address == Address("Gatan142 8", "", "11146", "STOCKHOLM")
    assert elsa.marking is Marking.NONE


def test_a_number_knows_those_it_took_the_place_of() -> None:
    assert read_answer(ANSWER).records[0].former == ("201503692383",)


def test_a_number_that_was_replaced_names_the_new_one() -> None:
    body = post(
        UNMARKED + "<Persondetaljer><AvregistreringsorsakKod>GN</AvregistreringsorsakKod>"
        f"<Hanvisning><IdNummer>{SAMI}</IdNummer><Typ>Till</Typ></Hanvisning></Persondetaljer>"
    )
    (old,) = read_answer(body).records
    assert (old.departure, old.refers_to) == (Departure.NEW_NUMBER, SAMI)
    assert not old.is_resident


def test_nothing_but_number_and_marking_is_kept_of_who_is_protected() -> None:
    sami = read_answer(ANSWER).records[1]
    assert (sami.number, sami.marking) == (SAMI, Marking.PROTECTED)
    assert "Hemlig" not in repr(sami)


def test_a_marking_set_by_spar_alone_is_a_marking() -> None:
    body = post("<Sekretessmarkering sattAvSPAR='JA'>JA</Sekretessmarkering>")
    assert read_answer(body).records[0].marking is Marking.SECRECY


@pytest.mark.parametrize("inner", ["", "<Sekretessmarkering>KANSKE</Sekretessmarkering>"])
def test_a_post_whose_marking_cannot_be_read_is_not_taken_for_unprotected(inner: str) -> None:
    batch = read_answer(post(inner), asked=[ELSA])
    assert not batch.records
    assert [(problem.place, problem.trouble) for problem in batch.problems] == [(1, Trouble.MARKING_UNREADABLE)]
    assert not batch.unknown, "nobody is said not to exist because an answer could not be read"


def test_who_was_asked_for_and_did_not_come_is_unknown() -> None:
    assert read_answer(ANSWER, asked=[ELSA, "201001012387"]).unknown == ["201001012387"]


def test_a_file_of_notices_has_the_same_persons() -> None:
    body = ANSWER.replace(b"PersonsokningSvarspost", b"AviseringPost")
    assert read_file(BytesIO(body)).records == read_answer(ANSWER).records


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><A><PersonsokningSvarspost>&c;</PersonsokningSvarspost></A>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><A>
<PersonsokningSvarspost>&a;</PersonsokningSvarspost></A>"""


@pytest.mark.parametrize("body", [BOMB, FILE, b"<A><B></A>", b"", b"not xml"])
def test_what_is_not_plain_xml_is_refused(body: bytes) -> None:
    with pytest.raises(BadXml):
        read_answer(body)


def test_the_question_asks_for_one_person_and_cannot_be_broken_out_of() -> None:
    body = question("<x>", customer="500243", assignment="637", user='A & "B"')
    (fraga,) = [text(one, "IdNummer") for one in elements(BytesIO(body), names=frozenset({"PersonsokningFraga"}))]
    assert fraga == "<x>"

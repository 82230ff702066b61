"""Navet's REST answers, version 3: who came, who did not, and nothing of who is protected."""

from typing import Any

import pytest

from kateder.protocols.population import Address, Departure, Marking, Trouble
from kateder.protocols.population.navet_rest import question, read_answer

ELSA, SAMI = "201503092389", "201511022384"


def post(number: str = ELSA, **more: Any) -> dict[str, Any]:
    return {
        "identitet": {"identitetsbeteckning": number, "typ": "PERSONNUMMER"},
        "skyddAvPersonuppgifter": "SAKNAS",
        "namn": {"fornamn": {"namn": "Elsa", "tilltalsnamnsmarkering": "10"}, "efternamn": {"namn": "Åberg"}},
        "folkbokforing": {
            "lanskod": "12",
            "kommunkod": "92",
            "adress": {"gatuadress": "Storgatan 1", "postnummer": "26232", "postort": "ÄNGELHOLM"},
        },
        "senastAndrad": {"tidpunkt": "2026-11-01T10:00:00Z"},
        **more,
    }


def test_a_person_is_read() -> None:
    (elsa,) = read_answer({"folkbokforingsposter": [post()]}, asked=[ELSA]).records
    assert (elsa.number, elsa.given_name, elsa.family_name, elsa.municipality) == (ELSA, "Elsa", "Åberg", "1292")
    assert elsa.address == Address("Storgatan 1", "", "26232", "ÄNGELHOLM")


def test_the_later_name_of_the_list_is_read_too() -> None:
    assert len(read_answer({"personposter": [post()]}, asked=[ELSA]).records) == 1


@pytest.mark.parametrize(
    ("said", "marking"),
    [
        ("SAKNAS", Marking.NONE),
        ("SEKRETESSMARKERING", Marking.SECRECY),
        ("SKYDDAD_FOLKBOKFORING", Marking.PROTECTED),
        (True, Marking.SECRECY),
        (False, Marking.NONE),
    ],
)
def test_protection_is_read_in_every_form_it_comes(said: object, marking: Marking) -> None:
    (one,) = read_answer({"folkbokforingsposter": [post(skyddAvPersonuppgifter=said)]}, asked=[ELSA]).records
    assert one.marking is marking
    assert (one.given_name == "") is (marking is not Marking.NONE)


@pytest.mark.parametrize("said", [None, "", "NYTT", 7, 1, ["SAKNAS"]])
def test_protection_that_cannot_be_read_makes_the_post_unusable(said: object) -> None:
    batch = read_answer({"folkbokforingsposter": [post(skyddAvPersonuppgifter=said)]}, asked=[ELSA])
    assert [problem.trouble for problem in batch.problems] == [Trouble.MARKING_UNREADABLE]
    assert not batch.records
    assert not batch.unknown


def test_who_does_not_come_is_unknown_and_no_error() -> None:
    body = {"folkbokforingsposter": [post()], "fel": [{"orsakskod": 404, "orsakskodsbeskrivning": "saknas"}]}
    assert read_answer(body, asked=[ELSA, SAMI]).unknown == [SAMI]


def test_who_answers_under_a_new_number_is_not_unknown() -> None:
    body = {"folkbokforingsposter": [post(SAMI, hanvisningar=[{"identitetsbeteckning": ELSA}])]}
    batch = read_answer(body, asked=[ELSA])
    assert not batch.unknown
    assert batch.records[0].former == (ELSA,)


def test_an_old_number_points_at_the_new_one() -> None:
    gone = {"orsakskod": "GN", "avregistreringsdatum": {"rfc3339Datum": "2026-09-01"}}
    body = {"folkbokforingsposter": [post(avregistrering=gone, hanvisningar=[{"identitetsbeteckning": SAMI}])]}
    (old,) = read_answer(body, asked=[ELSA]).records
    assert (old.departure, old.refers_to, old.former) == (Departure.NEW_NUMBER, SAMI, ())


@pytest.mark.parametrize("body", [None, [], {}, {"folkbokforingsposter": None}, {"personposter": [7, "x"]}])
def test_an_answer_of_another_shape_gives_no_persons(body: object) -> None:
    assert not read_answer(body, asked=[]).records


def test_the_question_names_the_order_and_every_number() -> None:
    assert question([ELSA, SAMI], organisation_number="162021004748", order="00000236-FO01-0002") == {
        "bestallning": {"organisationsnummer": "162021004748", "bestallningsidentitet": "00000236-FO01-0002"},
        "sokvillkor": [{"identitetsbeteckning": ELSA}, {"identitetsbeteckning": SAMI}],
    }

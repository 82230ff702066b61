"""Navet's term files: a line per term, a record between marks, ISO 8859-1."""

from kateder.protocols.population import Address, Departure, Marking, Trouble
from kateder.protocols.population.navet_terms import CODES, read_terms

WHOLE = """\
#POST_START
#UP 01001 201503092389
#UP 01012 Elsa Maria
#UP 01014 Åberg
#UP 01022 12
#UP 01023 92
#UP 01031 c/o Öst
#UP 01033 Storgatan 1
#UP 01034 26232
#UP 01035 ÄNGELHOLM
#POST_SLUT
#POST_START
#UP 01001 201511022384
#UP 01003 J
#UP 01012 Hemlig
#UP 01014 Person
#UP 01023 92
#POST_SLUT
#POST_START
#UP 01001 201001012387
#UP 01020 J
#POST_SLUT
"""


def lines(text: str, *, encoding: str = "latin-1") -> list[bytes]:
    return [f"{line}\r\n".encode(encoding) for line in text.splitlines()]


def test_a_person_is_read_with_swedish_letters_of_either_encoding() -> None:
    for encoding in ("latin-1", "utf-8"):
        elsa = read_terms(lines(WHOLE, encoding=encoding), whole=True).records[0]
        assert (elsa.given_name, elsa.family_name, elsa.municipality) == ("Elsa Maria", "Åberg", "1292")
        assert elsa.address == Address("Storgatan 1", "c/o Öst", "26232", "ÄNGELHOLM")


def test_each_marking_is_read_and_nothing_else_of_who_has_one() -> None:
    _, secret, protected = read_terms(lines(WHOLE), whole=True).records
    assert (secret.marking, protected.marking) == (Marking.SECRECY, Marking.PROTECTED)
    assert "Hemlig" not in repr(secret)


def test_a_term_left_out_means_no_in_a_whole_extract_and_nothing_in_a_file_of_changes() -> None:
    assert read_terms(lines(WHOLE), whole=True).records[0].marking is Marking.NONE
    assert read_terms(lines(WHOLE), whole=False).records[0].marking is None


def test_an_emptied_term_takes_the_marking_away_in_a_file_of_changes() -> None:
    text = "#POST_START\n#UP 01001 201503092389\n#UP 01003\n#POST_SLUT"
    assert read_terms(lines(text), whole=False).records[0].marking is Marking.NONE


def test_a_marking_that_is_neither_yes_nor_no_makes_the_record_unusable() -> None:
    text = "#POST_START\n#UP 01001 201503092389\n#UP 01003 X\n#POST_SLUT"
    batch = read_terms(lines(text), whole=True)
    assert [problem.trouble for problem in batch.problems] == [Trouble.MARKING_UNREADABLE]
    assert not batch.records


def test_a_record_that_was_cut_short_is_not_used() -> None:
    text = "#POST_START\n#UP 01001 201503092389\n#UP 01012 Elsa"
    assert [problem.trouble for problem in read_terms(lines(text), whole=True).problems] == [Trouble.CUT_SHORT]


def test_without_marks_a_record_begins_with_its_number() -> None:
    text = "#UP 01001 201503092389\n#UP 01012 Elsa\n#UP 01001 201511022384\n#UP 01012 Sami"
    assert [one.given_name for one in read_terms(lines(text), whole=True).records] == ["Elsa", "Sami"]


def test_a_departure_and_the_number_that_took_over_are_read() -> None:
    text = "#POST_START\n#UP 01001 201503692383\n#UP 01005 201503092389\n#UP 01006 GN\n#POST_SLUT"
    (old,) = read_terms(lines(text), whole=True).records
    assert (old.departure, old.refers_to) == (Departure.NEW_NUMBER, "201503092389")


def test_a_record_without_a_number_is_a_problem_with_its_place() -> None:
    text = "#POST_START\n#UP 01012 Elsa\n#POST_SLUT"
    assert [(one.place, one.trouble) for one in read_terms(lines(text), whole=True).problems] == [
        (1, Trouble.NO_NUMBER)
    ]


def test_an_order_with_other_codes_is_read_by_them() -> None:
    text = "#POST_START\n#UP 01001 201503092389\n#UP 09999 92\n#UP 01022 12\n#POST_SLUT"
    (elsa,) = read_terms(lines(text), whole=True, codes={**CODES, "municipality": "09999"}).records
    assert elsa.municipality == "1292"

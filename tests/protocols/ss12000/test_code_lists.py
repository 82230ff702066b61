"""Code lists are data with validity: what is out of force is read and mapped, never given or shown."""

import os
import re
from datetime import date
from pathlib import Path

import pytest

from kateder.protocols import ss12000
from kateder.protocols.ss12000 import DUTY_ROLE, RELATION_TYPE, SCHOOL_TYPE, SEX, CodeList, UnknownCode

EVERY_LIST = [value for value in vars(ss12000).values() if isinstance(value, CodeList)]
SPECS = Path(os.environ.get("KATEDER_SPECS", Path(__file__).parents[4] / "shared" / "specs"))


def test_the_former_special_school_is_read_as_its_successor() -> None:
    assert SCHOOL_TYPE.read("GRS") == "GRAN"
    assert SCHOOL_TYPE.name_of("GRS") == "Anpassad grundskola"


def test_a_successor_that_was_itself_replaced_is_followed_to_the_end() -> None:
    assert SCHOOL_TYPE.read("SARVUXGR") == "VUXGRAN"


def test_a_value_is_in_force_on_its_first_and_last_day() -> None:
    code = SCHOOL_TYPE.codes["GRS"]
    assert code.in_force(date(2023, 7, 1))
    assert not code.in_force(date(2023, 7, 2))
    assert not SCHOOL_TYPE.codes["GRAN"].in_force(date(2023, 7, 1))
    assert SCHOOL_TYPE.codes["GRAN"].in_force(date(2023, 7, 2))


def test_known_spellings_are_read_whatever_their_case() -> None:
    assert SEX.read("kvinna") == "Kvinna"
    assert DUTY_ROLE.read("Vikarie") == "Lärare"


def test_an_unknown_value_is_refused_by_name() -> None:
    with pytest.raises(UnknownCode, match="SchoolType has no value 'XX'"):
        SCHOOL_TYPE.read("XX")


@pytest.mark.parametrize("codes", EVERY_LIST, ids=lambda codes: codes.name)
def test_reading_always_gives_a_value_that_is_in_force_today(codes: CodeList) -> None:
    in_force = {code.value for code in codes.in_force(date(2026, 11, 23))}
    assert {codes.read(value) for value in codes.codes} == in_force


def test_a_specially_appointed_guardian_is_a_relation_though_the_standard_lacks_it() -> None:
    assert RELATION_TYPE.codes["SFV"].origin == "kateder"


@pytest.mark.parametrize("codes", EVERY_LIST, ids=lambda codes: codes.name)
def test_every_value_of_the_published_specification_is_read(codes: CodeList) -> None:
    path = SPECS / "ss12000-2.0.0-bundled.yaml"
    if not path.exists():
        pytest.skip("the published specification is not beside the repository")
    title = rf"title: (?:Code_)?{codes.name}\n"
    found = re.search(title + r"(?:(?! enum:)[\s\S])*? enum:\n((?: +- .+\n)+)", path.read_text())
    if found is None:
        pytest.skip("the specification gives this list no title")
    for value in re.findall(r"- (.+)", found[1]):
        assert codes.read(value)

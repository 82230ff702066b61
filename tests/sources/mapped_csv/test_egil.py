"""What an EGIL administrator has today can be expressed, and gives the objects that the public client sends.

The ids are those of the public client for the same directory, recorded from its own requests.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.sources.mapped_csv.mapped import Mapped

from kateder.register.api import Entity
from kateder.sources.mapped_csv import CONNECTOR as MAPPED
from kateder.sources.mapped_csv import mapping

PAGE = Path(__file__).parents[3] / "docs" / "handbok" / "csv-mappning.md"
FILE = re.compile(r"^`([\w.]+)`:\n```csv\n(.*?)```$", re.DOTALL | re.MULTILINE)
UNIT_1, UNIT_2 = "8d371858-3fbd-4af2-ae33-84225ead4a1b", "7bbc6be0-5fa1-45d1-ba50-0736582190e2"
PER, LISA, STINA = (
    "2b3a480f-d0b9-4c09-bbac-70f915964b02",
    "aeb9dfad-c824-49e2-89d6-84cf5e33feef",
    "39732dea-e4a6-4d8f-96de-925a679c56ff",
)
BABS, ANDERS = "75c666db-e60e-4687-bdd3-1af191fa6799", "88c0f298-8e33-4566-ace7-6e26228a9bc6"
BABS_1, BABS_2, ANDERS_1 = (
    "163cbddb-9fd0-53df-81e4-e022c5dd5c71",
    "3b86c590-551e-5464-84ee-d505effff97e",
    "db405316-e9d1-50d2-89c5-776f91ac2c98",
)
GROUP_1, GROUP_2, GROUP_3 = (
    "a06ee410-4721-576b-8c42-fc4a8e2a80bc",
    "d8ce8a1e-209b-5ecd-acc9-4b5b752f9686",
    "d1beabe2-8c00-5f0b-811b-0418685bfa75",
)


@pytest.fixture
def mapped(tmp_path: Path) -> Mapped:
    """The files of the handbook's example."""
    return Mapped(tmp_path, dict(FILE.findall(PAGE.read_text())))


@pytest.fixture
def text() -> str:
    """The mapping of the handbook's example: the last block of the page."""
    return PAGE.read_text().rpartition("```toml\n")[2].partition("```")[0]


def test_mapping_of_the_handbook_has_no_remarks(mapped: Mapped, text: str) -> None:
    assert mapped.remarks(text) == []


def test_persons_are_those_with_a_group_and_not_on_the_blacklist(mapped: Mapped, text: str) -> None:
    rows = {row["id"]: row for row in mapped.rows(text, Entity.PERSON)}
    assert set(rows) == {PER, LISA, STINA, BABS, ANDERS}
    assert rows[PER]["emails"] == "pejo@kommunen.example|per@kommunen.example"
    assert rows[LISA]["eduPersonPrincipalNames"] == "lini@skola.kommunen.example"
    assert {row["person"]: row["enroledAt"] for row in mapped.rows(text, Entity.ENROLMENT)} == {
        PER: UNIT_1,
        LISA: UNIT_1,
        STINA: UNIT_2,
    }


def test_employments_are_generated_with_the_ids_of_the_public_client(mapped: Mapped, text: str) -> None:
    rows = mapped.rows(text, Entity.DUTY)
    assert {(row["id"], row["person"], row["dutyAt"], row["dutyRole"], row["signature"]) for row in rows} == {
        (BABS_1, BABS, UNIT_1, "Lärare", "BJE"),
        (BABS_2, BABS, UNIT_2, "Rektor", "BJE"),
        (ANDERS_1, ANDERS, UNIT_1, "Lärare", "AAN"),
    }


def test_groups_are_generated_from_attributes_with_the_ids_of_the_public_client(mapped: Mapped, text: str) -> None:
    rows = mapped.rows(text, Entity.GROUP)
    assert {(row["id"], row["displayName"], row["groupType"], row["organisation"]) for row in rows} == {
        (GROUP_1, "grupp1", "Klass", UNIT_1),
        (GROUP_2, "grupp2", "Undervisning", UNIT_1),
        (GROUP_3, "grupp3", "Undervisning", UNIT_2),
    }
    assert {(row["group"], row["person"]) for row in mapped.rows(text, Entity.MEMBERSHIP)} == {
        (GROUP_1, PER),
        (GROUP_1, LISA),
        (GROUP_2, LISA),
        (GROUP_3, STINA),
    }


def test_activities_have_the_employment_at_the_groups_unit_and_otherwise_the_first(mapped: Mapped, text: str) -> None:
    rows = mapped.rows(text, Entity.ACTIVITY)
    assert {(row["id"], row["groups"], frozenset(row["duties"].split("|"))) for row in rows} == {
        ("b0ceab6c-e824-5744-85ab-36c64c96fff5", GROUP_1, frozenset({BABS_1})),
        ("eab977b6-a372-5790-8212-ccf4838ea57e", GROUP_2, frozenset({ANDERS_1})),
        ("3b8c8653-b564-52f6-8420-f403f76956fe", GROUP_3, frozenset({BABS_2, ANDERS_1})),
    }


def test_every_example_on_the_page_can_be_read(tmp_path: Path) -> None:
    for found in re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL):
        mapping.read(found if found.startswith("version") else f"version = 1\n{found}")


@pytest.mark.parametrize("name", sorted(MAPPED.examples()))
def test_examples_to_begin_with_can_be_read_and_deliver_persons(name: str) -> None:
    assert mapping.read(MAPPED.examples()[name][1]).mapping.blocks("persons")

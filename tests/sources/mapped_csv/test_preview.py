"""What is shown while a mapping is written: the beginning only, and of nobody who is protected."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sources.mapped_csv.mapped import PERSON, TODAY, Mapped

from kateder.register.api import Entity
from kateder.sources.connecting import Glimpse
from kateder.sources.mapped_csv import mapping, preview
from kateder.sources.mapped_csv.faults import CellTooLong

TABLE = 'version = 1\n[[tables]]\nname = "t"\nfile = "t.csv"\n'
ENROLMENT = (
    '[[enrolments]]\nfrom = "t"\nperson = "{id}"\nenroledAt = "{unit}"\nschoolType = "GR"\nstartDate = 2026-08-17\n'
)


def shown(folder: Path, text: str, content: bytes) -> Glimpse:
    (folder / "t.csv").write_bytes(content)
    return preview.glimpse(mapping.read(text), folder=folder, today=TODAY)


def test_only_the_beginning_of_a_long_file_is_read(tmp_path: Path) -> None:
    rows = "".join(f"{number},Ida,Ek,nowhere\n" for number in range(10_000))
    # What comes at the end could not even be decoded.
    made = shown(tmp_path, TABLE + PERSON + ENROLMENT, f"id,given,family,unit\n{rows}".encode() + b"\xff" * 10)
    persons, enrolments = made.things
    assert (persons.count, persons.faulty, len(persons.rows)) == (preview.READ, 0, preview.SHOWN)
    assert not made.is_whole
    # What points at rows that have not been read is not called a fault.
    assert enrolments.faulty == 0


def test_rows_with_a_fault_are_shown_wherever_they_stand(tmp_path: Path) -> None:
    rows = "".join(f"{number},Ida,{'' if number == 900 else 'Ek'}\n" for number in range(1000))
    (persons,) = shown(tmp_path, TABLE + PERSON, f"id,given,family\n{rows}".encode()).things
    assert [(row.line, len(row.faults)) for row in persons.rows] == [(2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (902, 1)]


def test_who_is_protected_is_shown_neither_before_nor_after_nor_where_others_point(tmp_path: Path) -> None:
    text = TABLE + PERSON + 'securityMarking = "{mark}"\n' + ENROLMENT
    content = b"id,given,family,mark,unit\n1,Ida,Ek,Ingen,u\n2,Hemlig,Person,Sekretessmarkering,u\n"
    made = shown(tmp_path, text, content)
    for thing in made.things:
        assert [row.is_hidden for row in thing.rows] == [False, True], thing.entity
    assert "Hemlig" not in str(made)
    assert {thing.entity for thing in made.things} == {Entity.PERSON, Entity.ENROLMENT}


def test_text_that_doubles_at_every_step_is_stopped(tmp_path: Path) -> None:
    doubling = ", ".join(['{ set = "id", from = "{id}{id}" }'] * 60)
    with pytest.raises(CellTooLong):
        Mapped(tmp_path, {"t.csv": "id\nabc\n"}).column(doubling, "id")

"""How files are opened, and which ones may be."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from tests.sources.mapped_csv.mapped import PERSON, Mapped

from kateder.register.api import Entity
from kateder.sources.mapped_csv.faults import BadFileName, NoSuchFile, NoSuchSheet, NotATable, NotEncoded
from kateder.sources.reading import Fault

TABLE = '[[tables]]\nname = "t"\nfile = "{file}"\n'


def columns(path: Path, content: bytes, more: str = "", *, file: str = "t.csv") -> dict[str, list[str]]:
    mapped = Mapped(path, {file: content})
    names = 'steps = [{ set = "seen", from = "{id?}{given?}" }]'
    return mapped.table(TABLE.format(file=file) + more + "\n" + names).columns


@pytest.mark.parametrize(
    "content",
    [
        "id,given\n1,Åsa\n".encode(),
        "id;given\n1;Åsa\n".encode("utf-8-sig"),
        "id\tgiven\r\n1\tÅsa\r\n".encode(),
        '"id"|"given"\n"1"|" Åsa "\n\n'.encode(),
    ],
)
def test_delimiter_is_found_and_bom_space_and_empty_lines_are_passed_over(tmp_path: Path, content: bytes) -> None:
    assert columns(tmp_path, content)["given"] == ["Åsa"]


def test_declared_encoding_delimiter_and_quote_are_used(tmp_path: Path) -> None:
    more = 'encoding = "latin-1"\ndelimiter = "^"\nquote = "\'"\n'
    assert columns(tmp_path, "id^given\n1^'Å^sa'\n".encode("latin-1"), more)["given"] == ["Å^sa"]


def test_wrong_encoding_is_refused_with_file_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotEncoded, match=r"t\.csv.*latin-1"):
        columns(tmp_path, "id,given\n1,Åsa\n".encode("latin-1"))


def test_header_may_come_after_other_lines_or_be_given(tmp_path: Path) -> None:
    assert columns(tmp_path, b"Export 2026\n\nid,given\n1,Bo\n", "header = 3")["given"] == ["Bo"]
    assert columns(tmp_path, b"1,Bo\n2,Eva\n", 'header = 0\ncolumns = ["id", "given"]')["given"] == ["Bo", "Eva"]


def test_newest_of_files_with_a_date_in_their_name_is_read(tmp_path: Path) -> None:
    (tmp_path / "t-2026-11-22.csv").write_text("id,given\n1,Old\n")
    assert columns(tmp_path, b"id,given\n1,New\n", file="t-2026-11-23.csv")["given"] == ["New"]
    table = Mapped(tmp_path).table(TABLE.format(file="t-*.csv") + 'steps = [{ set = "x", from = "{given}" }]')
    assert table.columns["given"] == ["New"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret.csv", "a/../../secret.csv", "..\\\\secret.csv", "link.csv"])
def test_file_outside_the_folder_is_never_opened(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("id\n1\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(BadFileName):
        Mapped(folder).table(TABLE.format(file=name))


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"t\.csv"):
        Mapped(tmp_path).table(TABLE.format(file="t.csv"))


def workbook() -> bytes:
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["nothing"])
    sheet = book.create_sheet("Elever")
    sheet.append(["id", "given", "born", "code"])
    sheet.append([17, "Åsa", __import__("datetime").date(2015, 2, 11), 99010001.0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_sheet_of_a_workbook_is_read_with_its_numbers_and_days_as_text(tmp_path: Path) -> None:
    mapped = Mapped(tmp_path, {"t.xlsx": workbook()})
    text = (
        TABLE.format(file="t.xlsx") + 'sheet = "Elever"\nsteps = [{ set = "x", from = "{id} {given} {born} {code}" }]'
    )
    assert mapped.table(text).columns["x"] == ["17 Åsa 2015-02-11 99010001"]


def test_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    mapped = Mapped(tmp_path, {"t.xlsx": workbook()})
    with pytest.raises(NoSuchSheet, match="Elever"):
        mapped.table(TABLE.format(file="t.xlsx") + 'sheet = "Elev"')


def test_workbook_that_unpacks_to_far_too_much_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(6):
            packed.writestr(f"xl/{number}.xml", b"\0" * 100_000_000)
    with pytest.raises(NotATable):
        Mapped(tmp_path).table(TABLE.format(file="t.xlsx"))


def test_row_with_the_wrong_number_of_cells_is_set_aside_with_its_line(tmp_path: Path) -> None:
    mapped = Mapped(tmp_path, {"t.csv": 'id,given,family\n1,Åsa,"A\nB"\n2,Bo\n3,Eva,Ek,extra\n4,Per,Ek,,\n'})
    text = f"version = 1\n{TABLE.format(file='t.csv')}{PERSON}"
    assert [row["id"] for row in mapped.rows(text, Entity.PERSON)] == ["1", "2", "3", "4"]
    assert [(each.fault, each.file, each.line) for each in mapped.remarks(text)] == [
        (Fault.WRONG_COLUMNS, "t.csv", 4),
        (Fault.WRONG_COLUMNS, "t.csv", 5),
    ]

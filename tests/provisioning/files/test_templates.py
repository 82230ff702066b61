"""A template says what stands in a file: no more than bodies hold, and nothing that a spreadsheet carries out."""

from __future__ import annotations

import csv
import io
from datetime import date, time
from typing import Any
from uuid import UUID

import openpyxl
import orjson
import pytest

from kateder.protocols.oneroster import Mode, open_package
from kateder.provisioning.files import faults
from kateder.provisioning.files.formats import as_csv, as_xlsx
from kateder.provisioning.files.oneroster import as_oneroster
from kateder.provisioning.files.rows import RowKind, School, rows, school_of
from kateder.provisioning.files.template import File, preset, read

AUTHORITY, UNIT, OTHER, ELSA, TOVE, CLASS, DUTY, ACTIVITY = (str(UUID(int=number)) for number in range(1, 9))


def school(**elsa: Any) -> School:
    """One pupil at two units, in a class that one teacher teaches."""
    bodies: dict[str, list[dict[str, Any]]] = {
        "Organisation": [{"id": AUTHORITY, "displayName": "Björkviken"}],
        "SchoolUnit": [
            {"id": UNIT, "displayName": "Björkskolan", "schoolUnitCode": "11111111", "organisation": AUTHORITY},
            {"id": OTHER, "displayName": "Lundskolan", "organisation": AUTHORITY},
        ],
        "User": [
            {
                "id": ELSA,
                "role": "pupil",
                "displayName": "Elsa Åberg",
                "userName": "elsa@example.org",
                "enrolments": [{"schoolUnit": UNIT, "schoolYear": 5}, {"schoolUnit": OTHER}],
            }
            | elsa,
            {"id": TOVE, "role": "teacher", "displayName": "Vänlig Igelkott", "userName": TOVE},
        ],
        "StudentGroup": [
            {"id": CLASS, "displayName": "5B", "schoolUnit": UNIT, "members": [ELSA, str(UUID(int=99))]},
        ],
        "Employment": [{"id": DUTY, "user": TOVE, "schoolUnit": UNIT, "role": "Lärare"}],
        "Activity": [
            {"id": ACTIVITY, "displayName": "Ma", "schoolUnit": UNIT, "groups": [CLASS], "employments": [DUTY]}
        ],
    }
    return school_of({kind: [orjson.dumps(one) for one in each] for kind, each in bodies.items()})


def file(*columns: tuple[str, Any], **options: Any) -> File:
    """The only file of a template with these columns."""
    described = [{"name": name, "value": value} for name, value in columns]
    whole = {"name": "a.csv", "column": described} | options
    return File.model_validate(whole)


def cells(made: bytes, *, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(made.decode(encoding), newline=""), delimiter=delimiter))


@pytest.mark.parametrize("name", ["bol", "users", "sds", "oneroster"])
def test_every_ready_template_can_be_read_and_filled(name: str) -> None:
    for one in read(preset(name)).file:
        if one.format == "csv":
            found = cells(as_csv(one, rows(school(), one.rows, roles=one.roles)))
            assert len(found) > 1
            assert len({len(row) for row in found}) == 1


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        (RowKind.PERSON, 2),
        (RowKind.PERSON_SCHOOL, 3),
        (RowKind.PLACE, 3),
        (RowKind.PERSON_CLASS, 2),
        (RowKind.MEMBERSHIP, 2),
        (RowKind.CLASS, 1),
        (RowKind.SCHOOL, 2),
    ],
)
def test_there_is_a_row_for_each_of_what_was_asked_for(kind: RowKind, count: int) -> None:
    assert len(list(rows(school(), kind))) == count


def test_a_member_who_is_not_delivered_has_no_row() -> None:
    assert {row["person.id"][0] for row in rows(school(), RowKind.MEMBERSHIP)} == {ELSA, TOVE}


def test_the_teachers_list_holds_teachers_alone() -> None:
    assert [row["person.id"][0] for row in rows(school(), RowKind.PERSON, roles=["teacher"])] == [TOVE]


@pytest.mark.parametrize("evil", ["=1+1", "+46", "-1", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_no_cell_is_a_formula(evil: str) -> None:
    people = school(givenName=evil)
    one = file(("x", "{person.givenName}"), roles=("pupil",))
    assert cells(as_csv(one, rows(people, one.rows, roles=one.roles)))[1][0][0] not in "=+-@\t"
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(one, rows(people, one.rows, roles=one.roles))))
    assert book.active["A2"].data_type == "s"


def test_several_values_are_joined_and_the_first_text_with_something_in_it_wins() -> None:
    one = file(("schools", "{person.schools}"), ("name", ["{person.givenName}", "{person.displayName|upper}"]))
    assert cells(as_csv(one, rows(school(), one.rows)))[1] == ["Björkskolan, Lundskolan", "ELSA ÅBERG"]


def test_values_are_looked_up_and_others_are_said_otherwise() -> None:
    column = {"name": "r", "value": "{person.role}", "values": {"pupil": "Elev"}, "otherwise": "Annan"}
    one = File.model_validate({"name": "a.csv", "column": [column]})
    assert [row[0] for row in cells(as_csv(one, rows(school(), one.rows)))] == ["r", "Elev", "Annan"]


def test_the_form_is_as_was_asked_for() -> None:
    one = file(
        ("a", "{person.displayName}"), ("b", "x"), separator=";", encoding="windows-1252", line_ends="lf", quoting="all"
    )
    made = as_csv(one, rows(school(), one.rows))
    assert made.splitlines(keepends=True)[1] == '"Elsa Åberg";"x"\n'.encode("cp1252")
    bom = as_csv(one.model_copy(update={"encoding": "utf-8-bom"}), rows(school(), one.rows))
    assert bom.startswith(b"\xef\xbb\xbf")


def test_what_an_encoding_does_not_have_does_not_stop_the_file() -> None:
    one = file(("a", "{person.displayName}"), encoding="windows-1252", roles=("pupil",))
    made = as_csv(one, rows(school(displayName="Łucja Ā"), one.rows, roles=one.roles))
    assert made.splitlines()[1] == b"?ucja ?"


def test_the_same_people_give_the_same_workbook() -> None:
    one = file(("a", "{person.displayName}"), format="xlsx", name="a.xlsx")
    assert as_xlsx(one, rows(school(), one.rows)) == as_xlsx(one, rows(school(), one.rows))


def test_a_name_has_the_day_and_is_recognised_by_it() -> None:
    one = file(("a", "x"), name="lista-{date}-{time}.csv")
    name = one.name_at(date(2026, 11, 23), time=time(8, 5))
    assert name == "lista-2026-11-23-080500.csv"
    assert one.date_of(name) == date(2026, 11, 23)
    for other in ("lista-2026-11-23.csv", "xlista-2026-11-23-080500.csv", "lista-2026-13-23-080500.csv"):
        assert one.date_of(other) is None


def _template(**changed: str) -> str:
    parts = {"version": "version = 1", "name": "a.csv", "value": "{person.id}", "more": ""} | changed
    return f"""{parts["version"]}
[[file]]
name = "{parts["name"]}"
{parts["more"]}
[[file.column]]
name = "id"
value = "{parts["value"]}"
"""


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"version": "version = 2"}, faults.UnknownVersion),
        ({"version": "version = "}, faults.NotToml),
        ({"name": "../a.csv"}, faults.BadFileName),
        ({"name": ".a.csv"}, faults.BadFileName),
        ({"name": "{person.displayName}.csv"}, faults.BadFileName),
        ({"name": "a/b.csv"}, faults.BadFileName),
        ({"value": "{person.secret}"}, faults.BadText),
        ({"value": "{class.id}"}, faults.BadText),
        ({"value": "{person.id|shout}"}, faults.BadText),
        ({"value": "{person.id"}, faults.BadText),
        ({"more": 'separator = "x"'}, faults.WrongShape),
        ({"more": 'colour = "red"'}, faults.WrongShape),
    ],
)
def test_a_template_that_is_wrong_is_refused_with_a_sentence(
    changed: dict[str, str], fault: type[faults.TemplateFault]
) -> None:
    with pytest.raises(fault) as refusal:
        read(_template(**changed))
    assert str(refusal.value)


def test_two_files_of_one_name_are_refused() -> None:
    text = _template()
    with pytest.raises(faults.NameTwice):
        read(text + text.partition("\n")[2].replace("a.csv", "A.CSV"))


def test_the_oneroster_package_is_one_that_we_would_take_in(tmp_path: Any) -> None:
    path = tmp_path / "oneroster.zip"
    path.write_bytes(as_oneroster(school(), today=date(2026, 11, 23)))
    package = open_package(path)
    assert package.version == "1.2"
    assert set(package.modes.values()) == {Mode.BULK}
    sheets = {sheet.resource: [row for _, row in sheet.rows] for sheet in package.sheets()}
    ids = {name: {row["sourcedId"] for row in found} for name, found in sheets.items()}
    assert ids["users"] == {ELSA, TOVE}
    assert sheets["academicSessions"][0]["schoolYear"] == "2027"
    for row in sheets["enrollments"]:
        assert row["classSourcedId"] in ids["classes"]
        assert row["userSourcedId"] in ids["users"]
        assert row["schoolSourcedId"] in ids["orgs"]
    assert sorted(row["role"] for row in sheets["enrollments"]) == ["student", "teacher"]
    for row in sheets["roles"]:
        assert row["orgSourcedId"] in ids["orgs"]
    assert {row["userSourcedId"] for row in sheets["roles"]} == ids["users"]
    for row in sheets["users"]:
        assert row["givenName"]
        assert row["familyName"]
    for row in sheets["classes"]:
        assert row["courseSourcedId"] in ids["courses"]
        assert row["termSourcedIds"] in ids["academicSessions"]


def test_the_same_school_gives_the_same_package() -> None:
    assert as_oneroster(school(), today=date(2026, 11, 23)) == as_oneroster(school(), today=date(2026, 11, 23))

"""A bad row is set aside with a finding; the rest goes on; nobody is lost for an odd number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.conftest import TODAY, AddSource, Run
from tests.sources.folder import Folder, Row

from kateder.core.actors import Actor
from kateder.core.models import Authority, Finding
from kateder.core.tenancy import within
from kateder.register.models import ActivityTeacher, Enrolment, GroupMembership, Organisation, Person
from kateder.sources import api
from kateder.sources.errors import ColumnMissing, FileMissing, NotUtf8, TooManyBadRows
from kateder.sources.models import RunState, SourceRun

Damage = Callable[[Folder], None]


def extra(file: str, **values: str) -> Damage:
    """Add a row like the first of a file, with these values."""

    def damage(folder: Folder) -> None:
        folder.files[file].append(folder.row(file) | values)

    return damage


BAD: dict[str, tuple[Damage, str, str]] = {
    "missing key": (extra("persons", id=""), "missing", "persons.csv:5:id"),
    "missing name": (extra("persons", id="x", familyName=" "), "missing", "persons.csv:5:familyName"),
    "too long": (extra("persons", id="x" * 201), "too_long", "persons.csv:5:id"),
    "separator in id": (extra("persons", id="a|b"), "bad_text", "persons.csv:5:id"),
    "no date": (extra("duties", id="x", startDate="2026-02-30"), "bad_date", "duties.csv:3:startDate"),
    "not ISO": (extra("duties", id="x", startDate="17/8 2026"), "bad_date", "duties.csv:3:startDate"),
    "ends early": (
        extra("duties", id="x", endDate="2020-07-31"),
        "ends_before_start",
        "duties.csv:3:endDate",
    ),
    "unknown code": (extra("duties", id="x", dutyRole="Trollkarl"), "unknown_code", "duties.csv:3:dutyRole"),
    "no year": (extra("enrolments", person="tove", schoolYear="12"), "bad_number", "enrolments.csv:4:schoolYear"),
    "dangling": (extra("memberships", person="nobody"), "dangling", "memberships.csv:4:person"),
    "duplicate": (extra("persons", givenName="Else"), "duplicate", "persons.csv:5:id"),
    "unit below unit": (
        extra("organisations", id="x", parentOrganisation="o2"),
        "parent_is_unit",
        "organisations.csv:4:parentOrganisation",
    ),
    "no group left": (extra("activities", id="x", groups="gone"), "dangling", "activities.csv:3:groups"),
}


def findings(authority: Authority) -> set[tuple[str, str]]:
    with within(authority.id):
        open_ones = Finding.objects.filter(closed_at__isnull=True)
        return {(finding.rule.removeprefix("source."), finding.place) for finding in open_ones}


@pytest.mark.parametrize(("damage", "fault", "place"), BAD.values(), ids=BAD.keys())
def test_a_bad_row_becomes_a_finding_with_its_place_and_the_rest_goes_on(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run, damage: Damage, fault: str, place: str
) -> None:
    damage(folder)
    done = run(add_source())
    assert (done.state, done.counts["set_aside"]) == (RunState.APPLIED, 1)
    assert findings(authority) == {(fault, place)}
    with within(authority.id):
        assert (Person.objects.count(), GroupMembership.objects.count(), Enrolment.objects.count()) == (3, 2, 2)
        assert Person.objects.get(pk=Person.objects.get(given_name="Elsa").pk).emails == ["elsa@x.example"]


def test_a_row_with_too_few_columns_is_set_aside(
    authority: Authority, folder: Folder, add_source: AddSource, actor: Actor
) -> None:
    source = add_source()
    with (folder.path / "persons.csv").open("a") as file:
        file.write("olle,Olle\n")
    api.run(source.pk, actor=actor, today=TODAY)
    assert findings(authority) == {("wrong_columns", "persons.csv:5:")}


def test_a_line_break_in_a_cell_does_not_move_the_lines(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    folder.row("persons", 0)["familyName"] = "Åberg\nvon Ek"
    extra("persons", id="", givenName="Olle")(folder)
    run(add_source())
    assert ("missing", "persons.csv:6:id") in findings(authority)


def test_organisations_in_a_circle_are_set_aside(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    for own, parent in (("c1", "c2"), ("c2", "c1")):
        row: Row = {"id": own, "displayName": own, "organisationType": "Skola", "parentOrganisation": parent}
        folder.files["organisations"].append(row)
    run(add_source())
    with within(authority.id):
        assert Organisation.objects.count() == 2


def test_what_points_at_a_row_that_was_set_aside_is_set_aside_too(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    folder.row("persons", 1)["givenName"] = ""
    run(add_source())
    assert findings(authority) == {
        ("missing", "persons.csv:3:givenName"),
        ("dangling", "enrolments.csv:3:person"),
        ("dangling", "memberships.csv:3:person"),
    }


def test_a_known_person_whose_row_turns_bad_stays_as_before(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    folder.row("persons", 1)["familyName"] = ""
    assert run(source).state == RunState.UNCHANGED
    with within(authority.id):
        sami = Person.objects.get(given_name="Sami")
        assert sami.family_name == "Virtanen"
        assert sami.enrolments.count() == sami.memberships.count() == 1


def test_a_kept_row_goes_with_what_it_points_at(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    unit = {"id": "o3", "displayName": "Lundskolan", "organisationType": "Skolenhet", "parentOrganisation": "o1"}
    folder.files["organisations"].append(unit)
    folder.files["duties"].append(folder.row("duties") | {"id": "d2", "dutyAt": "o3"})
    folder.row("activities")["duties"] = "d1|d2"
    run(source)
    folder.files["organisations"].pop()
    folder.row("activities")["displayName"] = "Matte"
    assert run(source).state == RunState.APPLIED
    assert ("dangling", "duties.csv:3:dutyAt") in findings(authority)
    with within(authority.id):
        assert ActivityTeacher.objects.count() == 1
        assert Organisation.objects.count() == 2


def test_a_list_loses_what_is_not_there_and_the_row_is_used(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    folder.row("activities")["duties"] = "d1|gone"
    run(add_source())
    assert findings(authority) == {("reference_removed", "activities.csv:2:duties")}
    with within(authority.id):
        assert ActivityTeacher.objects.count() == 1


@pytest.mark.parametrize(
    ("number", "kept"),
    [
        ("20150309TF01", "20150309TF01"),
        ("20150309T012", "20150309T012"),
        ("150309-2395", "201503092395"),
        ("201503692396", None),
        ("201503092390", None),
        ("hej", None),
        ("", None),
    ],
)
def test_an_odd_number_never_sets_a_person_aside(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run, number: str, kept: str | None
) -> None:
    folder.row("persons")["civicNo"] = number
    run(add_source())
    with within(authority.id):
        assert Person.objects.get(given_name="Elsa").civic_no == kept
    wrong = bool(number) and kept is None
    assert findings(authority) == ({("number_removed", "persons.csv:2:civicNo")} if wrong else set())


def test_a_finding_is_closed_when_the_row_is_right_again(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    extra("memberships", person="nobody")(folder)
    run(source)
    folder.files["memberships"].pop()
    run(source)
    assert findings(authority) == set()


def test_too_large_a_share_of_bad_rows_stops_the_run_and_says_where(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source({"first_waits": False, "bad_rows": 1, "bad_share": 0.2})
    for _ in range(2):
        extra("persons", id="")(folder)
    with pytest.raises(TooManyBadRows):
        run(source)
    with within(authority.id):
        assert not Person.objects.exists()
        stopped = SourceRun.objects.get()
        assert (stopped.state, stopped.error) == (RunState.STOPPED, "TooManyBadRows")
    assert findings(authority) == {("missing", "persons.csv:5:id"), ("missing", "persons.csv:6:id")}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"], ids=["without BOM", "with BOM"])
def test_delimiters_and_byte_order_marks_are_read(
    authority: Authority, folder: Folder, add_source: AddSource, actor: Actor, delimiter: str, encoding: str
) -> None:
    folder.row("persons")["familyName"] = 'Åberg; "von", Ek\tmed tabb\noch \\rad'
    folder.write(delimiter=delimiter, encoding=encoding)
    api.run(add_source().pk, actor=actor, today=TODAY)
    with within(authority.id):
        assert Person.objects.get(given_name="Elsa").family_name == 'Åberg; "von", Ek\tmed tabb\noch \\rad'


def test_space_and_composition_and_the_order_of_rows_make_no_difference(
    folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    folder.row("persons")["familyName"] = "  A\u030aberg "
    folder.files["persons"].reverse()
    folder.files["memberships"].reverse()
    assert run(source).state == RunState.UNCHANGED


def test_a_file_that_is_not_utf8_stops_the_run(folder: Folder, add_source: AddSource, actor: Actor) -> None:
    source = add_source()
    (folder.path / "persons.csv").write_bytes("id,givenName,familyName\np1,Åsa,Öst\n".encode("latin-1"))
    with pytest.raises(NotUtf8):
        api.run(source.pk, actor=actor, today=TODAY)


def test_a_column_that_every_row_needs_must_be_there(folder: Folder, add_source: AddSource, actor: Actor) -> None:
    source = add_source()
    (folder.path / "persons.csv").write_text("id,givenName\np1,Åsa\n")
    with pytest.raises(ColumnMissing, match="familyName"):
        api.run(source.pk, actor=actor, today=TODAY)


def test_a_folder_without_persons_stops_the_run(folder: Folder, add_source: AddSource, actor: Actor) -> None:
    source = add_source()
    Path(folder.path / "persons.csv").unlink()
    with pytest.raises(FileMissing, match=r"persons\.csv"):
        api.run(source.pk, actor=actor, today=TODAY)


def test_a_file_that_is_missing_says_nothing_about_its_rows(
    authority: Authority, folder: Folder, add_source: AddSource, run: Run
) -> None:
    source = add_source()
    run(source)
    del folder.files["activities"]
    (folder.path / "activities.csv").unlink()
    assert run(source).state == RunState.UNCHANGED
    with within(authority.id):
        assert ActivityTeacher.objects.count() == 1

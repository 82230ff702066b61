"""What the synthetic authority promises: whole, deterministic, and with every case that schools know."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kateder.demo.synthetic import CAST, TooFewPupils, build, generate
from kateder.demo.synthetic.records import Dataset, columns
from kateder.protocols.ss12000 import (
    DUTY_ROLE,
    GROUP_TYPE,
    ORGANISATION_TYPE,
    RELATION_TYPE,
    SCHOOL_TYPE,
    SECURITY_MARKING,
    SEX,
)

TODAY = date(2026, 11, 23)
KEYS = {
    "organisations": ("id",),
    "persons": ("id",),
    "enrolments": ("person", "enroled_at", "school_type", "start_date"),
    "guardians": ("child", "guardian", "relation_type"),
    "duties": ("id",),
    "groups": ("id",),
    "memberships": ("group", "person", "start_date"),
    "activities": ("id",),
}
REFERENCES = {
    ("organisations", "parent_organisation"): "organisations",
    ("enrolments", "person"): "persons",
    ("enrolments", "enroled_at"): "organisations",
    ("guardians", "child"): "persons",
    ("guardians", "guardian"): "persons",
    ("duties", "person"): "persons",
    ("duties", "duty_at"): "organisations",
    ("groups", "organisation"): "organisations",
    ("memberships", "group"): "groups",
    ("memberships", "person"): "persons",
    ("activities", "organisation"): "organisations",
}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return build(pupils=1000, seed=7, today=TODAY)


@pytest.mark.parametrize("pupils", [100, 137, 1000])
def test_there_are_exactly_as_many_pupils_as_asked_for(pupils: int) -> None:
    enrolments = build(pupils=pupils, seed=1, today=TODAY).enrolments
    assert len({row.person for row in enrolments}) == pupils


def test_fewer_than_a_hundred_pupils_are_refused() -> None:
    with pytest.raises(TooFewPupils):
        build(pupils=99, seed=1, today=TODAY)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_people(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate(tmp_path / name, pupils=120, seed=seed, today=TODAY)
    first, again, other = (
        {file.name: file.read_bytes() for file in sorted((tmp_path / name).iterdir())} for name in "abc"
    )
    assert first == again
    assert first["persons.csv"] != other["persons.csv"]


def test_files_have_the_columns_of_the_format_and_as_many_rows_as_told(tmp_path: Path) -> None:
    summary = generate(tmp_path, pupils=100, seed=1, today=TODAY)
    for entity, count in summary.rows.items():
        with (tmp_path / f"{entity}.csv").open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert tuple(header) == columns(entity)
        assert len(rows) == count
        assert {len(row) for row in rows} == {len(header)}


@pytest.mark.parametrize("pupils", [100, 1000])
def test_keys_are_unique_and_references_resolve(pupils: int) -> None:
    dataset = build(pupils=pupils, seed=5, today=TODAY)
    for entity, rows in dataset.entities():
        keys = Counter(tuple(getattr(row, name) for name in KEYS[entity]) for row in rows)
        assert [key for key, times in keys.items() if times > 1] == []
    known = {entity: {getattr(row, "id", None) for row in rows} for entity, rows in dataset.entities()}
    for (entity, name), target in REFERENCES.items():
        found = {getattr(row, name) for row in getattr(dataset, entity)} - {""}
        assert found <= known[target], (entity, name)
    assert {one for row in dataset.activities for one in row.groups} <= known["groups"]
    assert {one for row in dataset.activities for one in row.duties} <= known["duties"]


def test_no_date_ends_before_it_starts(dataset: Dataset) -> None:
    for entity in ("enrolments", "duties", "groups", "memberships", "activities"):
        for row in getattr(dataset, entity):
            assert row.end_date is None or row.start_date <= row.end_date, row


def test_every_code_is_in_force(dataset: Dataset) -> None:
    used = (
        (ORGANISATION_TYPE, {row.organisation_type for row in dataset.organisations}),
        (SCHOOL_TYPE, {row.school_type for row in dataset.enrolments}),
        (SCHOOL_TYPE, {row.school_type for row in dataset.groups} - {""}),
        (GROUP_TYPE, {row.group_type for row in dataset.groups}),
        (DUTY_ROLE, {row.duty_role for row in dataset.duties}),
        (RELATION_TYPE, {row.relation_type for row in dataset.guardians}),
        (SECURITY_MARKING, {row.security_marking for row in dataset.persons}),
        (SEX, {row.sex for row in dataset.persons}),
    )
    for code_list, values in used:
        assert values <= {code.value for code in code_list.in_force(TODAY)}


def test_every_school_form_is_there(dataset: Dataset) -> None:
    forms = {row.school_type for row in dataset.enrolments}
    assert forms >= {"FKLASS", "FTH", "GR", "GRAN", "GY", "GYAN", "VUXSFI", "VUXGR", "VUXGY"}


def test_every_pupil_of_a_school_with_classes_is_in_one_class_at_a_time(dataset: Dataset) -> None:
    classes = {row.id for row in dataset.groups if row.group_type == "Klass"}
    in_class = Counter(
        row.person
        for row in dataset.memberships
        if row.group in classes and (row.end_date is None or row.end_date >= TODAY)
    )
    enrolled = {
        row.person
        for row in dataset.enrolments
        if not row.school_type.startswith(("VUX", "FTH")) and row.end_date is None
    }
    assert enrolled <= set(in_class)
    assert set(in_class.values()) == {1}


def test_an_adult_pupil_has_no_guardian_and_a_minor_has_one(dataset: Dataset) -> None:
    minors = {row.id for row in dataset.persons if row.birth_date > TODAY.replace(year=TODAY.year - 18)}
    pupils = {row.person for row in dataset.enrolments}
    assert {row.child for row in dataset.guardians} == pupils & minors


def test_a_teacher_works_at_two_schools_and_substitutes_stay_for_days(dataset: Dataset) -> None:
    places = Counter(row.person for row in dataset.duties if row.duty_role == "Lärare")
    assert places[CAST["teacher_at_two_schools"]] == 2
    substitutes = [row for row in dataset.duties if row.end_date is not None]
    assert CAST["substitute"] in {row.person for row in substitutes}
    assert all((row.end_date - row.start_date).days < 60 for row in substitutes if row.end_date)


def test_a_guardian_is_also_staff_one_is_protected_and_one_is_blocked(dataset: Dataset) -> None:
    persons = {row.id: row for row in dataset.persons}
    guardians = {row.guardian for row in dataset.guardians}
    assert CAST["guardian_who_teaches"] in guardians & {row.person for row in dataset.duties}
    assert persons[CAST["protected_guardian"]].security_marking == "Sekretessmarkering"
    assert persons[CAST["protected_guardian"]].phone_numbers == ()
    assert {row.guardian for row in dataset.guardians if row.blocked} >= {CAST["blocked_guardian"]}


def test_a_protected_person_has_no_address(dataset: Dataset) -> None:
    protected = [row for row in dataset.persons if row.security_marking != "Ingen"]
    assert CAST["protected"] in {row.id for row in protected}
    assert {(row.emails, row.phone_numbers) for row in protected} == {((), ())}


def test_newcomers_have_temporary_numbers_and_some_are_placed_by_another_authority(dataset: Dataset) -> None:
    temporary = {row.id for row in dataset.persons if "TF" in row.civic_no}
    assert CAST["newcomer"] in temporary
    placed = {row.person for row in dataset.enrolments if row.placed_by}
    assert CAST["placed"] in placed
    assert len(placed) > 1


def test_the_cast_goes_in_5b_and_the_newly_moved_pupil_went_in_5a_before(dataset: Dataset) -> None:
    names = {row.id: row.display_name for row in dataset.groups}
    was_in: dict[str, list[tuple[str, bool]]] = {}
    for row in dataset.memberships:
        open_end = row.end_date is None
        was_in.setdefault(row.person, []).append((names[row.group], open_end))
    for member in ("alva", "amir", "elsa", "protected", "newcomer", "placed"):
        assert ("5B", True) in was_in[CAST[member]]
    assert ("5A", False) in was_in[CAST["elsa"]]


def test_the_teacher_of_5b_teaches_nobody_else_and_the_teacher_elsewhere_not_5b(dataset: Dataset) -> None:
    person_of = {row.id: row.person for row in dataset.duties}
    groups_of: dict[str, set[str]] = {}
    for row in dataset.activities:
        for duty in row.duties:
            groups_of.setdefault(person_of[duty], set()).update(row.groups)
    assert groups_of[CAST["teacher"]] == {CAST["class_5b"]}
    assert groups_of[CAST["teacher_elsewhere"]]
    assert CAST["class_5b"] not in groups_of[CAST["teacher_elsewhere"]]


def test_names_are_as_varied_as_classes_are(dataset: Dataset) -> None:
    text = {letter for row in dataset.persons for letter in row.given_name + row.family_name}
    assert set("åäöÅéćšł -") <= text
    assert len({row.family_name for row in dataset.persons}) > 200


def test_ten_thousand_pupils_have_about_nine_hundred_groups_and_eight_hundred_teachers(tmp_path: Path) -> None:
    summary = generate(tmp_path, pupils=10_000, seed=1, today=TODAY)
    assert summary.pupils == 10_000
    assert 850 <= summary.rows["groups"] <= 950
    assert 760 <= summary.teachers <= 840

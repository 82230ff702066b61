"""Dates are inclusive at both ends, and persons are counted, not memberships (domain rules 1 and 9)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from tests.cast import SCHOOL_YEAR, SPRING, TODAY, Cast

from kateder.core import db
from kateder.core.actors import Actor
from kateder.register import api
from kateder.register.api import Action, Entity

DAY = timedelta(days=1)


def create(entity: Entity, **values: object) -> None:
    with db.cursor() as cursor:
        api.open_changes(cursor)
        api.add(cursor, entity, action=Action.CREATE, root_id=uuid4(), values=values)
    api.apply(cause="test", actor=Actor.system("test"))


@pytest.mark.usefixtures("tenant")
class TestDates:
    @pytest.mark.parametrize(
        ("today", "inside"),
        [(SCHOOL_YEAR - DAY, False), (SCHOOL_YEAR, True), (SPRING, True), (SPRING + DAY, False)],
    )
    def test_first_and_last_day_are_inside(self, cast: Cast, today: date, inside: bool) -> None:
        members = {person.pk for person in api.members(cast["class_5b"], today=today)}
        assert (cast["elsa"] in members) is inside
        assert api.groups_of(cast["elsa"], today=today).exists() is inside
        assert api.enrolments_of(cast["elsa"], today=today).exists() is inside
        assert api.groups_taught_by(cast["tove"], today=today).exists() is inside
        assert api.pupils_of_unit(cast["bjork"], today=today).exists() is inside

    def test_a_missing_end_is_open(self, cast: Cast) -> None:
        create(Entity.MEMBERSHIP, group_id=cast["class_6a"], person_id=cast["nils"], start_date=TODAY)
        assert cast["nils"] in {person.pk for person in api.members(cast["class_6a"], today=SPRING)}

    def test_a_cancelled_enrolment_counts_nowhere(self, cast: Cast) -> None:
        dates = {"start_date": SCHOOL_YEAR, "end_date": None}
        create(
            Entity.ENROLMENT,
            person_id=cast["gustav"],
            enroled_at_id=cast["bjork"],
            school_type="GR",
            cancelled=True,
            **dates,
        )
        assert cast["gustav"] not in {person.pk for person in api.pupils_of_unit(cast["bjork"], today=TODAY)}


@pytest.mark.usefixtures("tenant")
class TestPersons:
    def test_a_person_in_two_groups_is_one_person(self, cast: Cast) -> None:
        create(Entity.MEMBERSHIP, group_id=cast["class_6a"], person_id=cast["elsa"], start_date=SCHOOL_YEAR)
        found = api.persons_of_groups([cast["class_5b"], cast["class_6a"]], today=TODAY)
        assert [person.pk for person in found].count(cast["elsa"]) == 1

    def test_a_placement_does_not_count_a_pupil_twice(self, cast: Cast) -> None:
        placement = {"person_id": cast["elsa"], "enroled_at_id": cast["bjork"], "school_type": "FTH"}
        create(Entity.ENROLMENT, cancelled=False, start_date=SCHOOL_YEAR, **placement)
        pupils = [person.pk for person in api.pupils_of_unit(cast["bjork"], today=TODAY)]
        assert pupils.count(cast["elsa"]) == 1

    def test_pupils_of_one_year(self, cast: Cast) -> None:
        pupils = api.pupils_of_unit(cast["bjork"], today=TODAY, school_year=5)
        assert {person.pk for person in pupils} == {cast["elsa"], cast["sami"]}

    def test_names_come_in_swedish_order(self, cast: Cast) -> None:
        pupils = api.pupils_of_unit(cast["huvudman"], today=TODAY) | api.pupils_of_unit(cast["bjork"], today=TODAY)
        assert [person.family_name for person in pupils] == ["Berg", "Virtanen", "Åberg", "Öst"]

"""A school lets somebody in at once, for at most 30 days; it ends by itself and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from tests.cast import TODAY, Cast
from tests.sources.folder import Folder

from kateder.core.models import AuditEvent
from kateder.core.tenancy import within
from kateder.register.access import actor_for, may_see
from kateder.register.api import groups_taught_by
from kateder.register.models import Activity, ActivityTeacher, Duty, Person
from kateder.sources import api as sources
from kateder.sources.models import RunState
from kateder.sources.todays import errors
from kateder.sources.todays.api import (
    AdmissionKind,
    Guest,
    admit,
    closed_accounts,
    end,
    groups_to_choose,
    renew,
    settle,
    sponsors,
    undo,
    units_to_admit_at,
    visits,
)
from kateder.sources.todays.models import Admission

YESTERDAY, TOMORROW, FRIDAY = TODAY - timedelta(days=1), TODAY + timedelta(days=1), TODAY + timedelta(days=4)
NUMBER = "198507042383"


@pytest.fixture
def inside(cast: Cast) -> Iterator[Cast]:
    """Within the authority of the cast."""
    with within(cast.authority.id):
        yield cast


def guest(cast: Cast, **more: object) -> Guest:
    made = Guest("Vera", "Vikarie", AdmissionKind.SUBSTITUTE, FRIDAY, cast["petra"], [cast["class_5b"]])
    return replace(made, **more)  # type: ignore[arg-type]


def let_in(cast: Cast, *, by: str = "petra", **more: object) -> Admission:
    return admit(cast["bjork"], guest(cast, **more), today=TODAY, actor=cast.actor(by))


def groups_of(person_id: UUID, *, on: object = TODAY) -> list[str]:
    return list(groups_taught_by(person_id, today=on).values_list("display_name", flat=True))  # type: ignore[arg-type]


def test_who_is_let_in_teaches_the_chosen_groups_from_today_to_the_last_day(inside: Cast) -> None:
    admission = let_in(inside)
    assert groups_of(admission.person_id) == ["5B"]
    assert groups_of(admission.person_id, on=FRIDAY) == ["5B"]
    assert groups_of(admission.person_id, on=FRIDAY + timedelta(days=1)) == []
    assert groups_of(admission.person_id, on=YESTERDAY) == []


def test_the_duty_says_what_they_do(inside: Cast) -> None:
    duty = Duty.objects.get(pk=let_in(inside, kind=AdmissionKind.STUDENT).duty_id)
    assert (duty.duty_role, duty.description, duty.end_date) == ("Lärarassistent", "Lärarstudent (VFU)", FRIDAY)


def test_who_is_let_in_sees_the_pupils_of_the_groups_and_no_others(inside: Cast) -> None:
    admission = let_in(inside)
    user = inside.users["ture"]
    user.person_id = admission.person_id
    actor = actor_for(user, today=TODAY)
    assert may_see(actor, inside["elsa"], today=TODAY)
    assert not may_see(actor, inside["olle"], today=TODAY)


def test_the_schools_own_activities_are_left_as_they_are(inside: Cast) -> None:
    before = set(ActivityTeacher.objects.filter(activity=inside["maths_5b"]).values_list("duty", flat=True))
    admission = let_in(inside)
    after = set(ActivityTeacher.objects.filter(activity=inside["maths_5b"]).values_list("duty", flat=True))
    assert before == after
    (own,) = Activity.objects.filter(pk__in=admission.activity_ids)
    assert (own.display_name, own.subject_name) == ("5B Matematik", "Matematik")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"end_date": TODAY + timedelta(days=31)}, errors.TooLong),
        ({"end_date": YESTERDAY}, errors.EndsInThePast),
        ({"given_name": " "}, errors.NameMissing),
        ({"group_ids": []}, errors.NothingChosen),
        ({"civic_no": "850704-2380"}, errors.BadNumber),
        ({"sponsor_id": None}, errors.NoSponsor),
    ],
)
def test_what_is_not_right_is_refused_and_changes_nothing(
    inside: Cast, more: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        let_in(inside, **more)
    assert not Admission.objects.exists()


def test_thirty_days_ahead_is_the_last_that_can_be_chosen(inside: Cast) -> None:
    assert let_in(inside, end_date=TODAY + timedelta(days=30))


def test_a_group_of_another_school_cannot_be_chosen(inside: Cast) -> None:
    with pytest.raises(errors.NotAtTheSchool):
        let_in(inside, group_ids=[inside["class_5b"], inside["class_9c"]])


def test_a_sponsor_works_at_the_school(inside: Cast) -> None:
    with pytest.raises(errors.NoSponsor):
        let_in(inside, sponsor_id=inside["ture"])


@pytest.mark.parametrize("who", ["tove", "ture", "elsa", "gustav"])
def test_only_those_who_run_the_school_let_people_in(inside: Cast, who: str) -> None:
    with pytest.raises(errors.NotYourSchool):
        let_in(inside, by=who)


def test_a_principal_lets_nobody_in_at_another_school(inside: Cast) -> None:
    with pytest.raises(errors.NotYourSchool):
        admit(inside["lund"], guest(inside), today=TODAY, actor=inside.actor("petra"))
    assert AuditEvent.objects.filter(event="admission.refused").exists()


def test_an_administrator_lets_people_in_at_every_school(inside: Cast) -> None:
    units = units_to_admit_at(inside.actor("alva"), today=TODAY)
    assert [unit.display_name for unit in units] == ["Björkskolan", "Lundskolan"]
    assert let_in(inside, by="alva")


def test_who_has_a_number_that_is_in_the_register_is_that_person(inside: Cast) -> None:
    Person.objects.filter(pk=inside["ture"]).update(civic_no=NUMBER, civic_no_kind="personal")
    admission = let_in(inside, civic_no="850704-2383", given_name="Annat", family_name="Namn")
    assert admission.person_id == inside["ture"]
    assert inside.person("ture").full_name == "Ture Sand"
    assert sorted(groups_of(inside["ture"])) == ["5B", "9C"]


def test_the_same_person_is_not_let_in_twice_at_a_school(inside: Cast) -> None:
    let_in(inside, civic_no=NUMBER)
    with pytest.raises(errors.AlreadyIn):
        let_in(inside, civic_no=NUMBER)


def test_undo_leaves_no_trace_in_the_register(inside: Cast) -> None:
    admission = let_in(inside)
    undo(admission.pk, today=TODAY, actor=inside.actor("petra"))
    assert not Person.objects.filter(pk=admission.person_id).exists()
    assert not Duty.objects.filter(pk=admission.duty_id).exists()
    assert not Activity.objects.filter(pk__in=admission.activity_ids).exists()
    assert AuditEvent.objects.filter(event="admission.undone").exists()


def test_undo_of_a_visit_by_one_of_the_staff_keeps_the_person(inside: Cast) -> None:
    Person.objects.filter(pk=inside["ture"]).update(civic_no=NUMBER, civic_no_kind="personal")
    undo(let_in(inside, civic_no=NUMBER).pk, today=TODAY, actor=inside.actor("petra"))
    assert groups_of(inside["ture"]) == ["9C"]


def test_the_day_after_it_is_too_late_to_undo(inside: Cast) -> None:
    admission = let_in(inside)
    with pytest.raises(errors.TooLateToUndo):
        undo(admission.pk, today=TOMORROW, actor=inside.actor("petra"))


def test_ending_closes_the_door_at_once(inside: Cast) -> None:
    admission = let_in(inside)
    end(admission.pk, today=TOMORROW, actor=inside.actor("petra"))
    assert groups_of(admission.person_id, on=TOMORROW) == []
    assert groups_of(admission.person_id, on=TODAY) == ["5B"]


def test_renewing_moves_the_last_day_of_everything_at_most_thirty_days_ahead(inside: Cast) -> None:
    admission = let_in(inside)
    later = FRIDAY + timedelta(days=30)
    renew(admission.pk, end_date=later, today=FRIDAY, actor=inside.actor("petra"))
    assert groups_of(admission.person_id, on=later) == ["5B"]
    with pytest.raises(errors.TooLong):
        renew(admission.pk, end_date=later + timedelta(days=1), today=FRIDAY, actor=inside.actor("petra"))


def test_who_has_left_can_be_let_in_again_as_the_same_person(inside: Cast) -> None:
    admission = let_in(inside)
    assert settle(today=FRIDAY + timedelta(days=90), actor=inside.actor("alva")) == 0
    renew(
        admission.pk,
        end_date=FRIDAY + timedelta(days=40),
        today=FRIDAY + timedelta(days=20),
        actor=inside.actor("petra"),
    )
    assert Person.objects.filter(pk=admission.person_id).exists()


def test_after_ninety_days_the_person_goes(inside: Cast) -> None:
    admission = let_in(inside)
    assert settle(today=FRIDAY + timedelta(days=91), actor=inside.actor("alva")) == 1
    assert not Person.objects.filter(pk=admission.person_id).exists()
    assert not Admission.objects.exists()


def test_the_list_shows_who_is_there_first_and_who_left_lately(inside: Cast) -> None:
    gone = let_in(inside, end_date=TODAY)
    here = let_in(inside, given_name="Yrsa")
    listed = visits(inside["bjork"], today=TOMORROW)
    assert [(visit.admission.pk, visit.is_over(TOMORROW)) for visit in listed] == [(here.pk, False), (gone.pk, True)]
    assert listed[0].groups == ("5B",)
    assert listed[0].person is not None
    assert listed[0].person.given_name == "Yrsa"
    assert visits(inside["lund"], today=TOMORROW) == []


def test_what_can_be_chosen_is_the_schools_own(inside: Cast) -> None:
    assert [one.name for one in groups_to_choose(inside["bjork"], today=TODAY)] == ["5B", "6A"]
    let_in(inside)
    assert [one.full_name for one in sponsors(inside["bjork"], today=TODAY)] == ["Petra Ek", "Tove Lind"]


def test_an_account_made_for_a_visit_is_to_be_closed_when_it_is_over(inside: Cast) -> None:
    admission = let_in(inside)
    admission.user_id = inside.users["olle"].pk
    admission.save(update_fields=["user_id"])
    assert closed_accounts(today=FRIDAY) == []
    assert closed_accounts(today=FRIDAY + timedelta(days=1)) == [inside.users["olle"].pk]


def test_who_the_hr_system_delivers_later_is_the_same_person_and_keeps_the_visit(cast: Cast, tmp_path: Path) -> None:
    folder = Folder.small(tmp_path)
    with within(cast.authority.id):
        admission = let_in(cast, civic_no=NUMBER)
        source = sources.add_csv_source(name="Personal", folder=folder.path, actor=cast.actor("alva"))
    folder.row("persons", 2)["civicNo"] = NUMBER
    read(cast, source.pk, folder)
    with within(cast.authority.id):
        assert Person.objects.get(civic_no=NUMBER).pk == admission.person_id
        assert "5B" in groups_of(admission.person_id)
    folder.remove("activities", id="a1")
    folder.remove("duties", id="d1")
    folder.remove("persons", id="tove")
    read(cast, source.pk, folder)
    with within(cast.authority.id):
        assert groups_of(admission.person_id) == ["5B"], "the HR system lets go, the visit goes on"


def read(cast: Cast, source_id: UUID, folder: Folder) -> None:
    """Run the source and say yes to its plan."""
    folder.write()
    with within(cast.authority.id):
        actor = cast.actor("alva")
    run = sources.run(source_id, actor=actor, today=TODAY)
    if run.plan_id is not None and run.state == RunState.WAITING:
        with within(cast.authority.id):
            sources.approve_plan(run.plan_id, actor=actor)
        sources.apply_plan(run.plan_id, actor=actor)

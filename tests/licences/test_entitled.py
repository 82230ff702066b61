"""Who should have an account today: lot, assignment, entitled, released."""

from datetime import date, timedelta

import pytest
from tests.cast import SCHOOL_YEAR, SPRING, TODAY, Cast
from tests.licences.people import join
from tests.offer import Offer

from kateder.governance.api import Holder, Outcome, ProtectedRule, release
from kateder.licences import api as licences
from kateder.licences.api import AssignedKind, OnShortage
from kateder.register.models import Person


def test_a_class_that_was_assigned_has_it_with_its_teacher(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(), "class_5b")
    assert offer.entitled() == {"elsa", "sami", "tove"}
    roles = {one.person_id: one.role for one in licences.entitled(offer.service.id, today=TODAY)}
    assert roles[offer.cast["tove"]] is Holder.TEACHER
    assert roles[offer.cast["elsa"]] is Holder.PUPIL


def test_what_is_entitled_can_be_released(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(), "elsa", to=AssignedKind.PERSON)
    (entitled,) = licences.entitled(offer.service.id, today=TODAY)
    released = release(entitled, today=TODAY)
    assert released.person_id == offer.cast["elsa"]
    assert "Elsa" not in str(dict(released.fields))


@pytest.mark.parametrize(
    ("to", "subject", "year", "reached"),
    [
        (AssignedKind.PERSON, "olle", None, {"olle"}),
        (AssignedKind.PERSON, "petra", None, {"petra"}),
        (AssignedKind.UNIT, "bjork", None, {"elsa", "sami", "olle", "tove"}),
        (AssignedKind.UNIT, "huvudman", None, {"elsa", "sami", "olle", "nils", "tove", "ture"}),
        (AssignedKind.YEAR, "bjork", 6, {"olle"}),
        (AssignedKind.YEAR, "bjork", 5, {"elsa", "sami", "tove"}),
        (AssignedKind.YEAR, "huvudman", 9, {"nils", "ture"}),
    ],
)
def test_assignments_reach_persons_groups_schools_and_years(
    offer: Offer, to: AssignedKind, subject: str, year: int | None, reached: set[str]
) -> None:
    offer.allow()
    offer.assign(offer.lot(), subject, to=to, year=year)
    assert offer.entitled() == reached


@pytest.mark.parametrize(
    ("day", "has_it"),
    [
        (SCHOOL_YEAR - timedelta(days=1), False),
        (SCHOOL_YEAR, True),
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
    ],
)
def test_an_assignment_holds_on_its_first_and_last_day(offer: Offer, day: date, has_it: bool) -> None:
    offer.allow()
    offer.assign(offer.lot(), "elsa", to=AssignedKind.PERSON, end=date(2026, 12, 24))
    assert (offer.entitled(today=day) == {"elsa"}) is has_it


@pytest.mark.parametrize(("day", "has_it"), [(SPRING, True), (SPRING + timedelta(days=1), False)])
def test_a_membership_holds_on_its_last_day(offer: Offer, day: date, has_it: bool) -> None:
    offer.allow()
    offer.assign(offer.lot(end_date=None), "class_5b")
    assert ("elsa" in offer.entitled(today=day)) is has_it


def test_a_newcomer_in_a_class_has_it_at_once(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=30)
    offer.assign(lot, "class_5b")
    licences.settle(today=TODAY, cause="test")
    join(offer.cast, "olle", "class_5b", first_day=TODAY)
    assert "olle" in offer.entitled()
    one = licences.entitlement_of(offer.cast["olle"], service_id=offer.service.id, today=TODAY)
    assert one is not None


def test_a_pupil_reached_three_times_is_entitled_once_and_uses_one_seat(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=10)
    offer.assign(lot, "class_5b")
    offer.assign(lot, "bjork", to=AssignedKind.UNIT)
    offer.assign(lot, "elsa", to=AssignedKind.PERSON)
    found = [one for one in licences.entitled(offer.service.id, today=TODAY) if one.person_id == offer.cast["elsa"]]
    assert len(found) == 1
    assert len(found[0].causes) == 3
    licences.settle(today=TODAY, cause="test")
    assert licences.seats(lot.id, TODAY).taken == 3


def test_one_person_asked_about_alone_gets_the_same_answer_as_in_the_list(offer: Offer) -> None:
    offer.allow()
    stop = offer.lot(quantity=1, on_shortage=OnShortage.HARD_STOP)
    offer.assign(stop, "bjork", to=AssignedKind.UNIT)
    listed = {one.person_id: one for one in licences.entitled(offer.service.id, today=TODAY)}
    for name in ("elsa", "sami", "olle", "nils", "tove", "petra"):
        alone = licences.entitlement_of(offer.cast[name], service_id=offer.service.id, today=TODAY)
        assert alone == listed.get(offer.cast[name])


def test_a_refused_service_cannot_be_handed_out(offer: Offer) -> None:
    lot = offer.lot()
    with pytest.raises(licences.UseNotApproved):
        offer.assign(lot, "class_5b")
    offer.decide(Outcome.REFUSED)
    with pytest.raises(licences.UseNotApproved):
        offer.assign(lot, "class_5b")


def test_a_free_resource_needs_no_lot_and_others_do(offer: Offer) -> None:
    offer.allow()
    with pytest.raises(licences.LotNeeded):
        licences.assign(
            to=AssignedKind.GROUP,
            subject_id=offer.cast["class_5b"],
            resource_id=offer.resource.id,
            start_date=SCHOOL_YEAR,
            by=offer.by,
        )
    offer.resource.kind = "free"
    offer.resource.save()
    licences.assign(
        to=AssignedKind.GROUP,
        subject_id=offer.cast["class_5b"],
        resource_id=offer.resource.id,
        start_date=SCHOOL_YEAR,
        by=offer.by,
    )
    assert offer.entitled() == {"elsa", "sami", "tove"}
    assert licences.settle(today=TODAY, cause="test").taken == 0


def test_nobody_is_reached_in_another_authority(neighbours: Cast, offer: Offer) -> None:
    offer.allow()
    with pytest.raises(licences.NoSuchSubject):
        offer.assign(offer.lot(), neighbours["class_5b"])


def test_the_protected_pupil_has_the_same_resources_as_the_classmates_by_rule(offer: Offer) -> None:
    offer.allow(protected_rule=ProtectedRule.ALIAS)
    offer.assign(offer.lot(), "class_5b")
    shelves = licences.resources_for_people([offer.cast["elsa"], offer.cast["sami"]], today=TODAY)
    states = [[(item.resource.id, item.state) for item in shelf] for shelf in shelves.values()]
    assert states[0] == states[1] != []


@pytest.mark.parametrize("status", ["Avliden", "Utvandrad"])
def test_who_is_no_longer_active_is_not_entitled_and_gives_the_seat_back(offer: Offer, status: str) -> None:
    offer.allow()
    lot = offer.lot()
    offer.assign(lot, "class_5b")
    licences.settle(today=TODAY, cause="test")
    Person.objects.filter(id=offer.cast["elsa"]).update(person_status=status)
    assert "elsa" not in offer.entitled()
    assert licences.settle(today=TODAY, cause="test").released == 1

"""What is on the shelf, and why something cannot be opened."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from tests.cast import SPRING, TODAY
from tests.licences.people import leave
from tests.offer import Offer

from kateder.catalogue import api as catalogue
from kateder.catalogue.models import ResourceKind
from kateder.core.models import AuditEvent
from kateder.governance.api import Outcome
from kateder.governance.models import Pseudonym
from kateder.licences import api as licences
from kateder.licences.api import AssignedKind, OnShortage, ShelfState, Step


def shelf(offer: Offer, name: str) -> dict[str, ShelfState]:
    items = licences.resources_for(offer.cast[name], today=TODAY)
    return {item.resource.title: item.state for item in items}


def why(offer: Offer, name: str) -> dict[str, Step]:
    with translation.override("en"):
        steps = licences.why(offer.cast[name], offer.resource.id, today=TODAY)
    return {step.code: step for step in steps}


def verdicts(steps: dict[str, Step]) -> list[bool | None]:
    return [step.ok for step in steps.values()]


def test_the_shelf_holds_what_was_assigned_and_nothing_else(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(), "class_5b")
    assert shelf(offer, "elsa") == {"Rakneresan 5": ShelfState.READY}
    assert shelf(offer, "tove") == {"Rakneresan 5": ShelfState.READY}
    assert shelf(offer, "olle") == {}


def test_a_whole_service_shows_a_pupil_the_resources_of_the_school_year(offer: Offer) -> None:
    offer.allow()
    for title, years in (("Trean", (3, 3)), ("Alla", None)):
        catalogue.add_resource(
            title, provider_id=offer.resource.provider_id, service_id=offer.service.id, years=years, by=offer.by
        )
    offer.assign(offer.lot(service_id=offer.service.id, resource_id=None), "class_5b")
    assert set(shelf(offer, "elsa")) == {"Rakneresan 5", "Alla"}
    assert set(shelf(offer, "tove")) == {"Rakneresan 5", "Alla", "Trean"}


def test_a_printed_book_is_on_the_shelf_and_cannot_be_launched(offer: Offer) -> None:
    book = catalogue.add_resource(
        "Boken", provider_id=offer.resource.provider_id, kind=ResourceKind.PRINTED, by=offer.by
    )
    lot = offer.lot(resource_id=book.id, quantity=30)
    offer.assign(lot, "class_5b")
    assert shelf(offer, "elsa") == {"Boken": ShelfState.PRINTED}
    licences.settle(today=TODAY, cause="test")
    assert licences.seats(lot.id, TODAY).taken == 2


@pytest.mark.parametrize("name", ["elsa", "sami"])
def test_what_may_not_be_released_stands_on_the_shelf_as_stopped_with_a_reason(offer: Offer, name: str) -> None:
    if name == "sami":
        offer.allow()
    else:
        offer.decide()
    offer.assign(offer.lot(), "class_5b")
    (item,) = licences.resources_for(offer.cast[name], today=TODAY)
    assert item.state is ShelfState.STOPPED
    assert str(item.reason)


def test_who_got_no_seat_sees_it_as_stopped(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(quantity=0, on_shortage=OnShortage.HARD_STOP), "class_5b")
    (item,) = licences.resources_for(offer.cast["elsa"], today=TODAY)
    assert item.state is ShelfState.STOPPED


def test_in_the_grace_period_it_stays_on_the_shelf(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(grace_days=3), "class_5b")
    licences.settle(today=TODAY - timedelta(days=2), cause="test")
    leave(offer.cast, "elsa", last_day=TODAY - timedelta(days=1))
    assert shelf(offer, "elsa") == {"Rakneresan 5": ShelfState.READY}


def test_why_answers_from_register_to_release(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=30)
    offer.assign(lot, "class_5b")
    licences.settle(today=TODAY, cause="test")
    steps = why(offer, "elsa")
    assert list(steps) == ["register", "group", "licence", "approval", "release"]
    assert verdicts(steps) == [True] * 5
    assert steps["register"].text == "Is in the register, enrolled at Björkskolan, year 5"
    assert steps["group"].text.startswith("Is in 5B since")
    assert steps["licence"].text == f"Has a licence from lot {lot.number} (2 of 30)"


def test_why_names_the_first_thing_that_is_wrong_and_who_can_mend_it(offer: Offer) -> None:
    offer.decide()
    offer.assign(offer.lot(), "class_6a")
    steps = why(offer, "elsa")
    assert verdicts(steps) == [True, False, None, None, None]
    assert (steps["group"].fix, steps["group"].who) == ("Hand it out to the group, or to the person.", "the teacher")
    assert not any(step.fix for code, step in steps.items() if code != "group")


def test_why_says_that_the_lot_is_full(offer: Offer) -> None:
    offer.allow()
    lot = offer.lot(quantity=1, on_shortage=OnShortage.HARD_STOP)
    offer.assign(lot, "olle", to=AssignedKind.PERSON)
    licences.settle(today=TODAY, cause="test")
    offer.assign(lot, "class_5b")
    step = why(offer, "elsa")["licence"]
    assert (step.ok, step.text) == (False, f"Lot {lot.number} (1 of 1) is full")
    assert step.who


def test_why_says_that_the_use_was_refused(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(end_date=SPRING), "class_5b")
    offer.decide(Outcome.REFUSED, first=TODAY)
    assert verdicts(why(offer, "elsa")) == [True, True, True, False, None]


def test_why_says_that_a_protected_identity_has_no_rule(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(), "class_5b")
    assert verdicts(why(offer, "sami")) == [True, True, True, True, False]


def test_looking_up_why_releases_and_refuses_nothing(offer: Offer) -> None:
    offer.allow()
    offer.assign(offer.lot(), "class_5b")
    why(offer, "elsa")
    why(offer, "sami")
    assert not Pseudonym.objects.exists()
    assert not AuditEvent.objects.filter(event="governance.release_refused").exists()

"""Two people who are one keep one account at each service, the one that a person chose; the other is removed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from kateder.core import clock
from kateder.core.models import User
from kateder.governance import api as governance
from kateder.licences.models import AssignedKind, Assignment, LedgerEntry
from kateder.licences.settling import settle
from kateder.provisioning import api as provisioning
from kateder.provisioning import merging
from kateder.provisioning.api import Account, RunState
from kateder.provisioning.merging import ChoiceMissing, Keeps
from kateder.register.api import Entity
from kateder.register.models import Group, GroupMembership, Person
from kateder.signin.models import Arrival, Opening
from kateder.sources.mastering.api import Pair, Unmergeable
from kateder.sources.mastering.models import Merge
from tests.cast import TODAY
from tests.deliveries import Delivery

GENEROUS = {"max_count": 100}


@pytest.fixture
def twin(delivery: Delivery) -> UUID:
    """A second Elsa in the class, with an account of her own."""
    (twin,) = delivery.join(1)
    assert delivery.first().state == RunState.SUCCEEDED
    return twin


def _subject(delivery: Delivery, person: UUID) -> UUID | None:
    with delivery.inside():
        return governance.subject_of(delivery.offer.service.id, person, today=TODAY)


def _state(delivery: Delivery, person: UUID) -> Account:
    with delivery.inside():
        return provisioning.account_state(delivery.offer.service.id, person).state


def _merge(delivery: Delivery, twin: UUID, keeps: Keeps) -> Merge:
    with delivery.inside():
        return merging.merge(
            Entity.PERSON, Pair(delivery.cast["elsa"], twin), choices={delivery.offer.service.id: keeps},
            today=TODAY, actor=delivery.actor,
        )  # fmt: skip


def _deliver(delivery: Delivery) -> None:
    done = delivery.run()
    if done.state == RunState.WAITING:
        delivery.approve()
        done = delivery.run()
    assert done.state == RunState.SUCCEEDED


def test_both_have_an_account_and_nobody_chose(delivery: Delivery, twin: UUID) -> None:
    pair = Pair(delivery.cast["elsa"], twin)
    with delivery.inside():
        (at,) = merging.foresee(Entity.PERSON, pair)
        assert (at.keeps, at.survivor_known, at.absorbed_known) == (None, True, True)
    with delivery.inside(), pytest.raises(ChoiceMissing):
        merging.merge(Entity.PERSON, pair, today=TODAY, actor=delivery.actor)


@pytest.mark.parametrize("keeps", list(Keeps))
def test_the_chosen_account_goes_on_and_the_other_is_removed_with_a_receipt(
    delivery: Delivery, twin: UUID, keeps: Keeps
) -> None:
    elsa = delivery.cast["elsa"]
    before = {Keeps.SURVIVOR: _subject(delivery, elsa), Keeps.ABSORBED: _subject(delivery, twin)}
    users = delivery.held()["Users"]
    _merge(delivery, twin, keeps)
    assert _subject(delivery, elsa) == before[keeps]
    assert _state(delivery, elsa) == Account.READY
    _deliver(delivery)
    assert delivery.held()["Users"] == users - 1
    (other,) = (subject for who, subject in before.items() if who is not keeps)
    with delivery.inside():
        removed = provisioning.receipts(service_id=delivery.offer.service.id).filter(action="remove")
        assert [row.released_id for row in removed] == [other]
        # Also the name that nobody goes on with still tells whom it was about.
        assert governance.root_of(delivery.offer.service.id, other) == elsa


def test_undone_both_have_their_own_account_and_pseudonym_again(delivery: Delivery, twin: UUID) -> None:
    elsa = delivery.cast["elsa"]
    before = [_subject(delivery, elsa), _subject(delivery, twin)]
    users = delivery.held()["Users"]
    merge = _merge(delivery, twin, Keeps.ABSORBED)
    _deliver(delivery)
    with delivery.inside():
        merging.unmerge(merge.pk, actor=delivery.actor)
    assert [_subject(delivery, elsa), _subject(delivery, twin)] == before
    _deliver(delivery)
    assert delivery.held()["Users"] == users
    assert [_state(delivery, elsa), _state(delivery, twin)] == [Account.READY, Account.READY]


def test_an_account_that_only_the_absorbed_one_has_goes_on_as_the_survivors(delivery: Delivery) -> None:
    delivery.first()
    elsa, olle = delivery.cast["elsa"], delivery.cast["olle"]
    was = _subject(delivery, elsa)
    with delivery.inside():
        merging.merge(Entity.PERSON, Pair(survivor=olle, absorbed=elsa), today=TODAY, actor=delivery.actor)
        assert GroupMembership.objects.filter(person=olle).count() == 2
    assert _subject(delivery, olle) == was
    sent = len(delivery.provider.given())
    _deliver(delivery)
    assert _state(delivery, olle) == Account.READY
    assert sent <= len(delivery.provider.given()) <= sent + 2


def test_what_the_absorbed_one_was_given_is_the_survivors_and_takes_one_seat(delivery: Delivery) -> None:
    olle, nils = delivery.cast["olle"], delivery.cast["nils"]
    with delivery.inside():
        lot = delivery.offer.lot(quantity=1)
        given = delivery.offer.assign(lot, nils, to=AssignedKind.PERSON)
        settle(today=TODAY, cause="test")
        merge = merging.merge(Entity.PERSON, Pair(olle, nils), today=TODAY, actor=delivery.actor)
        settle(today=TODAY, cause="test")
        assert Assignment.objects.get(pk=given.pk).subject_id == olle
        events = LedgerEntry.objects.filter(lot=lot).order_by("id").values_list("person_id", "event")
        assert list(events) == [(nils, "seat_taken"), (nils, "seat_released"), (olle, "seat_taken")]
    with delivery.inside():
        merging.unmerge(merge.pk, actor=delivery.actor)
        assert Assignment.objects.get(pk=given.pk).subject_id == nils
        assert Person.objects.filter(pk=nils).exists()


def test_nobody_signs_in_as_one_of_two(delivery: Delivery) -> None:
    cast = delivery.cast
    both = [cast.users["tove"].pk, cast.users["petra"].pk]
    with delivery.inside():
        pair = Pair(survivor=cast["tove"], absorbed=cast["petra"])
        merge = merging.merge(Entity.PERSON, pair, today=TODAY, actor=delivery.actor)
        assert list(User.objects.filter(pk__in=both, is_active=True).values_list("pk", flat=True)) == [both[0]]
    with delivery.inside():
        merging.unmerge(merge.pk, actor=delivery.actor)
        assert User.objects.filter(pk__in=both, is_active=True).count() == 2
        assert User.objects.get(pk=both[1]).person_id == cast["petra"]


def test_a_group_made_one_keeps_its_name_at_the_service(delivery: Delivery) -> None:
    delivery.first()
    class_5b, class_6a = delivery.cast["class_5b"], delivery.cast["class_6a"]
    with delivery.inside():
        merging.merge_many(Entity.GROUP, [Pair(class_5b, class_6a)], today=TODAY, actor=delivery.actor)
        assert Group.objects.filter(pk=class_5b).exists()
        assert not Group.objects.filter(pk=class_6a).exists()
    _deliver(delivery)
    assert delivery.held()["StudentGroups"] == 1
    assert delivery.run(today=TODAY + timedelta(days=1)).total == 0


def test_people_are_not_made_one_in_bulk(delivery: Delivery) -> None:
    with delivery.inside(), pytest.raises(Unmergeable):
        merging.merge_many(
            Entity.PERSON, [Pair(delivery.cast["elsa"], delivery.cast["olle"])], today=TODAY, actor=delivery.actor
        )


def test_who_has_opened_something_can_be_taken_up_too(delivery: Delivery) -> None:
    nils = delivery.cast["nils"]
    with delivery.inside():
        resource = delivery.offer.resource
        Opening.objects.create(person_id=nils, resource=resource, last_opened_at=clock.now())
        Arrival.objects.create(person_id=nils, service=delivery.offer.service, last_signed_in_at=clock.now())
    with delivery.inside():
        pair = Pair(delivery.cast["olle"], nils)
        merging.merge(Entity.PERSON, pair, today=TODAY, actor=delivery.actor)
    with delivery.inside():
        assert not Opening.objects.filter(person_id=nils).exists()

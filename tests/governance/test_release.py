"""The only way out: what a service may know about a person."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from tests.cast import TODAY
from tests.offer import Offer, make_offer

from kateder.core.models import AuditEvent
from kateder.governance import api as governance
from kateder.governance.api import (
    Display,
    Entitled,
    Field,
    FieldChoice,
    Holder,
    Kind,
    Level,
    NotReleasable,
    Outcome,
    ProtectedRule,
    Reason,
    Released,
    Withheld,
)
from kateder.governance.entitlement import mint
from kateder.governance.models import Pseudonym
from kateder.governance.people import people_of
from kateder.register.models import Enrolment, Person

SOURCE = Path(__file__).parents[2] / "src" / "kateder"
EVERY_FIELD = tuple(FieldChoice(field, "Undervisning", "Bilaga 1") for field in Field)


def entitle(offer: Offer, name: str, role: Holder = Holder.PUPIL) -> Entitled:
    return mint(offer.service.id, person_id=offer.cast[name], role=role, causes=())


def outcome(offer: Offer, name: str, *, today: date = TODAY) -> Released | Withheld:
    (one,) = governance.release_many(offer.service.id, [entitle(offer, name)], today=today)
    return one


def released(offer: Offer, name: str, *, today: date = TODAY) -> Released:
    return governance.release(entitle(offer, name), today=today)


def told(one: Released) -> str:
    """Everything that may leave about a person, as one text."""
    return repr((one.subject, dict(one.fields), one.enrolments)).casefold()


def test_entitled_cannot_be_made_by_hand() -> None:
    with pytest.raises(TypeError):
        Entitled(uuid4(), uuid4(), Holder.PUPIL, ())


def test_only_licences_mints_entitlement() -> None:
    minting = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and any(name.name == "mint" for name in node.names):
                minting.add(path.relative_to(SOURCE).as_posix())
            if isinstance(node, ast.Attribute) and node.attr == "mint":
                minting.add(path.relative_to(SOURCE).as_posix())
    assert minting == {"licences/entitlements.py"}


@pytest.mark.parametrize(
    ("prepare", "reason"),
    [
        (lambda offer: None, Reason.NO_DECISION),
        (lambda offer: offer.decide(), Reason.NO_AGREEMENT),
        (lambda offer: (offer.agree(), offer.decide(Outcome.REFUSED)), Reason.DECISION_REFUSED),
        (lambda offer: (offer.agree(until=TODAY - timedelta(days=1)), offer.decide()), Reason.AGREEMENT_ENDED),
    ],
)
def test_no_agreement_or_no_approval_no_data(offer: Offer, prepare: Callable[[Offer], object], reason: Reason) -> None:
    prepare(offer)
    governance.set_policy(offer.service.id, level=Level.PAIRWISE, by=offer.by)
    with pytest.raises(NotReleasable) as refusal:
        released(offer, "elsa")
    assert refusal.value.reason is reason
    assert not Pseudonym.objects.exists()


def test_a_refusal_is_audited_even_when_the_transaction_is_rolled_back(offer: Offer) -> None:
    with pytest.raises(NotReleasable), transaction.atomic():
        released(offer, "elsa")
    event = AuditEvent.objects.get(event="governance.release_refused")
    assert event.subject_id == str(offer.service.id)
    assert event.details["people"] == [str(offer.cast["elsa"])]
    assert event.details["reason"] == "no_decision"


def test_the_lowest_level_is_the_default_and_gives_a_fresh_id_each_time(offer: Offer) -> None:
    offer.agree()
    offer.decide()
    one, again = released(offer, "elsa"), released(offer, "elsa")
    assert one.subject != again.subject
    assert dict(one.fields) == {"role": "pupil"}
    assert (one.memberships, one.enrolments) == (False, ())
    assert not Pseudonym.objects.exists()


def test_the_pairwise_level_tells_a_pseudonym_and_an_alias_and_nothing_from_the_register(offer: Offer) -> None:
    offer.allow()
    one = released(offer, "elsa")
    text = told(one).replace(str(offer.cast["bjork"]), "")  # for us: the unit's root id
    for secret in ("elsa", "åberg", "2015", "bjorkviken", "björkskolan", "11111111", str(offer.cast["elsa"])):
        assert secret not in text
    assert set(one.fields) == {"role", "user_name", "display_name"}
    assert one.fields["user_name"] == str(one.subject)
    assert [place.school_year for place in one.enrolments] == [None]


def test_subject_and_alias_stay_through_a_new_name(offer: Offer) -> None:
    offer.allow()
    before = released(offer, "elsa")
    Person.objects.filter(id=offer.cast["elsa"]).update(family_name="Nilsson", civic_no="201503099996")
    after = released(offer, "elsa")
    assert (before.subject, before.fields) == (after.subject, after.fields)
    assert governance.root_of(offer.service.id, before.subject) == offer.cast["elsa"]
    assert governance.aliases_of(offer.service.id, people=[offer.cast["elsa"]]) == {
        offer.cast["elsa"]: before.fields["display_name"]
    }


def test_two_services_get_different_subjects_and_nobody_else_finds_the_person(offer: Offer) -> None:
    other = make_offer(offer.cast, slug="annan")
    offer.allow()
    other.allow()
    one, elsewhere = released(offer, "elsa"), released(other, "elsa")
    assert one.subject != elsewhere.subject
    assert governance.root_of(other.service.id, one.subject) is None


def test_approved_fields_go_out_and_no_others(offer: Offer) -> None:
    fields = (
        FieldChoice(Field.GIVEN_NAME, "Tilltal", "3.1"),
        FieldChoice(Field.SCHOOL_YEAR, "Rätt nivå", "3.2"),
    )
    offer.allow(Level.FIELDS, display=Display.GIVEN_NAME, fields=fields)
    one = released(offer, "elsa")
    assert dict(one.fields) == {
        "role": "pupil",
        "user_name": str(one.subject),
        "display_name": "Elsa",
        "given_name": "Elsa",
        "school_year": 5,
    }
    assert "åberg" not in told(one)


def test_a_field_goes_out_on_its_last_day_and_never_after(offer: Offer) -> None:
    fields = (FieldChoice(Field.FAMILY_NAME, "Tilltal", "3.1", TODAY),)
    offer.allow(Level.FIELDS, fields=fields)
    assert released(offer, "elsa").fields["family_name"] == "Åberg"
    assert "family_name" not in released(offer, "elsa", today=TODAY + timedelta(days=1)).fields


def test_a_name_falls_back_to_the_alias_when_its_field_has_ended(offer: Offer) -> None:
    fields = (FieldChoice(Field.GIVEN_NAME, "Tilltal", "3.1", TODAY),)
    offer.allow(Level.FIELDS, display=Display.GIVEN_NAME, fields=fields)
    assert released(offer, "elsa").fields["display_name"] == "Elsa"
    later = released(offer, "elsa", today=TODAY + timedelta(days=1))
    assert later.fields["display_name"] not in {"Elsa", None}


def test_a_protected_identity_leaves_nothing_without_a_rule(offer: Offer) -> None:
    offer.allow(Level.FIELDS, fields=EVERY_FIELD)
    found = outcome(offer, "sami")
    assert isinstance(found, Withheld)
    assert found.reason is Reason.PROTECTED
    assert not Pseudonym.objects.filter(root_id=offer.cast["sami"]).exists()


def test_a_protected_identity_with_a_rule_is_an_alias_and_nothing_more(offer: Offer) -> None:
    offer.allow(Level.FIELDS, display=Display.FULL_NAME, fields=EVERY_FIELD, protected_rule=ProtectedRule.ALIAS)
    one = released(offer, "sami")
    assert set(one.fields) == {"role", "user_name", "display_name"}
    for secret in ("sami", "virtanen", "bjorkviken"):
        assert secret not in told(one)
    assert (one.memberships, one.enrolments) == (False, ()), "the school is approved, so it would be revealed"


def test_a_protected_pupil_stays_in_the_class_where_that_reveals_no_school(offer: Offer) -> None:
    offer.allow(protected_rule=ProtectedRule.ALIAS)
    one = released(offer, "sami")
    assert one.memberships
    assert [place.unit_root_id for place in one.enrolments] == [offer.cast["bjork"]]


def test_during_the_notice_only_those_the_service_knows_are_released(offer: Offer) -> None:
    agreement = offer.agree(notice_days=30)
    offer.decide()
    governance.set_policy(offer.service.id, level=Level.PAIRWISE, by=offer.by)
    known = released(offer, "elsa")
    governance.end_agreement(agreement.id, last_day=TODAY, by=offer.by)
    tomorrow = TODAY + timedelta(days=1)
    assert released(offer, "elsa", today=tomorrow).subject == known.subject
    assert isinstance(outcome(offer, "olle", today=tomorrow), Withheld)
    assert isinstance(outcome(offer, "elsa", today=TODAY + timedelta(days=31)), Withheld)


@pytest.mark.parametrize("status", ["Avliden", "Utvandrad"])
def test_who_is_no_longer_active_is_not_released(offer: Offer, status: str) -> None:
    offer.allow()
    Person.objects.filter(id=offer.cast["elsa"]).update(person_status=status)
    found = outcome(offer, "elsa")
    assert isinstance(found, Withheld)
    assert found.reason is Reason.UNKNOWN_PERSON


@pytest.mark.parametrize("until", [None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=1)])
@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("marking", ["Ingen", "Sekretessmarkering", "Skyddad folkbokföring"])
def test_release_and_register_agree_on_who_is_protected(
    offer: Offer, marking: str, local: bool, until: date | None
) -> None:
    elsa = offer.cast["elsa"]
    Person.objects.filter(id=elsa).update(
        security_marking=marking, local_protection=local, local_protection_until=until
    )
    person = Person.objects.get(id=elsa)
    assert people_of([elsa], today=TODAY)[elsa].is_protected is person.is_protected(TODAY)


def test_rotation_gives_new_subjects_and_the_old_ones_still_lead_home(offer: Offer) -> None:
    offer.allow()
    before = released(offer, "elsa").subject
    governance.rotate(offer.service.id, by=offer.by)
    after = released(offer, "elsa").subject
    assert before != after
    assert {governance.root_of(offer.service.id, one) for one in (before, after)} == {offer.cast["elsa"]}


def test_an_id_that_the_service_already_knows_is_taken_over_with_a_purpose(offer: Offer) -> None:
    offer.allow()
    known = UUID("6f9619ff-8b86-4d01-b42d-00c04fc964ff")
    adopted = {offer.cast["elsa"]: known}
    with pytest.raises(governance.PurposeMissing):
        governance.adopt(offer.service.id, kind=Kind.PERSON, released=adopted, purpose=" ", by=offer.by)
    governance.adopt(offer.service.id, kind=Kind.PERSON, released=adopted, purpose="Byte av nav", by=offer.by)
    assert released(offer, "elsa").subject == known
    with pytest.raises(governance.IdInUse):
        governance.adopt(
            offer.service.id, kind=Kind.PERSON, released={offer.cast["olle"]: known}, purpose="x", by=offer.by
        )


def test_somebody_entitled_to_another_service_is_not_released(offer: Offer) -> None:
    offer.allow()
    other = make_offer(offer.cast, slug="annan")
    with pytest.raises(ValueError, match="another service"):
        list(governance.release_many(other.service.id, [entitle(offer, "elsa")], today=TODAY))


def test_asking_for_obstacles_stores_and_releases_nothing(offer: Offer) -> None:
    offer.allow()
    people = [offer.cast["elsa"], offer.cast["sami"]]
    found = governance.obstacles(offer.service.id, people=people, today=TODAY)
    assert found == {offer.cast["sami"]: Reason.PROTECTED}
    assert not Pseudonym.objects.exists()


def test_single_fields_need_their_level_a_purpose_and_names_need_their_fields(offer: Offer) -> None:
    name = FieldChoice(Field.GIVEN_NAME, "Tilltal", "3.1")
    service, by = offer.service.id, offer.by
    with pytest.raises(governance.FieldsNeedLevel):
        governance.set_policy(service, level=Level.PAIRWISE, fields=[name], by=by)
    with pytest.raises(governance.PurposeMissing):
        governance.set_policy(service, level=Level.FIELDS, fields=[FieldChoice(Field.EMAILS, "", "1")], by=by)
    with pytest.raises(governance.DisplayNeedsFields):
        governance.set_policy(service, level=Level.FIELDS, display=Display.FULL_NAME, fields=[name], by=by)


def test_a_place_in_the_leisure_time_centre_is_no_second_place_unless_the_school_form_may_be_known(
    offer: Offer,
) -> None:
    enrolment = Enrolment.objects.get(person_id=offer.cast["elsa"])
    enrolment.pk, enrolment.school_type, enrolment.school_year = uuid4(), "FTH", None
    enrolment.save(force_insert=True)
    offer.allow()
    assert len(released(offer, "elsa").enrolments) == 1
    governance.set_policy(
        offer.service.id, level=Level.FIELDS, fields=[FieldChoice(Field.SCHOOL_TYPE, "Rätt innehåll", "3")], by=offer.by
    )
    assert [place.school_type for place in released(offer, "elsa").enrolments] == ["GR", "FTH"]

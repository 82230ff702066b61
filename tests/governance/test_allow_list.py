"""The one exit's list: field by field, by stored identifiers, and closed when in doubt."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from tests.cast import TODAY
from tests.governance.test_release import EVERY_FIELD, released
from tests.offer import Offer

from kateder.governance import api as governance
from kateder.governance.api import (
    CLAIMS,
    AllowList,
    Display,
    Field,
    FieldChoice,
    GroupNames,
    Level,
    ProtectedRule,
    Released,
)
from kateder.licences import api as licences
from kateder.protocols.egil import resources
from kateder.protocols.egil.resources import PupilEnrolment
from kateder.protocols.egil.types import ResourceType


def compiled(offer: Offer) -> AllowList:
    return governance.allow_list(offer.service.id, today=TODAY)


def user(one: Released, **extra: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "user_name": str(one.fields["user_name"]),
        "display_name": str(one.fields["display_name"]),
        "enrolments": [PupilEnrolment(school_unit=place.unit) for place in one.enrolments],
    }
    return resources.user(one.subject, **(values | extra))


def paths(offer: Offer, body: dict[str, Any], resource_type: str = ResourceType.USER) -> set[str]:
    return {violation.path for violation in compiled(offer).violations(resource_type, body)}


def test_what_was_released_passes(offer: Offer) -> None:
    offer.allow()
    one = released(offer, "elsa")
    assert paths(offer, user(one)) == set()


@pytest.mark.parametrize(
    ("extra", "path"),
    [
        ({"given_name": "Elsa"}, "name/givenName"),
        ({"family_name": "Åberg"}, "name/familyName"),
        ({"emails": ["elsa@bjorkviken.example"]}, "emails/*/value"),
        ({"civic_no": "201503091234"}, "urn:scim:schemas:extension:sis:school:1.0:User/civicNo"),
        ({"display_name": "Elsa Åberg"}, "displayName"),
        ({"display_name": "Uppfunnen Räv 7"}, "displayName"),
        ({"user_name": "elsa@edu.bjorkviken.example"}, "userName"),
    ],
)
def test_what_no_field_approves_is_stopped(offer: Offer, extra: dict[str, Any], path: str) -> None:
    offer.allow()
    assert paths(offer, user(released(offer, "elsa"), **extra)) == {path}


def test_a_root_id_never_leaves_and_neither_does_an_id_that_was_not_stored(offer: Offer) -> None:
    offer.allow()
    one = released(offer, "elsa")
    for subject in (offer.cast["elsa"], uuid4()):
        assert "externalId" in paths(offer, user(one) | {"externalId": str(subject)})


def test_an_unknown_type_or_member_is_stopped(offer: Offer) -> None:
    offer.allow()
    one = released(offer, "elsa")
    assert paths(offer, user(one) | {"nickName": "E"}) == {"nickName"}
    assert paths(offer, {"displayName": "x"}, "Guardian") == {"displayName"}


def test_approved_fields_pass_in_their_own_place_only(offer: Offer) -> None:
    offer.allow(Level.FIELDS, fields=[FieldChoice(Field.GIVEN_NAME, "Tilltal", "3.1")])
    one = released(offer, "elsa")
    assert paths(offer, user(one, given_name="Elsa")) == set()
    assert paths(offer, user(one, given_name="Elsa", family_name="Åberg")) == {"name/familyName"}


def test_a_personal_number_in_a_name_stops_the_body(offer: Offer) -> None:
    offer.allow(Level.FIELDS, fields=EVERY_FIELD, display=Display.FULL_NAME, group_names=GroupNames.REAL)
    one = released(offer, "elsa")
    for hidden in ("Elsa 150309-1234", "Elsa 201503091234", "150309T123"):
        assert paths(offer, user(one, display_name=hidden)) == {"displayName"}


def test_who_became_protected_is_stopped_though_the_id_is_stored(offer: Offer) -> None:
    offer.allow()
    body = user(released(offer, "elsa"))
    offer.cast.person("elsa")
    protect(offer, "elsa")
    assert "externalId" in paths(offer, body)


def test_a_protected_person_with_a_rule_passes_as_an_alias_and_stops_with_a_name(offer: Offer) -> None:
    offer.allow(Level.FIELDS, fields=EVERY_FIELD, display=Display.FULL_NAME, protected_rule=ProtectedRule.ALIAS)
    one = released(offer, "sami")
    assert paths(offer, user(one)) == set()
    assert paths(offer, user(one, given_name="Sami")) == {"name/givenName"}
    assert paths(offer, user(one, display_name="Sami Virtanen")) == {"displayName"}


def test_the_signature_of_a_protected_teacher_is_stopped_at_the_exit(offer: Offer) -> None:
    fields = [FieldChoice(Field.SIGNATURE, "Schema", "3.1")]
    offer.allow(Level.FIELDS, fields=fields, protected_rule=ProtectedRule.ALIAS)
    offer.assign(offer.lot(), "class_5b")
    entitled = {one.person_id: one for one in licences.entitled(offer.service.id, today=TODAY)}
    teacher = governance.release(entitled[offer.cast["tove"]], today=TODAY).subject
    context = governance.release_context(
        offer.service.id, today=TODAY, organisations=[offer.cast["bjork"]], duties=[offer.cast["duty_tove"]]
    )
    body = resources.employment(
        context.duties[offer.cast["duty_tove"]].released_id,
        employed_at=context.organisations[offer.cast["bjork"]].released_id,
        user_id=teacher,
        employment_role="Lärare",
        signature="TOVLIN",
    )
    assert paths(offer, body, ResourceType.EMPLOYMENT) == set()
    protect(offer, "tove")
    assert "signature" in paths(offer, body, ResourceType.EMPLOYMENT)


def test_a_protected_person_is_in_no_group_where_that_reveals_the_school(offer: Offer) -> None:
    for reveals, fields in ((True, EVERY_FIELD), (False, ())):
        offer.allow(Level.FIELDS, fields=fields, protected_rule=ProtectedRule.ALIAS)
        subject = released(offer, "sami").subject
        group = group_body(offer, [subject])
        stopped = {"studentMemberships/*/value", "studentMemberships/*/$ref"} if reveals else set()
        assert paths(offer, group, ResourceType.STUDENT_GROUP) == stopped


def test_groups_go_out_by_alias_and_their_own_name_is_stopped(offer: Offer) -> None:
    offer.allow()
    elsa = released(offer, "elsa").subject
    body = group_body(offer, [elsa])
    assert paths(offer, body, ResourceType.STUDENT_GROUP) == set()
    assert paths(offer, body | {"displayName": "5B"}, ResourceType.STUDENT_GROUP) == {"displayName"}
    assert paths(offer, body | {"studentGroupType": "Klass"}, ResourceType.STUDENT_GROUP) == {"studentGroupType"}


def test_claims_are_checked_by_the_same_list(offer: Offer) -> None:
    offer.allow()
    one = released(offer, "elsa")
    claims = {"sub": str(one.subject), "name": one.fields["display_name"], "role": "pupil"}
    narrow = governance.allow_list(offer.service.id, today=TODAY, people=[offer.cast["elsa"]])
    assert narrow.violations(CLAIMS, claims) == ()
    assert narrow.violations(CLAIMS, claims | {"given_name": "Elsa"}) != ()
    nobody = governance.allow_list(offer.service.id, today=TODAY, people=[])
    assert {v.path for v in nobody.violations(CLAIMS, claims)} == {"sub", "name"}


def test_a_violation_never_holds_the_value(offer: Offer) -> None:
    offer.allow()
    body = user(released(offer, "elsa"), given_name="Elsa")
    assert "Elsa" not in repr(compiled(offer).violations(ResourceType.USER, body))


def group_body(offer: Offer, members: list[UUID]) -> dict[str, Any]:
    context = governance.release_context(
        offer.service.id, today=TODAY, groups=[offer.cast["class_5b"]], organisations=[offer.cast["bjork"]]
    )
    group = context.groups[offer.cast["class_5b"]]
    return resources.student_group(
        group.released_id,
        display_name=group.display_name,
        owner=context.organisations[offer.cast["bjork"]].released_id,
        members=members,
    )


def protect(offer: Offer, name: str) -> None:
    from kateder.register.models import Person

    Person.objects.filter(id=offer.cast[name]).update(security_marking="Sekretessmarkering")

"""What a service may know of groups, schools, duties and activities."""

from __future__ import annotations

from tests.cast import TODAY
from tests.governance.test_release import EVERY_FIELD
from tests.offer import Offer

from kateder.core.findings import open_findings
from kateder.governance import api as governance
from kateder.governance.api import Field, FieldChoice, GroupNames, Knows, Level, ProtectedRule, ReleaseContext
from kateder.register.models import Duty, Group, Person


def context(offer: Offer) -> ReleaseContext:
    cast = offer.cast
    return governance.release_context(
        offer.service.id,
        today=TODAY,
        organisations=[cast["huvudman"], cast["bjork"]],
        groups=[cast["class_5b"]],
        activities=[cast["maths_5b"]],
        duties=[cast["duty_tove"]],
    )


def test_schools_groups_and_activities_go_out_under_pseudonym_and_alias(offer: Offer) -> None:
    offer.allow()
    found = context(offer)
    school = found.organisations[offer.cast["bjork"]]
    assert school.display_name.startswith("Skola ")
    assert dict(school.codes) == {}
    assert found.groups[offer.cast["class_5b"]].display_name.startswith("Grupp ")
    assert found.activities[offer.cast["maths_5b"]].display_name.startswith("Undervisning ")
    assert dict(found.duties[offer.cast["duty_tove"]].fields) == {}
    things = [*found.organisations.values(), *found.groups.values(), *found.activities.values()]
    assert not {thing.released_id for thing in things} & set(offer.cast.ids.values())


def test_the_authority_itself_has_its_name(offer: Offer) -> None:
    offer.allow()
    assert context(offer).organisations[offer.cast["huvudman"]].display_name == "Björkviken"


def test_the_same_thing_keeps_its_name_and_id(offer: Offer) -> None:
    offer.allow()
    assert context(offer) == context(offer)


def test_an_approved_school_has_its_name_and_code(offer: Offer) -> None:
    offer.allow(Level.FIELDS, fields=[FieldChoice(Field.SCHOOL_UNIT, "Statistik", "4")])
    school = context(offer).organisations[offer.cast["bjork"]]
    assert school.display_name == "Björkskolan"
    assert dict(school.codes) == {"school_unit_code": "11111111", "municipality_code": "9999"}


def test_group_names_by_subject_and_year(offer: Offer) -> None:
    offer.allow(Level.FIELDS, group_names=GroupNames.SUBJECT_YEAR)
    found = context(offer)
    for thing in (found.groups[offer.cast["class_5b"]], found.activities[offer.cast["maths_5b"]]):
        assert thing.display_name.startswith("Matematik åk 5 ")
        assert "5B" not in thing.display_name


def test_a_group_name_below_the_level_of_fields_is_an_alias_whatever_the_policy_says(offer: Offer) -> None:
    offer.allow(Level.PAIRWISE, group_names=GroupNames.REAL)
    assert context(offer).groups[offer.cast["class_5b"]].display_name.startswith("Grupp ")


def test_neither_signature_nor_role_of_a_protected_teacher_goes_out(offer: Offer) -> None:
    offer.allow(Level.FIELDS, fields=EVERY_FIELD, protected_rule=ProtectedRule.ALIAS)
    Duty.objects.filter(id=offer.cast["duty_tove"]).update(signature="TOVLIN")
    assert context(offer).duties[offer.cast["duty_tove"]].fields[Field.SIGNATURE] == "TOVLIN"
    Person.objects.filter(id=offer.cast["tove"]).update(security_marking="Sekretessmarkering")
    assert dict(context(offer).duties[offer.cast["duty_tove"]].fields) == {}


def test_a_group_named_after_somebody_in_it_goes_out_as_an_alias_and_is_a_finding(offer: Offer) -> None:
    offer.allow(Level.FIELDS, group_names=GroupNames.REAL)
    assert context(offer).groups[offer.cast["class_5b"]].display_name == "5B"
    for name in ("Toves mattegrupp", "Stöd för elsa", "Grupp Åberg", "Grupp 150309-1234"):
        Group.objects.filter(id=offer.cast["class_5b"]).update(display_name=name)
        assert context(offer).groups[offer.cast["class_5b"]].display_name.startswith("Grupp ")
    found = open_findings().get(rule="governance.name_in_free_text")
    assert found.subject_id == str(offer.cast["class_5b"])
    assert "Elsa" not in str(found.params) + found.message
    Group.objects.filter(id=offer.cast["class_5b"]).update(display_name="5B matte")
    assert context(offer).groups[offer.cast["class_5b"]].display_name == "5B matte"
    assert not open_findings().filter(rule="governance.name_in_free_text").exists()


def test_data_flows_say_what_each_service_knows_and_why(offer: Offer) -> None:
    offer.allow(Level.FIELDS, fields=[FieldChoice(Field.SCHOOL_UNIT, "Statistik", "4")])
    (flow,) = governance.data_flows(today=TODAY)
    assert flow.cells["identity"].knows is Knows.PSEUDONYM
    assert flow.cells["display_name"].knows is Knows.ALIAS
    assert (flow.cells["school_unit"].knows, flow.cells["school_unit"].purpose) == (Knows.SPECIAL, "Statistik")
    assert flow.cells["civic_no"].knows is Knows.NOTHING
    assert set(flow.cells) == set(governance.COLUMNS)


def test_a_service_without_agreement_knows_nothing(offer: Offer) -> None:
    governance.set_policy(offer.service.id, level=Level.FIELDS, fields=EVERY_FIELD, by=offer.by)
    (flow,) = governance.data_flows(today=TODAY)
    assert {cell.knows for cell in flow.cells.values()} == {Knows.NOTHING}

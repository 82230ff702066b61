"""What a provider wants in its own way, it gets: never more than governance releases, whatever the settings say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson
import pytest

from kateder.core import setup
from kateder.core.setup import BadSetting
from kateder.governance import api as governance
from kateder.governance.aliases import FIRST_WORDS, as_user_name
from kateder.governance.api import AllowList, Display, Field, FieldChoice, GroupNames, Kind, Level, ProtectedRule
from kateder.governance.words import NOUNS
from kateder.protocols.egil.types import NO_UNIT, USER_EXTENSION, ResourceType
from kateder.protocols.reconcile import Action
from kateder.provisioning.delivery.operations import Operation
from kateder.provisioning.egil.way import EGIL
from kateder.provisioning.exit import may_leave
from kateder.provisioning.planning.preparing import wanted_at
from kateder.provisioning.planning.wanted import Wanted
from kateder.register.models import Activity, Group, Organisation, Person
from kateder.sources import api as sources
from kateder.sources.models import SourceLink
from tests.cast import TODAY
from tests.offer import Offer

EVERYTHING = tuple(Field)
R = ResourceType
MATHS_YEAR_6 = uuid5(UUID(int=0), "GRGRMAT01_6")


def allow(offer: Offer, fields: Iterable[Field] = (), *, display: Display = Display.ALIAS, **policy: Any) -> None:
    choices = [FieldChoice(field, "Undervisning", "Bilaga 1") for field in fields]
    offer.allow(Level.FIELDS if choices else Level.PAIRWISE, display=display, fields=choices, **policy)
    offer.assign(offer.lot(), "class_5b")


def wanted(offer: Offer, **settings: object) -> list[Wanted]:
    values = setup.checked(settings, fields=EGIL.fields)
    return wanted_at(offer.service.id, way=EGIL, settings=values, today=TODAY)


def bodies(offer: Offer, kind: ResourceType, **settings: object) -> list[dict[str, Any]]:
    return [orjson.loads(one.body) for one in wanted(offer, **settings) if one.resource_type == kind]


def account(offer: Offer, name: str, **settings: object) -> dict[str, Any]:
    (found,) = [one for one in wanted(offer, **settings) if one.root_id == offer.cast[name]]
    body: dict[str, Any] = orjson.loads(found.body)
    return body


def allowed(offer: Offer) -> AllowList:
    return governance.allow_list(offer.service.id, today=TODAY)


def stopped(offer: Offer, **settings: object) -> list[str]:
    """The types of what the exit stops."""
    everything = wanted(offer, **settings)
    allow_list = allowed(offer)
    return [one.resource_type for one in everything if not _leaves(one, allow_list)]


def _leaves(one: Wanted, allow_list: AllowList) -> bool:
    operation = Operation(
        action=Action.CREATE,
        resource_type=one.resource_type,
        position=one.position,
        released_id=one.released_id,
        body=one.body,
    )
    return may_leave(operation, allow_list)


def test_without_a_choice_the_bodies_are_what_they_were(offer: Offer) -> None:
    allow(offer)
    one = account(offer, "elsa")
    assert one["userName"] == one["externalId"]
    assert {kind.resource_type for kind in wanted(offer)} >= {"Organisation", "Employment", "Activity"}
    assert stopped(offer) == []


@pytest.mark.parametrize("user_name", ["school", "id", "alias", "email"])
@pytest.mark.parametrize("display_name", ["policy", "alias", "id"])
@pytest.mark.parametrize("fields", [(), EVERYTHING])
@pytest.mark.parametrize("domain", ["", "skola.example"])
def test_no_choice_of_names_makes_more_leave_or_is_stopped(
    offer: Offer, user_name: str, display_name: str, fields: tuple[Field, ...], domain: str
) -> None:
    allow(offer, fields, protected_rule=ProtectedRule.ALIAS)
    chosen = {"user_name": user_name, "display_name": display_name, "user_name_domain": domain}
    assert stopped(offer, **chosen) == []
    for secret in ("Sami", "Virtanen", "sami"):
        assert secret not in str(account(offer, "sami", **chosen))
    if not fields:
        assert "elsa" not in str(account(offer, "elsa", **chosen)).casefold()


def test_the_user_name_is_what_was_chosen_where_it_is_approved_and_the_id_where_not(offer: Offer) -> None:
    allow(offer, (Field.EMAILS,))
    one = account(offer, "elsa", user_name="email")
    assert one["userName"] == one["emails"][0]["value"]
    one = account(offer, "elsa", user_name="school")
    assert one["userName"] == one["externalId"]
    assert account(offer, "elsa", user_name="id", user_name_domain="skola.example")["userName"] == (
        f"{one['externalId']}@skola.example"
    )
    alias = account(offer, "elsa", user_name="alias")
    assert alias["userName"] == as_user_name(alias["displayName"])


def test_a_name_can_be_kept_from_the_screen_though_the_policy_shows_it(offer: Offer) -> None:
    allow(offer, EVERYTHING, display=Display.FULL_NAME)
    assert account(offer, "elsa")["displayName"] == "Elsa Åberg"
    for chosen in ("id", "alias"):
        one = account(offer, "elsa", display_name=chosen)
        assert one["displayName"] == one["externalId"], "nobody has an alias where the policy shows names"


def test_the_exit_knows_the_user_names_of_its_own_accounts_and_no_others(offer: Offer) -> None:
    allow(offer)
    one = account(offer, "elsa", user_name="alias")
    for name in (one["userName"], f"{one['userName']}@skola.example", one["externalId"]):
        assert not allowed(offer).violations(R.USER, one | {"userName": name})
    strangers = ("elsa", "elsa@skola.example", f"{one['userName']}@150309-2385", f"{offer.cast['elsa']}@skola.example")
    for name in strangers:
        assert allowed(offer).violations(R.USER, one | {"userName": name})


def test_what_egil_requires_is_filled_with_the_alias_and_with_no_school(offer: Offer) -> None:
    allow(offer)
    one = account(offer, "elsa")
    assert f"{one['name']['givenName']} {one['name']['familyName']}" == one["displayName"]
    assert {unit["schoolUnitCode"] for unit in bodies(offer, R.SCHOOL_UNIT)} == {NO_UNIT}
    assert allowed(offer).violations(R.USER, one | {"name": {"givenName": "Elsa", "familyName": "Åberg"}})
    bare = account(offer, "elsa", fillers="no")
    assert "name" not in bare
    assert "schoolUnitCode" not in bodies(offer, R.SCHOOL_UNIT, fillers="no")[0]


def test_every_alias_has_a_user_name_of_its_own_in_plain_letters() -> None:
    for words in (FIRST_WORDS[Kind.PERSON], NOUNS):
        plain = {as_user_name(word) for word in words}
        assert len(plain) == len(words)
        assert all(word.isascii() and word.isalpha() for word in plain)


@pytest.mark.parametrize(
    ("setting", "gone", "left"),
    [
        ("organisations", {"Organisation"}, "Employment"),
        ("employments", {"Employment"}, "Activity"),
        ("activities", {"Activity"}, "Employment"),
        ("student_groups", {"StudentGroup", "Activity"}, "Employment"),
    ],
)
def test_types_that_are_off_are_not_sent_and_nothing_refers_to_them(
    offer: Offer, setting: str, gone: set[str], left: str
) -> None:
    allow(offer)
    everything = wanted(offer, **{setting: "false"})
    types = {one.resource_type for one in everything}
    assert not types & gone
    assert left in types
    ids = {one.released_id for one in everything}
    assert all(one.depends_on <= ids for one in everything)


def test_groups_are_chosen_by_a_kind_that_may_be_known(offer: Offer) -> None:
    allow(offer, (Field.GROUP_TYPE,))
    offer.assign(offer.lot(), "class_6a")
    Group.objects.filter(id=offer.cast["class_6a"]).update(group_type="Undervisning")
    assert {one["studentGroupType"] for one in bodies(offer, R.STUDENT_GROUP)} == {"Klass", "Undervisning"}
    assert {one["studentGroupType"] for one in bodies(offer, R.STUDENT_GROUP, group_types="Klass")} == {"Klass"}


def test_choosing_groups_by_a_kind_that_may_not_be_known_sends_none(offer: Offer) -> None:
    allow(offer)
    assert bodies(offer, R.STUDENT_GROUP)
    assert not bodies(offer, R.STUDENT_GROUP, group_types="Klass")


def test_kinds_and_roles_are_told_in_the_providers_words_where_they_are_approved(offer: Offer) -> None:
    allow(offer, (Field.GROUP_TYPE, Field.DUTY_ROLE))
    chosen = {"group_type_words": "Klass = class\nUndervisning = teaching", "role_words": "Lärare = teacher"}
    assert {one["studentGroupType"] for one in bodies(offer, R.STUDENT_GROUP, **chosen)} <= {"class", "teaching"}
    assert {one["employmentRole"] for one in bodies(offer, R.EMPLOYMENT, **chosen)} == {"teacher"}
    assert stopped(offer, **chosen) == []


def test_words_for_what_is_not_approved_change_nothing(offer: Offer) -> None:
    allow(offer)
    chosen = {"group_type_words": "Undervisning = secret", "role_words": "Lärare = secret"}
    assert "secret" not in str(wanted(offer, **chosen))


@pytest.mark.parametrize(
    "wrong",
    [
        {"user_name": "civic_no"},
        {"user_name_domain": "skola example"},
        {"user_name_domain": "150309-2385"},
        {"group_types": "Klass;Undervisning"},
        {"role_words": "Lärare"},
        {"organisations": "perhaps"},
    ],
)
def test_settings_that_mean_nothing_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSetting):
        setup.checked(wrong, fields=EGIL.fields)


def test_national_tests_get_their_additions_where_each_is_approved(offer: Offer) -> None:
    allow(offer, EVERYTHING, group_names=GroupNames.REAL)
    Activity.objects.filter(id=offer.cast["maths_5b"]).update(parent_activity=MATHS_YEAR_6)
    Person.objects.filter(id=offer.cast["elsa"]).update(civic_no="201503092385")
    pupil = account(offer, "elsa")[USER_EXTENSION]
    assert pupil["civicNo"]
    assert pupil["enrolments"][0]["schoolType"] == "GR"
    assert {one["schoolType"] for one in bodies(offer, R.STUDENT_GROUP)} == {"GR"}
    (activity,) = [one for one in wanted(offer) if one.root_id == offer.cast["maths_5b"]]
    assert orjson.loads(activity.body)["parentActivity"] == [{"value": str(MATHS_YEAR_6)}]
    assert stopped(offer) == []


def test_which_test_a_group_sits_is_told_only_where_it_is_approved_and_only_if_it_is_a_test(offer: Offer) -> None:
    allow(offer, tuple(field for field in Field if field is not Field.TEST_ACTIVITY))
    activities = Activity.objects.filter(id=offer.cast["maths_5b"])
    activities.update(parent_activity=MATHS_YEAR_6)
    assert "parentActivity" not in str(bodies(offer, R.ACTIVITY))
    (body,) = bodies(offer, R.ACTIVITY)
    assert allowed(offer).violations(R.ACTIVITY, body | {"parentActivity": [{"value": str(MATHS_YEAR_6)}]})


def test_an_activity_of_our_own_is_no_test(offer: Offer) -> None:
    allow(offer, EVERYTHING)
    Activity.objects.filter(id=offer.cast["maths_5b"]).update(parent_activity=offer.cast["elsa"])
    bodies_ = bodies(offer, R.ACTIVITY)
    assert all("parentActivity" not in body for body in bodies_)
    (body, *_) = bodies_
    assert allowed(offer).violations(R.ACTIVITY, body | {"parentActivity": [{"value": str(offer.cast["elsa"])}]})


def test_a_school_of_several_units_stands_between_the_unit_and_the_authority(offer: Offer) -> None:
    allow(offer)
    unit = Organisation.objects.get(id=offer.cast["bjork"])
    school = Organisation(
        id=uuid4(),
        display_name="Björkens skola",
        organisation_type="Skola",
        parent_id=offer.cast["huvudman"],
        created_in=unit.created_in,
        modified_in=unit.modified_in,
    )
    school.save()
    Organisation.objects.filter(id=offer.cast["bjork"]).update(parent=school)
    (told,) = bodies(offer, R.SCHOOL_UNIT)
    (group,) = bodies(offer, R.SCHOOL_UNIT_GROUP)
    assert told["schoolUnitGroup"]["value"] == group["externalId"]
    assert told["organisation"]["value"] == bodies(offer, R.ORGANISATION)[0]["externalId"]
    assert stopped(offer) == []
    (told,) = bodies(offer, R.SCHOOL_UNIT, school_unit_groups="no")
    assert "schoolUnitGroup" not in told


def test_a_choice_of_the_sources_ids_reaches_newcomers_and_leaves_those_who_are_there(offer: Offer) -> None:
    source = sources.add_source(kind="egil_in", name="Skolsystemet", settings={}, actor=offer.by).pk
    allow(offer, EVERYTHING)
    before = {one.released_id for one in wanted(offer)}
    ids = {name: uuid4() for name in ("elsa", "class_5b")}
    for name, entity in (("elsa", "person"), ("class_5b", "group")):
        key = {"key": str(ids[name]), "root_id": offer.cast[name], "content_hash": b"1"}
        SourceLink.objects.create(source_id=source, entity=entity, **key)
    choices = [FieldChoice(field, "Undervisning", "Bilaga 1") for field in EVERYTHING]
    governance.set_policy(offer.service.id, level=Level.FIELDS, fields=choices, ids_from=source, by=offer.by)
    assert {one.released_id for one in wanted(offer)} == before

    governance.rotate(offer.service.id, by=offer.by)
    assert account(offer, "elsa")["externalId"] == str(ids["elsa"])
    (group,) = bodies(offer, R.STUDENT_GROUP)
    assert group["externalId"] == str(ids["class_5b"])
    assert str(ids["elsa"]) in {member["value"] for member in group["studentMemberships"]}
    assert stopped(offer) == [], "the exit knows the ids that were given"

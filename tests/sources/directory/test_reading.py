"""A directory becomes the register: read from a real slapd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.sources.conftest import GENEROUS
from tests.sources.directory.conftest import TODAY, Serve, fetch, settings_for
from tests.sources.directory.school import GROUPS, PUPILS, STAFF, group, person, school
from tests.sources.directory.slapd import SUFFIX, Slapd, needs_slapd, running

from kateder.core.actors import Actor
from kateder.core.models import Authority
from kateder.core.tenancy import within
from kateder.register.api import Entity
from kateder.register.models import ActivityTeacher, Enrolment, GroupMembership, Organisation, Person
from kateder.sources import api
from kateder.sources.canonical import Delivery
from kateder.sources.models import RunState

pytestmark = needs_slapd


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    """Three thousand pupils and their teachers."""
    entries = school(pupils=3000, units=20, to_a_class=25)
    with running(tmp_path_factory.mktemp("slapd") / "large", entries) as server:
        yield server


def column(delivery: Delivery, entity: Entity, name: str) -> list[str]:
    sheet = delivery.sheet(entity)
    assert sheet is not None
    place = sheet.columns.index(name)
    return [row[place] for row in sheet.rows]


def members(delivery: Delivery, name: str) -> set[str]:
    """The family names of those in a group."""
    families = dict(
        zip(column(delivery, Entity.PERSON, "id"), column(delivery, Entity.PERSON, "familyName"), strict=True)
    )
    groups = dict(zip(column(delivery, Entity.GROUP, "displayName"), column(delivery, Entity.GROUP, "id"), strict=True))
    pairs: Sequence[tuple[str, str]] = list(
        zip(column(delivery, Entity.MEMBERSHIP, "group"), column(delivery, Entity.MEMBERSHIP, "person"), strict=True)
    )
    return {families[who] for which, who in pairs if which == groups[name]}


def test_pupils_staff_classes_and_units_come_into_the_register(
    small: Slapd, authority: Authority, actor: Actor
) -> None:
    with within(authority.id):
        source = api.add_source(
            kind="ldap", name="Katalogen", settings=settings_for(small), limits=GENEROUS, actor=actor
        )
    assert api.run(source.pk, actor=actor, today=TODAY).state == RunState.APPLIED
    with within(authority.id):
        pupil = Person.objects.get(family_name="Öst p0")
        assert pupil.emails == ["p0@example.org", "asa.p0@example.org"]
        assert Enrolment.objects.get(person=pupil).school_year == 5
        assert Organisation.objects.get(school_unit_code="99010001").display_name == "Skola 1"
        assert GroupMembership.objects.filter(group__display_name="5-0").count() == 2
        assert ActivityTeacher.objects.get(activity__display_name="5-0").duty.person.family_name == "Öst t0"
    assert api.run(source.pk, actor=actor, today=TODAY).state == RunState.UNCHANGED


def test_the_password_is_sealed_at_rest(small: Slapd, authority: Authority, actor: Actor) -> None:
    with within(authority.id):
        source = api.add_source(kind="ldap", name="Katalogen", settings=settings_for(small), actor=actor)
        source.refresh_from_db()
    assert set(source.settings["password"]) == {"sealed"}


def test_thousands_of_entries_are_read_in_pages_and_none_is_searched_for_by_itself(large: Slapd) -> None:
    before = large.searches()
    delivery = fetch(large, page_size=500)
    asked = large.searches() - before - 1
    assert len(column(delivery, Entity.PERSON, "id")) == 3120
    assert len(column(delivery, Entity.MEMBERSHIP, "person")) == 3000
    # Seven pages of pupils, and one search each for staff, groups, classes and units.
    assert asked == 6 + 1 + 4


def test_everybody_in_a_group_within_a_group_is_in_the_group_and_circles_end(serve: Serve) -> None:
    entries = school()
    outer, inner = f"cn=outer,{GROUPS}", f"cn=inner,{GROUPS}"
    entries[outer] = group("outer", [f"uid=p0,{PUPILS}", inner], kind="undervisning")
    entries[inner] = group("inner", [f"uid=p1,{PUPILS}", f"uid=t0,{STAFF}", outer, inner], kind="annat")
    delivery = fetch(serve(entries))
    assert members(delivery, "outer") == {"Öst p0", "Öst p1"}
    assert "inner" not in column(delivery, Entity.GROUP, "displayName")
    assert "outer" in column(delivery, Entity.ACTIVITY, "displayName")


def test_a_member_is_found_however_its_name_is_written(serve: Serve) -> None:
    entries = school()
    entries[f"uid=odd\\2C one,{PUPILS}"] = person("odd, one", unit="Skola 0", title="Årskurs 9")
    spelled = f"UID=Odd\\, One , OU=Pupils,{PUPILS.partition(',')[2]}"
    entries[f"cn=odd,{GROUPS}"] = group("odd", [spelled], kind="klass")
    assert members(fetch(serve(entries)), "odd") == {"Öst odd, one"}


def test_members_may_be_named_by_an_attribute(serve: Serve) -> None:
    entries = school()
    entries[f"cn=posix,{GROUPS}"] = {
        "objectClass": "posixGroup", "cn": "posix", "gidNumber": "100", "memberUid": ["p0", "p3", "t0", "nobody"]
    }  # fmt: skip
    delivery = fetch(serve(entries), member="memberUid", member_names="uid", class_filter="(cn=posix)")
    assert members(delivery, "posix") == {"Öst p0", "Öst p3"}


def test_a_class_is_made_of_an_attribute(small: Slapd) -> None:
    delivery = fetch(small, pupil_class=r"title ~ \d$", class_filter="", group_base="")
    assert sorted(zip(
        column(delivery, Entity.GROUP, "displayName"), column(delivery, Entity.GROUP, "organisation"), strict=True
    )) == [("5", "unit:skola 0"), ("5", "unit:skola 1"), ("9", "unit:skola 0")]  # fmt: skip


def test_units_come_from_a_table_where_there_is_one(small: Slapd) -> None:
    delivery = fetch(small, unit_base="", unit_table="Skola 0 = 12345678, Nollskolan\n# a remark\nskola 1 = 87654321")
    assert column(delivery, Entity.ORGANISATION, "schoolUnitCode") == ["", "12345678", "87654321"]
    assert "Nollskolan" in column(delivery, Entity.ORGANISATION, "displayName")


def test_units_are_what_people_refer_to_where_nothing_else_says(small: Slapd) -> None:
    delivery = fetch(small, unit_base="")
    assert column(delivery, Entity.ORGANISATION, "displayName") == ["Björkviken", "Skola 0", "Skola 1"]


def test_without_a_first_day_things_begin_when_their_entry_was_made(small: Slapd) -> None:
    from kateder.core import clock

    delivery = fetch(small, start_date="")
    days = set(column(delivery, Entity.MEMBERSHIP, "startDate")) | set(column(delivery, Entity.DUTY, "startDate"))
    assert days == {clock.today().isoformat()}


def test_referrals_are_left_alone_unless_their_host_is_named(serve: Serve) -> None:
    there = serve(school(pupils=6, to_a_class=6))
    entries = school(pupils=2)
    entries[f"cn=neighbours,{PUPILS}"] = {
        "objectClass": ["referral", "extensibleObject"],
        "cn": "neighbours",
        "ref": f"ldaps://localhost:{there.tls_port}/{PUPILS}",
    }
    here = serve(entries)
    # Both servers have an authority of their own; one file may hold both.
    both = here.folder / "both.pem"
    both.write_text((here.folder / "ca.pem").read_text() + (there.folder / "ca.pem").read_text())
    asked = there.searches()
    assert len(column(fetch(here), Entity.ENROLMENT, "person")) == 2
    assert there.searches() == asked + 1
    followed = fetch(here, referral_hosts="localhost", ca_file=str(both))
    assert len(column(followed, Entity.ENROLMENT, "person")) == 8


def test_who_is_both_pupil_and_staff_is_one_person(small: Slapd) -> None:
    delivery = fetch(small, staff_base=f"ou=people,{SUFFIX}")
    ids = column(delivery, Entity.PERSON, "id")
    assert len(ids) == len(set(ids)) == 7
    assert len(column(delivery, Entity.DUTY, "id")) == 7


def test_a_pupil_without_a_unit_is_a_remark_and_stays_a_person(
    serve: Serve, authority: Authority, actor: Actor, tmp_path: Path
) -> None:
    entries = school(pupils=30, to_a_class=10)
    lost = dict(person("lost", unit="x", title="Årskurs 5"))
    del lost["departmentNumber"]
    entries[f"uid=lost,{PUPILS}"] = lost
    with within(authority.id):
        source = api.add_source(
            kind="ldap", name="Katalogen", settings=settings_for(serve(entries)), limits=GENEROUS, actor=actor
        )
    done = api.run(source.pk, actor=actor, today=TODAY)
    assert (done.state, done.counts["set_aside"]) == (RunState.APPLIED, 1)
    with within(authority.id):
        assert not Enrolment.objects.filter(person=Person.objects.get(family_name="Öst lost")).exists()

"""A changeset is applied whole, remembers what was, and never crosses authorities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from tests.cast import SCHOOL_YEAR, TODAY, Cast, person_values

from kateder.core import clock, db, feed
from kateder.core.actors import Actor
from kateder.core.tenancy import within
from kateder.register.api import (
    Action,
    BrokenReference,
    Entity,
    StillInUse,
    add,
    apply,
    open_changes,
    set_local_protection,
)
from kateder.register.models import (
    ActivityTeacher,
    Changeset,
    Duty,
    Enrolment,
    GroupMembership,
    HistoryEntry,
    Person,
)

Wanted = tuple[Entity, Action, UUID, Mapping[str, object]]


def carry_out(*wanted: Wanted) -> Changeset:
    with db.cursor() as cursor:
        open_changes(cursor)
        for entity, action, root_id, values in wanted:
            add(cursor, entity, action=action, root_id=root_id, values=values)
    return apply(cause="test", actor=Actor.system("test"))


def removal(entity: Entity, root_id: UUID) -> Wanted:
    return (entity, Action.REMOVE, root_id, {})


def touched(since: int) -> set[tuple[feed.Entity, UUID]]:
    return {(change.entity, root) for change in feed.since(since) for root in change.ids}


@pytest.mark.usefixtures("tenant")
class TestMemory:
    def test_an_update_keeps_the_image_from_before(self, cast: Cast) -> None:
        married = person_values("tove") | {"family_name": "Sand"}
        changeset = carry_out((Entity.PERSON, Action.UPDATE, cast["tove"], married))
        entry = HistoryEntry.objects.get(root_id=cast["tove"])
        assert (entry.before["family_name"], entry.changeset_id) == ("Lind", changeset.pk)
        assert cast.person("tove").family_name == "Sand"

    def test_a_creation_needs_no_history(self, cast: Cast) -> None:
        assert not HistoryEntry.objects.exists()

    def test_rows_get_the_time_at_which_their_changeset_came_to_be_seen(self, cast: Cast) -> None:
        before = cast.person("tove")
        changeset = carry_out((Entity.PERSON, Action.UPDATE, cast["tove"], person_values("tove")))
        after = cast.person("tove")
        assert after.modified_at == changeset.at
        assert after.created_at == before.created_at < after.modified_at

    def test_the_changesets_time_is_not_before_the_feed_entries(self, cast: Cast) -> None:
        start = feed.position()
        changeset = carry_out((Entity.PERSON, Action.UPDATE, cast["tove"], person_values("tove")))
        assert changeset.at is not None
        assert all(entry.at <= changeset.at for entry in feed.since(start))
        assert changeset.feed_position == feed.position()


@pytest.mark.usefixtures("tenant")
class TestRemoval:
    def test_a_clock_that_goes_back_does_not_put_a_changeset_before_an_earlier_one(self, cast: Cast) -> None:
        ahead = clock.now() + timedelta(hours=1)
        Changeset.objects.filter(id=Changeset.objects.latest("at").id).update(at=ahead)
        changeset = carry_out(removal(Entity.MEMBERSHIP, cast["membership_olle"]))
        assert changeset.at_or_raise > ahead

    def test_removing_a_person_takes_everything_that_was_theirs(self, cast: Cast) -> None:
        carry_out(removal(Entity.PERSON, cast["tove"]), removal(Entity.PERSON, cast["elsa"]))
        for model in (Duty, ActivityTeacher, Enrolment, GroupMembership):
            ids = set(model._default_manager.values_list("pk", flat=True))
            assert not ids & {cast[name] for name in ("duty_tove", "maths_5b_teacher", "enrolment_elsa")}
        assert not GroupMembership.objects.filter(person_id=cast["elsa"]).exists()
        kept = set(HistoryEntry.objects.values_list("root_id", flat=True))
        assert {cast["enrolment_elsa"], cast["guardianship"], cast["maths_5b_teacher"]} <= kept

    def test_the_feed_names_the_group_that_lost_a_member(self, cast: Cast) -> None:
        start = feed.position()
        carry_out(removal(Entity.MEMBERSHIP, cast["membership_elsa"]))
        assert touched(start) == {
            (feed.Entity.MEMBERS, cast["class_5b"]),
            (feed.Entity.MEMBERSHIP, cast["elsa"]),
        }

    def test_an_organisation_in_use_is_not_removed(self, cast: Cast) -> None:
        with pytest.raises(StillInUse):
            carry_out(removal(Entity.ORGANISATION, cast["bjork"]))

    def test_who_comes_back_is_still_protected_by_the_authority(self, cast: Cast) -> None:
        actor = Actor.system("test")
        set_local_protection(cast["elsa"], protected=True, rule="alias", until=TODAY, actor=actor)
        carry_out(removal(Entity.PERSON, cast["elsa"]))
        carry_out((Entity.PERSON, Action.CREATE, cast["elsa"], person_values("elsa")))
        elsa = cast.person("elsa")
        assert (elsa.local_protection, elsa.local_protection_rule) == (True, "alias")
        assert elsa.local_protection_until == TODAY


@pytest.mark.usefixtures("tenant")
class TestReferences:
    def test_the_feed_names_both_groups_of_a_member_who_moved(self, cast: Cast) -> None:
        start = feed.position()
        moved = {"person_id": cast["elsa"], "group_id": cast["class_6a"], "start_date": SCHOOL_YEAR}
        carry_out((Entity.MEMBERSHIP, Action.UPDATE, cast["membership_elsa"], moved))
        groups = {root for entity, root in touched(start) if entity is feed.Entity.MEMBERS}
        assert groups == {cast["class_5b"], cast["class_6a"]}

    def test_a_reference_to_nothing_is_refused(self, cast: Cast) -> None:
        lost = {"person_id": uuid4(), "group_id": cast["class_5b"], "start_date": SCHOOL_YEAR}
        with pytest.raises(BrokenReference):
            carry_out((Entity.MEMBERSHIP, Action.CREATE, uuid4(), lost))


def test_a_reference_into_another_authority_is_refused_whole(cast: Cast, neighbours: Cast) -> None:
    crossing = {"person_id": neighbours["elsa"], "group_id": cast["class_5b"], "start_date": SCHOOL_YEAR}
    newcomer = uuid4()
    with pytest.raises(BrokenReference), within(cast.authority.id):
        carry_out(
            (Entity.PERSON, Action.CREATE, newcomer, person_values("elsa")),
            (Entity.MEMBERSHIP, Action.CREATE, uuid4(), crossing),
        )
    with within(cast.authority.id):
        assert not Person.objects.filter(pk=newcomer).exists()


def test_a_foreign_authoritys_row_cannot_be_changed_or_removed(cast: Cast, neighbours: Cast) -> None:
    with within(cast.authority.id):
        carry_out(
            (Entity.PERSON, Action.UPDATE, neighbours["elsa"], person_values("olle")),
            removal(Entity.PERSON, neighbours["tove"]),
        )
    with within(neighbours.authority.id):
        assert neighbours.person("elsa").given_name == "Elsa"
        assert neighbours.person("tove").given_name == "Tove"

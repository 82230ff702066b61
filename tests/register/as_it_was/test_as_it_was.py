"""A person and a group on a past day: who was where then, what changed since, and who may look."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, transaction
from tests.cast import TODAY, Cast
from tests.register.changing import change, create, remove

from kateder.core import clock, db
from kateder.core.actors import Actor
from kateder.core.models import AuditEvent
from kateder.protocols.reconcile import Action
from kateder.register import access, as_it_was
from kateder.register.api import Entity, set_local_protection
from kateder.register.as_it_was.keeping import KeptTooShort, NotYetThen
from kateder.register.models import Changeset, HistoryEntry

pytestmark = pytest.mark.usefixtures("tenant")
BEFORE = TODAY - timedelta(days=30)
"""A day before what the tests change, which they change on TODAY."""


@pytest.fixture(autouse=True)
def began(tenant: object, cast: Cast) -> None:
    """The cast came into the register when the school year began."""
    _at(Changeset.objects.all(), date(2026, 8, 1))


def _at(changesets: Any, day: date) -> None:
    changesets.update(at=datetime.combine(day, time(12), tzinfo=clock.ZONE))


def _move(cast: Cast) -> None:
    """Elsa moves from 5B to 6A, on TODAY."""
    done = set(Changeset.objects.values_list("pk", flat=True))
    change(Entity.MEMBERSHIP, cast["membership_elsa"], group_id=cast["class_6a"])
    _at(Changeset.objects.exclude(pk__in=done), TODAY)


def test_a_person_is_in_the_class_of_then(cast: Cast) -> None:
    _move(cast)
    then = as_it_was.person_on(cast["elsa"], day=BEFORE, today=TODAY)
    now = as_it_was.person_on(cast["elsa"], day=TODAY, today=TODAY)
    assert then is not None
    assert now is not None
    assert [tie.other_id for tie in then.memberships] == [cast["class_5b"]]
    assert [tie.other_id for tie in now.memberships] == [cast["class_6a"]]
    assert then.groups == {cast["class_5b"]: "5B"}


def test_a_group_has_the_members_and_teachers_of_then(cast: Cast) -> None:
    _move(cast)
    remove(Entity.ACTIVITY_TEACHER, cast["maths_5b_teacher"])
    then = as_it_was.group_on(cast["class_5b"], day=BEFORE, today=TODAY)
    now = as_it_was.group_on(cast["class_5b"], day=TODAY, today=TODAY)
    assert then is not None
    assert now is not None
    assert {tie.other_id for tie in then.members} == {cast["elsa"], cast["sami"]}
    assert {tie.other_id for tie in now.members} == {cast["sami"]}
    assert then.teachers == (cast["tove"],)


def test_dates_of_then_decide_what_held(cast: Cast) -> None:
    """A membership known then but not begun is no membership of that day."""
    create(Entity.MEMBERSHIP, person_id=cast["elsa"], group_id=cast["class_6a"], start_date=TODAY)
    _at(Changeset.objects.all(), date(2026, 8, 1))
    then = as_it_was.person_on(cast["elsa"], day=TODAY - timedelta(days=1), today=TODAY)
    assert then is not None
    assert [tie.other_id for tie in then.memberships] == [cast["class_5b"]]


def test_nobody_was_there_before_the_first_source(cast: Cast) -> None:
    assert as_it_was.person_on(cast["elsa"], day=date(2026, 7, 31), today=TODAY) is None


def test_what_came_in_the_afternoon_counts_and_what_came_after_midnight_does_not(cast: Cast) -> None:
    done = set(Changeset.objects.values_list("pk", flat=True))
    remove(Entity.MEMBERSHIP, cast["membership_elsa"])
    midnight = datetime.combine(TODAY, time(), tzinfo=clock.ZONE)
    Changeset.objects.exclude(pk__in=done).update(at=midnight)
    yesterday = as_it_was.person_on(cast["elsa"], day=TODAY - timedelta(days=1), today=TODAY)
    today = as_it_was.person_on(cast["elsa"], day=TODAY, today=TODAY)
    assert yesterday is not None
    assert today is not None
    assert (len(yesterday.memberships), len(today.memberships)) == (1, 0)


def test_removed_person_is_found_by_the_administrator_and_every_look_is_audited(cast: Cast) -> None:
    done = set(Changeset.objects.values_list("pk", flat=True))
    remove(Entity.PERSON, cast["elsa"])
    _at(Changeset.objects.exclude(pk__in=done), TODAY)
    alva = cast.actor("alva")
    assert [(one.id, one.name) for one in as_it_was.removed_people(alva, text="els")] == [(cast["elsa"], "Elsa Åberg")]
    name, then = as_it_was.person_for(alva, cast["elsa"], day=BEFORE, today=TODAY)
    assert name == "Elsa Åberg"
    assert then is not None
    assert [tie.other_id for tie in then.memberships] == [cast["class_5b"]]
    assert AuditEvent.objects.filter(event="person.removed_seen", subject_id=str(cast["elsa"])).exists()
    for name in ("petra", "tove"):
        with pytest.raises(access.NotYours):
            as_it_was.person_for(cast.actor(name), cast["elsa"], day=BEFORE, today=TODAY)


def test_removed_person_who_was_protected_is_found_by_no_name(cast: Cast) -> None:
    remove(Entity.PERSON, cast["sami"])
    assert as_it_was.removed_people(cast.actor("alva"), text="") == []
    name, _then = as_it_was.person_for(cast.actor("alva"), cast["sami"], day=TODAY, today=TODAY)
    assert "Sami" not in name


def test_old_names_and_numbers_are_not_told(cast: Cast) -> None:
    change(Entity.PERSON, cast["tove"], family_name="Nyman", civic_no="198501202393", civic_no_kind="personal")
    name, then = as_it_was.person_for(cast.actor("alva"), cast["tove"], day=BEFORE, today=TODAY)
    assert name == "Tove Nyman"
    told = f"{then} {as_it_was.changes_of(cast['tove'], today=TODAY)}"
    assert "Lind" not in told
    assert "lind" not in told
    assert "198501202393" not in told


def test_changes_say_what_when_from_where_and_who(cast: Cast) -> None:
    _move(cast)
    newest, *_rest = as_it_was.changes_of(cast["elsa"], today=TODAY)
    assert (newest.entity, newest.action, newest.cause, newest.actor) == (
        Entity.MEMBERSHIP, Action.UPDATE, "test", "system:test",
    )  # fmt: skip
    assert newest.at.astimezone(clock.ZONE).date() == TODAY
    assert newest.fields == {"group_id": (str(cast["class_5b"]), str(cast["class_6a"]))}


def test_a_life_that_ended_and_began_again_is_told_as_three_changes(cast: Cast) -> None:
    membership = {"person_id": cast["olle"], "group_id": cast["class_5b"], "start_date": TODAY}
    done = {one.changeset_id for one in as_it_was.changes_of(cast["olle"], today=TODAY)}
    first = create(Entity.MEMBERSHIP, **membership)
    remove(Entity.MEMBERSHIP, first)
    create(Entity.MEMBERSHIP, **membership)
    told = [one.action for one in as_it_was.changes_of(cast["olle"], today=TODAY) if one.changeset_id not in done]
    assert sorted(told) == [Action.CREATE, Action.CREATE, Action.REMOVE]


def test_protected_then_is_audited_though_not_protected_now(cast: Cast) -> None:
    done = set(Changeset.objects.values_list("pk", flat=True))
    change(Entity.PERSON, cast["sami"], security_marking="Ingen")
    _at(Changeset.objects.exclude(pk__in=done), TODAY)
    as_it_was.person_for(cast.actor("petra"), cast["sami"], day=BEFORE, today=TODAY)
    assert AuditEvent.objects.filter(event="person.protected_seen", subject_id=str(cast["sami"])).count() == 1


def test_principal_sees_of_the_past_only_what_was_at_own_school(cast: Cast) -> None:
    enrolment = {"school_type": "GR", "cancelled": False, "start_date": date(2025, 8, 15), "end_date": BEFORE}
    create(Entity.ENROLMENT, person_id=cast["elsa"], enroled_at_id=cast["lund"], **enrolment)
    _at(Changeset.objects.all(), date(2026, 8, 1))
    _name, then = as_it_was.person_for(cast.actor("petra"), cast["elsa"], day=BEFORE, today=TODAY)
    assert then is not None
    assert [tie.other_id for tie in then.enrolments] == [cast["bjork"]]


@pytest.mark.parametrize("who", ["tove", "gustav", "elsa"])
def test_teachers_guardians_and_pupils_see_no_past(cast: Cast, who: str) -> None:
    with pytest.raises(access.NotYours):
        as_it_was.person_for(cast.actor(who), cast["elsa"], day=BEFORE, today=TODAY)


def test_principal_sees_the_past_of_own_groups_only(cast: Cast) -> None:
    assert as_it_was.group_for(cast.actor("petra"), cast["class_5b"], day=BEFORE, today=TODAY) is not None
    with pytest.raises(access.NotYours):
        as_it_was.group_for(cast.actor("petra"), cast["class_9c"], day=BEFORE, today=TODAY)


def test_nobody_looks_further_back_than_the_class_says(cast: Cast) -> None:
    as_it_was.keep_history(days=60, by=cast.actor("alva"))
    assert as_it_was.first_day(today=TODAY) == TODAY - timedelta(days=60)
    with pytest.raises(as_it_was.NoLongerKept):
        as_it_was.person_on(cast["elsa"], day=TODAY - timedelta(days=61), today=TODAY)
    with pytest.raises(NotYetThen):
        as_it_was.person_on(cast["elsa"], day=TODAY + timedelta(days=1), today=TODAY)
    with pytest.raises(KeptTooShort):
        as_it_was.keep_history(days=7, by=cast.actor("alva"))


def test_history_within_its_class_stays_and_only_the_class_removes(cast: Cast) -> None:
    as_it_was.keep_history(days=60, by=cast.actor("alva"))
    for sex in ("Kvinna", "Man"):
        change(Entity.PERSON, cast["elsa"], sex=sex)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        HistoryEntry.objects.all().delete()
    assert as_it_was.forget_old() == 0


def test_local_protection_counts_as_of_then(cast: Cast) -> None:
    set_local_protection(cast["elsa"], protected=True, rule="alias", until=None, actor=Actor.system("test"))
    then = as_it_was.person_on(cast["elsa"], day=BEFORE, today=TODAY)
    assert then is not None
    assert not then.was_protected


def test_history_older_than_its_class_is_removed(cast: Cast) -> None:
    change(Entity.PERSON, cast["elsa"], sex="Kvinna")
    change(Entity.PERSON, cast["elsa"], sex="Man")
    kept, old = HistoryEntry.objects.order_by("-pk")[:2]
    with db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO register_historyentry (authority_id, changeset_id, entity, root_id, before, changed_at)"
            " SELECT authority_id, changeset_id, entity, root_id, before, now() - interval '2 years'"
            " FROM register_historyentry WHERE id = %s",
            [old.pk],
        )
    as_it_was.keep_history(days=365, by=cast.actor("alva"))
    assert as_it_was.forget_old() == 1
    assert set(HistoryEntry.objects.values_list("pk", flat=True)) == {kept.pk, old.pk}

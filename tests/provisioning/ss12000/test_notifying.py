"""Subscribers are told once of what they may see, with patience, and nobody else hears of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kateder.core import clock, feed
from kateder.core.models import Finding
from kateder.core.tenancy import within
from kateder.provisioning.models import Edition, Spelling, Subscription, Trouble
from kateder.provisioning.ss12000 import notifying, posting, subscriptions
from kateder.provisioning.ss12000.tasks import tick_in
from kateder.register.api import Action, Entity
from kateder.register.models import Changeset
from tests.cast import TODAY, Cast, person_values
from tests.provisioning.ss12000.asking import asking
from tests.provisioning.ss12000.hooks import Hook, change, hook

MINUTE = timedelta(minutes=1)


@pytest.fixture
def listening(settings: Any) -> Iterator[Hook]:
    settings.PRIVATE_WEBHOOKS = True
    with hook() as own:
        yield own


def subscribed(cast: Cast, listening: Hook, *types: str, **more: Any) -> UUID:
    """A client that sees everything, or what its profile says, and wants to hear of some types."""
    client = asking(cast.authority, f"client {uuid4().hex[:6]}", **more)
    answer = client.subscribe(*types, target=listening.target)
    assert answer.status_code == 201
    tick(cast)  # its edition is made
    return UUID(answer.json()["id"])


def rename(cast: Cast, name: str, given: str = "Nytt") -> None:
    values = {**person_values(name), "given_name": given}
    with within(cast.authority.id):
        change(Entity.PERSON, Action.UPDATE, cast[name], **values)


def tick(cast: Cast, *, now: datetime | None = None) -> list[UUID]:
    """Let the worker's moment come, and send what it asks for; gives whom."""
    now = now or clock.now() + MINUTE
    with within(cast.authority.id):
        due = tick_in(cast.authority, today=TODAY, now=now)
    for one in due:
        notifying.send(cast.authority.id, one, now=now)
    return due


def stored(cast: Cast, subscription_id: UUID) -> Subscription:
    with within(cast.authority.id):
        return Subscription.objects.get(id=subscription_id)


def test_change_is_told_once(cast: Cast, listening: Hook) -> None:
    subscribed(cast, listening, "Person")
    assert tick(cast) == []
    rename(cast, "elsa")
    tick(cast)
    tick(cast)
    assert listening.received == [
        {"modifiedEntites": ["Person"], "modifiedEntities": ["Person"], "deletedEntities": False}
    ]


def test_many_changes_become_one_notification(cast: Cast, listening: Hook) -> None:
    subscribed(cast, listening, "Person", "Group")
    for number in range(5):
        rename(cast, "elsa", f"Nytt{number}")
    with within(cast.authority.id):
        change(
            Entity.GROUP, Action.UPDATE, cast["class_5b"], display_name="5C", group_type="Klass",
            organisation_id=cast["bjork"], school_type="GR", start_date=TODAY,
        )  # fmt: skip
    tick(cast)
    assert [one["modifiedEntities"] for one in listening.received] == [["Group", "Person"]]


def test_register_that_still_moves_is_waited_for_but_not_for_ever(cast: Cast, listening: Hook) -> None:
    own = subscribed(cast, listening, "Person")
    rename(cast, "elsa")
    assert tick(cast, now=clock.now() + timedelta(seconds=2)) == []
    with within(cast.authority.id):
        from kateder.core.models import FeedEntry

        newest = FeedEntry.objects.order_by("-position").first()
        assert newest is not None
        seen = notifying.Seen(newest.position - 1, stored(cast, own).changeset)
        last = Changeset.objects.latest("at").at_or_raise
        assert not is_quiet(seen, now=last + timedelta(seconds=5))
        assert is_quiet(seen, now=last + notifying.QUIET)
        FeedEntry.objects.create(at=newest.at + timedelta(seconds=115), entity="person", ids=[], cause="t")
        assert is_quiet(seen, now=newest.at + notifying.MOST_WAIT)


def is_quiet(seen: notifying.Seen, *, now: datetime) -> bool:
    news = notifying._news(seen)
    assert news is not None
    return news.is_quiet(now=now)


LESSON = {"start_time": datetime(2026, 11, 23, 7, tzinfo=UTC), "end_time": datetime(2026, 11, 23, 8, tzinfo=UTC)}


def test_what_can_alter_no_account_is_told_too_and_once(cast: Cast, listening: Hook) -> None:
    subscribed(cast, listening, "CalendarEvent", "Attendance", "Person")
    lesson, attendance = uuid4(), uuid4()
    with within(cast.authority.id):
        fed = feed.position()
        change(Entity.CALENDAR_EVENT, Action.CREATE, lesson, activity_id=cast["maths_5b"], **LESSON)
        assert feed.position() == fed
    tick(cast)
    tick(cast)
    with within(cast.authority.id):
        values = {"calendar_event_id": lesson, "student_id": cast["elsa"], "is_reported": True}
        change(Entity.ATTENDANCE, Action.CREATE, attendance, **values)
    tick(cast)
    with within(cast.authority.id):
        change(Entity.ATTENDANCE, Action.REMOVE, attendance)
    tick(cast)
    tick(cast)

    told = [(one["modifiedEntities"], one["deletedEntities"]) for one in listening.received]
    assert told == [(["CalendarEvent"], False), (["Attendance"], False), ([], True)]


def test_what_was_there_when_the_subscription_was_made_is_no_news(cast: Cast, listening: Hook) -> None:
    with within(cast.authority.id):
        change(Entity.CALENDAR_EVENT, Action.CREATE, uuid4(), activity_id=cast["maths_5b"], **LESSON)
    subscribed(cast, listening, "CalendarEvent")
    tick(cast)
    assert listening.received == []


def test_a_change_is_told_though_the_clock_of_the_process_is_behind(cast: Cast, listening: Hook) -> None:
    own = subscribed(cast, listening, "CalendarEvent")
    ahead = clock.now() + timedelta(hours=1)
    with within(cast.authority.id):
        Subscription.objects.filter(id=own).update(gathered_until=ahead)
        Edition.objects.update(refreshed_at=ahead)
        change(Entity.CALENDAR_EVENT, Action.CREATE, uuid4(), activity_id=cast["maths_5b"], **LESSON)
    tick(cast)
    assert [one["modifiedEntities"] for one in listening.received] == [["CalendarEvent"]]


def test_only_the_types_that_were_asked_for_are_told(cast: Cast, listening: Hook) -> None:
    subscribed(cast, listening, "Organisation")
    rename(cast, "elsa")
    tick(cast)
    assert listening.received == []


def test_removal_is_told_as_such(cast: Cast, listening: Hook) -> None:
    subscribed(cast, listening, "Group")
    with within(cast.authority.id):
        change(Entity.MEMBERSHIP, Action.REMOVE, cast["membership_olle"])
        change(Entity.GROUP, Action.REMOVE, cast["class_6a"])
    tick(cast)
    assert [one["deletedEntities"] for one in listening.received] == [True]


@pytest.mark.parametrize(
    "profile",
    [
        {"entities": ["organisations"]},
        {"entities": ["persons"], "people": ["staff"]},
        {"entities": ["persons"], "attributes": {"persons": ["familyName"]}},
    ],
)
def test_change_that_the_profile_does_not_show_is_not_told(
    cast: Cast, listening: Hook, profile: dict[str, Any]
) -> None:
    subscribed(cast, listening, "Person", profile=profile)
    rename(cast, "elsa")
    tick(cast)
    assert listening.received == []


def test_pupil_of_another_school_is_none_of_its_business(cast: Cast, listening: Hook) -> None:
    profile = {"entities": ["persons"], "people": ["pupil"], "units": [str(cast["lund"])]}
    subscribed(cast, listening, "Person", profile=profile)
    rename(cast, "elsa")
    tick(cast)
    assert listening.received == []
    rename(cast, "nils")
    tick(cast)
    assert [one["modifiedEntities"] for one in listening.received] == [["Person"]]


def test_who_leaves_the_clients_sight_is_told_as_a_removal(cast: Cast, listening: Hook) -> None:
    profile = {"entities": ["persons"], "people": ["pupil"], "protected": False}
    subscribed(cast, listening, "Person", profile=profile)
    values = {**person_values("elsa"), "security_marking": "Sekretessmarkering"}
    with within(cast.authority.id):
        change(Entity.PERSON, Action.UPDATE, cast["elsa"], **values)
    tick(cast)
    assert [one["deletedEntities"] for one in listening.received] == [True]


@pytest.mark.parametrize(
    ("spelling", "keys"),
    [
        (Spelling.BOTH, {"modifiedEntites", "modifiedEntities", "deletedEntities"}),
        (Spelling.PUBLISHED, {"modifiedEntites", "deletedEntities"}),
        (Spelling.CORRECT, {"modifiedEntities", "deletedEntities"}),
    ],
)
def test_list_is_spelled_as_the_subscriber_reads_it(
    cast: Cast, listening: Hook, spelling: Spelling, keys: set[str]
) -> None:
    made = subscribed(cast, listening, "Person")
    with within(cast.authority.id):
        subscriptions.spell(made, spelling, by=cast.actor("alva"))
    rename(cast, "elsa")
    tick(cast)
    assert set(listening.received[0]) == keys


class TestPatience:
    """What a subscriber does not take is sent again, less and less often, and somebody is told."""

    def test_failed_notification_is_sent_again_with_what_came_meanwhile(self, cast: Cast, listening: Hook) -> None:
        made = subscribed(cast, listening, "Person", "Group")
        listening.status = 500
        rename(cast, "elsa")
        now = clock.now() + MINUTE
        tick(cast, now=now)
        assert (stored(cast, made).attempts, stored(cast, made).answer) == (1, "500")
        assert tick(cast, now=now + timedelta(seconds=20)) == []
        with within(cast.authority.id):
            change(Entity.MEMBERSHIP, Action.REMOVE, cast["membership_olle"])
        listening.status = 204
        tick(cast, now=now + timedelta(seconds=31))
        assert listening.received[-1]["modifiedEntities"] == ["Group", "Person"]
        kept = stored(cast, made)
        assert (kept.attempts, kept.modified, kept.answer) == (0, [], "204")

    def test_pauses_grow_to_an_hour(self, cast: Cast, listening: Hook) -> None:
        made, now, pauses = subscribed(cast, listening, "Person"), clock.now() + MINUTE, []
        listening.status = 503
        rename(cast, "elsa")
        for _ in range(9):
            tick(cast, now=now)
            due = stored(cast, made).next_attempt_at
            assert due is not None
            pauses.append((due - now).total_seconds())
            now = due
        assert pauses == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]

    def test_subscriber_that_does_not_answer_is_a_finding_until_it_does(self, cast: Cast, listening: Hook) -> None:
        made, now = subscribed(cast, listening, "Person"), clock.now() + MINUTE
        listening.status = 500
        rename(cast, "elsa")
        for _ in range(notifying.FAILING_AFTER):
            assert rules(cast) == []
            tick(cast, now=now)
            now = stored(cast, made).next_attempt_at or now
        assert rules(cast) == ["api.subscription_failing"]
        listening.status = 200
        tick(cast, now=now)
        assert (rules(cast), stored(cast, made).trouble) == ([], Trouble.NONE)

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_redirect_is_not_followed(self, cast: Cast, listening: Hook, status: int) -> None:
        made = subscribed(cast, listening, "Person")
        listening.status, listening.location = status, listening.target
        rename(cast, "elsa")
        tick(cast)
        assert len(listening.received) == 1
        assert stored(cast, made).attempts == 1

    def test_address_that_may_no_longer_be_used_is_not_knocked_on(
        self, cast: Cast, listening: Hook, settings: Any
    ) -> None:
        made = subscribed(cast, listening, "Person")
        settings.PRIVATE_WEBHOOKS = False
        rename(cast, "elsa")
        tick(cast)
        assert (listening.received, stored(cast, made).answer) == ([], "not_allowed")

    def test_subscriber_that_is_gone_for_good_is_not_asked_again(self, cast: Cast, listening: Hook) -> None:
        made = subscribed(cast, listening, "Person")
        listening.status = 410
        rename(cast, "elsa")
        tick(cast)
        rename(cast, "elsa", "Igen")
        tick(cast, now=clock.now() + timedelta(hours=2))
        assert len(listening.received) == 1
        assert stored(cast, made).trouble == Trouble.EXPIRED

    def test_change_during_the_sending_is_told_afterwards(
        self, cast: Cast, listening: Hook, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = subscribed(cast, listening, "Person", "Organisation")
        rename(cast, "elsa")
        real = posting.post

        def meanwhile(target: str, body: dict[str, Any]) -> str:
            with within(cast.authority.id):
                row = Subscription.objects.get(id=made)
                row.modified, row.position = [*row.modified, "Organisation"], row.position + 1
                row.save()
            return real(target, body)

        monkeypatch.setattr(posting, "post", meanwhile)
        tick(cast)
        assert stored(cast, made).modified == ["Person", "Organisation"]


def rules(cast: Cast) -> list[str]:
    with within(cast.authority.id):
        open_ = Finding.objects.filter(closed_at=None, rule__startswith="api.subscription")
        return sorted(open_.values_list("rule", flat=True))


class TestEnd:
    """A subscription ends unless it is renewed, and that is told beforehand."""

    def test_end_is_told_three_days_before_and_when_it_has_come(self, cast: Cast, listening: Hook) -> None:
        ends = stored(cast, subscribed(cast, listening, "Person")).expires_at
        tick(cast, now=ends - timedelta(days=4))
        assert rules(cast) == []
        tick(cast, now=ends - timedelta(days=2))
        assert rules(cast) == ["api.subscription_expiring"]
        tick(cast, now=ends + MINUTE)
        assert rules(cast) == ["api.subscription_expired"]

    def test_renewed_subscription_is_no_finding_and_hears_what_it_missed(self, cast: Cast, listening: Hook) -> None:
        made = subscribed(cast, listening, "Person")
        with within(cast.authority.id):
            Subscription.objects.update(expires_at=clock.now() - timedelta(days=1))
        rename(cast, "elsa")
        tick(cast)
        assert (listening.received, rules(cast)) == ([], ["api.subscription_expired"])
        with within(cast.authority.id):
            subscriptions.renew(Subscription.objects.get(id=made), now=clock.now())
        tick(cast)
        assert (len(listening.received), rules(cast)) == (1, [])

    def test_ended_subscription_is_forgotten_a_month_later_and_its_finding_with_it(
        self, cast: Cast, listening: Hook
    ) -> None:
        ends = stored(cast, subscribed(cast, listening, "Person")).expires_at
        tick(cast, now=ends + MINUTE)
        tick(cast, now=ends + timedelta(days=31))
        with within(cast.authority.id):
            assert not Subscription.objects.exists()
        assert rules(cast) == []

    def test_disabled_client_is_told_nothing(self, cast: Cast, listening: Hook) -> None:
        from kateder.trust import api as trust

        made = subscribed(cast, listening, "Person")
        client_id = stored(cast, made).client_id
        rename(cast, "elsa")
        with within(cast.authority.id):
            trust.disable_client(client_id, by=cast.actor("alva"), now=clock.now())
        assert tick(cast) == []
        assert notifying.send(cast.authority.id, made, now=clock.now()) == ""
        assert listening.received == []


def test_neighbours_changes_are_not_told(cast: Cast, neighbours: Cast, listening: Hook) -> None:
    subscribed(cast, listening, "Person")
    rename(neighbours, "elsa")
    tick(cast)
    tick(neighbours)
    assert listening.received == []

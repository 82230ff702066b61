"""Tell subscribers that something has changed: gathered over a short quiet time, sent once, tried again with patience.

What has changed is read from the client's own edition, so that a notification never speaks of what the client may
not see. It names types of things and nothing else.

Whether anything may have changed is told by two places: the feed, for what can alter an account, and the newest
changeset, for the rest: attendance, lessons, grades, plans of study.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Max, Min
from django.utils.translation import gettext_noop

from kateder.core import db, feed, findings
from kateder.core.findings import NewFinding
from kateder.core.models import FeedEntry, Severity
from kateder.core.tenancy import within
from kateder.protocols.ss12000.endpoints import ENDPOINTS
from kateder.provisioning.ss12000 import posting
from kateder.provisioning.ss12000.editions import edition_for
from kateder.provisioning.ss12000.profiles import profile_of
from kateder.provisioning.ss12000.subscription_models import Spelling, Subscription, Trouble
from kateder.provisioning.ss12000.subscriptions import scope_of
from kateder.register.models import Changeset

QUIET: Final = timedelta(seconds=10)
"""So long nothing is to have changed before a notification is sent,"""
MOST_WAIT: Final = timedelta(minutes=2)
"""but a register that never rests is told of after this long."""
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=1)
FAILING_AFTER: Final = 3
WARNED_BEFORE: Final = timedelta(days=3)
FORGOTTEN_AFTER: Final = timedelta(days=30)
GONE: Final = "410"

CHANGED: Final = """
SELECT path, bool_or(gone_at IS NULL), bool_or(gone_at IS NOT NULL), max(greatest(modified_at, gone_at))
FROM provisioning_editionrow
WHERE edition_id = %(edition)s AND greatest(modified_at, gone_at) > %(since)s
  AND (gone_at IS NULL OR created_at <= %(since)s)
GROUP BY path
"""
"""What came and went since the last look is no news to anybody."""


class Notice(NamedTuple):
    """What is to be sent, and what it was gathered from."""

    target: str
    body: dict[str, Any]
    seen: Seen


class Seen(NamedTuple):
    """How far the register has been looked at: a position of the feed, and the id of a changeset."""

    position: int
    changeset: int


class News(NamedTuple):
    """What has come since, and between when it came."""

    newest: Seen
    first_at: datetime
    last_at: datetime

    def is_quiet(self, *, now: datetime) -> bool:
        """Whether it rests, or has gone on for too long."""
        return self.last_at <= now - QUIET or self.first_at <= now - MOST_WAIT


def gather(subscription: Subscription, *, today: date, now: datetime) -> bool:
    """Find out what has changed for one subscriber; gives whether there is something to tell now."""
    news = _news(_seen(subscription))
    if news is not None and news.is_quiet(now=now):
        _gather(subscription, news.newest, today=today)
    has_news = bool(subscription.modified) or subscription.deleted
    return has_news and (subscription.next_attempt_at is None or subscription.next_attempt_at <= now)


def _gather(subscription: Subscription, newest: Seen, *, today: date) -> None:
    client = subscription.client
    edition = edition_for(client.id, profile_of(client), today=today)
    values = {"edition": edition, "since": subscription.gathered_until}
    with db.cursor() as cursor:
        found = cursor.execute(CHANGED, values).fetchall()
    ours = [(ENDPOINTS[path].resource, there, gone) for path, there, gone, _at in found if path in ENDPOINTS]
    wanted = [one for one in ours if one[0] in subscription.resource_types]
    modified = {resource for resource, there, _gone in wanted if there}
    subscription.modified = sorted({*subscription.modified, *modified})
    subscription.deleted |= any(gone for _resource, _there, gone in wanted)
    subscription.position, subscription.changeset = newest
    subscription.gathered_until = max([subscription.gathered_until, *(at for *_rest, at in found)])
    subscription.save(update_fields=["modified", "deleted", "position", "changeset", "gathered_until"])


def send(authority_id: UUID, subscription_id: UUID, *, now: datetime) -> str:
    """Send what has been gathered, outside any transaction; gives the answer, or nothing when there is no news."""
    with within(authority_id):
        subscription = Subscription.objects.filter(id=subscription_id, client__disabled_at=None).first()
        notice = _notice(subscription) if subscription and subscription.expires_at > now else None
    if notice is None:
        return ""
    answer = posting.post(notice.target, notice.body)
    with within(authority_id):
        subscription = Subscription.objects.select_for_update().filter(id=subscription_id).first()
        if subscription is not None:
            _note(subscription, notice, answer, now=now)
    return answer


def look_after(subscription: Subscription, *, now: datetime) -> None:
    """Say when a subscription is about to end or has ended, and forget it a month later."""
    if subscription.expires_at <= now - FORGOTTEN_AFTER:
        findings.replace(scope_of(subscription.id), [])
        subscription.delete()
        return
    trouble = Trouble(subscription.trouble)
    if subscription.expires_at <= now:
        trouble = Trouble.EXPIRED
    elif subscription.attempts >= FAILING_AFTER:
        trouble = Trouble.FAILING
    elif subscription.expires_at <= now + WARNED_BEFORE:
        trouble = Trouble.EXPIRING
    elif trouble is not Trouble.NONE:
        trouble = Trouble.NONE
    _set_trouble(subscription, trouble)


def _seen(subscription: Subscription) -> Seen:
    return Seen(subscription.position, subscription.changeset)


def _news(seen: Seen) -> News | None:
    """What has come since; None: nothing. The order of changesets is that of their times, which never go back."""
    fed = FeedEntry.objects.filter(position__gt=seen.position)
    sets = Changeset.objects.exclude(at=None)
    newest_set = sets.order_by("-at").values_list("id", flat=True).first() or seen.changeset
    if newest_set == seen.changeset:
        sets = sets.none()
    elif (seen_at := sets.filter(id=seen.changeset).values_list("at", flat=True).first()) is not None:
        sets = sets.filter(at__gt=seen_at)
    times = [fed.aggregate(first=Min("at"), last=Max("at")), sets.aggregate(first=Min("at"), last=Max("at"))]
    times = [each for each in times if each["first"] is not None]
    if not times:
        return None
    newest = Seen(max(seen.position, feed.position()), newest_set)
    return News(newest, min(each["first"] for each in times), max(each["last"] for each in times))


def _notice(subscription: Subscription) -> Notice | None:
    if not subscription.modified and not subscription.deleted:
        return None
    body: dict[str, Any] = {}
    if subscription.spelling != Spelling.CORRECT:
        body["modifiedEntites"] = subscription.modified
    if subscription.spelling != Spelling.PUBLISHED:
        body["modifiedEntities"] = subscription.modified
    body["deletedEntities"] = subscription.deleted
    return Notice(subscription.target, body, _seen(subscription))


def _note(subscription: Subscription, notice: Notice, answer: str, *, now: datetime) -> None:
    subscription.answer = answer
    if posting.is_taken(answer):
        subscription.told_at, subscription.attempts, subscription.next_attempt_at = now, 0, None
        if _seen(subscription) == notice.seen:
            # What came in meanwhile is told in a notification of its own.
            subscription.modified, subscription.deleted = [], False
    else:
        pause = min(FIRST_PAUSE * 2 ** min(subscription.attempts, 10), LONGEST_PAUSE)
        subscription.attempts += 1
        subscription.next_attempt_at = now + pause
        if answer == GONE:
            subscription.expires_at = min(subscription.expires_at, now)
    subscription.save()
    look_after(subscription, now=now)


def _set_trouble(subscription: Subscription, trouble: Trouble) -> None:
    if subscription.trouble == trouble:
        return
    subscription.trouble = trouble
    subscription.save(update_fields=["trouble"])
    findings.replace(scope_of(subscription.id), list(_findings(subscription, trouble)))


def _findings(subscription: Subscription, trouble: Trouble) -> Iterable[NewFinding]:
    said = {
        Trouble.FAILING: gettext_noop("{client} does not take our notifications of changes ({code})."),
        Trouble.EXPIRING: gettext_noop("The subscription of {client} ends soon. The client has to renew it."),
        Trouble.EXPIRED: gettext_noop("The subscription of {client} has ended, and nothing is told any more."),
    }
    if trouble in said:
        yield NewFinding(
            rule=f"api.subscription_{trouble.value}",
            subject_type="subscription",
            subject_id=str(subscription.id),
            message=said[trouble],
            severity=Severity.WARNING if trouble is Trouble.EXPIRING else Severity.ERROR,
            owner="provider",
            params={"client": subscription.client.name, "code": subscription.answer},
        )

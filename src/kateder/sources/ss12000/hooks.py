"""A subscription at an SS 12000 server, so that it tells us when something has changed (SS 12000 /subscriptions).

What a notification says is not trusted: it only makes us read, with our own credentials. The address that we give
holds a secret of 256 bits, so nobody else can make us read.
"""

from __future__ import annotations

import hashlib
import secrets as random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import findings, secrets
from kateder.core.findings import NewFinding
from kateder.core.setup import Settings
from kateder.core.tenancy import within
from kateder.sources.authorising import server_of
from kateder.sources.connecting import Place
from kateder.sources.errors import NotJson, ServerFails, SourceFault
from kateder.sources.http import Server, address
from kateder.sources.models import Hook

PATH = "kallor/notis/"
RENEW_BEFORE = timedelta(days=2)
LASTS = timedelta(days=1)
"""How long a subscription is thought to last where the server does not say."""

RESOURCE_TYPES = ("Organisation", "Person", "Group", "Duty", "Activity", "Syllabus", "Programme")
NOT_SUBSCRIBED = "source.not_subscribed"
_SEAL = "sources.hook"


def scope(source_id: UUID) -> str:
    """The scope of what is wrong with a source's subscription."""
    return f"source-hook:{source_id}"


def find(secret: str) -> Hook | None:
    """The hook whose address holds a secret. Call within()."""
    return Hook.objects.filter(secret_digest=_digest(secret)).first()


def keep_subscribed(settings: Settings, *, place: Place, now: datetime) -> bool:
    """See that the server will tell us, where the source has an address for it; gives whether it will.

    Call outside transactions. What fails becomes a finding: the source is still read on its schedule.
    """
    base = str(settings.get("notify_address") or "")
    if not base:
        return False
    with within(place.authority_id):
        hook = _hook_of(place.source_id)
        target = f"{base.rstrip('/')}/{PATH}{_secret_of(hook)}"
    if hook.expires_at is not None and hook.expires_at - now > RENEW_BEFORE:
        return True
    try:
        address(base)
        with server_of(settings, tries=2) as server:
            given = _renewed(server, hook.remote_id) or _subscribed(server, target)
    except SourceFault as error:
        with within(place.authority_id):
            findings.report(scope(place.source_id), _not_subscribed(place.source_id, str(error)))
        return False
    with within(place.authority_id):
        hook.remote_id = str(given.get("id") or hook.remote_id)[:100]
        hook.expires_at = _moment(given.get("expires"), now=now)
        hook.save(update_fields=["remote_id", "expires_at"])
        findings.close(scope(place.source_id), rule=NOT_SUBSCRIBED)
    return True


def _renewed(server: Server, remote_id: str) -> Mapping[str, object] | None:
    """A PATCH without a body renews; None where the server knows of no such subscription any more."""
    if not remote_id:
        return None
    try:
        return _object(server, "PATCH", f"subscriptions/{remote_id}")
    except ServerFails as error:
        if error.status in {400, 404, 405, 410, 501}:
            return None
        raise


def _subscribed(server: Server, target: str) -> Mapping[str, object]:
    wanted = {"name": "Kateder", "target": target, "resourceTypes": [{"resource": name} for name in RESOURCE_TYPES]}
    return _object(server, "POST", "subscriptions", body=wanted)


def _object(server: Server, method: str, path: str, *, body: object | None = None) -> Mapping[str, object]:
    answer = server.send(method, path, body=body)
    given = answer.json() if answer.body.strip() else {}
    if not isinstance(given, dict):
        raise NotJson(host=server.host, path=path)
    return given


def _hook_of(source_id: UUID) -> Hook:
    hook = Hook.objects.filter(source=source_id).first()
    if hook is not None:
        return hook
    secret = random.token_urlsafe(32)
    sealed = secrets.seal(secret.encode(), purpose=_SEAL)
    return Hook.objects.create(source_id=source_id, secret_digest=_digest(secret), sealed_secret=sealed)


def _secret_of(hook: Hook) -> str:
    return secrets.unseal(hook.sealed_secret, purpose=_SEAL).decode()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _moment(text: object, *, now: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return now + RENEW_BEFORE + LASTS
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _not_subscribed(source_id: UUID, reason: str) -> NewFinding:
    return NewFinding(
        rule=NOT_SUBSCRIBED,
        subject_type="source",
        subject_id=str(source_id),
        message=gettext_noop("The server does not take our subscription, so changes are read on schedule. {reason}"),
        place="subscriptions",
        owner="it",
        params={"reason": reason[:200]},
    )

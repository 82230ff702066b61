"""What trust does by itself: it fetches keys and metadata, and forgets tokens that have expired."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop
from procrastinate.contrib.django import app

from kateder.core import clock, findings, jobs
from kateder.core.findings import NewFinding
from kateder.core.models import Authority, Severity
from kateder.core.tenancy import within
from kateder.trust.federations import schedule
from kateder.trust.issuers import AT_MOST_EVERY, due
from kateder.trust.models import ApiSecret, ApiToken, Issuer, Reading

READINGS_KEPT = timedelta(days=400)
KEYS_RULE = "api.keys_not_fetched"


@jobs.task("trust.fetch_keys", own_transactions=True)
def _fetch_keys(*, authority_id: str, issuer_id: str) -> None:
    fetch_keys(UUID(authority_id), UUID(issuer_id), now=clock.now())


FETCH_KEYS = _fetch_keys


@jobs.task("trust.fetch_metadata", own_transactions=True)
def _fetch_metadata(*, authority_id: str, federation_id: str) -> None:
    from kateder.trust.federations.refreshing import refresh  # heavy, and tasks are loaded by every command

    refresh(UUID(authority_id), UUID(federation_id), now=clock.now())


FETCH_METADATA = _fetch_metadata


def fetch_keys(authority_id: UUID, issuer_id: UUID, *, now: datetime) -> None:
    """Fetch an issuer's keys outside any transaction; what fails is kept as its failure, and the old keys stay."""
    from kateder.trust import jwks  # heavy, and tasks are loaded by every command

    with within(authority_id):
        issuer = Issuer.objects.select_for_update(of=["self"]).select_related("client").get(id=issuer_id)
        if issuer.asked_at is not None and issuer.asked_at > now - AT_MOST_EVERY:
            return
        Issuer.objects.filter(id=issuer_id).update(asked_at=now)
    try:
        values: dict[str, object] = {"keys": jwks.fetch(issuer.jwks_uri), "keys_at": now, "failure": ""}
    except jwks.CannotFetch as failure:
        values = {"failure": failure.code}
    with within(authority_id):
        Issuer.objects.filter(id=issuer_id).update(**values)
        _tell(issuer, str(values["failure"]))


def _tell(issuer: Issuer, failure: str) -> None:
    scope, client_id = f"api-client:{issuer.client_id}", str(issuer.client_id)
    if not failure:
        findings.close(scope, rule=KEYS_RULE)
        return
    message = gettext_noop("The keys of the server that vouches for {client} could not be fetched ({code}).")
    found = NewFinding(
        rule=KEYS_RULE, subject_type="api_client", subject_id=client_id, message=message, severity=Severity.ERROR,
        owner="it", params={"client": issuer.client.name, "code": failure},
    )  # fmt: skip
    findings.report(scope, found)


@app.periodic(cron="* * * * *")
@app.task(name="trust.tick", queueing_lock="trust.tick")
def tick(timestamp: int) -> None:
    """Ask for the keys and the metadata that are due, in every authority."""
    jobs.in_every_authority(lambda _authority: _ask(clock.now()))


def _ask(now: datetime) -> None:
    for issuer in due(now=now):
        jobs.request(FETCH_KEYS, queueing_lock=f"trust.keys:{issuer.id}", issuer_id=str(issuer.id))
    for federation_id in schedule.due(now=now):
        jobs.request(FETCH_METADATA, queueing_lock=f"trust.metadata:{federation_id}", federation_id=str(federation_id))


@app.periodic(cron="23 * * * *")
@app.task(name="trust.forget", queueing_lock="trust.forget")
def forget(timestamp: int) -> None:
    """Forget what has expired, in every authority."""
    jobs.in_every_authority(lambda authority: forget_expired(authority, now=clock.now()))


def forget_expired(_authority: Authority, *, now: datetime) -> None:
    """Delete expired tokens and secrets, and readings of more than a year ago, of the current authority."""
    ApiToken.objects.filter(expires_at__lte=now).delete()
    ApiSecret.objects.filter(expires_at__lte=now).delete()
    Reading.objects.filter(date__lt=(now - READINGS_KEPT).date()).delete()

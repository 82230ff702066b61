"""What a client reports back: events, of which the serious ones become findings, and what it has taken in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_noop

from kateder.core import findings
from kateder.core.findings import NewFinding
from kateder.core.models import Finding, Severity
from kateder.protocols.ss12000.endpoints import BY_RESOURCE
from kateder.provisioning.ss12000.refusals import BadRequest
from kateder.provisioning.ss12000.subscription_models import ClientReport
from kateder.trust.api import ApiClient

RULE: Final = "api.client_reports"
SEVERITIES: Final = {"Info": None, "Warning": Severity.WARNING, "Error": Severity.ERROR}
KEPT: Final = timedelta(days=90)
MOST: Final = 2000
QUIET: Final = timedelta(days=14)
"""A problem that has not been reported again for so long is taken to be mended."""
MOST_OPEN: Final = 100
MESSAGE_TYPE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}")
"""What looks like a name for a kind of message. Anything else may hold what belongs in no finding."""


def log(client: ApiClient, entry: Mapping[str, Any], *, now: datetime) -> None:
    """Store an event of `POST /log`; a warning or an error becomes a finding, without the message itself.

    Raises BadRequest.
    """
    severity = entry.get("severityLevel")
    if not isinstance(severity, str) or severity not in SEVERITIES:
        raise BadRequest(what="severityLevel is not Info, Warning or Error")
    message = _text(entry, "message", most=4000, needed=True)
    report = ClientReport(
        client=client, at=now, severity=severity, message=message,
        message_type=_text(entry, "messageType", most=200), resource_id=_text(entry, "resourceId", most=200),
        **_about(entry),
    )  # fmt: skip
    report.save()
    _find(report, SEVERITIES[severity])


def statistics(client: ApiClient, entry: Mapping[str, Any], *, now: datetime) -> None:
    """Store what `POST /statistics` says that a client has taken in. Raises BadRequest."""
    counts = {name: _count(entry, f"{name}Count") for name in ("new", "updated", "deleted")}
    about = _about(entry)
    if not about["resource_type"]:
        raise BadRequest(what="resourceType is missing")
    ClientReport.objects.create(client=client, at=now, counts=counts, **about)


def mend(client_id: UUID) -> int:
    """Take the problems that a client has reported as mended; gives how many. It will report what is not."""
    return findings.close(scope_of(client_id), rule=RULE)


def forget_old(*, now: datetime) -> None:
    """Delete what is too old or too much, and close what has not been reported for long."""
    ClientReport.objects.filter(at__lt=now - KEPT).delete()
    for client in ApiClient.objects.all():
        own = ClientReport.objects.filter(client=client).order_by("-at", "-id")
        oldest = own.values_list("at", flat=True)[MOST : MOST + 1].first()
        if oldest is not None:
            own.filter(at__lte=oldest).delete()
    Finding.objects.filter(rule=RULE, closed_at=None, last_seen_at__lt=now - QUIET).update(closed_at=now)


def scope_of(client_id: UUID) -> str:
    """Under what a client's findings are kept."""
    return f"api-client:{client_id}"


def _find(report: ClientReport, severity: Severity | None) -> None:
    if severity is None:
        return
    scope = scope_of(report.client_id)
    kind = report.message_type if MESSAGE_TYPE.fullmatch(report.message_type) else ""
    finding = NewFinding(
        rule=RULE,
        subject_type=report.resource_type if report.resource_type in BY_RESOURCE else "api_client",
        subject_id=_uuid(report.resource_id) or str(report.client_id),
        place=kind,
        message=gettext_noop("{client} reports a problem ({kind}). Read what it says on the page of the API client."),
        severity=severity,
        owner="it",
        params={"client": report.client.name, "kind": kind or report.severity},
    )
    known = Finding.objects.filter(scope=scope, closed_at=None)
    is_known = known.filter(subject_type=finding.subject_type, subject_id=finding.subject_id, place=kind).exists()
    if is_known or known.count() < MOST_OPEN:
        findings.report(scope, finding)


def _about(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "resource_type": _text(entry, "resourceType", most=60),
        "resource_url": _text(entry, "resourceUrl", most=2000),
        "occurred_at": _moment(entry.get("timeOfOccurance")),
    }


def _text(entry: Mapping[str, Any], name: str, *, most: int, needed: bool = False) -> str:
    """A text, cut to what is kept of it; absent and null are alike."""
    value = entry.get(name)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise BadRequest(what=f"{name} is missing or not a text")
    return value.encode("utf-8", "replace").decode()[:most]


def _count(entry: Mapping[str, Any], name: str) -> int:
    value = entry.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**53:
        raise BadRequest(what=f"{name} is not a count")
    return value


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parse_datetime(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRequest(what="timeOfOccurance is not a time with an offset")
    return moment


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""

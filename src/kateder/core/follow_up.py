"""What people do about findings: say that the owner has been asked, or put one off until a day, with a reason."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

from kateder.core import audit, clock
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.models import Finding

LONGEST = timedelta(days=120)
_NUMBER = re.compile(r"\d{6}[-+ ]?(\d{4}|T[F\d]\d\d)")


class NoteHoldsNumber(DomainError):
    """The note holds something that looks like a personal identity number. Write it without."""


class ReasonMissing(DomainError):
    """Say why the finding is put off."""


class BadDay(DomainError):
    """A finding can be put off until a coming day, at most four months ahead."""


def asked(finding_id: UUID, *, note: str = "", by: Actor) -> Finding:
    """Note that whoever mends it has been asked. Raises NoteHoldsNumber (domain rule 19)."""
    finding = _open(finding_id)
    finding.asked_at, finding.asked_by, finding.note = clock.now(), by.label, _clean(note)
    finding.save(update_fields=["asked_at", "asked_by", "note"])
    audit.record("finding.asked", actor=by, subject_type="finding", subject_id=finding_id, rule=finding.rule)
    return finding


def snooze(finding_id: UUID, *, until: date, reason: str, today: date, by: Actor) -> Finding:
    """Take it off the list until a day. Raises BadDay, ReasonMissing or NoteHoldsNumber."""
    if not today < until <= today + LONGEST:
        raise BadDay
    if not reason.strip():
        raise ReasonMissing
    finding = _open(finding_id)
    finding.snoozed_until, finding.snoozed_reason = until, _clean(reason)
    finding.save(update_fields=["snoozed_until", "snoozed_reason"])
    audit.record(
        "finding.snoozed", actor=by, subject_type="finding", subject_id=finding_id, rule=finding.rule, until=until
    )
    return finding


def wake(finding_id: UUID, *, by: Actor) -> Finding:
    """Put it back on the list."""
    finding = _open(finding_id)
    finding.snoozed_until, finding.snoozed_reason = None, ""
    finding.save(update_fields=["snoozed_until", "snoozed_reason"])
    audit.record("finding.woken", actor=by, subject_type="finding", subject_id=finding_id, rule=finding.rule)
    return finding


class FindingGone(DomainError):
    """The finding is gone: it has been put right meanwhile."""


def _open(finding_id: UUID) -> Finding:
    finding = Finding.objects.select_for_update().filter(pk=finding_id, closed_at=None).first()
    if finding is None:
        raise FindingGone
    return finding


def _clean(text: str) -> str:
    if _NUMBER.search(text):
        raise NoteHoldsNumber
    return text.strip()[:300]

"""May a service get data today? Pure rules over agreements, decisions and the release level."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """How much a service knows about who a person is; the lowest is the default."""

    TRANSIENT = "transient", _("Only that somebody has a licence")
    PAIRWISE = "pairwise", _("A pseudonym of its own")
    FIELDS = "fields", _("A pseudonym and approved fields")


class Outcome(TextChoices):
    """What was decided about the use of a service."""

    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Tier(TextChoices):
    """How far a service is supported: the motorway, and the mushroom path (N3)."""

    BASE = "base", _("Base offer")
    OPTIONAL = "optional", _("Optional")
    OWN_PATH = "own_path", _("Own path")


class Reason(TextChoices):
    """Why nothing is released; the code goes to the log, the label to the page."""

    NO_DECISION = "no_decision", _("nobody has decided that the service may be used")
    DECISION_REFUSED = "decision_refused", _("it was decided that the service may not be used")
    NO_AGREEMENT = "no_agreement", _("there is no data processing agreement with the provider")
    AGREEMENT_ENDED = "agreement_ended", _("the data processing agreement has ended")
    NO_DELIVERIES = "no_deliveries", _("the service is told only that somebody has a licence")
    PROTECTED = "protected", _("the identity is protected and the service has no rule for that")
    UNKNOWN_PERSON = "unknown_person", _("the person is no longer active in the register")


class AgreementTerms(Protocol):
    """What the rules read of an agreement."""

    @property
    def valid_from_date(self) -> date: ...
    @property
    def valid_to_date(self) -> date | None: ...
    @property
    def notice_days(self) -> int: ...


class DecisionTerms(Protocol):
    """What the rules read of a decision."""

    @property
    def outcome(self) -> str: ...
    @property
    def valid_from_date(self) -> date: ...
    @property
    def valid_to_date(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class ServiceVerdict:
    """What may happen at a service today. Removal is always allowed and therefore not listed."""

    service_id: UUID
    level: Level
    may_create: bool
    may_update: bool
    may_keep: bool
    """Accounts that exist may stay and be used: agreement in force, or its notice still running."""
    reason: Reason | None
    """Why creations are stopped; None when they are not."""


def covers(start: date, end: date | None, today: date) -> bool:
    """Say whether a period holds today: dates are inclusive, no end date means open."""
    return start <= today and (end is None or today <= end)


def order(decision: DecisionTerms) -> tuple[date, bool]:
    """Sort last what holds: the latest decision, and of two from the same day the refusal."""
    return decision.valid_from_date, decision.outcome == Outcome.REFUSED


def judge_service(
    service_id: UUID,
    *,
    agreements: Iterable[AgreementTerms],
    decisions: Iterable[DecisionTerms],
    level: Level,
    today: date,
) -> ServiceVerdict:
    """Apply domain rule 13: no agreement, no data; a notice keeps accounts, and only keeps them."""
    held = list(agreements)
    reason = _stopped(held, decisions=list(decisions), today=today)
    if reason is None:
        delivers = level is not Level.TRANSIENT
        why = None if delivers else Reason.NO_DELIVERIES
        return ServiceVerdict(service_id, level, delivers, delivers, True, why)
    in_notice = reason is Reason.AGREEMENT_ENDED and any(_in_notice(a, today) for a in held)
    return ServiceVerdict(service_id, level, False, False, in_notice, reason)


def _stopped(agreements: list[AgreementTerms], *, decisions: list[DecisionTerms], today: date) -> Reason | None:
    current = [d for d in decisions if covers(d.valid_from_date, d.valid_to_date, today)]
    if not current:
        return Reason.NO_DECISION
    latest = max(current, key=order)
    if latest.outcome != Outcome.APPROVED:
        return Reason.DECISION_REFUSED
    if any(covers(a.valid_from_date, a.valid_to_date, today) for a in agreements):
        return None
    begun = any(a.valid_from_date <= today for a in agreements)
    return Reason.AGREEMENT_ENDED if begun else Reason.NO_AGREEMENT


def _in_notice(agreement: AgreementTerms, today: date) -> bool:
    if agreement.valid_to_date is None or agreement.valid_from_date > today:
        return False
    return today <= agreement.valid_to_date + timedelta(days=agreement.notice_days)

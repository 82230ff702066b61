"""Governance's one door: may a service be used, and what may it know."""

from datetime import date
from uuid import UUID

from kateder.governance import store
from kateder.governance.aliases import as_user_name
from kateder.governance.allow_list import AllowList, Violation
from kateder.governance.changes import (
    DatesReversed,
    DisplayNeedsFields,
    FieldChoice,
    FieldsNeedLevel,
    IdInUse,
    NoSuchController,
    PurposeMissing,
    adopt,
    decide,
    end_agreement,
    register_agreement,
    rotate,
    set_policy,
)
from kateder.governance.context import ReleaseContext, ReleasedThing, release_context
from kateder.governance.entitlement import Cause, CauseKind, Entitled, Holder
from kateder.governance.fields import Display, Field, GroupNames, ProtectedRule
from kateder.governance.flows import COLUMNS, Cell, DataFlow, Knows, data_flows
from kateder.governance.merging import exchange, named_at
from kateder.governance.models import Decision, Pseudonym
from kateder.governance.outgoing import allow_list
from kateder.governance.paths import CLAIMS, NAMELESS
from kateder.governance.people import PROTECTED
from kateder.governance.policies import Policy, Rules, policy_of, rules_of, verdict_under
from kateder.governance.pseudonyms import Kind
from kateder.governance.release import (
    NotReleasable,
    Released,
    ReleasedEnrolment,
    Withheld,
    obstacles,
    release,
    release_many,
)
from kateder.governance.verdicts import Level, Outcome, Reason, ServiceVerdict, Tier
from kateder.sources.mastering.api import survivor_of

__all__ = [
    "CLAIMS",
    "COLUMNS",
    "NAMELESS",
    "PROTECTED",
    "AllowList",
    "Cause",
    "CauseKind",
    "Cell",
    "DataFlow",
    "DatesReversed",
    "Display",
    "DisplayNeedsFields",
    "Entitled",
    "Field",
    "FieldChoice",
    "FieldsNeedLevel",
    "GroupNames",
    "Holder",
    "IdInUse",
    "Kind",
    "Knows",
    "Level",
    "NoSuchController",
    "NotReleasable",
    "Outcome",
    "Policy",
    "ProtectedRule",
    "PurposeMissing",
    "Reason",
    "ReleaseContext",
    "Released",
    "ReleasedEnrolment",
    "ReleasedThing",
    "Rules",
    "ServiceVerdict",
    "Tier",
    "Violation",
    "Withheld",
    "adopt",
    "aliases_of",
    "allow_list",
    "as_user_name",
    "data_flows",
    "decide",
    "end_agreement",
    "exchange",
    "is_approved",
    "named_at",
    "obstacles",
    "policy_of",
    "register_agreement",
    "release",
    "release_context",
    "release_many",
    "root_of",
    "rotate",
    "rules_of",
    "set_policy",
    "subject_of",
    "verdict",
]


def verdict(service_id: UUID, *, today: date) -> ServiceVerdict:
    """Say what may be created, updated and kept at a service today; removal is always allowed."""
    return verdict_under(policy_of(service_id, today=today), today=today)


def is_approved(service_id: UUID, *, first: date, last: date | None) -> bool:
    """Say whether the latest decision that touches a period lets the service be used; a refusal comes before an
    approval of the same day.
    """
    decisions = Decision.objects.filter(service_id=service_id)
    if last is not None:
        decisions = decisions.filter(valid_from_date__lte=last)
    touching = decisions.exclude(valid_to_date__lt=first).order_by("-valid_from_date", "-outcome")
    return touching.values_list("outcome", flat=True).first() == Outcome.APPROVED


def root_of(service_id: UUID, subject: UUID) -> UUID | None:
    """Find the person behind a released id of any epoch; None when the service was never given it."""
    stored = Pseudonym.objects.filter(service_id=service_id, released_id=subject, kind=Kind.PERSON)
    root_id = stored.values_list("root_id", flat=True).first()
    # Who was taken up into another answers to the old pseudonym as well.
    return None if root_id is None else survivor_of(root_id)


def subject_of(service_id: UUID, person_id: UUID, *, today: date) -> UUID | None:
    """Give the id by which a service knows a person now; None when it has not been told of them."""
    epoch = policy_of(service_id, today=today).epoch
    return store.stored_pseudonyms(service_id, epoch=epoch, kind=Kind.PERSON, root_ids=[person_id]).get(person_id)


def aliases_of(service_id: UUID, *, people: list[UUID]) -> dict[UUID, str]:
    """Give the aliases that a service has been told, by root id; for the teacher's page, never beyond."""
    return store.stored_aliases(service_id, kind=Kind.PERSON, root_ids=people)

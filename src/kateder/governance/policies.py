"""The release policy of a service as it holds on a day, and the service's verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from kateder.governance.fields import Display, Field, GroupNames, ProtectedRule, display_in_force
from kateder.governance.models import Agreement, Decision, ReleaseField, ReleasePolicy
from kateder.governance.pseudonyms import Kind
from kateder.governance.verdicts import Level, ServiceVerdict, judge_service


@dataclass(frozen=True, slots=True)
class Approved:
    """One field that the service may have today, and why."""

    purpose: str
    clause: str
    end_date: date | None


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds today. Below the level of approved fields every name is an alias (domain rule 7)."""

    service_id: UUID
    level: Level = Level.TRANSIENT
    display: Display = Display.ALIAS
    group_names: GroupNames = GroupNames.ALIAS
    epoch: int = 1
    protected_rule: ProtectedRule = ProtectedRule.NONE
    approved: Mapping[Field, Approved] = field(default_factory=dict)
    ids_from: UUID | None = None
    """The source whose ids are given to who is new to the service: only while that is approved."""

    @property
    def in_the_open(self) -> frozenset[Kind]:
        """The kinds of things that are shown by another name than an alias."""
        people = self.display in {Display.GIVEN_NAME, Display.FULL_NAME}
        groups = self.group_names is not GroupNames.ALIAS
        return frozenset(kind for kind, is_open in ((Kind.PERSON, people), (Kind.GROUP, groups)) if is_open)

    @property
    def reveals_school(self) -> bool:
        """Whether a membership tells which school somebody goes to (domain rule 8)."""
        return Field.SCHOOL_UNIT in self.approved or self.group_names is GroupNames.REAL


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a service on a day, read once: its policy, and what its agreements and decisions make of it."""

    policy: Policy
    verdict: ServiceVerdict


def rules_of(service_id: UUID, *, today: date) -> Rules:
    """Read what holds for a service. Pass it on within one transaction, and no further."""
    policy = policy_of(service_id, today=today)
    return Rules(policy, verdict_under(policy, today=today))


def policy_of(service_id: UUID, *, today: date) -> Policy:
    """Read a service's policy; a service without one has the lowest level, and ended fields are gone."""
    stored = ReleasePolicy.objects.filter(service_id=service_id).first()
    if stored is None:
        return Policy(service_id)
    rows = ReleaseField.objects.filter(policy=stored)
    return in_force(stored, fields=list(rows), today=today)


def in_force(stored: ReleasePolicy, *, fields: list[ReleaseField], today: date) -> Policy:
    """Turn a stored policy and its fields into what holds today."""
    level = Level(stored.level)
    by_field = level is Level.FIELDS
    approved = {
        Field(row.field): Approved(row.purpose, row.clause, row.end_date)
        for row in fields
        if by_field and (row.end_date is None or today <= row.end_date)
    }
    display = display_in_force(Display(stored.display), approved=frozenset(approved))
    return Policy(
        service_id=stored.service_id,
        level=level,
        display=display,
        group_names=GroupNames(stored.group_names) if by_field else GroupNames.ALIAS,
        epoch=stored.epoch,
        protected_rule=ProtectedRule(stored.protected_rule),
        approved=approved,
        ids_from=stored.ids_from_id if Field.SOURCE_ID in approved else None,
    )


def verdict_under(policy: Policy, *, today: date) -> ServiceVerdict:
    """Judge the service by its agreements and decisions."""
    return judge_service(
        policy.service_id,
        agreements=Agreement.objects.filter(service_id=policy.service_id),
        decisions=Decision.objects.filter(service_id=policy.service_id),
        level=policy.level,
        today=today,
    )

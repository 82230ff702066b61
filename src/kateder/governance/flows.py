"""Which service knows what: one line per service, field by field."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from kateder.catalogue.models import Service
from kateder.governance.fields import SENSITIVE_BY_INFERENCE, Display, Field, GroupNames, ProtectedRule
from kateder.governance.models import Agreement, Decision, ReleaseField, ReleasePolicy
from kateder.governance.policies import Approved, Policy, in_force
from kateder.governance.verdicts import Level, ServiceVerdict, Tier, covers, judge_service, order


class Knows(StrEnum):
    """What a service knows of one column. A pseudonym is personal data (domain rule 13)."""

    NOTHING = "none"
    PSEUDONYM = "pseudonym"
    ALIAS = "alias"
    YES = "yes"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one service knows of one column, and why it may."""

    knows: Knows
    purpose: str = ""
    clause: str = ""
    end_date: date | None = None


@dataclass(frozen=True, slots=True)
class DataFlow:
    """One service's line. The columns are `identity`, `display_name`, `groups` and every `Field`."""

    service_id: UUID
    service_name: str
    provider_name: str
    level: Level
    tier: Tier | None
    protected_rule: ProtectedRule
    verdict: ServiceVerdict
    cells: Mapping[str, Cell]


COLUMNS = ("identity", "display_name", "groups", *(field.value for field in Field))


def data_flows(*, today: date) -> list[DataFlow]:
    """List every service with what it may know today, by name."""
    policies = {policy.service_id: policy for policy in ReleasePolicy.objects.all()}
    fields: defaultdict[UUID, list[ReleaseField]] = defaultdict(list)
    for row in ReleaseField.objects.all():
        fields[row.policy_id].append(row)
    agreements: defaultdict[UUID, list[Agreement]] = defaultdict(list)
    for agreement in Agreement.objects.all():
        agreements[agreement.service_id].append(agreement)
    decisions: defaultdict[UUID, list[Decision]] = defaultdict(list)
    for decision in Decision.objects.all():
        decisions[decision.service_id].append(decision)
    flows = []
    for service in Service.objects.select_related("provider").order_by("name", "id"):
        stored = policies.get(service.id)
        policy = in_force(stored, fields=fields[stored.id], today=today) if stored else Policy(service.id)
        flows.append(_flow(service, policy, agreements[service.id], decisions[service.id], today))
    return flows


def _flow(
    service: Service,
    policy: Policy,
    agreements: list[Agreement],
    decisions: list[Decision],
    today: date,
) -> DataFlow:
    verdict = judge_service(service.id, agreements=agreements, decisions=decisions, level=policy.level, today=today)
    current = [d for d in decisions if covers(d.valid_from_date, d.valid_to_date, today)]
    latest = max(current, key=order, default=None)
    nothing = {column: Cell(Knows.NOTHING) for column in COLUMNS}
    return DataFlow(
        service.id,
        service.name,
        service.provider.name,
        policy.level,
        Tier(latest.tier) if latest else None,
        policy.protected_rule,
        verdict,
        nothing | (_cells(policy) if verdict.may_keep else {}),
    )


def _cells(policy: Policy) -> dict[str, Cell]:
    if policy.level is Level.TRANSIENT:
        return {}
    own = policy.approved.get(Field.SOURCE_ID) if policy.ids_from else None
    identity = Cell(Knows.PSEUDONYM) if own is None else _approved(Field.SOURCE_ID, own)
    cells = {"identity": identity, "groups": Cell(_groups(policy.group_names))}
    if policy.display is not Display.NONE:
        shown = Knows.ALIAS if policy.display is Display.ALIAS else Knows.YES
        cells["display_name"] = Cell(shown)
    return cells | {field.value: _approved(field, why) for field, why in policy.approved.items()}


def _groups(names: GroupNames) -> Knows:
    return Knows.ALIAS if names is GroupNames.ALIAS else Knows.YES


def _approved(field: Field, why: Approved) -> Cell:
    knows = Knows.SPECIAL if field in SENSITIVE_BY_INFERENCE else Knows.YES
    return Cell(knows, why.purpose, why.clause, why.end_date)

"""A plan as a difference that a person can judge: by school, by kind, with samples, and what stopped it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext, ngettext

from kateder.core.models import PlanRow, PlanState
from kateder.portal.words import ACTIONS, FIELDS, KINDS, number, shown, word

SAMPLE: Final = 5
"""Rows shown of each action and kind in each group."""

HIDDEN: Final = "***"
"""What a source writes in place of a protected name: plans are read as lists."""

TONES: Final[Mapping[str, str]] = {"create": "ok", "update": "warn", "remove": "bad"}
STATE_TONES: Final[Mapping[str, str]] = {
    PlanState.WAITING: "warn",
    PlanState.APPROVED: "warn",
    PlanState.APPLIED: "ok",
    PlanState.REFUSED: "none",
    PlanState.SUPERSEDED: "none",
    PlanState.FAILED: "bad",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field before and after, in words."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the difference."""

    tone: str
    action: str
    kind: str
    label: str
    changes: tuple[Change, ...]


@dataclass(slots=True)
class Group:
    """The lines of one school, with how many there are and how many are not shown."""

    name: str
    line: str
    total: int
    rows: list[Row] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many lines the sample leaves out."""
        return self.total - len(self.rows)


def groups_of(plan_id: UUID) -> list[Group]:
    """The stored lines of a plan by school, the most touched school first; two queries whatever the size."""
    rows = PlanRow.objects.filter(plan=plan_id)
    counted: dict[str, dict[str, int]] = {}
    for label, action, count in rows.values_list("group_label", "action").annotate(count=Count("id")):
        counted.setdefault(label, {})[action] = count
    groups = {
        label: Group(_name(label), _line(actions), sum(actions.values()))
        for label, actions in sorted(counted.items(), key=lambda item: -sum(item[1].values()))
    }
    for row in _samples(rows):
        groups[row.group_label].rows.append(_row(row))
    return list(groups.values())


def _name(label: str) -> str:
    """A school's name; deliveries group by kind instead, since a school's name would say who."""
    name = word(KINDS, label)
    return name[:1].upper() + name[1:] if name else gettext("The whole authority")


def _samples(rows: QuerySet[PlanRow]) -> QuerySet[PlanRow]:
    place = Window(RowNumber(), partition_by=[F("group_label"), F("action"), F("entity")], order_by=[F("id")])
    return rows.annotate(place=place).filter(place__lte=SAMPLE).order_by("group_label", "-action", "entity", "id")


def _row(row: PlanRow) -> Row:
    changes = (Change(word(FIELDS, name), shown(before), shown(after)) for name, (before, after) in row.changes.items())
    label = gettext("Protected identity") if row.label.startswith(HIDDEN) else row.label
    return Row(TONES.get(row.action, "none"), word(ACTIONS, row.action), word(KINDS, row.entity), label, tuple(changes))


def _line(actions: Mapping[str, int]) -> str:
    parts = []
    if count := actions.get("create", 0):
        parts.append(ngettext("%(n)s created", "%(n)s created", count) % {"n": number(count)})
    if count := actions.get("update", 0):
        parts.append(ngettext("%(n)s changed", "%(n)s changed", count) % {"n": number(count)})
    if count := actions.get("remove", 0):
        parts.append(ngettext("%(n)s removed", "%(n)s removed", count) % {"n": number(count)})
    return ", ".join(parts)


def total_of(summary: Mapping[str, object], action: str) -> int:
    """How many things one action touches, from the summary stored with a plan: `{kind: {action: count}}`."""
    return sum(counts_of(summary, action).values())


def counts_of(summary: Mapping[str, object], action: str) -> dict[str, int]:
    """How many of each kind one action touches; kinds that it leaves alone are not there."""
    return {name: kind[action] for name, kind in _kinds(summary).items() if kind.get(action)}


def by_kind(summary: Mapping[str, object]) -> list[tuple[str, tuple[int, int, int]]]:
    """Each kind of thing in words, with how many are created, changed and removed."""
    return [
        (word(KINDS, name), (kind.get("create", 0), kind.get("update", 0), kind.get("remove", 0)))
        for name, kind in _kinds(summary).items()
    ]


def _kinds(summary: Mapping[str, object]) -> dict[str, dict[str, int]]:
    """Sources store `{kind: {action: count}}`, deliveries `{"action kind": count}`."""
    kinds: dict[str, dict[str, int]] = {}
    for key, value in summary.items():
        if isinstance(value, Mapping):
            kinds[key] = dict(value)
        elif isinstance(value, int) and " " in key:
            action, _space, name = key.partition(" ")
            kinds.setdefault(name, {})[action] = value
    return kinds

"""Which findings the one who asks may see, and which of them they have chosen to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Case, IntegerField, QuerySet, Value, When

from kateder.core.actors import Role
from kateder.core.findings import open_findings
from kateder.core.models import Finding, Severity
from kateder.portal.doors import Asked
from kateder.register import access
from kateder.register.models import Organisation

WORST_FIRST: Final = Case(
    When(severity=Severity.ERROR, then=Value(0)),
    When(severity=Severity.WARNING, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
NO_UNIT: Final = "ingen"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; empty texts are all."""

    unit: str
    rule: str
    owner: str
    severity: str
    put_off: bool

    @classmethod
    def of(cls, request: Asked) -> Chosen:
        """Read the filters of the address."""
        get = request.GET.get
        return cls(
            get("skola", ""), get("regel", ""), get("vem", ""), get("allvar", ""), get("visa", "") == "uppskjutna"
        )

    @property
    def is_any(self) -> bool:
        """Whether anything is filtered away."""
        return bool(self.unit or self.rule or self.owner or self.severity or self.put_off)


def allowed(request: Asked) -> QuerySet[Finding]:
    """The open findings that the one who asks works with: all, or those of the own school units."""
    found = open_findings()
    if request.actor.has(Role.ADMINISTRATOR):
        return found
    return found.filter(unit_id__in=access.units_served(request.actor, today=request.today).values("pk"))


def units(request: Asked) -> Mapping[UUID, str]:
    """The names of the organisations that the one who asks works with, in the order of their names."""
    every = Organisation.objects.all()
    if not request.actor.has(Role.ADMINISTRATOR):
        every = access.units_served(request.actor, today=request.today)
    return dict(every.order_by("display_name", "pk").values_list("pk", "display_name"))


def filtered(request: Asked, chosen: Chosen) -> QuerySet[Finding]:
    """Those that the filters leave, worst first, each rule together."""
    found = allowed(request)
    found = found.filter(snoozed_until__gt=request.today) if chosen.put_off else found.exclude(
        snoozed_until__gt=request.today
    )  # fmt: skip
    if chosen.unit == NO_UNIT:
        found = found.filter(unit_id=None)
    elif chosen.unit:
        found = found.filter(unit_id=_uuid(chosen.unit))
    if chosen.rule:
        found = found.filter(rule=chosen.rule)
    if chosen.owner:
        found = found.filter(owner=chosen.owner)
    if chosen.severity:
        found = found.filter(severity=chosen.severity)
    return found.order_by(WORST_FIRST, "rule", "unit_id", "first_seen_at", "pk")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)

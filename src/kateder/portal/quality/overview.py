"""How it stands: per owner, rule and school, with the trend. For IT; a school goes straight to its list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from kateder.core import jobs, trend
from kateder.core.actors import Role
from kateder.core.findings import waiting_findings
from kateder.core.models import FindingCount, Severity, Sweep
from kateder.core.tasks import SWEEP
from kateder.portal import sparkline
from kateder.portal.doors import Asked, door
from kateder.portal.quality.chosen import units
from kateder.portal.quality.listing import WHO
from kateder.portal.quality.wording import TONES, title
from kateder.portal.words import OWNERS, number, word

DAYS: Final = 28
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """A rule or a school with its count, what it was a week ago, and the curve."""

    name: str
    address: str
    tone: str
    severity: str
    owner: str
    count: int
    errors: int
    change: str
    curve: SafeString


@door(*WHO)
def overview(request: Asked) -> HttpResponse:
    """The whole authority at a glance; a POST looks through everything again."""
    if not request.actor.has(Role.ADMINISTRATOR):
        return HttpResponseRedirect("/fynd/lista/")
    if request.method == "POST":
        jobs.request(SWEEP, queueing_lock="sweep")
        return HttpResponseRedirect(request.path)
    counted = trend.per_day(last=request.today, days=DAYS)
    total = waiting_findings(today=request.today).count()
    context = {
        "line": _line(total, counted, today=request.today),
        "last": Sweep.objects.first(),
        "curve": sparkline.draw(_days(counted, request.today), label=gettext("Open findings, day by day"), large=True),
        "owners": _owners(request.today),
        "rules": _rules(request),
        "schools": _schools(request),
        "total": total,
    }
    return render(request, "portal/quality/overview.html", context)


def _line(total: int, counted: Mapping[date, int], *, today: date) -> str:
    text = ngettext("%(n)s thing is wrong.", "%(n)s things are wrong.", total) % {"n": number(total)}
    change = _change(counted, today=today)
    return f"{text} {change}".strip()


def _change(counted: Mapping[date, int], *, today: date) -> str:
    """In words, against a week ago; nothing where nobody counted then."""
    before, now = counted.get(today - WEEK), counted.get(today)
    if before is None or now is None:
        return ""
    if before == now:
        return gettext("As many as a week ago.")
    difference = number(abs(now - before))
    if now < before:
        return gettext("%(n)s fewer than a week ago.") % {"n": difference}
    return gettext("%(n)s more than a week ago.") % {"n": difference}


def _days(counted: Mapping[date, int], today: date) -> list[int | None]:
    return [counted.get(today - timedelta(days=back)) for back in range(DAYS - 1, -1, -1)]


def _owners(today: date) -> list[tuple[str, str, str]]:
    counted = waiting_findings(today=today).order_by().values_list("owner").annotate(n=Count("pk")).order_by("-n")
    return [(word(OWNERS, owner), f"/fynd/lista/?vem={owner}", number(count)) for owner, count in counted]


def _rules(request: Asked) -> list[Line]:
    curves = _curves(request.today, "rule")
    rows = (
        waiting_findings(today=request.today).order_by().values("rule", "severity", "owner").annotate(count=Count("pk"))
    )
    lines = [
        Line(
            name=title(row["rule"]),
            address=f"/fynd/lista/?regel={row['rule']}",
            tone=TONES.get(row["severity"], "none"),
            severity=str(Severity(row["severity"]).label),
            owner=word(OWNERS, row["owner"]),
            count=row["count"],
            errors=0,
            change=_change(curves[row["rule"]], today=request.today),
            curve=sparkline.draw(_days(curves[row["rule"]], request.today)),
        )
        for row in rows
    ]
    order = {"bad": 0, "warn": 1}
    return sorted(lines, key=lambda line: (order.get(line.tone, 2), -line.count, line.name))


def _schools(request: Asked) -> list[Line]:
    names, curves = units(request), _curves(request.today, "unit_id")
    rows = (
        waiting_findings(today=request.today)
        .order_by()
        .exclude(unit_id=None)
        .values("unit_id")
        .annotate(count=Count("pk"), errors=Count("pk", filter=Q(severity=Severity.ERROR)))
    )
    lines = [
        Line(
            name=names.get(unit, gettext("A school that is gone")),
            address=f"/fynd/lista/?skola={unit}",
            tone="bad" if row["errors"] else "warn",
            severity="",
            owner="",
            count=row["count"],
            errors=row["errors"],
            change=_change(curves[unit], today=request.today),
            curve=sparkline.draw(_days(curves[unit], request.today)),
        )
        for row in rows
        if (unit := row["unit_id"]) is not None
    ]
    return sorted(lines, key=lambda line: (-line.errors, -line.count, line.name))


def _curves(today: date, by: str) -> Mapping[str | UUID, dict[date, int]]:
    """The counted days of each rule or school, in one question."""
    found: defaultdict[str | UUID, dict[date, int]] = defaultdict(dict)
    rows = FindingCount.objects.filter(day__gt=today - timedelta(days=DAYS), day__lte=today)
    for key, day, count in rows.values_list(by, "day").annotate(n=Sum("open")).order_by("day"):
        found[key][day] = count
    return found

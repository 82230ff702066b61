"""What needs a person today, each with an owner and one next action; nothing that is merely interesting."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from kateder.core import clock, quality
from kateder.core.actors import Role
from kateder.core.findings import open_findings, sentence, waiting_findings
from kateder.core.models import Finding, Plan, PlanState, Severity
from kateder.governance.api import Level, data_flows
from kateder.governance.models import Agreement
from kateder.portal.authority.plans import counts_of, total_of
from kateder.portal.authority.services import State, agreement_state
from kateder.portal.authority.subjects import Subject, subjects
from kateder.portal.doors import Asked, door
from kateder.portal.periods import day
from kateder.portal.words import KINDS, OWNERS, limit_sentence, number, word
from kateder.provisioning.rollover.freezing import frozen

PEOPLE: Final = ("person", "User")
ORDER: Final[Mapping[str, int]] = {"bad": 0, "warn": 1}


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to decide or mend. `tone` is bad or warn."""

    tone: str
    icon: str
    title: str
    detail: str
    owner: str
    action: str
    address: str


@door(Role.ADMINISTRATOR)
def overview(request: Asked) -> HttpResponse:
    """The administrator's first page."""
    known = subjects()
    waiting = [*_plans(known), *_agreements(today=request.today), *_findings(known), *_quality(today=request.today)]
    waiting += _frozen(today=request.today)
    waiting.sort(key=lambda todo: ORDER.get(todo.tone, 2))
    context = {"greeting": greeting(clock.now()), "line": _line(len(waiting)), "waiting": waiting}
    return render(request, "portal/authority/overview.html", context)


def greeting(now: datetime) -> str:
    """Good morning until ten, good evening from six."""
    hour = now.astimezone(clock.ZONE).hour
    if 4 <= hour < 10:
        return gettext("Good morning")
    return gettext("Good evening") if hour >= 18 or hour < 4 else gettext("Hello")


def _line(count: int) -> str:
    if not count:
        return ""
    return ngettext("%(n)s thing waits for a person.", "%(n)s things wait for a person.", count) % {"n": number(count)}


def _plans(known: Mapping[UUID, Subject]) -> Iterator[Todo]:
    for plan in Plan.objects.filter(state=PlanState.WAITING).order_by("created_at", "pk"):
        subject = known.get(plan.subject_id)
        hits = [limit_sentence(hit) for hit in plan.held_by]
        yield Todo(
            tone="bad" if total_of(plan.summary, "remove") else "warn",
            icon="file-diff",
            title=plan_title(plan, subject),
            detail=hits[0] if hits else gettext("Waits for somebody to approve it."),
            owner="",
            action=gettext("Look"),
            address=f"/planer/{plan.pk}/",
        )


def plan_title(plan: Plan, subject: Subject | None) -> str:
    """What the plan would do, in one line: removals first, since they are what frightens, and people before things."""
    name = subject.name if subject else gettext("A plan")
    templates = {
        "remove": gettext("%(name)s wants to remove %(n)s %(kind)s"),
        "create": gettext("%(name)s wants to create %(n)s %(kind)s"),
        "update": gettext("%(name)s wants to change %(n)s %(kind)s"),
    }
    for action, template in templates.items():
        if counts := counts_of(plan.summary, action):
            kind = next((one for one in PEOPLE if one in counts), max(counts, key=lambda one: counts[one]))
            return template % {"name": name, "n": number(counts[kind]), "kind": word(KINDS, kind)}
    return name


def _agreements(*, today: date) -> Iterator[Todo]:
    held: dict[UUID, list[Agreement]] = {}
    for agreement in Agreement.objects.all():
        held.setdefault(agreement.service_id, []).append(agreement)
    for flow in data_flows(today=today):
        if flow.level is Level.TRANSIENT:
            continue
        state = agreement_state(held.get(flow.service_id, []), today=today)
        if state.tone == "ok":
            continue
        yield Todo(
            tone=state.tone,
            icon="clock",
            title=_agreement_title(flow.service_name, state),
            detail=gettext("New accounts stop when it ends; those that exist go after the notice."),
            owner="",
            action=gettext("Open"),
            address=f"/tjanster/{flow.service_id}/",
        )


def _agreement_title(name: str, state: State) -> str:
    if not state.since:
        return gettext("There is no agreement with %(name)s") % {"name": name}
    said = state.word[:1].lower() + state.word[1:]
    return gettext("The agreement with %(name)s %(state)s") % {"name": name, "state": said}


def _findings(known: Mapping[UUID, Subject]) -> Iterator[Todo]:
    groups = open_findings().exclude(severity=Severity.INFO).exclude(scope=quality.SCOPE).order_by()
    counted = groups.values("scope", "rule", "owner", "severity").annotate(
        count=Count("pk"), since=Min("first_seen_at")
    )
    for row in counted.order_by("since"):
        yield _finding(row, known)


def _frozen(*, today: date) -> Iterator[Todo]:
    """Deliveries that are held back: a line while they are, urgent once the day of the reminder has come."""
    held = list(frozen())
    if not held:
        return
    said = ngettext(
        "Deliveries to %(n)s service are held back", "Deliveries to %(n)s services are held back", len(held)
    )
    reminder = min(one.remind_date for one in held)
    yield Todo(
        tone="bad" if reminder <= today else "warn",
        icon="lock",
        title=said % {"n": number(len(held))},
        detail=gettext("Reminder on %(day)s.") % {"day": day(reminder)},
        owner="",
        action=gettext("Look"),
        address="/lasarsskifte/",
    )


def _quality(*, today: date) -> Iterator[Todo]:
    """What the rules about the whole register find is one line here: it has a page of its own."""
    found = waiting_findings(today=today).filter(scope=quality.SCOPE).exclude(severity=Severity.INFO)
    counts = found.aggregate(count=Count("pk"), errors=Count("pk", filter=Q(severity=Severity.ERROR)))
    if not counts["count"]:
        return
    errors = ngettext("%(n)s is an error.", "%(n)s are errors.", counts["errors"]) % {"n": number(counts["errors"])}
    said = ngettext("%(n)s thing is wrong in the register", "%(n)s things are wrong in the register", counts["count"])
    yield Todo(
        tone="bad" if counts["errors"] else "warn",
        icon="inbox",
        title=said % {"n": number(counts["count"])},
        detail=errors if counts["errors"] else "",
        owner="",
        action=gettext("Look"),
        address="/fynd/",
    )


def _finding(row: Mapping[str, object], known: Mapping[UUID, Subject]) -> Todo:
    keys = {name: row[name] for name in ("scope", "rule", "owner", "severity")}
    first = Finding.objects.filter(closed_at=None, **keys).order_by("first_seen_at", "pk")[:1].get()
    subject = _subject(first, known)
    count = int(str(row["count"]))
    since = gettext("Since %(day)s.") % {"day": _day(first.first_seen_at)}
    more = ngettext("and %(n)s more", "and %(n)s more", count - 1) % {"n": number(count - 1)} if count > 1 else ""
    return Todo(
        tone="bad" if first.severity == Severity.ERROR else "warn",
        icon="triangle-alert",
        title=_titled(sentence(first), subject),
        detail=" ".join(filter(None, (more, since))),
        owner=word(OWNERS, first.owner),
        action=gettext("Show"),
        address=subject.address if subject else "",
    )


def _titled(said: str, subject: Subject | None) -> str:
    return said if subject is None or subject.name in said else f"{subject.name}: {said}"


def _subject(finding: Finding, known: Mapping[UUID, Subject]) -> Subject | None:
    """What the finding is about: its own subject, else what its scope names (`source:<id>`)."""
    for text in (finding.subject_id, finding.scope.rpartition(":")[2]):
        try:
            found = known.get(UUID(text))
        except ValueError:
            continue
        if found:
            return found
    return None


def _day(at: datetime) -> str:
    local = at.astimezone(clock.ZONE)
    return f"{local.day}/{local.month}"

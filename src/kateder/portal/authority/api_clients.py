"""API clients: who may read our SS 12000 API, what each sees, how much it reads, what it subscribes to and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.contrib import messages
from django.db.models import Model, QuerySet, Sum
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kateder.catalogue.models import Service
from kateder.core import clock
from kateder.core.actors import Role
from kateder.core.findings import open_findings, sentence
from kateder.portal.authority.api_words import ONEROSTER, THINGS, seen_by, short
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.periods import day, when
from kateder.portal.words import Words, number, word
from kateder.protocols.ss12000.endpoints import ENDPOINTS
from kateder.provisioning.api import (
    Api,
    api_of,
    end_subscription,
    mend_reports,
    reports_scope,
    returns_results,
    spell_subscription,
    subscriptions_of,
)
from kateder.provisioning.models import ClientReport, Spelling, Subscription, Trouble
from kateder.trust import api as trust
from kateder.trust.api import ApiClient, ApiSecret, Reading

Row = TypeVar("Row", bound=Model)
DAYS: Final = timedelta(days=14)
TONES: Final[Mapping[str, str]] = {
    Trouble.NONE: "ok", Trouble.FAILING: "bad", Trouble.EXPIRING: "warn", Trouble.EXPIRED: "bad",
    "Info": "none", "Warning": "warn", "Error": "bad",
}  # fmt: skip
_COUNTED: Final[Words] = {**THINGS, **ONEROSTER}
_RESOURCES: Final[Words] = {endpoint.resource: THINGS[path] for path, endpoint in ENDPOINTS.items()}
SEVERITIES: Final[Words] = {"Info": _("Note"), "Warning": _("Warning"), "Error": _("Error")}


@dataclass(slots=True)
class ReadOn:
    """What a client asked for on one day: how often, and how many of each kind of thing it read."""

    date: date
    asked: int = 0
    read: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One client in the list."""

    id: UUID
    name: str
    sees: str
    seen_at: datetime | None
    tone: str
    state: str


@door(Role.ADMINISTRATOR)
def clients(request: Asked) -> HttpResponse:
    """Every client, with what it sees and when it was last here."""
    names = dict(Service.objects.values_list("id", "name"))
    lines = [line_of(one, services=names) for one in ApiClient.objects.order_by("name")]
    return render(request, "portal/authority/api_clients.html", {"clients": lines})


@door(Role.ADMINISTRATOR)
def client(request: Asked, client_id: UUID) -> HttpResponse:
    """One client. A POST gives it a new secret, shuts it out or lets it in, or looks after what it has told us."""
    found = get_object_or_404(ApiClient, pk=client_id)
    if request.method == "POST":
        return _do(request, found)
    page = page_of(request, ClientReport.objects.filter(client=found).order_by("-at", "-id"), size=20)
    context = {
        "client": found,
        "state": line_of(found, services={}),
        "seen": seen_by(found),
        "rate": _rate(found.rate),
        "secrets": [_secret(one) for one in ApiSecret.objects.filter(client=found).order_by("created_at")],
        "issuer": getattr(found, "issuer", None),
        "days": _days(found, today=request.today),
        "subscriptions": [_subscription(one) for one in subscriptions_of(found)],
        "spellings": Spelling.choices,
        "findings": [sentence(one) for one in open_findings().filter(scope=reports_scope(found.pk))[:5]],
        "reports": [_report(one) for one in page.rows],
        "page": page,
    }
    return render(request, "portal/authority/api_client.html", context)


def _do(request: Asked, found: ApiClient) -> HttpResponse:
    wanted, by = request.POST.get("do", ""), request.actor
    if wanted == "rotate":
        given = trust.rotate_secret(found.pk, by=by, now=clock.now())
        return shown_once(request, given, name=found.name, replaces=True)
    if wanted == "disable":
        trust.disable_client(found.pk, by=by, now=clock.now())
        messages.success(request, gettext("%(name)s is shut out.") % {"name": found.name})
    elif wanted == "enable":
        trust.enable_client(found.pk, by=by)
        messages.success(request, gettext("%(name)s is let in again.") % {"name": found.name})
    elif wanted == "mend":
        mend_reports(found.pk)
    elif wanted in {"spell", "end"}:
        _subscription_done(request, found, end=wanted == "end")
    return HttpResponseRedirect(request.path)


def _subscription_done(request: Asked, found: ApiClient, *, end: bool) -> None:
    one = chosen(Subscription.objects.filter(client=found), request.POST.get("subscription", ""))
    if end:
        end_subscription(one, by=request.actor)
    elif request.POST.get("spelling") in Spelling.values:
        spell_subscription(one.pk, Spelling(request.POST["spelling"]), by=request.actor)


def chosen(rows: QuerySet[Row], id_: str) -> Row:
    """The row that a form names. Raises Http404, also for what is no id."""
    try:
        return get_object_or_404(rows, pk=UUID(id_))
    except ValueError:
        raise Http404 from None


def shown_once(request: Asked, given: trust.Credentials, *, name: str, replaces: bool = False) -> HttpResponse:
    """The page with a secret on it. It is not kept anywhere, so it is never shown again."""
    client = ApiClient.objects.get(pk=given.client_id)
    context = {
        "name": name,
        "given": given,
        "replaces": replaces,
        "addresses": _addresses(client, base=request.build_absolute_uri("/")),
        "scopes": client.scopes,
    }
    return render(request, "portal/authority/api_secret.html", context)


def _addresses(client: ApiClient, *, base: str) -> list[tuple[str, str]]:
    """What whoever runs the system has to fill in, with what it is called."""
    token = (gettext("Tokens are fetched from"), f"{base}oauth/token")
    if api_of(client) is not Api.ONEROSTER:
        return [token, (gettext("The API is at"), f"{base}ss12000/v2.0")]
    found = [token, (gettext("Pupils and classes are at"), f"{base}ims/oneroster/rostering/v1p2")]
    if returns_results(client):
        found.append((gettext("Results are at"), f"{base}ims/oneroster/gradebook/v1p2"))
    return found


def line_of(one: ApiClient, *, services: Mapping[UUID, str]) -> Line:
    """A client as one line of a list."""
    is_in = one.disabled_at is None
    word_ = gettext("Is let in") if is_in else gettext("Is shut out")
    return Line(one.pk, one.name, short(one, services=services), one.last_seen_at, "ok" if is_in else "bad", word_)


def _rate(rate: int | None) -> str:
    if rate is None:
        return gettext("as many as it wants")
    return ngettext("%(n)s request a second", "%(n)s requests a second", rate) % {"n": number(rate)}


def _secret(one: ApiSecret) -> str:
    made = gettext("made %(when)s") % {"when": when(one.created_at)}
    if one.expires_at is None:
        return made
    return gettext("%(made)s, good until %(day)s") % {"made": made, "day": day(one.expires_at.date())}


def _days(found: ApiClient, *, today: date) -> list[ReadOn]:
    recent = Reading.objects.filter(client=found, date__gt=today - DAYS)
    by_day: dict[date, ReadOn] = {}
    for row in recent.values("date", "entity").annotate(asked=Sum("requests"), read=Sum("objects_read")):
        told = by_day.setdefault(row["date"], ReadOn(row["date"]))
        told.asked += row["asked"]
        told.read.append(f"{word(_COUNTED, row['entity'])}: {number(row['read'])}")
    return [by_day[one] for one in sorted(by_day, reverse=True)]


def _subscription(one: Subscription) -> dict[str, object]:
    trouble = Trouble(one.trouble)
    return {
        "id": one.pk,
        "name": one.name,
        "target": one.target,
        "types": ", ".join(word(_RESOURCES, name) for name in one.resource_types),
        "until": day(one.expires_at.date()),
        "told": _told(one),
        "spelling": one.spelling,
        "tone": TONES[trouble],
        "state": str(trouble.label),
    }


def _told(one: Subscription) -> str:
    """When it was last told, and what it answers where it cannot be told."""
    last = when(one.told_at) if one.told_at else gettext("not yet")
    if not one.answer or one.answer.startswith("2"):
        return last
    if one.answer.isdigit():
        wrong = gettext("the last attempt was answered with an error (%(status)s)") % {"status": one.answer}
    else:
        wrong = gettext("the last attempt got no answer")
    return f"{last}; {wrong}"


def _report(one: ClientReport) -> dict[str, object]:
    counts: Mapping[str, int] = one.counts or {}
    said = gettext("%(new)s new, %(updated)s changed, %(deleted)s removed") % {
        name: number(counts.get(name, 0)) for name in ("new", "updated", "deleted")
    }
    return {
        "at": one.at,
        "tone": TONES[one.severity] if one.severity else "none",
        "kind": word(SEVERITIES, one.severity) if one.severity else gettext("Statistics"),
        "about": " ".join(filter(None, [word(_RESOURCES, one.resource_type), one.resource_id])),
        "message": one.message or said,
        "type": one.message_type,
    }

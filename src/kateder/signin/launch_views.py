"""Opening a resource in one click, and the page that waits for an account and goes on by itself."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from kateder.core import audit, clock
from kateder.signin import traces
from kateder.signin.launch import CannotBeOpened, Launch, NotOnYourShelf, Step, hurry, launch
from kateder.signin.oidc.exchange import issuer
from kateder.signin.onward import go_on
from kateder.signin.requests import Request, acting

LONG_WAIT: Final = 20


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def open_resource(request: Request, resource_id: UUID) -> HttpResponse:
    """Open a resource. A link on somebody else's page shows a button first."""
    if request.method == "GET" and request.headers.get("Sec-Fetch-Site", "none") in {"cross-site", "same-site"}:
        return render(request, "signin/open_first.html", {"resource_id": resource_id})
    try:
        person_id, launched = _launch(request, resource_id)
    except (NotOnYourShelf, CannotBeOpened) as refusal:
        return _refused(request, resource_id, refusal)
    if launched.step is not Step.GO:
        hurry(launched)
        return HttpResponseRedirect(reverse("launch-wait", args=[resource_id]))
    traces.opened(person_id, resource_id=resource_id, at=clock.now())
    return go_on(request, launched.address) if request.method == "POST" else HttpResponseRedirect(launched.address)


@never_cache
@login_required
@require_GET
def wait(request: Request, resource_id: UUID) -> HttpResponse:
    """The account is on its way. The page asks again by itself, and goes on when it is there."""
    try:
        _person_id, launched = _launch(request, resource_id)
    except (NotOnYourShelf, CannotBeOpened) as refusal:
        return _refused(request, resource_id, refusal)
    by_htmx, there = "HX-Request" in request.headers, reverse("launch", args=[resource_id])
    if launched.step is Step.GO:
        return HttpResponse(headers={"HX-Redirect": there}) if by_htmx else HttpResponseRedirect(there)
    asked = _number(request.GET.get("n", ""))
    context = {
        "item": launched.item,
        "asked": asked + 1,
        "is_long": asked >= LONG_WAIT,
        "has_failed": launched.step is Step.FAILED,
    }
    return render(request, "signin/waiting.html" if by_htmx else "signin/on_its_way.html", context)


def _launch(request: Request, resource_id: UUID) -> tuple[UUID, Launch]:
    person_id = acting(request).person_id
    if person_id is None:
        raise NotOnYourShelf
    return person_id, launch(person_id, resource_id=resource_id, issuer=issuer(request), today=request.today)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _refused(request: Request, resource_id: UUID, refusal: NotOnYourShelf | CannotBeOpened) -> HttpResponse:
    audit.refuse("open", actor=acting(request), subject_type="resource", subject_id=resource_id, reason=refusal.code)
    status = 404 if isinstance(refusal, NotOnYourShelf) else 403
    return render(request, "signin/cannot_open.html", {"reason": str(refusal)}, status=status)

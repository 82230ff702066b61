"""`/subscriptions`, `/log` and `/statistics`. A client reaches its own subscriptions and no others."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse

from kateder.core import clock
from kateder.provisioning.ss12000 import reports, subscriptions
from kateder.provisioning.ss12000.gate import Call, body_of, gate
from kateder.provisioning.ss12000.refusals import BadRequest, NotThere
from kateder.provisioning.ss12000.subscription_models import Subscription
from kateder.trust.api import actor_of


def _list(call: Call) -> HttpResponse:
    unknown = set(call.request.GET) - {"limit", "pageToken"}
    if unknown:
        raise BadRequest(what=f"unknown parameter {min(unknown)[:60]}")
    limit, after = _limit(call), _after(call)
    found = subscriptions.of(call.client, after=after, limit=limit + 1)
    shown, more = found[:limit], len(found) > limit
    token = str(shown[-1].id) if more else None
    return JsonResponse({"data": [_shown(one) for one in shown], "pageToken": token})


def _create(call: Call) -> HttpResponse:
    body = body_of(call.request)
    made = subscriptions.subscribe(
        call.client,
        name=_text(body, "name"),
        target=_text(body, "target"),
        resource_types=_resource_types(body.get("resourceTypes")),
        now=clock.now(),
    )
    return JsonResponse(_shown(made), status=201)


def _get(call: Call, subscription_id: str) -> HttpResponse:
    return JsonResponse(_shown(_own(call, subscription_id)))


def _renew(call: Call, subscription_id: str) -> HttpResponse:
    """A body is not needed and not looked at: what a subscription says is changed by making another."""
    subscription = _own(call, subscription_id)
    subscriptions.renew(subscription, now=clock.now())
    return JsonResponse(_shown(subscription))


def _delete(call: Call, subscription_id: str) -> HttpResponse:
    subscriptions.end(_own(call, subscription_id), by=actor_of(call.client.id))
    return HttpResponse(status=204)


def _log(call: Call) -> HttpResponse:
    reports.log(call.client, body_of(call.request), now=clock.now())
    return HttpResponse(status=201)


def _statistics(call: Call) -> HttpResponse:
    reports.statistics(call.client, body_of(call.request), now=clock.now())
    return HttpResponse(status=201)


def _own(call: Call, subscription_id: str) -> Subscription:
    try:
        wanted = UUID(subscription_id)
    except ValueError:
        raise BadRequest(what="the id is not a UUID") from None
    found = Subscription.objects.select_for_update().filter(client=call.client, id=wanted).first()
    if found is None:
        raise NotThere
    return found


def _shown(one: Subscription) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "expires": one.expires_at.isoformat(),
        "name": one.name,
        "target": one.target,
        "resourceTypes": [{"resource": name} for name in one.resource_types],
    }


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or "\0" in value:
        raise BadRequest(what=f"{name} is missing or not a text")
    return value


def _resource_types(value: object) -> list[str]:
    """`[{"resource": "Person"}]` as the standard has it, or `["Person"]` as in its own example."""
    if not isinstance(value, list):
        raise BadRequest(what="resourceTypes is missing or not a list")
    names = [one.get("resource") if isinstance(one, dict) else one for one in value]
    if not all(isinstance(name, str) for name in names):
        raise BadRequest(what="resourceTypes does not hold names of types")
    return [str(name) for name in names]


def _limit(call: Call) -> int:
    value = call.request.GET.get("limit", str(subscriptions.MOST))
    if not value.isascii() or not value.isdigit() or len(value) > 10 or int(value) < 1:
        raise BadRequest(what="limit is not a whole number of at least 1")
    return min(int(value), subscriptions.MOST)


def _after(call: Call) -> UUID | None:
    value = call.request.GET.get("pageToken")
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise BadRequest(what="pageToken is not one of ours") from None


all_subscriptions = gate(GET=_list, POST=_create)
one_subscription = gate(GET=_get, PATCH=_renew, DELETE=_delete)
log = gate(POST=_log)
statistics = gate(POST=_statistics)

"""Our own entity in a federation: who we are there, what to upload, and how a key is changed, step by step."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import orjson
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kateder.core import clock
from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.portal.authority.federations import of
from kateder.portal.doors import Asked, door
from kateder.portal.words import Words
from kateder.trust import api as trust
from kateder.trust.api import TAGS, Federation, KeyUse, OwnEntity, Standing, Step

STEPS: Final = (Step.PUBLISH, Step.WAIT, Step.SWITCH, Step.REMOVE)
NAMES: Final[Words] = {
    Step.PUBLISH: _("Upload the JSON, with both keys"),
    Step.WAIT: _("Wait until everybody has fetched it"),
    Step.SWITCH: _("Switch to the new key"),
    Step.REMOVE: _("Upload the JSON, with the new key alone"),
}
NEXT: Final[Words] = {
    Step.PUBLISH_FIRST: _("The key is not in the federation yet. Upload the JSON there; until then nobody lets us in."),
    Step.PUBLISH: _(
        "Upload the JSON to the federation now: it has both keys. We see by ourselves when they are published."
    ),
    Step.WAIT: _("The new key is published. Everybody has fetched it at the time below; then you may switch."),
    Step.SWITCH: _("The new key is known everywhere. Switch now."),
    Step.REMOVE: _("We use the new key. Upload the JSON again, so that the old one goes."),
    Step.RENEW: _("The certificate ends soon. Make a new key."),
    Step.REST: _("Nothing needs to be done."),
}


@door(Role.ADMINISTRATOR)
def own(request: Asked, federation_id: UUID) -> HttpResponse:
    """Our entity. A POST describes it, begins to change a key, or switches to the new one."""
    found = of(federation_id)
    entity = OwnEntity.objects.select_related("federation").filter(federation=found).first()
    if request.method != "POST":
        return _page(request, found, entity, _filled(entity, default=request.authority.name))
    try:
        with transaction.atomic():
            _do(request, found, entity)
    except DomainError as refusal:
        return _page(request, found, entity, _sent(request.POST), refusal=str(refusal))
    return HttpResponseRedirect(request.path)


@door(Role.ADMINISTRATOR)
def as_json(request: Asked, federation_id: UUID) -> HttpResponse:
    """What is uploaded, as a file."""
    entity = get_object_or_404(OwnEntity, federation_id=federation_id)
    answer = HttpResponse(_json(entity), content_type="application/json")
    answer["Content-Disposition"] = 'attachment; filename="entity.json"'
    return answer


def _do(request: Asked, found: Federation, entity: OwnEntity | None) -> None:
    wanted, now = request.POST.get("do", ""), clock.now()
    if wanted == "describe":
        sent = _sent(request.POST)
        trust.describe_entity(
            found.pk, entity_id=entity.entity_id if entity else str(sent["entity_id"]),
            organization=str(sent["organization"]), organization_id=str(sent["organization_id"]),
            client_tags=str(sent["client_tags"]).split(), server_uri=str(sent["server_uri"]),
            server_tags=str(sent["server_tags"]).split(), by=request.actor, now=now,
        )  # fmt: skip
        messages.success(request, gettext("Saved. Upload the JSON to the federation."))
        return
    use = request.POST.get("use", "")
    if entity is None or use not in KeyUse.values:
        raise Http404
    if wanted == "begin":
        trust.begin_rotation(entity.pk, KeyUse(use), by=request.actor, now=now)
        messages.success(request, gettext("A new key is made. The JSON has both now: upload it."))
    elif wanted == "switch":
        trust.switch_key(entity.pk, KeyUse(use), by=request.actor, now=now)
        messages.success(request, gettext("We use the new key from now on. Upload the JSON again."))


def _page(
    request: Asked, found: Federation, entity: OwnEntity | None, filled: Mapping[str, object], *, refusal: str = ""
) -> HttpResponse:
    context = {
        "federation": found,
        "entity": entity,
        "filled": filled,
        "refusal": refusal,
        "tags": TAGS.items(),
        "standings": [_told(one) for one in trust.standings(entity, now=clock.now())] if entity else [],
        "json": _json(entity).decode() if entity else "",
    }
    return render(request, "portal/authority/federation_own.html", context, status=422 if refusal else 200)


def _told(one: Standing) -> dict[str, object]:
    under_way = one.step in STEPS
    place = STEPS.index(one.step) if under_way else -1
    return {
        "use": one.use.value,
        "label": one.use.label,
        "current": one.current,
        "coming": one.coming,
        "next": str(NEXT[one.step]),
        "tone": {Step.REST: "ok", Step.WAIT: "none"}.get(one.step, "warn"),
        "steps": [(str(NAMES[step]), number < place, number == place) for number, step in enumerate(STEPS)]
        if under_way
        else [],
        "until": one.until if one.step is Step.WAIT else None,
        "may_begin": one.step in {Step.REST, Step.RENEW},
        "may_switch": one.step is Step.SWITCH,
        "is_server": one.use is KeyUse.SERVER,
    }


def _json(entity: OwnEntity) -> bytes:
    return orjson.dumps(trust.entity_json(entity), option=orjson.OPT_INDENT_2)


def _sent(sent: QueryDict) -> dict[str, object]:
    names = ("entity_id", "organization", "organization_id", "client_tags", "server_uri", "server_tags")
    return {name: sent.get(name, "").strip() for name in names}


def _filled(entity: OwnEntity | None, *, default: str) -> dict[str, object]:
    if entity is None:
        return {"organization": default, "client_tags": "egilv1"}
    return {
        "entity_id": entity.entity_id,
        "organization": entity.organization,
        "organization_id": entity.organization_id,
        "client_tags": " ".join(entity.client_tags),
        "server_uri": entity.server_uri,
        "server_tags": " ".join(entity.server_tags),
    }

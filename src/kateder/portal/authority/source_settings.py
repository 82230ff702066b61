"""Change a source: its settings, what it may do unasked, a pause, and taking it away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.portal.authority.source_form import address_of, entries, posted, rule_entries, rules_posted
from kateder.portal.authority.source_setup import UNPROCESSABLE, examples_of, result_of, with_text
from kateder.portal.doors import Asked, door
from kateder.portal.words import KINDS, number, word
from kateder.sources import api
from kateder.sources.api import Connector, FieldKind, Glimpsing
from kateder.sources.models import Source, Standing


@door(Role.ADMINISTRATOR)
def settings(request: Asked, source_id: UUID) -> HttpResponse:
    """A source's settings. A POST shows the result, takes in an example or a file, or changes them and tries them."""
    source = _there(source_id)
    connector = api.connector_of(source.kind)
    if request.method != "POST":
        return _form(request, source, connector, dict(api.shown_settings(source)))
    given = posted(connector, request.POST)
    wanted = request.POST.get("do", "save")
    if wanted == "rules":
        return _change_rules(request, source)
    if wanted != "save":
        given = with_text(request, connector, given, wanted=wanted)
        return _form(request, source, connector, dict(given))
    try:
        api.require_permitted(source.kind, settings=given, before=api.shown_settings(source))
        api.change_settings(source.pk, settings=given, actor=request.actor)
    except DomainError as refusal:
        return _form(request, source, connector, dict(given), refusal=str(refusal))
    api.request_trial(source.pk)
    return HttpResponseRedirect(address_of(source.pk, "prova/"))


@door(Role.ADMINISTRATOR)
def live(request: Asked, source_id: UUID) -> HttpResponse:
    """What the first rows become with what the form holds now; fetched while one types."""
    source = _there(source_id)
    connector = api.connector_of(source.kind)
    given = posted(connector, request.POST)
    result = result_of(request, connector, given, before=api.shown_settings(source))
    return render(request, "portal/parts/glimpse.html", {"result": result})


@door(Role.ADMINISTRATOR)
def leave(request: Asked, source_id: UUID) -> HttpResponse:
    """Pause a source, resume it, or remove it; says beforehand what happens to what it has delivered."""
    source = _there(source_id)
    if request.method == "POST":
        return _leave(request, source)
    lines = [
        (word(KINDS, each.entity.value).capitalize(), number(each.count), number(each.alone))
        for each in api.delivering(source.pk)
    ]
    context = {"source": source, "lines": lines, "is_paused": source.standing == Standing.PAUSED,
               "is_leaving": source.standing == Standing.LEAVING}  # fmt: skip
    return render(request, "portal/authority/source_leave.html", context)


@door(Role.ADMINISTRATOR)
def export(request: Asked, source_id: UUID) -> HttpResponse:
    """A source's mapping as a file."""
    source = _there(source_id)
    connector = api.connector_of(source.kind)
    long = next((field.name for field in connector.fields if field.kind is FieldKind.LONG_TEXT), None)
    if long is None or not isinstance(connector, Glimpsing):
        raise Http404
    answer = HttpResponse(str(api.shown_settings(source)[long]), content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mappning.toml"'
    return answer


def _there(source_id: UUID) -> Source:
    return get_object_or_404(Source.objects.exclude(standing=Standing.REMOVED), pk=source_id)


def _form(
    request: Asked, source: Source, connector: Connector, values: dict[str, object], *, refusal: str = ""
) -> HttpResponse:
    context = {
        "source": source,
        "connector": connector,
        "entries": entries(connector, values, is_new=False),
        "examples": examples_of(connector),
        "rules": rule_entries(source),
        "refusal": refusal,
        "result": result_of(
            request,
            connector,
            {name: str(value) for name, value in values.items()},
            before=api.shown_settings(source),
        ),
        "live": address_of(source.pk, "forhandsvisning/"),
        "has_export": isinstance(connector, Glimpsing),
        "is_draft": source.standing == Standing.DRAFT,
    }
    return render(request, "portal/authority/source_settings.html", context, status=UNPROCESSABLE if refusal else 200)


def _change_rules(request: Asked, source: Source) -> HttpResponse:
    rules = rules_posted(request.POST)
    kept = {name: value for name, value in source.limits.items() if name not in rules.limits}
    api.set_limits(
        source.pk,
        limits={**kept, **rules.limits},
        approve_automatically=rules.approve_automatically,
        actor=request.actor,
    )
    api.set_schedule(source.pk, every_minutes=rules.every_minutes, actor=request.actor)
    messages.success(request, gettext("Saved."))
    return HttpResponseRedirect(request.path)


def _leave(request: Asked, source: Source) -> HttpResponse:
    match request.POST.get("do"):
        case "pause":
            api.pause(source.pk, actor=request.actor)
            messages.success(request, gettext("The source is paused. What it has delivered stays as it is."))
        case "resume":
            api.resume(source.pk, actor=request.actor)
            messages.success(request, gettext("The source is read again."))
        case "keep":
            api.remove_keeping(source.pk, actor=request.actor)
            messages.success(request, gettext("The source is gone. What it delivered is still in the register."))
            return HttpResponseRedirect("/kallor/")
        case "take_away":
            api.remove_taking_away(source.pk, actor=request.actor)
            api.request_run(source.pk)
            messages.success(request, gettext("A plan that takes away what the source delivered waits for you soon."))
    return HttpResponseRedirect(address_of(source.pk))

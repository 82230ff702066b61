"""A new source: choose its kind, fill in its settings, see at once what the first rows become."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext

from kateder.core import audit
from kateder.core.actors import Role
from kateder.core.errors import DomainError
from kateder.portal.authority.glimpses import Shown, shown
from kateder.portal.authority.source_form import address_of, entries, posted
from kateder.portal.doors import Asked, door
from kateder.sources.api import (
    Connector,
    FieldKind,
    Glimpsing,
    add_source,
    connector_of,
    connectors_offered,
    files_offered,
    glimpse,
    request_trial,
    require_permitted,
)
from kateder.sources.errors import UnknownKind
from kateder.sources.models import Source, Standing

LARGEST_FILE: Final = 200_000
UNPROCESSABLE: Final = 422


@door(Role.ADMINISTRATOR)
def kinds(request: Asked) -> HttpResponse:
    """Every kind of source, and the ones that somebody has begun with."""
    offered = sorted(connectors_offered(), key=lambda one: str(one.label).casefold())
    drafts = Source.objects.filter(standing=Standing.DRAFT).order_by("name")
    return render(request, "portal/authority/source_kinds.html", {"kinds": offered, "drafts": drafts})


@door(Role.ADMINISTRATOR)
def new(request: Asked, kind: str) -> HttpResponse:
    """The form of a new source. A POST shows the result, takes in an example or a file, or tries a draft of it."""
    connector = _connector(kind)
    if request.method != "POST":
        return _form(request, connector, {}, name="")
    settings, name = posted(connector, request.POST), request.POST.get("name", "").strip()
    wanted = request.POST.get("do", "try")
    if wanted == "try":
        return _drafted(request, connector, settings, name=name)
    settings = with_text(request, connector, settings, wanted=wanted)
    return _form(request, connector, settings, name=name, result=result_of(request, connector, settings))


@door(Role.ADMINISTRATOR)
def live(request: Asked, kind: str) -> HttpResponse:
    """What the first rows become with what the form holds now; fetched while one types."""
    connector = _connector(kind)
    settings = posted(connector, request.POST)
    context = {"result": result_of(request, connector, settings)}
    return render(request, "portal/parts/glimpse.html", context)


def result_of(
    request: Asked, connector: Connector, settings: Mapping[str, str], *, before: Mapping[str, object] | None = None
) -> Shown | None:
    """The glimpse, or why there is none. The rows hold personal data, so the look is audited."""
    if not isinstance(connector, Glimpsing) or not any(settings.values()):
        return None
    files: Sequence[tuple[str, Sequence[str]]] = ()
    try:
        files = files_offered(connector.kind, settings=settings, before=before)
        found = glimpse(connector.kind, settings=settings, before=before)
    except DomainError as refusal:
        return Shown(refusal=str(refusal), files=files)
    audit.look("source.glimpsed", actor=request.actor, subject_type="source", subject_id=connector.kind)
    return shown(found, files=files) if found is not None else None


def with_text(request: Asked, connector: Connector, settings: dict[str, str], *, wanted: str) -> dict[str, str]:
    """The settings with the long text exchanged for an example (`example:name`) or a file (`import`)."""
    long = next((field.name for field in connector.fields if field.kind is FieldKind.LONG_TEXT), None)
    if long is None or not isinstance(connector, Glimpsing):
        return settings
    if wanted.startswith("example:"):
        example = connector.examples().get(wanted.removeprefix("example:"))
        return settings if example is None else {**settings, long: example[1]}
    file = request.FILES.get("file")
    if wanted == "import" and isinstance(file, UploadedFile):
        text = _text_of(file)
        if text is not None:
            return {**settings, long: text}
        messages.error(request, gettext("The file is not a mapping: it is too large, or not text in UTF-8."))
    return settings


def examples_of(connector: Connector) -> list[tuple[str, str]]:
    """The examples to begin with, by their name in the form."""
    if not isinstance(connector, Glimpsing):
        return []
    return [(f"example:{name}", str(title)) for name, (title, _text) in connector.examples().items()]


def _text_of(file: "UploadedFile[bytes]") -> str | None:
    if file.size is None or file.size > LARGEST_FILE:
        return None
    try:
        return bytes(file.read()).decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _connector(kind: str) -> Connector:
    try:
        return connector_of(kind)
    except UnknownKind:
        raise Http404 from None


def _drafted(request: Asked, connector: Connector, settings: dict[str, str], *, name: str) -> HttpResponse:
    try:
        require_permitted(connector.kind, settings=settings)
        draft = add_source(kind=connector.kind, name=name, settings=settings, is_draft=True, actor=request.actor)
    except DomainError as refusal:
        result = result_of(request, connector, settings)
        return _form(request, connector, settings, name=name, refusal=str(refusal), result=result)
    request_trial(draft.pk)
    return HttpResponseRedirect(address_of(draft.pk, "prova/"))


def _form(
    request: Asked,
    connector: Connector,
    settings: Mapping[str, str],
    *,
    name: str,
    refusal: str = "",
    result: Shown | None = None,
) -> HttpResponse:
    context = {
        "connector": connector,
        "entries": entries(connector, settings, is_new=True),
        "examples": examples_of(connector),
        "name": name,
        "refusal": refusal,
        "result": result,
        "live": f"/kallor/ny/{connector.kind}/forhandsvisning/",
    }
    return render(request, "portal/authority/source_new.html", context, status=UNPROCESSABLE if refusal else 200)

"""Where a person's details come from, who says otherwise, what has been corrected, and which records are one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.core.models import User
from kateder.portal.doors import Asked, door
from kateder.portal.mastering.words import attribute_word, shown
from kateder.provisioning import merging
from kateder.register import access
from kateder.register.api import Entity
from kateder.sources.mastering import api as mastering
from kateder.sources.mastering.api import Origin
from kateder.sources.mastering.corrections import BadValue
from kateder.sources.mastering.models import Correction, Merge


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute: what it is, whose word that is, and what others say."""

    attribute: str
    label: str
    value: str
    source: str
    others: tuple[tuple[str, str], ...]
    is_disputed: bool
    correction: Correction | None
    can_correct: bool


@door(Role.ADMINISTRATOR, Role.PRINCIPAL)
def origins(request: Asked, person_id: UUID) -> HttpResponse:
    """A person's details with their sources. A look at a protected person is noted."""
    person = access.look_at(request.actor, person_id, today=request.today, purpose="origins")
    lines = [_line(one) for one in mastering.origins(Entity.PERSON, person_id)]
    said = {line.attribute for line in lines}
    closed = Correction.objects.filter(root_id=person_id, closed_at__isnull=False).order_by("-closed_at")
    context = {
        "person_id": person_id,
        "name": person.full_name,
        "lines": lines,
        "missing": [(name, attribute_word(name)) for name in mastering.CORRECTABLE if name not in said],
        "closed": [(one, attribute_word(one.attribute), author(one.made_by)) for one in closed[:20]],
        "merges": Merge.objects.filter(survivor_id=person_id, undone_at=None).order_by("-merged_at"),
        "may_merge": request.actor.has(Role.ADMINISTRATOR),
    }
    return render(request, "portal/mastering/origins.html", context)


@door(Role.ADMINISTRATOR, Role.PRINCIPAL)
def correct(request: Asked, person_id: UUID, attribute: str) -> HttpResponse:
    """Correct one attribute; a POST does it, or withdraws the correction that there is."""
    person = access.look_at(request.actor, person_id, today=request.today, purpose="correct")
    back = f"/personer/{person_id}/uppgifter/"
    if request.method == "POST":
        _do(request, person_id, attribute)
        return HttpResponseRedirect(back)
    held = {one.attribute: one for one in mastering.origins(Entity.PERSON, person_id)}.get(attribute)
    if attribute not in mastering.CORRECTABLE:
        return HttpResponseRedirect(back)
    context = {
        "back": back,
        "name": person.full_name,
        "attribute": attribute,
        "label": attribute_word(attribute),
        "line": _line(held) if held else None,
        "fields": _fields(attribute, held),
        "today": request.today,
    }
    return render(request, "portal/mastering/correct.html", context)


@door(Role.ADMINISTRATOR)
def undo(request: Asked, person_id: UUID, merge_id: UUID) -> HttpResponse:
    """Make two of one again."""
    if request.method == "POST":
        merge = get_object_or_404(Merge, pk=merge_id, survivor_id=person_id)
        merging.unmerge(merge.pk, actor=request.actor)
        messages.success(request, gettext("They are two again, each with its own accounts."))
    return HttpResponseRedirect(f"/personer/{person_id}/uppgifter/")


def author(label: str) -> str:
    """The name of who did something, as far as it is known."""
    kind, _colon, name = label.partition(":")
    if kind != "user":
        return gettext("the system") if kind == "system" else label
    found = User.objects.filter(pk=name).values_list("display_name", flat=True).first()
    return found or gettext("somebody who has left")


def _do(request: Asked, person_id: UUID, attribute: str) -> None:
    if "withdraw" in request.POST:
        made = get_object_or_404(Correction, root_id=person_id, attribute=attribute, closed_at=None)
        mastering.withdraw(made.pk, today=request.today, actor=request.actor)
        messages.success(request, gettext("The sources decide again."))
        return
    mastering.correct(
        person_id,
        attribute,
        words={name: value for name, value in request.POST.items() if isinstance(value, str)},
        reason=request.POST.get("reason", ""),
        end_date=_day(request.POST.get("end_date", "")),
        today=request.today,
        actor=request.actor,
    )
    messages.success(request, gettext("Corrected. It holds until the source says the same."))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadValue(attribute="end_date") from None


def _line(one: Origin) -> Line:
    source = author(one.correction.made_by) if one.correction else one.source.name if one.source else ""
    return Line(
        attribute=one.attribute,
        label=attribute_word(one.attribute),
        value=shown(one.attribute, one.value),
        source=source,
        others=tuple((voice.source.name, shown(one.attribute, voice.value)) for voice in one.others),
        is_disputed=one.is_disputed and one.correction is None,
        correction=one.correction,
        can_correct=one.attribute in mastering.CORRECTABLE,
    )


def _fields(attribute: str, held: Origin | None) -> list[tuple[str, str, str, bool]]:
    """The fields of the form: name, label, value now, whether it must be filled in."""
    value = dict(held.value) if held else {}
    if attribute == "name":
        columns = (("given_name", True), ("middle_name", False), ("family_name", True))
        return [(name, attribute_word(name), value.get(name) or "", needed) for name, needed in columns]
    now = value.get(attribute) or ""
    return [(attribute, attribute_word(attribute), ", ".join(now) if isinstance(now, list) else str(now), True)]

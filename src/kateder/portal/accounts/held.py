"""Who has an account at a service, since when, with which fields, confirmed when; and the same as a file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.portal.accounts.fields import in_words
from kateder.portal.accounts.places import tabs, target_at
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.search import named
from kateder.provisioning.models import Target, TargetObject
from kateder.provisioning.sight import given
from kateder.register import access
from kateder.register.models import Person


@dataclass(frozen=True, slots=True)
class Line:
    """One account. Without a name: the one who looks may not see it, or the person is gone from the register."""

    released_id: UUID
    person_id: UUID | None
    name: str
    since: datetime | None
    confirmed_at: datetime | None
    fields: tuple[str, ...]


@door(Role.ADMINISTRATOR, Role.OFFICER)
def accounts(request: Asked, service_id: UUID) -> HttpResponse:
    """The accounts, a page at a time; found by name for whoever may see names, and by the id at the service."""
    target, text = target_at(service_id), request.GET.get("q", "").strip()
    page = page_of(request, _found(request, target, text))
    context = {
        "service": target.service,
        "target": target,
        "tabs": tabs(request, target),
        "q": text,
        "page": page,
        "lines": _lines(request, target, page.rows),
        "sees_names": request.actor.has(Role.ADMINISTRATOR),
        "action": request.path,
    }
    return render(request, "portal/accounts/accounts.html", context)


@door(Role.ADMINISTRATOR, Role.OFFICER)
def export_csv(request: Asked, service_id: UUID) -> HttpResponse:
    """Every account and removal, for a spreadsheet: ids and days, no names."""
    target = target_at(service_id)
    answer = _file(request, target, "csv", "text/csv; charset=utf-8")
    answer.write("\ufeff")
    writer = csv.writer(answer, delimiter=";")
    writer.writerow(given.COLUMNS)
    for row in given.export(target.pk, actor=request.actor):
        writer.writerow(given.as_cells(row))
    return answer


@door(Role.ADMINISTRATOR, Role.OFFICER)
def export_json(request: Asked, service_id: UUID) -> HttpResponse:
    """The same for a program."""
    target = target_at(service_id)
    answer = _file(request, target, "json", "application/json")
    before = b"["
    for row in given.export(target.pk, actor=request.actor):
        answer.write(before + orjson.dumps(row))
        before = b",\n"
    answer.write(b"]" if before != b"[" else b"[]")
    return answer


def _file(request: Asked, target: Target, ending: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content_type=content_type)
    name = f"konton-{target.service.slug}-{request.today:%Y-%m-%d}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _found(request: Asked, target: Target, text: str) -> QuerySet[TargetObject]:
    held = given.accounts(target.pk)
    if not text:
        return held
    try:
        return held.filter(released_id=UUID(text))
    except ValueError:
        pass
    if not request.actor.has(Role.ADMINISTRATOR):
        return held.none()
    people = named(access.visible_persons(request.actor, today=request.today), text=text, actor=request.actor)
    return held.filter(root_id__in=people.order_by().values("pk"))


def _lines(request: Asked, target: Target, rows: Sequence[TargetObject]) -> list[Line]:
    people: dict[UUID, Person] = {}
    if request.actor.has(Role.ADMINISTRATOR):
        people = {one.pk: one for one in Person.objects.filter(pk__in=[row.root_id for row in rows])}
    lines = []
    for one in given.described(target.pk, rows):
        person = people.get(one.person_id) if one.person_id else None
        name = access.shown_name(person, request.actor, today=request.today) if person else ""
        if one.person_id and request.actor.has(Role.ADMINISTRATOR) and person is None:
            name = gettext("No longer in the register")
        lines.append(
            Line(
                one.released_id,
                person.pk if person else None,
                name,
                one.since,
                one.confirmed_at,
                tuple(in_words(one.fields)),
            )
        )
    return lines

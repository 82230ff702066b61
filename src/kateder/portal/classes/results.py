"""What services have returned: a class's, to those who teach it; one's own, to a pupil. To nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kateder.core.actors import Role
from kateder.portal.classes.noting import note_protected
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.words import number
from kateder.provisioning.api import LineItem, Result, line_items, results_of_person, with_results
from kateder.register import access
from kateder.register.api import members
from kateder.register.models import Person

AT_ONCE: Final = 10
"""Line items on a page: each has a row for every pupil."""
STATUS: Final[Mapping[str, Promise | str]] = {
    "exempt": _("Exempt"),
    "fully graded": _("Assessed"),
    "not submitted": _("Not handed in"),
    "partially graded": _("Partly assessed"),
    "submitted": _("Handed in"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One pupil's line. Without a result only the name."""

    name: str
    score: str = ""
    status: Promise | str = ""
    comment: str = ""
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A line item as it is shown."""

    title: str
    service: str
    due_at: datetime | None
    lines: Sequence[Line]


@door(Role.TEACHER)
def of_class(request: Asked, group_id: UUID) -> HttpResponse:
    """The results of a class that one teaches oneself; there is no such page for who leads or administers."""
    group = get_object_or_404(access.groups_of_own(request.actor, today=request.today), pk=group_id)
    people = list(members(group_id, today=request.today))
    note_protected(request, people, purpose=f"results:{group_id}")
    page = page_of(request, line_items(group_id), size=AT_ONCE)
    names = {one.pk: access.shown_name(one, request.actor, today=request.today) for one in people}
    items = [_shown(one, names) for one in with_results(page.rows, people=names.keys())]
    return render(request, "portal/classes/results.html", {"group": group, "items": items, "page": page})


@door(Role.PUPIL)
def my_own(request: Asked) -> HttpResponse:
    """One's own results, in every service that has returned any."""
    me = request.actor.person_id
    person = get_object_or_404(Person, pk=me)
    page = page_of(request, results_of_person(person.pk), size=5 * AT_ONCE)
    items = [_shown(one, {person.pk: person.full_name}) for one in with_results(page.rows, people=[person.pk])]
    return render(request, "portal/shelf/results.html", {"items": items, "page": page})


def _shown(item: LineItem, names: Mapping[UUID, str]) -> Shown:
    lines = [_line(name, item.results.get(person), most=item.most) for person, name in names.items()]
    return Shown(item.title, item.service, item.due_at, lines)


def _line(name: str, result: Result | None, *, most: float | None) -> Line:
    if result is None:
        return Line(name)
    points = "" if result.score is None else _of(result.score, most)
    score = " · ".join(part for part in (result.text, points) if part)
    return Line(name, score, STATUS.get(result.status, ""), result.comment, result.written_at)


def _of(score: float, most: float | None) -> str:
    return _plain(score) if most is None else f"{_plain(score)} / {_plain(most)}"


def _plain(value: float) -> str:
    return number(int(value)) if value.is_integer() else f"{value:.2f}".rstrip("0").replace(".", ",")

"""The pages: a person then, a class then, people who are gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.past.wording import lines, school_type
from kateder.portal.periods import period
from kateder.register.as_it_was import (
    OF_GROUP,
    PersonThen,
    Tie,
    changes_for,
    changes_of,
    first_day,
    group_for,
    names_of,
    person_for,
    removed_people,
)
from kateder.register.models import Group

WHO = (Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SCHOOL_OFFICE)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that held on the day."""

    name: str
    detail: str
    period: str
    address: str = ""


@door(*WHO)
def person(request: Asked, person_id: UUID) -> HttpResponse:
    """A person on the day that `?dag=` names, and what has changed."""
    day = _day(request)
    name, then = person_for(request.actor, person_id, day=day, today=request.today)
    context = _frame(request, day) | {
        "name": name,
        "back": f"/personer/{person_id}/",
        "then": then,
        "parts": _parts(request, then) if then else [],
        "lines": lines(changes_for(request.actor, person_id, today=request.today)),
    }
    return render(request, "portal/past/person.html", context)


@door(*WHO)
def group(request: Asked, group_id: UUID) -> HttpResponse:
    """A class on the day that `?dag=` names: who was in it and who taught it."""
    day = _day(request)
    then = group_for(request.actor, group_id, day=day, today=request.today)
    now = get_object_or_404(Group, pk=group_id) if then is None else None
    names = (
        names_of(request.actor, {*(tie.other_id for tie in then.members), *then.teachers}, today=request.today)
        if then
        else {}
    )
    gone = gettext("Somebody who is gone from the register")
    members = [
        Row(names.get(tie.other_id, gone), "", period(tie.start_date, tie.end_date), _past_of(tie.other_id, day))
        for tie in (then.members if then else ())
    ]
    context = _frame(request, day) | {
        "name": then.row["display_name"] if then else now.display_name if now else "",
        "unit": then.unit_name if then else "",
        "back": f"/klasser/{group_id}/",
        "then": then,
        "members": sorted(members, key=lambda row: (row.name == gone, row.name)),
        "teachers": [names.get(one, gone) for one in (then.teachers if then else ())],
        "lines": lines(changes_of(group_id, of=OF_GROUP, today=request.today)),
    }
    return render(request, "portal/past/group.html", context)


@door(Role.ADMINISTRATOR)
def removed(request: Asked) -> HttpResponse:
    """People whom no source delivers any more, found by the beginning of a name."""
    text = request.GET.get("q", "").strip()
    found = removed_people(request.actor, text=text)
    return render(request, "portal/past/removed.html", {"q": text, "people": found})


def _frame(request: Asked, day: date) -> dict[str, object]:
    return {"day": day, "first": first_day(today=request.today), "last": request.today}


def _day(request: Asked) -> date:
    try:
        return date.fromisoformat(request.GET.get("dag", ""))
    except ValueError:
        return request.today


def _past_of(person_id: UUID, day: date) -> str:
    return f"/personer/{person_id}/som-det-var/?dag={day.isoformat()}"


def _parts(request: Asked, then: PersonThen) -> list[tuple[str, list[Row]]]:
    gone = gettext("Somebody who is gone from the register")
    guardians = names_of(request.actor, {tie.other_id for tie in then.guardians}, today=request.today)
    day = _day(request)
    return [
        (gettext("Enrolled at"), [_row(tie, then, _schooling(tie)) for tie in then.enrolments]),
        (
            gettext("Groups"),
            [_row(tie, then, "", f"/klasser/{tie.other_id}/som-det-var/?dag={day}") for tie in then.memberships],
        ),
        (gettext("Duties"), [_row(tie, then, str(tie.details["duty_role"])) for tie in then.duties]),
        (
            gettext("Guardians"),
            [
                Row(
                    guardians.get(tie.other_id, gone),
                    str(tie.details["relation_type"]),
                    period(tie.start_date, tie.end_date),
                )
                for tie in then.guardians
            ],
        ),
    ]


def _row(tie: Tie, then: PersonThen, detail: str, address: str = "") -> Row:
    name = then.groups.get(tie.other_id) or then.units.get(tie.other_id) or gettext("something that is gone")
    unit = then.unit_of_group.get(tie.other_id)
    where = then.units.get(unit, "") if unit else ""
    return Row(name, detail or where, period(tie.start_date, tie.end_date), address)


def _schooling(tie: Tie) -> str:
    form, year = school_type(str(tie.details["school_type"])), tie.details["school_year"]
    return form if year is None else gettext("%(form)s, year %(year)s") % {"form": form, "year": year}

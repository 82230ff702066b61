"""The classes and teaching groups that the one who asks may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext

from kateder.core.actors import Role
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.words import number
from kateder.register import access
from kateder.register.api import in_force
from kateder.register.models import Activity, Group, GroupMembership

TAUGHT = frozenset({"Klass", "Undervisning", "Avdelning", "Mentor"})


@dataclass(frozen=True, slots=True)
class Line:
    """One class in the list: its name, what is taught, how many and where."""

    id: UUID
    name: str
    subject: str
    detail: str
    subject_code: str


@door(Role.TEACHER, Role.PRINCIPAL, Role.SCHOOL_OFFICE, Role.ADMINISTRATOR)
def classes(request: Asked) -> HttpResponse:
    """My classes; for a principal the school's, for an administrator everybody's, found by name."""
    text = request.GET.get("q", "").strip()
    groups = access.groups_in_charge(request.actor, today=request.today).filter(group_type__in=TAUGHT)
    if text:
        groups = groups.filter(Q(display_name__istartswith=text) | Q(organisation__display_name__istartswith=text))
    groups = groups.select_related("organisation").order_by("organisation__display_name", "display_name", "pk")
    page = page_of(request, groups)
    lines = lines_of(page.rows, today=request.today)
    is_long = bool(text) or page.has_other_pages
    return render(request, "portal/classes/classes.html", {"lines": lines, "page": page, "q": text, "is_long": is_long})


def lines_of(groups: Collection[Group], *, today: date) -> list[Line]:
    """The lines of some groups, with three queries however many they are."""
    ids = [group.pk for group in groups]
    sizes = _sizes(ids, today=today)
    subjects = subjects_of(ids, today=today)
    return [
        Line(
            id=group.pk,
            name=group.display_name,
            subject=subjects.get(group.pk, ("", ""))[1],
            detail=f"{pupils(sizes.get(group.pk, 0))} · {group.organisation.display_name}",
            subject_code=subjects.get(group.pk, ("", ""))[0],
        )
        for group in groups
    ]


def pupils(count: int) -> str:
    """So many pupils, in words."""
    return ngettext("%(n)s pupil", "%(n)s pupils", count) % {"n": number(count)}


def subjects_of(group_ids: Collection[UUID], *, today: date) -> Mapping[UUID, tuple[str, str]]:
    """What a group is taught, as (code, name), where it is one subject; several are a class's whole week."""
    taught: dict[UUID, set[tuple[str, str]]] = {}
    rows = Activity.objects.filter(in_force(today), activity_groups__group__in=group_ids)
    for group_id, code, name in rows.values_list("activity_groups__group", "subject_code", "subject_name"):
        taught.setdefault(group_id, set()).add((code or "", name or ""))
    return {group_id: next(iter(found)) for group_id, found in taught.items() if len(found) == 1}


def _sizes(group_ids: Collection[UUID], *, today: date) -> Mapping[UUID, int]:
    members = GroupMembership.objects.filter(in_force(today), group__in=group_ids)
    return dict(members.values_list("group").annotate(count=Count("person", distinct=True)))

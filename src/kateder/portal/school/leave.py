"""Who on a school's staff is on leave, and since when; a POST lets a duty rest, or ends a leave."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.portal.doors import Asked, door
from kateder.portal.periods import period
from kateder.portal.school.names import name_of
from kateder.portal.school.todays import WHO, day_of, own_unit
from kateder.register.api import end_leave, in_force, set_leave
from kateder.register.models import Duty, DutyLeave, Organisation


@door(*WHO)
def leave(request: Asked, unit_id: UUID) -> HttpResponse:
    """The leaves that hold or are to come, and the form for a new one."""
    unit = own_unit(request, unit_id)
    duties = _duties(unit, today=request.today)
    if request.method == "POST":
        return _act(request, duties)
    held = DutyLeave.objects.filter(duty__in=duties).filter(Q(end_date=None) | Q(end_date__gte=request.today))
    context = {
        "unit": unit,
        "today": request.today,
        "leaves": [
            {
                "id": one.pk,
                "name": name_of(one.duty.person, request, purpose="leave"),
                "role": one.duty.duty_role,
                "period": period(one.start_date, one.end_date),
                "has_begun": one.start_date <= request.today,
            }
            for one in held.select_related("duty__person").order_by("start_date", "duty__person__sort_key")
        ],
        "duties": [
            (str(one.pk), f"{name_of(one.person, request, purpose='leave')}, {one.duty_role}") for one in duties
        ],
    }
    return render(request, "portal/school/leave.html", context)


def _duties(unit: Organisation, *, today: date) -> QuerySet[Duty]:
    at = Duty.objects.filter(in_force(today), duty_at=unit.pk)
    return at.select_related("person").order_by("person__sort_key", "pk")


def _act(request: Asked, duties: QuerySet[Duty]) -> HttpResponse:
    if ended := request.POST.get("end"):
        held = get_object_or_404(DutyLeave, pk=ended, duty__in=duties)
        end_leave(held.pk, last_day=date.fromordinal(request.today.toordinal() - 1), actor=request.actor)
        messages.success(request, gettext("The leave is over. The groups are open again."))
        return HttpResponseRedirect(request.path)
    duty = get_object_or_404(duties, pk=request.POST.get("duty"))
    first, last = day_of(request.POST.get("start_date", "")), day_of(request.POST.get("end_date", ""))
    if first is None or (last is None and request.POST.get("end_date")):
        raise BadRequest
    set_leave(duty.pk, start_date=first, end_date=last, actor=request.actor)
    messages.success(request, gettext("Registered. The duty stays, and opens nothing meanwhile."))
    return HttpResponseRedirect(request.path)

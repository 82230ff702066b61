"""A plan, read and decided."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from kateder.core.actors import Role
from kateder.core.models import Plan, PlanState
from kateder.portal.authority.deciding import approve, refuse
from kateder.portal.authority.plans import STATE_TONES, by_kind, groups_of, total_of
from kateder.portal.authority.subjects import Subject, subjects
from kateder.portal.doors import Asked, door
from kateder.portal.paging import page_of
from kateder.portal.words import limit_sentence

GROUPS_SHOWN = 25


@door(Role.ADMINISTRATOR)
def plan(request: Asked, plan_id: UUID) -> HttpResponse:
    """Show a plan as a difference; a POST with `decision` approves or refuses it."""
    found = get_object_or_404(Plan, pk=plan_id)
    subject = subjects().get(found.subject_id) or Subject(gettext("Overview"), "/oversikt/")
    if request.method == "POST":
        return _decide(request, found)
    page = page_of(request, groups_of(found.pk), size=GROUPS_SHOWN)
    context = {
        "plan": found,
        "subject": subject,
        "tone": STATE_TONES[found.state],
        "limits": [limit_sentence(hit) for hit in found.held_by],
        "created": total_of(found.summary, "create"),
        "changed": total_of(found.summary, "update"),
        "removed": total_of(found.summary, "remove"),
        "kinds": by_kind(found.summary),
        "groups": page.rows,
        "page": page,
        "can_decide": found.state == PlanState.WAITING,
    }
    return render(request, "portal/authority/plan.html", context)


def _decide(request: Asked, found: Plan) -> HttpResponse:
    if request.POST.get("decision") == "approve":
        approve(found, by=request.actor)
        messages.success(request, gettext("Approved. It is being carried out."))
    else:
        refuse(found, by=request.actor)
        messages.success(request, gettext("Refused. Nothing was changed."))
    return HttpResponseRedirect(request.path)

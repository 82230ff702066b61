"""A decision about a plan goes to the app that made it."""

from kateder.core import plans
from kateder.core.actors import Actor
from kateder.core.models import Plan
from kateder.provisioning.api import Target, request_delivery
from kateder.sources import api as sources

IMPORT = "import"


def approve(plan: Plan, *, by: Actor) -> None:
    """Approve the plan and ask for it to be carried out. Raises PlanNotOpen."""
    if plan.kind == IMPORT:
        sources.approve_plan(plan.pk, actor=by)
        sources.request_apply(plan.pk)
        return
    plans.approve(plan.pk, by=by)
    services = Target.objects.filter(pk=plan.subject_id).values_list("service", flat=True)
    request_delivery(services, by=by)


def refuse(plan: Plan, *, by: Actor) -> None:
    """Refuse the plan; nothing is changed. Raises PlanNotOpen."""
    if plan.kind == IMPORT:
        sources.refuse_plan(plan.pk, actor=by)
        return
    plans.refuse(plan.pk, by=by)

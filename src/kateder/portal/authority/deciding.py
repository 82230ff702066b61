"""A decision about a plan goes to the app that made it."""

from kateder.core import plans
from kateder.core.actors import Actor
from kateder.core.models import Plan


def approve(plan: Plan, *, by: Actor) -> None:
    """Approve the plan and ask for it to be carried out. Raises PlanNotOpen."""
    plans.approve(plan.pk, by=by)


def refuse(plan: Plan, *, by: Actor) -> None:
    """Refuse the plan; nothing is changed. Raises PlanNotOpen."""
    plans.refuse(plan.pk, by=by)

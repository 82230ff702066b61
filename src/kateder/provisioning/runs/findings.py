"""What went wrong at a target, with an owner; gone by itself when it is right again."""

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import findings
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.protocols.reconcile import Action
from kateder.provisioning.exit import STOPPED
from kateder.provisioning.models import Target, TargetObject
from kateder.provisioning.runs.progress import GAVE_WAY
from kateder.provisioning.targets import federated, own_causes

MOST = 200
"""How many objects of one target are named; more of them say nothing more."""

OURS = frozenset({STOPPED, "not_the_pinned_server", "http_401", "http_403", *own_causes.WORDS})
"""Failures that our own IT mends; the others are the provider's."""


def keep(target_id: UUID, *, stopped_by: str, failed: bool) -> None:
    """Make what is wrong with a target now its open findings; `failed`: there are objects that failed."""
    # A list: the rows are read before the COPY into which they go has begun.
    findings.replace(f"delivery:{target_id}", list(_found(target_id, stopped_by, failed=failed)))


def _found(target_id: UUID, stopped_by: str, *, failed: bool) -> Iterator[NewFinding]:
    if stopped_by and stopped_by != GAVE_WAY:
        target = Target.objects.select_related("federation").get(id=target_id)
        of_federation = federated.why_not(target, stopped_by)
        usual = gettext_noop("The delivery stopped before its end ({code})."), {"code": stopped_by}
        message, params = of_federation or usual
        yield NewFinding(
            rule="provisioning.stopped",
            subject_type="target",
            subject_id=str(target_id),
            message=message,
            severity=Severity.ERROR,
            owner="it" if of_federation or stopped_by in OURS else "provider",
            params=params,
        )
    if not failed:
        return
    objects = TargetObject.objects.filter(target_id=target_id).exclude(failure="")
    for one in objects.order_by("resource_type", "released_id")[:MOST]:
        removal = one.intent == Action.REMOVE.value
        yield NewFinding(
            rule="provisioning.removal_unconfirmed" if removal else "provisioning.not_delivered",
            subject_type=one.resource_type,
            subject_id=str(one.released_id),
            message=gettext_noop("The service has not confirmed a removal ({code}).")
            if removal
            else gettext_noop("The service has not accepted an object ({code})."),
            severity=Severity.ERROR if removal else Severity.WARNING,
            owner="it" if one.failure in OURS else "provider",
            params={"code": one.failure},
        )

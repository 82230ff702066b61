"""Try a target's door from the web: a job walks the steps of its check and stores each as it ends."""

from __future__ import annotations

from uuid import UUID

from kateder.core import clock, jobs
from kateder.core.tenancy import within
from kateder.provisioning.models import TargetTrial


def request_trial(target_id: UUID) -> bool:
    """Ask a worker to try a target's door; gives False when it has already been asked. Call within()."""
    TargetTrial.objects.update_or_create(
        target_id=target_id, defaults={"steps": [], "started_at": clock.now(), "finished_at": None}
    )
    return jobs.request(_TRY, queueing_lock=f"target-try:{target_id}", target_id=str(target_id))


@jobs.task("provisioning.try", own_transactions=True)
def _try(*, authority_id: str, target_id: str) -> None:
    carry_out(UUID(authority_id), UUID(target_id))


_TRY = _try


def carry_out(authority_id: UUID, target_id: UUID) -> None:
    """Walk the steps and store them. Call it outside transactions."""
    from kateder.provisioning.targets.checking import walk  # heavy, and tasks are loaded by every command

    steps: list[dict[str, object]] = []
    for step in walk(authority_id, target_id, now=clock.now()):
        steps.append({"name": step.name.value, "ok": step.ok, "sentence": str(step.sentence)})
        with within(authority_id):
            TargetTrial.objects.filter(target_id=target_id).update(steps=steps)
    with within(authority_id):
        TargetTrial.objects.filter(target_id=target_id).update(finished_at=clock.now())

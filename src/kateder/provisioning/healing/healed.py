"""What a run found otherwise than we believed, and put right: the names under which it says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from kateder.provisioning.delivery.operations import WAS_GONE, WAS_THERE, Outcome, Result
from kateder.provisioning.models import DeliveryRun, Target
from kateder.provisioning.planning import scope
from kateder.provisioning.planning.step import Key, Step


class Healed(TextChoices):
    """What was put right."""

    MISSING = "missing", _("Objects that the service had lost")
    CHANGED = "changed", _("Objects that the service held otherwise than we believed")
    ADOPTED = "adopted", _("Objects of ours at the service that we did not know of")
    GONE = "gone", _("Objects to be removed that the service had removed already")
    INTERRUPTED = "interrupted", _("Requests that were never answered, because something broke off")
    MISSED = "missed", _("Changes that only the comparison of everything noticed")


class Noted(StrEnum):
    """What is said beside, where the service has told what it has."""

    LISTED = "listed"
    FOREIGN = "foreign"
    """Objects that we did not put there, and leave alone."""


_SURPRISES: Mapping[str, str] = {
    WAS_THERE: Healed.ADOPTED.value,
    WAS_GONE: Healed.GONE.value,
}


def surprises(
    results: Sequence[Result], *, steps: Mapping[Key, Step], run: DeliveryRun, doubted: Collection[Key] = ()
) -> dict[str, int]:
    """Count what the answers of a window healed: `{"missing": 2}`.

    After a list was read, what it showed has been counted already. Of what this run has `doubted` itself, nothing had
    broken off.
    """
    if Noted.LISTED in run.healed:
        return {}
    found: Counter[str] = Counter()
    for result in results:
        if result.outcome is not Outcome.ACKNOWLEDGED:
            continue
        key = result.operation.resource_type, result.operation.released_id
        if result.was_lost:
            found[Healed.MISSING.value] += 1
        elif steps[key].uncertain and key not in doubted:
            found[Healed.INTERRUPTED.value] += 1
        elif result.code in _SURPRISES:
            found[_SURPRISES[result.code]] += 1
    return dict(found)


def compare_everything(target_id: UUID) -> None:
    """Let the next run compare everything: what we remember, or what is wanted, has changed outside the feed."""
    scope.lose(target_id)
    Target.objects.filter(id=target_id).update(delivered_position=0)

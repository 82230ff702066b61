"""What a run found otherwise than it should have been, and put right, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from kateder.portal.words import number
from kateder.provisioning.healing.healed import Healed, Noted
from kateder.provisioning.models import DeliveryRun

WORDS: Final = {one.value: one for one in Healed}


@dataclass(frozen=True, slots=True)
class HealedPart:
    """What was put right, as (what, how many), and a line about what the service listed, where it was asked."""

    rows: tuple[tuple[str, str], ...]
    listed: str


def healed_of(run: DeliveryRun) -> HealedPart | None:
    """What a run healed; None when everything was as it should be and nobody asked the service."""
    rows = tuple((str(WORDS[name].label), number(count)) for name, count in sorted(run.healed.items()) if name in WORDS)
    listed = run.healed.get(Noted.LISTED)
    if listed is None:
        return HealedPart(rows, "") if rows else None
    foreign = run.healed.get(Noted.FOREIGN, 0)
    line = gettext("The service listed %(listed)s objects, of which %(foreign)s are not ours and were left alone.")
    return HealedPart(rows, line % {"listed": number(listed), "foreign": number(foreign)})

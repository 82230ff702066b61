"""What is to be done about our own keys in a federation, as findings: gone by themselves when it has been done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import findings
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.trust.federations.rotation import Standing, Step, standings
from kateder.trust.models import OwnEntity

SENTENCES: Final[Mapping[Step, str]] = {
    Step.PUBLISH_FIRST: gettext_noop("Our entity is not in {federation} with our key. Upload its JSON there."),
    Step.PUBLISH: gettext_noop("Our new key is not in {federation} yet. Upload the JSON of our entity there."),
    Step.SWITCH: gettext_noop("Our new key in {federation} is known everywhere. Switch to it."),
    Step.REMOVE: gettext_noop("Our old key is still in {federation}. Upload the JSON of our entity anew."),
    Step.RENEW: gettext_noop("Our certificate in {federation} ends {ends}. Make a new key in good time."),
}
IN_HASTE: Final = timedelta(days=14)


def tell(federation_id: UUID, *, now: datetime) -> None:
    """Make what is to be done about our keys in a federation the open findings about them."""
    entity = OwnEntity.objects.select_related("federation").filter(federation_id=federation_id).first()
    if entity is None:
        return
    found = [_finding(entity, one, now=now) for one in standings(entity, now=now) if one.step in SENTENCES]
    findings.replace(f"own-entity:{federation_id}", found)


def _finding(entity: OwnEntity, found: Standing, *, now: datetime) -> NewFinding:
    ends = found.current.keypair.not_after if found.current is not None else now
    return NewFinding(
        rule=f"federation.key_{found.step.value}", subject_type="own_entity", subject_id=str(entity.id),
        place=found.use.value, message=SENTENCES[found.step], owner="it",
        severity=Severity.ERROR if ends <= now + IN_HASTE else Severity.WARNING,
        params={"federation": entity.federation.name, "ends": f"{ends:%Y-%m-%d}"},
    )  # fmt: skip

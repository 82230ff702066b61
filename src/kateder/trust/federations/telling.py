"""What is wrong with a federation, as findings: what was left out of its metadata, and metadata that grows old."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core import findings
from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.protocols.matf.accepting import Dropped, Flaw
from kateder.trust.models import Federation

SENTENCES: Final[Mapping[Flaw, str]] = {
    Flaw.BAD_ENTITY: gettext_noop("{entity} in {federation} is described wrongly ({where}) and is left out."),
    Flaw.ENTITY_TWICE: gettext_noop("{entity} is in {federation} twice. Neither is trusted."),
    Flaw.PIN_TWICE: gettext_noop(
        "Alarm: {entity} and another member of {federation} both claim the key {where}. Neither may call with it."
    ),
    Flaw.NOT_HTTPS: gettext_noop("A server of {entity} in {federation} has no https address and is left out."),
    Flaw.NO_PIN: gettext_noop("{entity} in {federation} has an endpoint without a key ({where}). It is left out."),
}
ENDS_SOON: Final = timedelta(days=2)


def tell_dropped(federation_id: UUID, dropped: Iterable[Dropped]) -> None:
    """Make what was left out of the metadata the open findings about it."""
    name = Federation.objects.values_list("name", flat=True).get(id=federation_id)
    found = [
        NewFinding(
            rule=f"federation.{one.flaw.value}", subject_type="entity", subject_id=one.entity_id, place=one.where,
            message=SENTENCES[one.flaw], owner="it",
            severity=Severity.ERROR if one.flaw is Flaw.PIN_TWICE else Severity.INFO,
            params={"entity": one.entity_id, "where": one.where, "federation": name},
        )
        for one in dropped
    ]  # fmt: skip
    findings.replace(f"federation:{federation_id}", found)


def tell_state(federation_id: UUID, *, now: datetime) -> None:
    """Make what is wrong with the fetching, and with the age of what we have, the open findings about it."""
    federation = Federation.objects.defer("raw").get(id=federation_id)
    findings.replace(f"federation-state:{federation_id}", list(_of_state(federation, now=now)))


def _of_state(federation: Federation, *, now: datetime) -> Iterator[NewFinding]:
    ends = federation.expires_at
    if ends is not None and ends <= now:
        yield _finding(
            federation, "federation.ended", Severity.ERROR,
            gettext_noop("The metadata of {federation} has ended. Nobody is trusted by it until newer is fetched."),
        )  # fmt: skip
    elif ends is not None and federation.failure and ends <= now + ENDS_SOON:
        yield _finding(
            federation, "federation.ends_soon", Severity.ERROR,
            gettext_noop("The metadata of {federation} ends {ends}, and newer cannot be fetched ({code})."),
        )  # fmt: skip
    elif federation.failure and ends is not None:
        yield _finding(
            federation, "federation.not_fetched", Severity.WARNING,
            gettext_noop("The metadata of {federation} could not be fetched ({code}). What we have ends {ends}."),
        )  # fmt: skip
    elif federation.failure:
        yield _finding(
            federation, "federation.not_fetched", Severity.WARNING,
            gettext_noop("The metadata of {federation} could not be fetched ({code})."),
        )  # fmt: skip


def _finding(federation: Federation, rule: str, severity: Severity, message: str) -> NewFinding:
    ends = f"{federation.expires_at:%Y-%m-%d}" if federation.expires_at else "–"
    return NewFinding(
        rule=rule, subject_type="federation", subject_id=str(federation.id), message=message, severity=severity,
        owner="it", params={"federation": federation.name, "code": federation.failure, "ends": ends},
    )  # fmt: skip

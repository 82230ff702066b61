"""The outcomes that somebody must act upon are findings as well, on the list of the school unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_noop

from kateder.core.findings import NewFinding
from kateder.core.models import Severity
from kateder.sources.population.models import OutcomeKind, PopulationOutcome


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a finding says, how to mend it, how serious it is."""

    message: str
    remedy: str
    severity: Severity = Severity.WARNING


SENTENCES: Mapping[OutcomeKind, Sentence] = {
    OutcomeKind.DEPARTED: Sentence(
        gettext_noop("The population register says that the person is no longer registered in Sweden."),
        gettext_noop("Ask the family or the HR system, and end the enrolment or duty where it comes from."),
        Severity.ERROR,
    ),
    OutcomeKind.NUMBER: Sentence(
        gettext_noop("The person has another personal number in the population register."),
        gettext_noop("Change it where it comes from, or take it over on the page of the population register."),
    ),
    OutcomeKind.NOT_FOUND: Sentence(
        gettext_noop("The population register does not have the person's personal number."),
        gettext_noop("Look at the number in the system that it comes from."),
    ),
    OutcomeKind.UNMARKED: Sentence(
        gettext_noop("The population register has no protection marking any more. Here the person is still protected."),
        gettext_noop("Make sure of it with the family, then say so on the page of the population register."),
    ),
}


def scope(register_id: UUID) -> str:
    """The scope of a population register's findings."""
    return f"population:{register_id}"


def findings(register_id: UUID, *, unreadable: int) -> Iterator[NewFinding]:
    """A finding for each outcome that waits for somebody, and one for what could not be read."""
    waiting = PopulationOutcome.objects.filter(register=register_id, decision="", kind__in=SENTENCES)
    for one in waiting.only("kind", "person_id", "unit_id"):
        said = SENTENCES[OutcomeKind(one.kind)]
        yield NewFinding(
            rule=f"population.{one.kind}",
            subject_type="person",
            subject_id=str(one.person_id),
            message=said.message,
            remedy=said.remedy,
            severity=said.severity,
            owner="school" if one.unit_id else "it",
            unit_id=one.unit_id,
        )
    if unreadable:
        yield NewFinding(
            rule="population.unreadable",
            subject_type="population",
            subject_id=str(register_id),
            message=gettext_noop("{count} records could not be read, and nothing follows from them."),
            remedy=gettext_noop("Look at the order: term codes, and that protection markings are delivered."),
            params={"count": unreadable},
        )

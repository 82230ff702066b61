"""What a person does about an outcome. Each is audited; none makes or removes anybody."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from kateder.core import audit, clock, db, findings
from kateder.core.actors import Actor
from kateder.core.identifiers import search_key, sort_key
from kateder.protocols.reconcile import Action
from kateder.register import api as register
from kateder.register.api import Entity, release_mark, shapes
from kateder.register.models import Person
from kateder.sources.population.errors import NotForThat, NumberTaken
from kateder.sources.population.models import Decision, OutcomeKind, PopulationOutcome
from kateder.sources.population.remarks import scope

CHOICES: Mapping[OutcomeKind, tuple[Decision, ...]] = {
    OutcomeKind.NOT_ENROLLED: (Decision.OTHER_SCHOOL, Decision.ABROAD, Decision.SEEN),
    OutcomeKind.ELSEWHERE: (Decision.SEEN,),
    OutcomeKind.MARKED: (Decision.SEEN,),
    OutcomeKind.UNMARKED: (Decision.TAKEN_OVER, Decision.KEPT),
    OutcomeKind.DEPARTED: (Decision.SEEN,),
    OutcomeKind.NUMBER: (Decision.TAKEN_OVER, Decision.KEPT),
    OutcomeKind.NOT_FOUND: (Decision.SEEN,),
    OutcomeKind.DIFFERS: (Decision.TAKEN_OVER, Decision.KEPT),
}


def decide(outcome_id: UUID, decision: Decision, *, actor: Actor) -> PopulationOutcome:
    """Say what is to be done; taking over changes the register at once. Raises NotForThat or NumberTaken.

    The caller has seen to that the actor may decide about the person.
    """
    outcome = PopulationOutcome.objects.select_for_update().get(pk=outcome_id)
    kind = OutcomeKind(outcome.kind)
    if decision not in CHOICES[kind]:
        raise NotForThat
    outcome.decision, outcome.decided_by, outcome.decided_at = decision.value, actor.label, clock.now()
    outcome.save(update_fields=["decision", "decided_by", "decided_at"])
    audit.record(
        "population.decided",
        actor=actor,
        subject_type="person" if outcome.person_id else "outcome",
        subject_id=outcome.person_id or outcome.pk,
        outcome=kind.value,
        decision=decision.value,
    )
    findings.close(scope(outcome.register_id), rule=f"population.{kind.value}", subject_id=str(outcome.person_id))
    if decision is Decision.TAKEN_OVER and outcome.person_id is not None:
        _take_over(kind, outcome, person_id=outcome.person_id, actor=actor)
    return outcome


def _take_over(kind: OutcomeKind, outcome: PopulationOutcome, *, person_id: UUID, actor: Actor) -> None:
    if kind is OutcomeKind.UNMARKED:
        release_mark(person_id, actor=actor)
        return
    values = Person.objects.filter(pk=person_id).values(*shapes()[Entity.PERSON].columns).get()
    if kind is OutcomeKind.NUMBER:
        number = outcome.details["number"]
        if Person.objects.filter(civic_no=number).exclude(pk=person_id).exists():
            raise NumberTaken
        values["civic_no"] = number
    else:
        for name in ("given_name", "family_name"):
            values[name] = outcome.details[name][1] if name in outcome.details else values[name]
        values["sort_key"] = sort_key(f"{values['family_name']} {values['given_name']}")[:600]
        values["search_key"] = search_key(f"{values['given_name']} {values['family_name']}")[:600]
    with db.cursor() as cursor:
        register.open_changes(cursor)
        register.add(cursor, Entity.PERSON, action=Action.UPDATE, root_id=person_id, values=values)
    register.apply(cause="population", actor=actor)

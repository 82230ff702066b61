"""The only way out: what a service may know about each person who is entitled to it today."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from kateder.core import audit
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.governance import store
from kateder.governance.entitlement import Entitled, Holder
from kateder.governance.fields import Display, Field, ProtectedRule
from kateder.governance.known_ids import known_ids
from kateder.governance.people import ActivePerson, Place, people_of, places_of
from kateder.governance.policies import Policy, Rules, policy_of, rules_of, verdict_under
from kateder.governance.pseudonyms import Kind
from kateder.governance.verdicts import Level, Reason, ServiceVerdict


class NotReleasable(DomainError):
    """The service may not be told anything about this person: {why}."""

    def __init__(self, *, reason: Reason) -> None:
        super().__init__(why=reason.label)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReleasedEnrolment:
    """A pupil's place at a school unit, under the unit's pseudonym; the rest only where approved."""

    unit: UUID
    unit_root_id: UUID
    school_year: int | None = None
    school_type: str | None = None
    programme: str | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """What one service may know about one person. `person_id` is for us and never leaves."""

    service_id: UUID
    subject: UUID
    person_id: UUID
    role: Holder
    fields: Mapping[str, object]
    enrolments: tuple[ReleasedEnrolment, ...] = ()
    memberships: bool = True
    """Whether groups and schools may be tied to the person (domain rule 8)."""
    alias: str = ""
    """Their alias at the service, where the policy or rule 8 gives them one."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """A person about whom the service learns nothing, and why."""

    service_id: UUID
    person_id: UUID
    reason: Reason


def release(entitled: Entitled, *, today: date, actor: Actor | None = None) -> Released:
    """Release one person to the service that they are entitled to.

    Raises NotReleasable: no agreement, a decision against, or a protected identity without a rule. The
    refusal is in the audit trail whatever becomes of the transaction (domain rule 14).
    """
    (outcome,) = release_many(entitled.service_id, [entitled], today=today, actor=actor)
    if isinstance(outcome, Withheld):
        raise NotReleasable(reason=outcome.reason)
    return outcome


def release_many(
    service_id: UUID,
    entitled: Iterable[Entitled],
    *,
    today: date,
    actor: Actor | None = None,
    rules: Rules | None = None,
) -> Iterator[Released | Withheld]:
    """Release everybody who is entitled to one service, set by set, in the order they came.

    `rules` are the service's, where they have been read in this transaction. Pseudonyms and aliases are stored before
    the first one is yielded. Raises ValueError when somebody is entitled to another service.
    """
    wanted = list(entitled)
    if any(one.service_id != service_id for one in wanted):
        message = "entitled to another service"
        raise ValueError(message)
    if not wanted:
        return iter(())
    rules = rules or rules_of(service_id, today=today)
    outcomes = _release(rules.policy, rules.verdict, wanted, today)
    _audit_refusals(service_id, outcomes, actor or Actor.system("release"))
    return iter(outcomes)


def _release(policy: Policy, verdict: ServiceVerdict, wanted: list[Entitled], today: date) -> list[Released | Withheld]:
    reason = verdict.reason
    if not verdict.may_keep and reason is not None:
        return [Withheld(policy.service_id, one.person_id, reason) for one in wanted]
    ids = [one.person_id for one in wanted]
    people = people_of(ids, today=today, details=bool(policy.approved))
    withheld = _withheld(policy, verdict, ids, people)
    out = [one for one in wanted if one.person_id not in withheld]
    released = iter(_transient(policy, out) if policy.level is Level.TRANSIENT else _named(policy, out, people, today))
    return [
        Withheld(policy.service_id, one.person_id, withheld[one.person_id])
        if one.person_id in withheld
        else next(released)
        for one in wanted
    ]


def obstacles(service_id: UUID, *, people: Collection[UUID], today: date) -> dict[UUID, Reason]:
    """Say for whom `release` would refuse today, and why, without releasing or storing anything."""
    policy = policy_of(service_id, today=today)
    verdict = verdict_under(policy, today=today)
    if not verdict.may_keep and verdict.reason is not None:
        return dict.fromkeys(people, verdict.reason)
    return _withheld(policy, verdict, people, people_of(people, today=today, details=False))


def _withheld(
    policy: Policy,
    verdict: ServiceVerdict,
    ids: Collection[UUID],
    people: Mapping[UUID, ActivePerson],
) -> dict[UUID, Reason]:
    withheld: dict[UUID, Reason] = {}
    for person_id in ids:
        person = people.get(person_id)
        if person is None:
            withheld[person_id] = Reason.UNKNOWN_PERSON
        elif person.is_protected and policy.protected_rule is ProtectedRule.NONE:
            withheld[person_id] = Reason.PROTECTED
    if verdict.reason is Reason.AGREEMENT_ENDED:
        # During the notice only those go on whom the service already knows.
        known = store.stored_pseudonyms(policy.service_id, epoch=policy.epoch, kind=Kind.PERSON, root_ids=list(people))
        withheld |= dict.fromkeys(people.keys() - known.keys() - withheld.keys(), Reason.AGREEMENT_ENDED)
    return withheld


def _transient(policy: Policy, wanted: list[Entitled]) -> Iterator[Released]:
    for one in wanted:
        fields = {"role": one.role.value}
        yield Released(policy.service_id, uuid4(), one.person_id, one.role, fields, memberships=False)


def _named(
    policy: Policy, wanted: list[Entitled], people: Mapping[UUID, ActivePerson], today: date
) -> Iterator[Released]:
    ids = [one.person_id for one in wanted]
    protected = {id_ for id_ in ids if people[id_].is_protected}
    known = known_ids(policy, kind=Kind.PERSON, protected=protected)
    subjects = store.pseudonyms(policy.service_id, epoch=policy.epoch, kind=Kind.PERSON, root_ids=ids, known=known)
    aliased = [id_ for id_ in ids if policy.display is Display.ALIAS or people[id_].is_protected]
    aliases = store.aliases(policy.service_id, kind=Kind.PERSON, root_ids=aliased)
    pupils = [one.person_id for one in wanted if one.role is Holder.PUPIL]
    enrolments = _enrolments(policy, places_of(pupils, today=today))
    for one in wanted:
        person, subject = people[one.person_id], subjects[one.person_id]
        fields: dict[str, object] = {"role": one.role.value, "user_name": str(subject)}
        alias = aliases.get(one.person_id)
        if alias:
            fields["display_name"] = alias
        if not person.is_protected:
            fields |= _approved(policy, person, enrolments.get(person.id, ()))
        memberships = not (person.is_protected and policy.reveals_school)
        places = enrolments.get(person.id, ()) if memberships else ()
        if person.is_protected:
            places = tuple(dict.fromkeys(ReleasedEnrolment(place.unit, place.unit_root_id) for place in places))
        yield Released(policy.service_id, subject, one.person_id, one.role, fields, places, memberships, alias or "")


def _enrolments(policy: Policy, places: Mapping[UUID, list[Place]]) -> dict[UUID, tuple[ReleasedEnrolment, ...]]:
    units = {place.unit_id for each in places.values() for place in each}
    pseudonyms = store.pseudonyms(
        policy.service_id,
        epoch=policy.epoch,
        kind=Kind.ORGANISATION,
        root_ids=units,
        known=known_ids(policy, kind=Kind.ORGANISATION),
    )
    year, school_type = Field.SCHOOL_YEAR in policy.approved, Field.SCHOOL_TYPE in policy.approved
    programme = Field.PROGRAMME in policy.approved

    def told(place: Place) -> ReleasedEnrolment:
        return ReleasedEnrolment(
            pseudonyms[place.unit_id],
            place.unit_id,
            place.school_year if year else None,
            place.school_type if school_type else None,
            place.programme if programme else None,
        )

    # By identity: `places_of` gives equal places as one object, and there are few of them.
    known = {id(place): place for each in places.values() for place in each}
    as_told = {key: told(place) for key, place in known.items()}
    # Two school forms at one unit are one place unless the service may know them apart.
    return {
        person_id: (as_told[id(each[0])],)
        if len(each) == 1
        else tuple(dict.fromkeys(as_told[id(place)] for place in each))
        for person_id, each in places.items()
    }


def _approved(policy: Policy, person: ActivePerson, enrolments: tuple[ReleasedEnrolment, ...]) -> dict[str, object]:
    values: dict[str, object] = {}
    if policy.display is Display.GIVEN_NAME:
        values["display_name"] = person.given_name
    elif policy.display is Display.FULL_NAME:
        values["display_name"] = f"{person.given_name} {person.family_name}"
    approved = policy.approved
    if not approved:
        return values
    whole: dict[Field, object] = {
        Field.GIVEN_NAME: person.given_name,
        Field.FAMILY_NAME: person.family_name,
        Field.USER_NAME: person.user_name,
        Field.EMAILS: person.emails,
        Field.CIVIC_NO: person.civic_no,
        Field.SCHOOL_YEAR: next((e.school_year for e in enrolments if e.school_year is not None), None),
        Field.SCHOOL_TYPE: next((e.school_type for e in enrolments if e.school_type), None),
        Field.PROGRAMME: next((e.programme for e in enrolments if e.programme), None),
    }
    return values | {
        field.value: value for field, value in whole.items() if field in approved and value not in (None, ())
    }


def _audit_refusals(service_id: UUID, outcomes: list[Released | Withheld], actor: Actor) -> None:
    refused: defaultdict[Reason, list[UUID]] = defaultdict(list)
    for one in outcomes:
        if isinstance(one, Withheld):
            refused[one.reason].append(one.person_id)
    for reason, people in refused.items():
        everybody = len(people) == len(outcomes) and len(people) > 1
        audit.refuse(
            "governance.release_refused",
            actor=actor,
            subject_type="service",
            subject_id=service_id,
            reason=reason.value,
            count=len(people),
            # A refusal of the service as a whole needs no list of everybody.
            people=[] if everybody else [str(person_id) for person_id in people],
        )

"""Writes: agreements, decisions, policies, ids that a service already knows. Each is audited and fed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F

from kateder.catalogue.api import require
from kateder.core import audit, feed
from kateder.core.actors import Actor
from kateder.core.errors import DomainError
from kateder.core.feed import Entity
from kateder.governance.fields import NEEDED_FOR_DISPLAY, Display, Field, GroupNames, ProtectedRule
from kateder.governance.models import Agreement, Decision, Pseudonym, ReleaseField, ReleasePolicy
from kateder.governance.pseudonyms import Kind
from kateder.governance.verdicts import Level, Outcome, Tier
from kateder.register.models import Controller


class DatesReversed(DomainError):
    """The last day comes before the first."""


class NoSuchController(DomainError):
    """There is no such controller of personal data in the authority."""


class FieldsNeedLevel(DomainError):
    """Single fields are released only at the level of approved fields: choose that level, or leave them out."""


class PurposeMissing(DomainError):
    """Every field needs a purpose and the clause of the agreement that allows it."""


class DisplayNeedsFields(DomainError):
    """A name is shown only when each of its parts is an approved field."""


class IdsNeedField(DomainError):
    """A source's own ids are given only where that is an approved field, with its purpose and clause."""


class IdInUse(DomainError):
    """The service already knows one of these people or ids by something else."""


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field to release, for what purpose, by which clause of the agreement, until when."""

    field: Field
    purpose: str
    clause: str
    end_date: date | None = None


def register_agreement(
    service_id: UUID,
    *,
    controller_id: UUID,
    registration_number: str,
    valid_from_date: date,
    by: Actor,
    valid_to_date: date | None = None,
    notice_days: int = 0,
    signed_by: str = "",
) -> Agreement:
    """Register a data processing agreement. Raises DatesReversed, NotInCatalogue, NoSuchController."""
    _in_order(valid_from_date, valid_to_date)
    require(service_id=service_id)
    if not Controller.objects.filter(id=controller_id).exists():
        raise NoSuchController
    agreement = Agreement.objects.create(
        service_id=service_id,
        controller_id=controller_id,
        registration_number=registration_number,
        valid_from_date=valid_from_date,
        valid_to_date=valid_to_date,
        notice_days=notice_days,
        signed_by=signed_by,
    )
    _done("governance.agreement_registered", agreement.id, Entity.AGREEMENT, service_id, by)
    return agreement


def end_agreement(agreement_id: UUID, *, last_day: date, by: Actor) -> Agreement:
    """Let an agreement end after a day. New accounts stop then, existing ones after its notice."""
    agreement = Agreement.objects.select_for_update().get(id=agreement_id)
    _in_order(agreement.valid_from_date, last_day)
    agreement.valid_to_date = last_day
    agreement.save(update_fields=["valid_to_date"])
    _done("governance.agreement_ended", agreement.id, Entity.AGREEMENT, agreement.service_id, by)
    return agreement


def decide(
    service_id: UUID,
    *,
    outcome: Outcome,
    tier: Tier,
    decided_by: str,
    registration_number: str,
    valid_from_date: date,
    by: Actor,
    delegation: str = "",
    grounds: str = "",
    valid_to_date: date | None = None,
) -> Decision:
    """Record a decision about the use of a service; among those in force the latest holds."""
    _in_order(valid_from_date, valid_to_date)
    require(service_id=service_id)
    decision = Decision.objects.create(
        service_id=service_id,
        outcome=outcome,
        tier=tier,
        decided_by=decided_by,
        delegation=delegation,
        grounds=grounds,
        registration_number=registration_number,
        valid_from_date=valid_from_date,
        valid_to_date=valid_to_date,
    )
    _done("governance.decided", decision.id, Entity.SERVICE, service_id, by)
    return decision


def set_policy(
    service_id: UUID,
    *,
    level: Level,
    by: Actor,
    display: Display = Display.ALIAS,
    group_names: GroupNames = GroupNames.ALIAS,
    protected_rule: ProtectedRule = ProtectedRule.NONE,
    fields: Iterable[FieldChoice] = (),
    ids_from: UUID | None = None,
) -> ReleasePolicy:
    """Say what a service may know, in place of what was said before. The pseudonyms stay the same: whose ids are used
    (`ids_from`, a source) holds for who is new to the service.

    Raises FieldsNeedLevel, PurposeMissing, DisplayNeedsFields or IdsNeedField.
    """
    chosen = list({choice.field: choice for choice in fields}.values())
    if chosen and level is not Level.FIELDS:
        raise FieldsNeedLevel
    if any(not choice.purpose.strip() or not choice.clause.strip() for choice in chosen):
        raise PurposeMissing
    if not NEEDED_FOR_DISPLAY[display] <= {choice.field for choice in chosen}:
        raise DisplayNeedsFields
    if ids_from is not None and Field.SOURCE_ID not in {choice.field for choice in chosen}:
        raise IdsNeedField
    require(service_id=service_id)
    policy, _created = ReleasePolicy.objects.update_or_create(
        service_id=service_id,
        defaults={
            "level": level,
            "display": display,
            "group_names": group_names,
            "protected_rule": protected_rule,
            "ids_from_id": ids_from,
        },
    )
    ReleaseField.objects.filter(policy=policy).delete()
    for choice in chosen:
        ReleaseField.objects.create(
            policy=policy,
            field=choice.field,
            purpose=choice.purpose,
            clause=choice.clause,
            end_date=choice.end_date,
        )
    _done("governance.policy_set", policy.id, Entity.POLICY, service_id, by)
    return policy


def rotate(service_id: UUID, *, by: Actor) -> None:
    """Give every person and thing a new pseudonym at the service from now on."""
    ReleasePolicy.objects.filter(service_id=service_id).update(epoch=F("epoch") + 1)
    _done("governance.pseudonyms_rotated", service_id, Entity.POLICY, service_id, by)


def adopt(service_id: UUID, *, kind: Kind, released: Mapping[UUID, UUID], purpose: str, by: Actor) -> None:
    """Take over ids that the service already knows (a move from another hub); root id to released id.

    Raises PurposeMissing without a purpose, IdInUse when one of them is known by something else.
    """
    if not purpose.strip():
        raise PurposeMissing
    require(service_id=service_id)
    policy = ReleasePolicy.objects.filter(service_id=service_id).first()
    epoch = policy.epoch if policy else 1
    stored = Pseudonym.objects.filter(service_id=service_id)
    if (
        stored.filter(epoch=epoch, kind=kind, root_id__in=released).exists()
        or stored.filter(released_id__in=released.values()).exists()
        or len(set(released.values())) < len(released)
    ):
        raise IdInUse
    Pseudonym.objects.bulk_create(
        Pseudonym(service_id=service_id, epoch=epoch, kind=kind, root_id=root, released_id=known)
        for root, known in released.items()
    )
    _done("governance.ids_adopted", service_id, Entity.POLICY, service_id, by, purpose=purpose)


def _in_order(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise DatesReversed


def _done(event: str, subject_id: UUID, entity: Entity, service_id: UUID, by: Actor, **details: object) -> None:
    audit.record(
        event,
        actor=by,
        subject_type=entity.value,
        subject_id=subject_id,
        service=str(service_id),
        **details,
    )
    # The feed names the service, because that is what has to be projected again.
    feed.append({entity: [service_id]}, cause=event)

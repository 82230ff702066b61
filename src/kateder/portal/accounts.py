"""Whether a person has an account at a service yet, for many people at once."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from uuid import UUID

from kateder.governance.api import Level
from kateder.governance.models import ReleasePolicy
from kateder.provisioning.models import Target, TargetObject

PERSONS = "User"


class Account(StrEnum):
    """How far an account at a service has come."""

    NOT_NEEDED = "not_needed"
    """The service takes no deliveries: whoever has a licence is let in."""
    READY = "ready"
    ON_ITS_WAY = "on_its_way"
    FAILED = "failed"


def accounts(service_id: UUID, *, people: Collection[UUID]) -> Mapping[UUID, Account]:
    """The account of each person at one service, in two queries however many they are."""
    target = Target.objects.filter(service=service_id).first()
    if target is None or not _delivers(service_id):
        return dict.fromkeys(people, Account.NOT_NEEDED)
    held = TargetObject.objects.filter(target=target, resource_type=PERSONS, root_id__in=people)
    known = {row.root_id: _state(row) for row in held if row.root_id is not None}
    return {person_id: known.get(person_id, Account.ON_ITS_WAY) for person_id in people}


def _delivers(service_id: UUID) -> bool:
    policy = ReleasePolicy.objects.filter(service=service_id).first()
    return policy is not None and policy.level != Level.TRANSIENT


def _state(row: TargetObject) -> Account:
    if row.content_hash is not None:
        return Account.READY
    return Account.FAILED if row.failure else Account.ON_ITS_WAY

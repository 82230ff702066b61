"""The authority's own decision to protect a person, apart from the population register's marking (N15)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from kateder.core import audit, clock, db
from kateder.core.actors import Actor, Role
from kateder.core.errors import DomainError
from kateder.protocols.reconcile import Action
from kateder.register import changes
from kateder.register.access import may_see
from kateder.register.applying import apply
from kateder.register.entities import Entity, shapes
from kateder.register.models import Changeset, Person


class NotYoursToProtect(DomainError):
    """Only an administrator or the school's principal may decide on protection."""


def set_local_protection(
    person_id: UUID, *, protected: bool, rule: str | None = None, until: date | None = None, actor: Actor
) -> Changeset:
    """Decide, or end, local protection; `rule` is a neutral code, never the reason, `until` the last day.

    The feed names the person, so that deliveries act on it at once. Raises NotYoursToProtect.
    """
    decides = actor.has(Role.ADMINISTRATOR, Role.PRINCIPAL, Role.SYSTEM)
    if not decides or not may_see(actor, person_id, today=clock.today()):
        audit.refuse("person.protection_refused", actor=actor, subject_type="person", subject_id=person_id)
        raise NotYoursToProtect
    columns = list(shapes()[Entity.PERSON].columns)
    values = Person.objects.filter(pk=person_id).values(*columns).get()
    with db.cursor() as cursor:
        changes.open_changes(cursor)
        changes.add(cursor, Entity.PERSON, action=Action.UPDATE, root_id=person_id, values=values)
    audit.record(
        "person.protection",
        actor=actor,
        subject_type="person",
        subject_id=person_id,
        protected=protected,
        rule=rule,
        until=until,
    )
    changeset = apply(cause="protection", actor=actor)
    Person.objects.filter(pk=person_id).update(
        local_protection=protected,
        local_protection_rule=rule if protected else None,
        local_protection_until=until if protected else None,
    )
    return changeset

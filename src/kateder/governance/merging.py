"""Two persons or things turned out to be one: which of its two names at a service goes on."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from kateder.core import audit, feed
from kateder.core.actors import Actor
from kateder.governance.models import Alias, Pseudonym
from kateder.governance.pseudonyms import Kind


def named_at(root_ids: Collection[UUID], *, kind: Kind) -> dict[UUID, set[UUID]]:
    """Which of these each service has a pseudonym for: service to root ids."""
    found: dict[UUID, set[UUID]] = {}
    stored = Pseudonym.objects.filter(kind=kind.value, root_id__in=root_ids)
    for service_id, root_id in stored.values_list("service_id", "root_id"):
        found.setdefault(service_id, set()).add(root_id)
    return found


def exchange(service_id: UUID, one: UUID, other: UUID, *, kind: Kind, by: Actor) -> None:
    """Let each of two have the other's pseudonyms and alias at a service. A second time puts all back.

    A pseudonym is never lost: the one that nobody goes on with stays on record, for callbacks and for its removal.
    """
    swapped = {one: other, other: one}
    pseudonyms = list(Pseudonym.objects.filter(service_id=service_id, kind=kind.value, root_id__in=swapped))
    aliases = list(Alias.objects.filter(service_id=service_id, kind=kind.value, root_id__in=swapped))
    # Taken away and put back: a root id may not have two at any moment.
    Pseudonym.objects.filter(pk__in=[row.pk for row in pseudonyms]).delete()
    Alias.objects.filter(pk__in=[row.pk for row in aliases]).delete()
    rows: list[Pseudonym | Alias] = [*pseudonyms, *aliases]
    for row in rows:
        row.root_id = swapped[row.root_id]
    Pseudonym.objects.bulk_create(pseudonyms)
    Alias.objects.bulk_create(aliases)
    audit.record(
        "governance.pseudonyms_exchanged", actor=by, subject_type=kind.value, subject_id=one, other=other,
        service=service_id,
    )  # fmt: skip
    feed.append({feed.Entity.SERVICE: [service_id]}, cause="governance.merge")

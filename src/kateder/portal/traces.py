"""What was opened and when, as the pages ask for it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from kateder.signin.models import Opening


def opened(resource_id: UUID, *, people: Collection[UUID]) -> Mapping[UUID, datetime]:
    """When each of some people last opened a resource."""
    rows = Opening.objects.filter(resource=resource_id, person__in=people)
    return dict(rows.values_list("person_id", "last_opened_at"))

"""That somebody who is protected was looked at in a list."""

from collections.abc import Iterable

from kateder.core import audit
from kateder.portal.doors import Asked
from kateder.register.models import Person


def note_protected(request: Asked, people: Iterable[Person], *, purpose: str) -> None:
    """A look at a protected person is audited (domain rule 6), also when it is in a list."""
    for person in people:
        if person.is_protected(request.today):
            audit.look(
                "person.protected_seen",
                actor=request.actor,
                subject_type="person",
                subject_id=person.pk,
                purpose=purpose,
            )

"""Names in a school's lists: a protected one that is read in clear is a look like any other (domain rule 6)."""

from __future__ import annotations

from kateder.core import audit
from kateder.portal.doors import Asked
from kateder.register import access
from kateder.register.models import Person


def name_of(person: Person, request: Asked, *, purpose: str) -> str:
    """The name as the one who asks may see it, the look noted where it is protected."""
    actor, today = request.actor, request.today
    if (
        person.is_protected(today)
        and person.pk != actor.person_id
        and not access.hides_name(person, actor, today=today)
    ):
        audit.look("person.protected_seen", actor=actor, subject_type="person", subject_id=person.pk, purpose=purpose)
    return access.shown_name(person, actor, today=today)

"""The register's door: apply a changeset, ask questions with a rule in them.

    with within(authority_id), db.cursor() as cursor:
        open_changes(cursor)
        add(cursor, Entity.PERSON, action=Action.CREATE, root_id=uuid4(), values={...})
        apply(cause="…", actor=actor)

Who may see whom is `register.access`.
"""

from __future__ import annotations

from kateder.protocols.reconcile import Action
from kateder.register import as_it_was
from kateder.register.applying import BrokenReference, StillInUse, apply
from kateder.register.changes import add, open_changes
from kateder.register.controllers import set_controller
from kateder.register.entities import Entity, Shape, shapes
from kateder.register.leave import LeaveBackwards, LeaveOverlaps, NotYoursToPause, end_leave, set_leave
from kateder.register.marking import release_mark, take_up_marks
from kateder.register.models.base import in_force
from kateder.register.models.leaves import in_service, working
from kateder.register.protection import NotYoursToProtect, set_local_protection
from kateder.register.queries import (
    enrolments_of,
    groups_of,
    groups_taught_by,
    members,
    person_with_eppn,
    persons_of_groups,
    pupils_of_unit,
)

__all__ = [
    "Action",
    "BrokenReference",
    "Entity",
    "LeaveBackwards",
    "LeaveOverlaps",
    "NotYoursToPause",
    "NotYoursToProtect",
    "Shape",
    "StillInUse",
    "add",
    "apply",
    "as_it_was",
    "end_leave",
    "enrolments_of",
    "groups_of",
    "groups_taught_by",
    "in_force",
    "in_service",
    "members",
    "open_changes",
    "person_with_eppn",
    "persons_of_groups",
    "pupils_of_unit",
    "release_mark",
    "set_controller",
    "set_leave",
    "set_local_protection",
    "shapes",
    "take_up_marks",
    "working",
]

"""Short ways to bend the register of the cast, through its door."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from kateder.core import db
from kateder.core.actors import Actor
from kateder.register.api import Action, Entity, add, apply, open_changes, shapes


def change(entity: Entity, root_id: UUID, **values: Any) -> None:
    """Change some columns of a row, as a source would."""
    shape = shapes()[entity]
    with db.cursor() as cursor:
        names = ", ".join(shape.columns)
        row = cursor.execute(f"SELECT {names} FROM {shape.table} WHERE id = %s", [root_id]).fetchone()
        assert row is not None
        kept = dict(zip(shape.columns, row, strict=True))
        open_changes(cursor)
        add(cursor, entity, action=Action.UPDATE, root_id=root_id, values=kept | values)
    apply(cause="test", actor=Actor.system("test"))


def create(entity: Entity, **values: Any) -> UUID:
    """Add a row, as a source would; gives its root id."""
    root_id = uuid4()
    with db.cursor() as cursor:
        open_changes(cursor)
        add(cursor, entity, action=Action.CREATE, root_id=root_id, values=values)
    apply(cause="test", actor=Actor.system("test"))
    return root_id


def remove(entity: Entity, root_id: UUID) -> None:
    """Remove a row, as a source would."""
    with db.cursor() as cursor:
        open_changes(cursor)
        add(cursor, entity, action=Action.REMOVE, root_id=root_id)
    apply(cause="test", actor=Actor.system("test"))

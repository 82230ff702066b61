"""Protection as the population register has it: taken up at once, never weakened by a source (N15)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from kateder.core import audit, db
from kateder.core.actors import Actor
from kateder.core.tenancy import current_authority_id
from kateder.register import changes
from kateder.register.applying import apply
from kateder.register.entities import Entity, shapes
from kateder.register.models import PopulationMark
from kateder.register.models.marks import rank
from kateder.register.models.people import UNMARKED

_CHANGE = """
INSERT INTO change_person (action, id, {columns})
SELECT 'update', t.id, {values} FROM register_person t WHERE {which}
"""


def take_up_marks(*, today: object, actor: Actor, cause: str) -> int:
    """Keep the markings in the temporary table `marked` (civic_no, marking), and protect who has the numbers here.

    Gives how many people are newly protected. Call last in the transaction: the feed is told, so that the next
    delivery acts on it.
    """
    with db.cursor() as cursor:
        cursor.execute(
            "INSERT INTO register_populationmark (id, authority_id, civic_no, marking, since_date)"
            " SELECT gen_random_uuid(), %s, civic_no, marking, %s FROM marked"
            " ON CONFLICT (authority_id, civic_no) DO UPDATE SET marking = excluded.marking"
            " WHERE register_populationmark.marking <> excluded.marking",
            [current_authority_id(), today],
        )
        cursor.execute(
            f"SELECT t.id FROM register_person t JOIN register_populationmark m ON m.civic_no = t.civic_no"
            f" WHERE {rank('m.marking')} > {rank('t.security_marking')}"
        )
        people = [id_ for (id_,) in cursor.fetchall()]
        if people:
            _touch(cursor, people)
            audit.record(
                "population.protected", actor=actor, subject_type="register", subject_id=cause, persons=len(people)
            )
            # `apply` itself holds the marks: asking for the rows again is enough.
            apply(cause=cause, actor=actor)
    return len(people)


def release_mark(person_id: UUID, *, actor: Actor) -> None:
    """A person has confirmed that the population register has taken the protection away: it ends here too.

    The authority's own protection is another matter and stays.
    """
    with db.cursor() as cursor:
        cursor.execute(
            "DELETE FROM register_populationmark m USING register_person t WHERE t.id = %s AND m.civic_no = t.civic_no",
            [person_id],
        )
        _touch(cursor, [person_id], marking=UNMARKED)
    audit.record("population.unprotected", actor=actor, subject_type="person", subject_id=person_id)
    apply(cause="population", actor=actor)


def forget_marks(civic_numbers: Collection[str]) -> int:
    """Forget markings of numbers that nobody here has any more."""
    return PopulationMark.objects.filter(civic_no__in=list(civic_numbers)).delete()[0]


def _touch(cursor: psycopg.Cursor[Any], people: Collection[UUID], *, marking: str | None = None) -> None:
    columns = list(shapes()[Entity.PERSON].columns)
    values = [
        sql.Literal(marking) if name == "security_marking" and marking else sql.Identifier("t", name)
        for name in columns
    ]
    changes.open_changes(cursor)
    cursor.execute(
        sql.SQL(_CHANGE).format(
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(values),
            which=sql.SQL("t.id = ANY(%s)"),
        ),
        [list(people)],
    )

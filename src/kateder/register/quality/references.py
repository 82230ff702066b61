"""References that dangle: a row that points at something that is not there.

What the sources deliver is checked before it is applied; this finds what got there some other way. Where the database
holds the reference by a constraint of its own there is nothing to ask.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey
from django.utils.translation import gettext_noop

from kateder.core.models import Severity
from kateder.core.quality import Rule
from kateder.register.entities import Reference, Shape, shapes


def rules() -> Iterator[Rule]:
    """A rule per reference that only `apply` holds."""
    for shape in shapes().values():
        unheld = _unheld(shape)
        for reference in shape.references:
            if reference.column not in unheld:
                continue
            yield _dangling(shape, reference)


def _unheld(shape: Shape) -> set[str]:
    """The references that no constraint holds."""
    model = next(one for one in apps.get_app_config("register").get_models() if one._meta.db_table == shape.table)
    keys = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]
    return {str(key.column) for key in keys if not key.db_constraint}  # type: ignore[attr-defined]


def _dangling(shape: Shape, reference: Reference) -> Rule:
    target = shapes()[reference.to].table
    column = reference.column
    return Rule(
        code=f"{shape.entity.value}.{column.removesuffix('_id')}_dangles",
        title=gettext_noop("References to something that is not there"),
        message=gettext_noop("A row ({entity}) refers to something that is not in the register ({column})."),
        remedy=gettext_noop("Read the source again. If the finding stays, report it as a fault in Kateder."),
        subject_type=shape.entity.value,
        owner="it",
        severity=Severity.ERROR,
        select=f"""
SELECT t.id, '{column}', NULL::uuid,
       jsonb_build_object('entity', '{shape.entity.value}', 'column', '{column.removesuffix("_id")}')
  FROM {shape.table} t LEFT JOIN {target} there ON there.id = t.{column}
 WHERE t.{column} IS NOT NULL AND there.id IS NULL
""",
    )

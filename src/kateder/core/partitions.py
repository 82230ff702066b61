"""Tables that grow with time, partitioned by month.

`core_ensure_partitions()` belongs to the owner and may be called by the runtime role: it makes the partitions of
this month and the twelve that follow. Rows outside land in a default partition, so that nothing is ever lost.
Partitions carry no grants: they are reached through their parent, whose policy holds.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

ENSURE = """
CREATE OR REPLACE FUNCTION core_ensure_partitions() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    parent regclass;
    first date;
    name text;
    made integer := 0;
BEGIN
    FOR parent IN SELECT partrelid FROM pg_partitioned_table WHERE partstrat = 'r' LOOP
        FOR month IN 0..12 LOOP
            first := (date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => month))::date;
            name := format('%s_%s', parent::text, to_char(first, 'YYYYMM'));
            IF to_regclass(name) IS NULL THEN
                EXECUTE format(
                    'CREATE TABLE %I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)',
                    name, parent, first || ' 00:00:00+00', (first + interval '1 month')::date || ' 00:00:00+00');
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END $$
"""


def ensure() -> int:
    """Make the partitions of the coming year; gives how many were made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_ensure_partitions()")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


class PartitionByMonth(Operation):
    """Make a table that CreateModel has just made, and that is empty, into one partitioned by a timestamp.

    Stands in the same migration as the CreateModel: Django makes foreign keys and indexes at the end of it, on
    the new table. The primary key becomes (id, timestamp), as PostgreSQL demands. `numbered`: the id comes from a
    sequence (identity columns of partitioned tables need PostgreSQL 17).
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str, column: str, *, numbered: bool = False) -> None:
        self.table = table
        self.column = column
        self.numbered = numbered

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        table, column = self.table, self.column
        for statement in (
            f'CREATE TABLE "{table}_parted" (LIKE "{table}" INCLUDING DEFAULTS) PARTITION BY RANGE ("{column}")',
            f'DROP TABLE "{table}"',
            f'ALTER TABLE "{table}_parted" RENAME TO "{table}"',
            f'ALTER TABLE "{table}" ADD PRIMARY KEY (id, "{column}")',
            f'CREATE TABLE "{table}_default" PARTITION OF "{table}" DEFAULT',
            *self._numbering(),
            "SELECT core_ensure_partitions()",
        ):
            schema_editor.execute(statement, params=None)

    def _numbering(self) -> list[str]:
        if not self.numbered:
            return []
        sequence = f"{self.table}_numbers"
        return [
            f'CREATE SEQUENCE "{sequence}" AS bigint OWNED BY "{self.table}".id',
            f"""ALTER TABLE "{self.table}" ALTER COLUMN id SET DEFAULT nextval('{sequence}')""",
            f'GRANT USAGE ON SEQUENCE "{sequence}" TO "{settings.RUNTIME_ROLE}"',
        ]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        """Dropping the model drops the partitions."""

    def describe(self) -> str:
        return f"Partition {self.table} by month of {self.column}"


class EnsureFunction(Operation):
    """Make core_ensure_partitions() and let the runtime role call it."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(ENSURE, params=None)
        schema_editor.execute("REVOKE ALL ON FUNCTION core_ensure_partitions() FROM PUBLIC")
        schema_editor.execute(f'GRANT EXECUTE ON FUNCTION core_ensure_partitions() TO "{settings.RUNTIME_ROLE}"')

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute("DROP FUNCTION core_ensure_partitions()")

    def describe(self) -> str:
        return "Make core_ensure_partitions()"

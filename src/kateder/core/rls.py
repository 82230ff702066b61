"""Migration operations that put a table under row-level security and grant it to the runtime role.

Every table is either a tenant table or a shared one with a reason (tests/test_consistency.py).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

POLICY = "nullif(current_setting('app.authority_id', true), '')::uuid"
ONCE = f"(SELECT {POLICY})"
"""The same as a sub-select, which PostgreSQL works out once per statement and not once per row."""


class _TableOperation(Operation):
    reduces_to_sql = True
    reversible = True

    def __init__(self, table: str) -> None:
        self.table = table

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def statements(self) -> list[str]:
        """What to run."""
        raise NotImplementedError

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for statement in self.statements():
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(f'REVOKE ALL ON "{self.table}" FROM {_role(schema_editor)}')

    def describe(self) -> str:
        return f"{type(self).__name__} {self.table}"

    def grant(self, rights: str) -> str:
        """The grant to the runtime role."""
        return f'GRANT {rights} ON "{self.table}" TO "{settings.RUNTIME_ROLE}"'

    def sequence_grants(self) -> list[str]:
        """The sequences that belong to the table's columns; identity columns need none."""
        return [
            "DO $$ DECLARE s text; BEGIN FOR s IN SELECT d.objid::regclass FROM pg_depend d JOIN pg_class c"
            " ON c.oid = d.objid AND c.relkind = 'S' WHERE d.deptype = 'a'"
            f""" AND d.refobjid = '"{self.table}"'::regclass LOOP EXECUTE format("""
            f"""'GRANT USAGE ON SEQUENCE %s TO "{settings.RUNTIME_ROLE}"', s); END LOOP; END $$"""
        ]


def _role(schema_editor: BaseDatabaseSchemaEditor) -> str:
    return schema_editor.quote_name(settings.RUNTIME_ROLE)


class TenantTable(_TableOperation):
    """Row-level security by authority; the runtime role may read and write its own authority's rows."""

    rights = "SELECT, INSERT, UPDATE, DELETE"

    def statements(self) -> list[str]:
        return [
            f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY',
            f'CREATE POLICY tenant ON "{self.table}" USING (authority_id = {POLICY})'
            f" WITH CHECK (authority_id = {POLICY})",
            self.grant(self.rights),
        ]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        super().database_backwards(app_label, schema_editor, from_state, to_state)
        schema_editor.execute(f'DROP POLICY tenant ON "{self.table}"')
        schema_editor.execute(f'ALTER TABLE "{self.table}" DISABLE ROW LEVEL SECURITY')


class AppendOnlyTenantTable(TenantTable):
    """The same, but what is written stays as it was written."""

    rights = "SELECT, INSERT"


class WrittenByTheMillion(_TableOperation):
    """Work out the authority once per statement that writes to a tenant table, where an import writes very many rows.

    Reading stays as it is, unless `read_whole`: a sub-select costs each small query a few microseconds, and an index
    that the authority leads works it out once anyway.
    """

    def __init__(self, table: str, *, read_whole: bool = False) -> None:
        super().__init__(table)
        self.read_whole = read_whole

    def statements(self) -> list[str]:
        return [self._policy(read=ONCE if self.read_whole else POLICY, written=ONCE)]

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        schema_editor.execute(self._policy(read=POLICY, written=POLICY), params=None)

    def _policy(self, *, read: str, written: str) -> str:
        return (
            f'ALTER POLICY tenant ON "{self.table}" USING (authority_id = {read}) WITH CHECK (authority_id = {written})'
        )


class SharedTable(_TableOperation):
    """A table that all authorities share; `rights` are the runtime role's, often only SELECT."""

    def __init__(self, table: str, rights: str) -> None:
        super().__init__(table)
        self.rights = rights

    def statements(self) -> list[str]:
        return [self.grant(self.rights), *self.sequence_grants()]

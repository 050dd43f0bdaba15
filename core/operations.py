"""Migration operations that only one of the two databases needs."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class TrigramIndex(Operation):
    """On PostgreSQL: a trigram index over `search_text`, so that `contains` finds a fragment without reading all rows.

    SQLite is left as it is. The statistics target of 1000 takes the long tail off searches for common fragments.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state of the models does not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        table, index = self._names(app_label, to_state)
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN search_text SET STATISTICS 1000")
        schema_editor.execute(f"CREATE INDEX {index} ON {table} USING gin (search_text gin_trgm_ops)")

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX {self._names(app_label, from_state)[1]}")

    def describe(self) -> str:
        return f"Trigram index on the search text of {self.model_name} (PostgreSQL)"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name], {}

    def _names(self, app_label: str, state: ProjectState) -> tuple[str, str]:
        table = state.apps.get_model(app_label, self.model_name)._meta.db_table
        return f'"{table}"', f'"{table}_trigrams"'

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


TRIGRAMS_ON_POSTGRESQL = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
ALTER TABLE core_searchentry ALTER COLUMN text SET STATISTICS 1000;
CREATE INDEX core_searchentry_trigrams ON core_searchentry USING gin (text gin_trgm_ops)
"""

# A statement for each element: a trigger holds semicolons of its own.
TRIGRAMS_ON_SQLITE = (
    """CREATE VIRTUAL TABLE core_searchentry_trigrams USING fts5
    (text, content='core_searchentry', content_rowid='id', columnsize=0, tokenize='trigram')""",
    """CREATE TRIGGER core_searchentry_added AFTER INSERT ON core_searchentry BEGIN
    INSERT INTO core_searchentry_trigrams (rowid, text) VALUES (new.id, new.text);
    END""",
    """CREATE TRIGGER core_searchentry_removed AFTER DELETE ON core_searchentry BEGIN
    INSERT INTO core_searchentry_trigrams (core_searchentry_trigrams, rowid, text) VALUES ('delete', old.id, old.text);
    END""",
    """CREATE TRIGGER core_searchentry_changed AFTER UPDATE ON core_searchentry BEGIN
    INSERT INTO core_searchentry_trigrams (core_searchentry_trigrams, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO core_searchentry_trigrams (rowid, text) VALUES (new.id, new.text);
    END""",
    "INSERT INTO core_searchentry_trigrams (core_searchentry_trigrams) VALUES ('rebuild')",
)
NO_TRIGRAMS_ON_SQLITE = (
    "DROP TRIGGER core_searchentry_added",
    "DROP TRIGGER core_searchentry_removed",
    "DROP TRIGGER core_searchentry_changed",
    "DROP TABLE core_searchentry_trigrams",
)


class SearchIndex(Operation):
    """A trigram index over the texts of the search entries: pg_trgm on PostgreSQL, FTS5 on SQLite.

    On SQLite the index is a table beside the entries, and triggers of the database keep it in step, whoever writes.
    A later migration that alters the entries there makes their table anew, without triggers: end it with this one.
    """

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state of the models does not change."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        for statement in TRIGRAMS_ON_POSTGRESQL.split(";") if is_postgresql else TRIGRAMS_ON_SQLITE:
            schema_editor.execute(statement)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        is_postgresql = schema_editor.connection.vendor == "postgresql"
        for statement in ("DROP INDEX core_searchentry_trigrams",) if is_postgresql else NO_TRIGRAMS_ON_SQLITE:
            schema_editor.execute(statement)

    def describe(self) -> str:
        return "Trigram index over the search entries"

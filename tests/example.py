"""The example's records in the test database: loaded once in a run, copied after.

`tests.run` gives its workers a folder in common (ENTENTE_SHARED), where the first to load leaves the rows for the others:
their databases are copies of one that was migrated beforehand.
"""

import datetime
import fcntl
import os
import pickle
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]  # by table: its columns and its rows
_loaded: Rows = {}


def load_example() -> None:
    """As the command does, which takes seconds; the second time its rows are put back as they were."""
    if _loaded:
        _put_back(_loaded)
    elif shared := os.environ.get("ENTENTE_SHARED"):
        with Path(shared, "example.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _load_together(Path(shared, "example.rows"))
    else:
        _load()


def _load() -> None:
    call_command("load_example", verbosity=0)
    _loaded.update(_read())


def _load_together(rows: Path) -> None:
    if rows.exists():
        _loaded.update(pickle.loads(rows.read_bytes()))  # noqa: S301  # A worker of this run wrote it.
        _put_back(_loaded)
    else:
        _load()
        rows.write_bytes(pickle.dumps(_loaded))


def _tables() -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return [name for name in names if name != "django_migrations"]


def _read() -> Rows:
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # The name is a table's own.
            rows = [tuple(map(_as_stored, row)) for row in cursor.fetchall()]
            found[table] = [column[0] for column in cursor.description], rows
    return found


def _as_stored(value: Any) -> Any:
    """SQLite's driver reads times that it will not write."""
    is_moment = isinstance(value, datetime.date | datetime.time)
    return str(value) if is_moment and connection.vendor == "sqlite" else value


def _put_back(loaded: Rows) -> None:
    """In one transaction, at whose end the keys between tables are checked."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table in loaded:
            cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608  # As above.
        for table, (columns, rows) in loaded.items():
            places = ", ".join(["%s"] * len(columns))
            into = f"INSERT INTO {quote(table)} ({', '.join(map(quote, columns))}) VALUES ({places})"  # noqa: S608 -- the names are of our own tables
            if rows:
                cursor.executemany(into, rows)
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
            cursor.execute(statement)
    ContentType.objects.clear_cache()

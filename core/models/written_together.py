"""Many rows written at once, each with the version and the line of history that its own `save` would leave."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.db import models

from core.actors import Writer, user_of
from core.models.search_entry import SearchEntry
from core.models.whole import Whole

AT_ONCE = 500  # rows in a statement


def write_together(
    rows: Sequence[Whole], columns: Sequence[str], *, by: Writer, why: str = "", at: datetime.datetime
) -> None:
    """Stores these columns of rows of one model that the caller holds locked, in a few statements for each 500 of them.

    Their versions, their search texts and their history follow. Call it in a transaction. What a model's own `save`
    checks besides is for the caller to have checked.
    """
    if not rows:
        return
    user, model = user_of(by), type(rows[0])
    retold = []
    for row in rows:
        row.version += 1
        row.updated_at, row.updated_by_id = at, user.pk if user else None
        before = row.search_text, row.sort_key
        row.index()
        if (row.search_text, row.sort_key) != before:
            retold.append(row)
    values: dict[str, Any] = {"updated_at": at, "updated_by_id": user.pk if user else None}
    if all(len({getattr(row, name) for row in rows}) == 1 for name in columns):
        values |= {name: getattr(rows[0], name) for name in columns}
    else:  # All of them, in one statement: a constraint may join them.
        _store_each(rows, columns)
    stored: Any = models.QuerySet(model)
    for part in _parts([row.pk for row in rows]):
        stored.filter(pk__in=part).update(**values, version=models.F("version") + 1)
    _store_each(retold, ("search_text", "sort_key"))
    _write_history(rows, user.pk if user else None, why, at)
    if model.is_searched:
        SearchEntry.store(row.entry() for row in retold if row.is_findable)


def _parts(pks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


def _store_each(rows: Sequence[Whole], columns: Sequence[str]) -> None:
    """Columns of which each row has its own value."""
    if rows and columns:
        model = type(rows[0])
        stored: Any = models.QuerySet(model)
        named = [field.name for field in model._meta.concrete_fields if field.attname in columns]
        stored.bulk_update(rows, named, batch_size=AT_ONCE)


def _write_history(rows: Sequence[Whole], user_id: int | None, why: str, at: datetime.datetime) -> None:
    """As simple_history writes it for one row, its many-to-many choices included (its own bulk writer forgets them)."""
    model = type(rows[0])
    history: Any = model.history.model
    columns = [field.attname for field in history.tracked_fields]
    lines = history.objects.bulk_create(
        (
            history(
                history_date=at,
                history_user_id=user_id,
                history_change_reason=why or None,
                history_type="~",
                **{name: getattr(row, name) for name in columns},
            )
            for row in rows
        ),
        batch_size=AT_ONCE,
    )
    line_of = {line.id: line for line in lines}
    for field in history._history_m2m_fields:
        _write_choices(field, getattr(history, field.name).model, line_of)


def _write_choices(field: Any, history: Any, line_of: dict[int, Any]) -> None:
    through, owner = field.remote_field.through, field.m2m_field_name()
    columns = [one.attname for one in through._meta.concrete_fields]
    chosen: list[Any] = []
    for part in _parts(list(line_of)):
        rows = cast(Any, through)._base_manager.filter(**{f"{owner}__in": part})
        chosen += (
            history(history=line_of[getattr(row, f"{owner}_id")], **{name: getattr(row, name) for name in columns})
            for row in rows
        )
    history.objects.bulk_create(chosen, batch_size=AT_ONCE)

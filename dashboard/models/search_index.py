"""The search index as a whole: made anew, and filled when rows were written past `save()`."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db import models, transaction

from core.models import SearchEntry
from core.models.recorded import Indexed
from dashboard.models.search import NOUNS

ROWS_AT_ONCE = 2000


def rebuild() -> dict[str, int]:
    """Every record's folded texts and its entry, computed again; gives how many entries each noun has.

    What a record's `search_text` and `sort_key` should be is stored when it differs. Entries of records that are gone
    or archived go.
    """
    counts = {}
    with transaction.atomic():
        for noun in NOUNS:
            kept: list[int] = []
            for rows in _batches(noun.model._base_manager.prefetch_related(*noun.model.indexed_with).order_by("pk")):
                entries = _indexed(noun.model, rows)
                SearchEntry.store(entries)
                kept += [entry.record_id for entry in entries]
            gone = set(SearchEntry.objects.filter(kind=noun.entry_kind).values_list("record_id", flat=True)) - set(kept)
            SearchEntry.forget(noun.entry_kind, gone)
            counts[noun.entry_kind] = len(kept)
    return counts


def _indexed(model: type[Indexed], rows: Iterable[Any]) -> list[SearchEntry]:
    entries, changed = [], []
    for row in rows:
        before = row.search_text, row.sort_key
        row.index()
        if before != (row.search_text, row.sort_key):
            changed.append(row)
        if row.is_findable:
            entries.append(row.entry())
    # Derived columns, which have no history; the QuerySet's own door refuses every bulk write.
    models.QuerySet(model).bulk_update(changed, ["search_text", "sort_key"], batch_size=500)
    return entries


def _batches(rows: models.QuerySet[Any]) -> Iterator[list[Any]]:
    found = rows.iterator(chunk_size=ROWS_AT_ONCE)
    while batch := list(islice(found, ROWS_AT_ONCE)):
        yield batch

"""The index that search reads: one row per record in use, with the folded texts it is found by."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

from django.db import connections, models
from django.db.models import Case, Q, Value, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from core.fields import LineField, SortKeyField
from core.text import fold

MOST_WORDS = 12  # of a query; the rest of a longer one is left out

# How well an entry answers a query, best first.
EXACT_NAME, EXACT_OTHER_NAME, PREFIX, WORDS, FRAGMENTS, TEXT = range(6)


def fragments(text: str) -> list[str]:
    """What an entry's text must contain, for each word of a query.

    A word of three letters or more may stand anywhere, one of two begins a word, a single letter is a word: shorter
    fragments than three characters say little, and no trigram index finds them.
    """
    words = list(dict.fromkeys(fold(text).split()))[:MOST_WORDS]
    return [word if len(word) > 2 else f" {word}" if len(word) == 2 else f" {word} " for word in words]


class SearchEntryQuerySet(models.QuerySet["SearchEntry"]):
    """One interface, two indexes: pg_trgm on PostgreSQL, FTS5 with trigrams on SQLite."""

    def containing(self, *terms: Sequence[str]) -> Self:
        """Entries whose text contains, of every term, at least one of its fragments (three characters or more)."""
        if connections[self.db].vendor == "sqlite":
            asked = " AND ".join(f"({' OR '.join(map(_quoted, term))})" for term in terms)
            matching = "SELECT rowid FROM core_searchentry_trigrams WHERE core_searchentry_trigrams MATCH %s"
            return self.filter(pk__in=RawSQL(matching, [asked]))  # noqa: S611 -- a constant statement, one parameter
        found = self
        for term in terms:
            found = found.filter(_any(Q(text__contains=fragment) for fragment in term))
        return found

    def ranked(self, text: str) -> Self:
        """Says of each entry, as `rank`, how well its names answer the query."""
        query, words = fold(text), [fragment.strip() for fragment in fragments(text)]
        starts = _all(Q(names__contains=f" {word}") | Q(names__contains=f"\n{word}") for word in words)
        return self.annotate(
            rank=Case(
                When(name=query, then=Value(EXACT_NAME)),
                When(names__contains=f"\n{query}\n", then=Value(EXACT_OTHER_NAME)),
                When(names__contains=f"\n{query}", then=Value(PREFIX)),
                When(starts, then=Value(WORDS)),
                When(_all(Q(names__contains=word) for word in words), then=Value(FRAGMENTS)),
                default=Value(TEXT),
                output_field=models.PositiveSmallIntegerField(),
            )
        )


SearchEntryManager = models.Manager.from_queryset(SearchEntryQuerySet)


class SearchEntry(models.Model):
    """What one record is found by. Derived: written with the record, and by `rebuild_search`; never edited."""

    kind = LineField(_("kind of record"), max_length=30)  # The model's name: organisation, followup …
    record_id = models.PositiveBigIntegerField(_("record"))
    name = SortKeyField()  # Folded, the name on display.
    names = models.TextField()  # Folded, every name on a line of its own, between line breaks.
    text = models.TextField()  # Folded, every text on a line of its own, between spaces.

    objects: ClassVar[SearchEntryManager[Any]] = SearchEntryManager()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [models.UniqueConstraint(fields=["kind", "record_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.record_id}"

    @classmethod
    def of(cls, kind: str, record_id: int, names: Iterable[str], texts: Iterable[str]) -> "SearchEntry":
        """The entry of a record with these names, the one on display first, and these other texts; not stored."""
        folded_names = _folded(names)
        lines = dict.fromkeys([*folded_names, *_folded(texts)])
        return cls(
            kind=kind,
            record_id=record_id,
            name=folded_names[0][:200] if folded_names else "",
            names="".join(f"\n{name}" for name in folded_names) + "\n",
            text="\n".join(f" {line} " for line in lines),
        )

    @classmethod
    def store(cls, entries: Iterable["SearchEntry"]) -> None:
        """Stores entries, each in the place of what was there for its record (one statement per thousand)."""
        cls.objects.bulk_create(
            entries,
            batch_size=1000,
            update_conflicts=True,
            unique_fields=["kind", "record_id"],
            update_fields=["name", "names", "text"],
        )

    @classmethod
    def forget(cls, kind: str, record_ids: Iterable[int]) -> None:
        """Removes the entries of these records."""
        cls.objects.filter(kind=kind, record_id__in=record_ids).delete()


def _folded(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(folded for text in texts if (folded := fold(text))))


def _quoted(fragment: str) -> str:
    """A phrase for FTS5. Folded text holds no quotation mark; doubling is what its grammar asks for."""
    return '"{}"'.format(fragment.replace('"', '""'))


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found


def _all(conditions: Iterable[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found &= condition
    return found

"""Rows whose every write is kept, with who and when."""

import datetime
from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models, transaction
from django.utils import timezone
from simple_history.models import HistoricalRecords

from core.access import Viewer
from core.actors import Writer, user_of
from core.fields import SortKeyField
from core.models.search_entry import SearchEntry
from core.text import fold, fold_all

RecordedModel = TypeVar("RecordedModel", bound="Recorded", covariant=True)

# Columns computed from others. They change without a line in the history, and only these do.
DERIVED = frozenset({"search_text", "sort_key", "earliest_on", "latest_on"})


class NotRecorded(TypeError):
    """A bulk write would pass by the history; write row by row, or with simple_history's bulk helpers."""


class RecordedQuerySet(models.QuerySet[RecordedModel]):
    """A QuerySet that refuses the writes which leave no trace."""

    def visible_to(self, user: Viewer) -> Self:
        """The rows this user may read. Without a level of its own a row is open to everyone who is signed in."""
        return self.all() if user.is_authenticated else self.none()

    def having(self, *conditions: models.Q, **lookups: Any) -> Self:
        """Rows with a related row that matches; unlike a join this never doubles a row."""
        return self.filter(pk__in=self.model._base_manager.filter(*conditions, **lookups).values("pk"))

    def having_no(self, *conditions: models.Q, **lookups: Any) -> Self:
        """Rows without any related row that matches."""
        return self.exclude(pk__in=self.model._base_manager.filter(*conditions, **lookups).values("pk"))

    def create(
        self, *, by: Writer | None = None, why: str = "", at: datetime.datetime | None = None, **values: Any
    ) -> RecordedModel:
        """As Django's `create`, saying who writes, why and (for past work) at which moment."""
        row = self.model(**values)
        self._for_write = True
        row.save(by=by, why=why, at=at, force_insert=True, using=self.db)
        return row

    def update(self, **values: Any) -> int:
        """Only derived columns may change without history."""
        if set(values) - DERIVED:
            raise NotRecorded(f"update({', '.join(values)}) leaves no history.")
        return super().update(**values)

    def bulk_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotRecorded("bulk_create leaves no history.")

    def delete(self) -> NoReturn:
        raise NotRecorded("Delete row by row, saying who: row.delete(by=user).")


RecordedManager = models.Manager.from_queryset(RecordedQuerySet)


class Recorded(models.Model):
    """A row with a history. Write with `save(by=…)` and `delete(by=…)`."""

    history = HistoricalRecords(inherit=True)
    _history_m2m_fields: ClassVar[tuple[str, ...]] = ()
    # Hidden from readers, with whatever is cited about them.
    private_fields: ClassVar[tuple[str, ...]] = ()

    objects: ClassVar[RecordedManager[Any]] = RecordedManager()

    class Meta:
        abstract = True

    def save(
        self,
        *args: Any,
        by: Writer | None = None,
        why: str = "",
        at: datetime.datetime | None = None,
        **kwargs: Any,
    ) -> None:
        """Stores the row and a line in its history.

        Takes who writes (`by`, compulsory), why, and the moment to record (`at`, for imports of past work; now
        unless said otherwise). Raises WriterUnknown when `by` is missing, ValueError when the moment has yet to come.
        """
        self._sign(by, why, at)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Removes the row; its history stays. Raises WriterUnknown, ProtectedError."""
        self._sign(by, why)
        return super().delete(*args, **kwargs)

    def _sign(self, by: Writer | None, why: str, at: datetime.datetime | None = None) -> None:
        self._history_user = user_of(by)
        self._change_reason = why or None
        self.__dict__.pop("_history_date", None)  # A moment holds for one save and the relations set right after it.
        if at is not None:
            if at > timezone.now():
                raise ValueError("What has yet to happen cannot be recorded as done.")
            self._history_date = at


class Indexed(models.Model):
    """A row that is found by folded text and ordered by a folded key, both kept in step by `save()`.

    Nothing it is found by is something that some of its readers may not see.
    """

    is_searched: ClassVar[bool] = False  # Whether the search over everything finds it.
    indexed_with: ClassVar[tuple[str, ...]] = ()  # Parts whose texts it is found by.

    search_text = models.TextField(editable=False, default="")
    sort_key = SortKeyField()

    class Meta:
        abstract = True

    def search_names(self) -> Iterable[str]:
        """The names it goes by, the one on display first."""
        return (str(self),)

    def search_texts(self) -> Iterable[str]:
        """What else it is found by."""
        return ()

    def sort_source(self) -> str:
        """The text this row is ordered by."""
        return str(self)

    def index(self) -> None:
        """Computes the derived texts on the instance."""
        self._names, self._texts = [*self.search_names()], [*self.search_texts()]
        self.search_text = fold_all(*self._names, *self._texts)
        self.sort_key = fold(self.sort_source())[:200]

    def reindex(self) -> None:
        """Stores the derived texts after a part changed; no new version, no line in the history."""
        self.index()
        type(self)._base_manager.filter(pk=self.pk).update(search_text=self.search_text, sort_key=self.sort_key)
        self.enter()

    @property
    def is_findable(self) -> bool:
        """Whether search finds this row today; what is archived keeps its texts and is found by none."""
        return self.is_searched

    @classmethod
    def entry_kind(cls) -> str:
        """How the search index names rows of this model."""
        return str(cls._meta.model_name)

    def entry(self) -> SearchEntry:
        """The row of the search index that these texts make. Call `index()` first."""
        return SearchEntry.of(self.entry_kind(), self.pk, self._names, self._texts)

    def enter(self) -> None:
        """Brings the search index in step with the texts that `index()` computed."""
        if self.is_findable:
            SearchEntry.store([self.entry()])
        elif self.is_searched:
            SearchEntry.forget(self.entry_kind(), [self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """As Django's; search no longer finds it."""
        pk, is_searched = self.pk, self.is_searched
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            if is_searched:
                SearchEntry.forget(self.entry_kind(), [pk])
        return deleted

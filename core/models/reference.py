"""Reference data: small lists with a name in each language, looked after by administrators."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from core.actors import Writer
from core.fields import LineField
from core.languages import in_reader_language
from core.models.recorded import Indexed, Recorded, RecordedModel, RecordedQuerySet
from core.text import fold


class ReferenceQuerySet(RecordedQuerySet[RecordedModel]):
    """Words about reference data."""

    def in_use(self) -> Self:
        """Entries that may be chosen; an entry is switched off, not deleted, when it is no longer used."""
        return self.filter(is_active=True)

    def matching(self, text: str) -> Self:
        """Every word stands in one of the names, accents and case aside."""
        found = self
        for word in fold(text).split():
            found = found.filter(search_text__contains=word)
        return found

    def current(self) -> Self:
        """Those that may be chosen, as the wholes that are not archived."""
        return self.in_use()

    def in_order(self) -> Self:
        """In the order of their names, the same on both databases."""
        return self.order_by("sort_key", "pk")


ReferenceManager = models.Manager.from_queryset(ReferenceQuerySet)


class Reference(Indexed, Recorded):
    """An entry of a list with its name in Dutch, French and English."""

    named_by: ClassVar[tuple[str, ...]] = ("name_nl", "name_fr", "name_en")  # The columns that `str()` reads.

    name_nl = LineField(_("name in Dutch"), max_length=200)
    name_fr = LineField(_("name in French"), max_length=200, blank=True)
    name_en = LineField(_("name in English"), max_length=200, blank=True)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Switch off what is no longer used; what refers to it keeps it.")
    )

    objects: ClassVar[ReferenceManager[Any]] = ReferenceManager()

    class Meta:
        abstract = True
        ordering = ("sort_key", "pk")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, else in Dutch, French or English."""
        return in_reader_language(self, "name")

    def search_names(self) -> Iterable[str]:
        return (self.name_nl, self.name_fr, self.name_en)

    def sort_source(self) -> str:
        return str(self.name_nl)

    def save(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> None:
        """As `Recorded.save`, keeping the derived texts in step."""
        with transaction.atomic():
            self.index()
            super().save(*args, by=by, why=why, **kwargs)
            self.enter()

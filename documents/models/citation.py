"""Where a fact comes from: a document, a place in it and a few words quoted."""

from collections.abc import Collection
from typing import Any, ClassVar, Self, cast

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.access import Viewer, level_ceiling
from core.fields import LineField, ProseField, WordField
from core.models import Part, PartQuerySet, Recorded, RecordedQuerySet
from documents.models.document import Document
from documents.models.locator import in_reader_words


class Certainty(models.TextChoices):
    """How surely the source supports the fact."""

    STATED = "stated", _("stated")
    INFERRED = "inferred", _("inferred")
    EXTERNAL = "external", _("external")
    TO_VERIFY = "to_verify", _("to be verified")


class CitationQuerySet(PartQuerySet["Citation"]):
    """Words about sources."""

    def visible_to(self, user: Viewer, *, of: Collection[type[models.Model]] | None = None) -> Self:
        """Citations of a document and a record that this user may both read; of private fields, as on their page.

        `of` names the models that are asked about, when these are known: the statement stays short.
        """
        if not level_ceiling(user):
            return self.none()
        record = models.Q(pk__in=[])
        for model in apps.get_models():
            is_asked = of is None or model in of
            if is_asked and issubclass(model, Recorded) and not issubclass(model, Citation):
                rows = cast(RecordedQuerySet[Any], model._default_manager.all()).visible_to(user)
                kind = ContentType.objects.get_for_model(model)
                of_rows = models.Q(content_type=kind, object_id__in=rows.values("pk"))
                if model.private_fields and not getattr(user, "may_read_private", False):
                    of_rows &= ~models.Q(field_name__in=model.private_fields)
                record |= of_rows
        return self.filter(record, document__in=Document.objects.all().visible_to(user).values("pk"))

    def seen_about(self, user: Viewer, *records: models.Model) -> Self:
        """What this user may read of the sources of these records."""
        return self.visible_to(user, of={type(record) for record in records}).about(*records)

    def about(self, *records: models.Model) -> Self:
        """The sources of these records, in the order they stand in the document."""
        numbers: dict[ContentType, list[Any]] = {}
        for record in records:
            numbers.setdefault(ContentType.objects.get_for_model(record), []).append(record.pk)
        wanted = models.Q(pk__in=[])
        for kind, pks in numbers.items():
            wanted |= models.Q(content_type=kind, object_id__in=pks)
        return self.filter(wanted).select_related("document").order_by("pk")


CitationManager = models.Manager.from_queryset(CitationQuerySet)


class Citation(Part):
    """One fact's source. Without a field name it supports the record as a whole."""

    part_of = "document"

    document = models.ForeignKey(Document, models.PROTECT, related_name="citations", verbose_name=_("document"))
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name=_("kind of record"))
    object_id = models.PositiveBigIntegerField(_("record"))
    record = GenericForeignKey("content_type", "object_id")
    field_name = LineField(_("field"), max_length=60, blank=True)
    locator = LineField(_("place in the document"), max_length=100, blank=True)
    quote = ProseField(_("quotation from the source"), max_length=500, blank=True)
    certainty = WordField(_("certainty"), choices=Certainty.choices, default=Certainty.STATED)
    explanation = ProseField(_("why it is inferred"), max_length=1000, blank=True)

    objects: ClassVar[CitationManager[Any]] = CitationManager()

    class Meta:
        verbose_name = _("source of a fact")
        verbose_name_plural = _("sources of facts")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(certainty="stated", quote=""),
                name="stated_citation_has_a_quote",
                violation_error_message=_("A fact that the source states comes with the words that state it."),
            )
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="citation_of_record")]

    def __str__(self) -> str:
        return f"{self.document}, {self.locator}" if self.locator else str(self.document)

    @property
    def certainty_label(self) -> str:
        """The certainty in words."""
        return str(self.get_certainty_display())

    @property
    def where(self) -> str:
        """The place in the document, in the reader's words."""
        return in_reader_words(self.locator)

    @property
    def lang(self) -> str:
        """The language of the quotation: that of the document."""
        return str(self.document.language)

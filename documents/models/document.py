"""A text on file: a report, a note, a signed agreement, a letter."""

import hashlib
import uuid
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.access import Viewer
from core.actors import Writer
from core.fields import LineField, TreatyDateField, WordField
from core.models import LevelledWhole, Part, PartQuerySet
from core.models.whole import PartModel
from core.partial_dates import PartialDate, PrecisionField, partial_date, precision_constraint
from core.uploads import CLIMBED
from documents.models.content import KINDS, check_content

LARGEST_FILE = 25 * 1024 * 1024  # bytes


class DocumentKind(models.TextChoices):
    """What sort of text it is."""

    COMMUNICATION = "communication", _("communication to the Government of Flanders")
    NOTE = "note", _("note to the Government of Flanders")
    EXPLANATORY_NOTE = "explanatory_note", _("explanatory note")
    AGREEMENT_TEXT = "agreement_text", _("text of an agreement")
    MINUTES = "minutes", _("minutes")
    BRIEFING = "briefing", _("briefing note")
    PROGRAMME = "programme", _("programme booklet")
    LETTER = "letter", _("letter")
    PRESS = "press", _("press")
    OTHER = "other", _("other")


def neutral_name(document: "Document", name: str) -> str:
    """Where a file is kept: a random name, so that neither titles nor types can be guessed or executed."""
    return f"documents/{uuid.uuid4().hex}"


def check_file(file: "File[bytes]") -> None:
    """Refuses empty files, files over the limit, kinds that are no documents and what is not of its kind.

    A file that is stored was checked when it came in; its neutral name no longer says of what kind it is. Raises
    ValidationError.
    """
    if getattr(file, "_committed", False):
        return
    if not file.size:
        raise ValidationError(_("This file is empty."), code="empty_file")
    if file.size > LARGEST_FILE:
        raise ValidationError(_("This file is larger than 25 MB."), code="large_file")
    if str(file.name).endswith(CLIMBED):
        raise ValidationError(_("The name of this file leads out of its folder."), code="file_name")
    if PurePath(str(file.name)).suffix.lower() not in KINDS:
        raise ValidationError(_("Use a PDF, Word, OpenDocument, text or image file."), code="file_kind")
    check_content(file)


class Document(LevelledWhole):
    """A document with its reference; the file itself, or a link to where it is published, or neither."""

    title = LineField(_("title"), max_length=600)
    kind = WordField(_("kind"), choices=DocumentKind.choices, blank=True)
    dated_on = TreatyDateField(_("date of the document"), null=True, blank=True)
    dated_on_precision = PrecisionField()
    reference = LineField(_("reference"), max_length=200, blank=True)
    language = WordField(_("language"), choices=[*settings.LANGUAGES, ("de", "Deutsch")], blank=True, max_length=5)
    file = models.FileField(_("file"), upload_to=neutral_name, blank=True, validators=[check_file], max_length=200)
    file_name = LineField(_("name of the file"), max_length=200, blank=True, editable=False)
    sha256 = LineField(_("SHA-256 of the file"), max_length=64, blank=True, editable=False)
    link = models.URLField(_("link"), max_length=1000, blank=True)
    replaces = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("takes the place of"),
        help_text=_("The earlier version of this text. It stays on file."),
    )

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ("sort_key", "pk")
        constraints = [
            LevelledWhole.archive_constraint("document_archived_with_reason"),
            precision_constraint("dated_on", "document_date_has_precision"),
        ]
        indexes = [models.Index(fields=["sort_key", "id"], name="document_in_order")]

    def __str__(self) -> str:
        return str(self.title)

    @property
    def dated(self) -> PartialDate | None:
        """The date of the document as far as it is known."""
        return partial_date(self, "dated_on")

    @property
    def size(self) -> int | None:
        """Bytes of the file; None when there is none, or none in its place any more."""
        try:
            return self.file.size if self.file else None
        except OSError:
            return None

    def clean(self) -> None:
        """Versions follow each other without a circle. Raises ValidationError."""
        super().clean()
        seen: set[int | None] = {self.pk}
        earlier = self.replaces
        while earlier is not None:
            if earlier.pk in seen:
                raise ValidationError({"replaces": _("This would make the document an earlier version of itself.")})
            seen.add(earlier.pk)
            earlier = earlier.replaces

    def search_texts(self) -> Iterable[str]:
        return (self.reference,)

    def save(self, *args: Any, by: Writer | None = None, why: str = "", **kwargs: Any) -> None:
        """As `LevelledWhole.save`; a new file is fingerprinted and keeps its name only as text."""
        if self.file and not getattr(self.file, "_committed", True):  # Django knows a new upload only so.
            digest = hashlib.sha256()
            for chunk in self.file.chunks():
                digest.update(chunk)
            self.sha256, self.file_name = digest.hexdigest(), PurePath(str(self.file.name)).name[-200:]
        super().save(*args, by=by, why=why, **kwargs)


class DocumentLinkQuerySet(PartQuerySet[PartModel]):
    """Words about attached documents."""

    def visible_to(self, user: Viewer) -> Self:
        """Of a record and to a document that this user may both read."""
        return super().visible_to(user).filter(document__in=Document.objects.all().visible_to(user).values("pk"))


DocumentLinkManager = models.Manager.from_queryset(DocumentLinkQuerySet)


class DocumentLink(Part):
    """A document attached to a record; each noun has its own table of these."""

    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name=_("document"))
    url: str  # Where this reader opens the document; empty when it is neither on file nor published.
    earlier: "list[DocumentLink]"  # Its earlier versions, as `documents.models.versions` finds them.

    objects: ClassVar[DocumentLinkManager[Any]] = DocumentLinkManager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.document)

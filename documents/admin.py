"""Documents and the sources of facts."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.access import AccessLevel
from core.admin import LevelledAdmin, PartAdmin
from core.admin.records import PartForm
from core.exports import Column, words_of
from core.models import Recorded
from core.text import clean_line, is_row_number
from documents.models import Certainty, Citation, Document, DocumentKind


class CitationForm(PartForm):
    """A source is given for a record that the user may see; a hidden one is no other than a missing one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "content_type" in self.fields:
            kinds: Any = self.fields["content_type"]
            kinds.queryset = ContentType.objects.filter(pk__in=[kind.pk for kind in citable()])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind, number = cleaned.get("content_type"), cleaned.get("object_id")
        if kind and number:
            rows: Any = kind.model_class()._default_manager.all()
            if not rows.visible_to(self.user).filter(pk=number).exists():
                self.add_error("object_id", ValidationError(_("There is no such record."), code="no_record"))
        return cleaned


def citable() -> list[ContentType]:
    """The kinds of records that a source can be given for."""
    kinds = ContentType.objects.get_for_models(
        *(model for model in admin.site._registry if issubclass(model, Recorded))
    )
    return [kind for model, kind in kinds.items() if model is not Citation]


class OfOneDocument(admin.SimpleListFilter):
    """The facts that one document supports; a document's page leads here. A report may support hundreds."""

    title = _("document")
    parameter_name = "document"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        asked = request.GET.get(self.parameter_name, "")
        if not asked:
            return []
        found = Document.objects.all().visible_to(request.user).filter(pk=asked) if is_row_number(asked) else None
        return [(asked, (found.first() if found is not None else None) or "–")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return queryset.filter(document=self.value()) if is_row_number(self.value()) else queryset.none()


@admin.register(Document)
class DocumentAdmin(LevelledAdmin):
    """Texts on file."""

    noun = "documents"
    list_display = ("title", "kind", "dated_on", "reference", "language", "level")
    list_filter = ("kind", "language")
    date_hierarchy = "dated_on"
    ordering = ("sort_key", "pk")
    fieldsets = (
        (None, {"fields": ("title", "kind", "dated_on", "reference", "language")}),
        (_("The text itself"), {"fields": ("file", "file_name", "link", "replaces")}),
    )
    autocomplete_fields = ("replaces", "named")
    readonly_fields = ("file_name",)
    export_columns: ClassVar[Sequence[Column]] = (
        Column("id", _("number"), "pk"),
        Column("title", _("title"), "title"),
        Column("kind", _("kind"), "kind", words_of(DocumentKind.choices)),
        Column("dated_on", _("date of the document"), "dated_on"),
        Column("reference", _("reference"), "reference"),
        Column("language", _("language"), "language"),
        Column("level", _("access level"), "level", words_of(AccessLevel.choices)),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """On a stored document, with what it supports."""
        (title, first), *others = super().get_fieldsets(request, obj)
        return (
            [(title, {**first, "fields": (*first["fields"], "facts")}), *others] if obj else [(title, first), *others]
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "facts")

    @admin.display(description=_("supports"))
    def facts(self, document: Document) -> str:
        """Leads to the facts, and to a form for one more."""
        facts, one_more = (reverse(f"admin:documents_citation_{page}") for page in ("changelist", "add"))
        return format_html(
            '<a href="{}?document={}">{}</a> · <a href="{}?document={}">{}</a>',
            facts, document.pk, gettext("the facts it supports"), one_more, document.pk, gettext("add one"),
        )  # fmt: skip


@admin.register(Citation)
class CitationAdmin(PartAdmin):
    """Where facts come from."""

    noun = "sources"
    form = CitationForm
    list_display = ("document", "locator", "quote", "about", "field_name", "certainty")
    list_filter = (OfOneDocument, "certainty")
    list_select_related = ("document", "content_type")
    search_fields = ("document__search_text",)
    autocomplete_fields = ("document",)
    ordering = ("-pk",)
    fieldsets = (
        (None, {"fields": ("document", "locator", "quote")}),
        (_("What it supports"), {"fields": ("content_type", "object_id", "field_name", "certainty", "explanation")}),
    )
    export_columns: ClassVar[Sequence[Column]] = (
        Column("id", _("number"), "pk"),
        Column("document", _("document"), "document__title"),
        Column("locator", _("place in the document"), "locator"),
        Column("quote", _("quotation from the source"), "quote"),
        Column("kind", _("kind of record"), "content_type__model"),
        Column("record", _("record"), "object_id"),
        Column("field", _("field"), "field_name"),
        Column("certainty", _("certainty"), "certainty", words_of(Certainty.choices)),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        term = clean_line(search_term)[:200]
        found = Document.objects.all().matching(term)
        return (queryset.filter(document__in=found.values("pk")) if term else queryset), False

    @admin.display(description=_("record"))
    def about(self, citation: Citation) -> str:
        """The kind of record and its number: its name would cost a query for each kind of record on the page."""
        return f"{citation.content_type.name} {citation.object_id}"

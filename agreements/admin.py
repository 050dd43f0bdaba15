"""Agreements with their parties, signatures and documents."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.exports import AGREEMENTS
from agreements.models import Agreement, AgreementDocument, AgreementParty, Signature
from agreements.models.oddities import oddities_of
from core.admin import LevelledAdmin, RecordInline


class PartyInline(RecordInline):
    """Bodies, not people."""

    model = AgreementParty
    fields = ("organisation", "role", "approved_on", "approval_reference")
    autocomplete_fields = ("organisation",)


class SignatureInline(RecordInline):
    """People, in the capacity of the day."""

    model = Signature
    fields = ("contact", "position", "capacity", "on_behalf_of", "signed_on")
    autocomplete_fields = ("contact", "position", "on_behalf_of")
    narrowed = {"position": "contact"}


class AgreementDocumentInline(RecordInline):
    """The text and what belongs to it."""

    model = AgreementDocument
    fields = ("document", "role")
    autocomplete_fields = ("document",)


@admin.register(Agreement)
class AgreementAdmin(LevelledAdmin):
    """MoUs, pacts, treaties."""

    noun, page = "agreements", "agreement"
    list_display = ("title", "kind", "status", "signed_on", "ends_on", "lead_department", "level")
    list_filter = ("status", "kind", "scope", "binding", "lead_department", "themes")
    list_select_related = ("lead_department", "owner")
    date_hierarchy = "signed_on"
    ordering = ("sort_key", "pk")
    autocomplete_fields = ("owner", "signed_at_place", "signed_at_event", "parent", "replaced_by", "named")
    fieldsets = (
        (None, {"fields": ("title", "official_title", "other_titles", "kind", "scope", "binding", "status")}),
        (_("What it is for"), {"fields": ("objective", "themes", "parent", "replaced_by")}),
        (_("Who looks after it"), {"fields": ("lead_department", "owner", "evaluate_on")}),
        (_("Signature"), {"fields": ("signed_on", "signed_at_place", "signed_at_event", "language", "originals")}),
        (
            _("Term"),
            {
                "fields": (
                    "effective_on",
                    ("term_months", "ends_on", "is_indefinite"),
                    ("renewal", "renewal_months"),
                    "notice_months",
                )
            },
        ),
    )
    inlines = (PartyInline, SignatureInline, AgreementDocumentInline)
    export_columns = AGREEMENTS

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """On a stored agreement with where its status is changed."""
        (title, first), *others = super().get_fieldsets(request, obj)
        if obj is None:
            return [(title, first), *others]
        return [(title, {**first, "fields": (*first["fields"], "elsewhere")}), *others]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "status", "elsewhere") if obj else fields

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Says what is odd about the dates; it is stored all the same."""
        super().save_related(request, form, formsets, change)
        parties = AgreementParty.objects.all().visible_to(request.user).filter(agreement=form.instance.pk)
        for oddity in oddities_of(form.instance, parties.select_related("organisation")):
            self.message_user(request, oddity, messages.WARNING)

    @admin.display(description=_("to change the status"))
    def elsewhere(self, agreement: Agreement) -> str:
        """A line that points at the agreement's life cycle."""
        words = gettext("Take a step of its life cycle, which keeps who decided what and why.")
        return format_html('<a href="{}">{}</a>', reverse("agreement-steps", args=[agreement.pk]), words)

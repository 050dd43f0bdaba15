"""Agreements with their parties, signatures and documents."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from agreements.exports import AGREEMENTS
from agreements.models import Agreement, AgreementDocument, AgreementParty, Signature
from core.admin import LevelledAdmin, RecordInline


class PartyInline(RecordInline):
    """Bodies, not people."""

    model = AgreementParty
    fields = ("organisation", "role", "approved_on")
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
    autocomplete_fields = ("owner", "signed_at_place", "signed_at_event", "parent", "named")
    fieldsets = (
        (None, {"fields": ("title", "official_title", "other_titles", "kind", "scope", "binding", "status")}),
        (_("What it is for"), {"fields": ("objective", "themes", "parent")}),
        (_("Who looks after it"), {"fields": ("lead_department", "owner", "evaluate_on")}),
        (_("Signature"), {"fields": ("signed_on", "signed_at_place", "signed_at_event", "language")}),
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

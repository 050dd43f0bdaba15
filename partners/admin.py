"""Organisations, contacts and their positions; themes and places."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.admin import PartAdmin, RecordInline, ReferenceAdmin, StackedRecordInline, WholeAdmin
from core.exports import Column, words_of
from core.languages import localised
from partners.exports import CONTACTS, ORGANISATIONS
from partners.models import (
    Contact,
    Organisation,
    OrganisationLink,
    OrganisationName,
    Place,
    Position,
    PositionStatus,
    Theme,
    contact_name,
)


@admin.register(Theme)
class ThemeAdmin(ReferenceAdmin):
    """What the work is about."""

    noun = "themes"


@admin.register(Place)
class PlaceAdmin(ReferenceAdmin):
    """Cities and towns."""

    noun = "places"
    list_display = ("__str__", "country", "name_nl", "name_fr", "name_en", "time_zone", "is_active")
    fieldsets = (
        (None, {"fields": ("name_nl", "name_fr", "name_en", "country", "is_active")}),
        (_("On the map"), {"fields": (("latitude", "longitude"), "time_zone")}),
    )
    export_columns: ClassVar[Sequence[Column]] = (
        *ReferenceAdmin.export_columns,
        Column("country", _("country"), "country"),
        Column("time_zone", _("time zone"), "time_zone"),
    )


class OrganisationNameInline(RecordInline):
    """Other names; search finds the organisation by them."""

    model = OrganisationName
    fields = ("name", "kind", "language")


class OrganisationLinkInline(RecordInline):
    """What this organisation is to others."""

    model = OrganisationLink
    fk_name = "organisation"
    fields = ("kind", "other", "note")
    autocomplete_fields = ("other",)


@admin.register(Organisation)
class OrganisationAdmin(WholeAdmin):
    """Bodies we work with, and our own."""

    noun, page = "organisations", "organisation"
    list_display = ("name", "kind", "side", "country", "place", "tier", "relationship_manager")
    list_filter = ("side", "kind", "tier", "themes")
    list_select_related = ("place", "relationship_manager")
    ordering = ("sort_key", "pk")
    autocomplete_fields = ("place", "parent", "relationship_manager")
    fieldsets = (
        (None, {"fields": ("name", "kind", "side", "country", "place", "parent", "website")}),
        (_("Our relation"), {"fields": ("tier", "contact_frequency_months", "relationship_manager", "themes", "note")}),
    )
    inlines = (OrganisationNameInline, OrganisationLinkInline)
    export_columns = ORGANISATIONS


class PositionInline(StackedRecordInline):
    """The posts someone holds or held. A changed title or portfolio is a new one."""

    model = Position
    ordering = (F("held_from").desc(nulls_last=True), "pk")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "organisation",
                    "title_nl",
                    "title_fr",
                    "title_en",
                    "title_printed",
                    ("kind", "status"),
                    ("held_from", "held_until", "confirmed_on"),
                    "portfolio_themes",
                    "portfolio",
                    "succeeds",
                    ("email", "phone"),
                )
            },
        ),
    )
    autocomplete_fields = ("organisation", "portfolio_themes", "succeeds")


@admin.register(Contact)
class ContactAdmin(WholeAdmin):
    """People, with the posts they hold."""

    noun, page = "contacts", "contact"
    list_display = ("__str__", "honorific", "email", "phone", "do_not_contact")
    list_filter = ("do_not_contact", "preferred_language")
    ordering = ("sort_key", "pk")
    autocomplete_fields = ("user",)
    fieldsets = (
        (None, {"fields": ("honorific", "given_name", "family_name", "preferred_language")}),
        (_("How to reach them"), {"fields": ("email", "phone", "mobile", "do_not_contact")}),
        (_("For us"), {"fields": ("private_notes", "user")}),
    )
    inlines = (PositionInline,)
    export_columns = CONTACTS


@admin.register(Position)
class PositionAdmin(PartAdmin):
    """Who holds which post where."""

    noun = "positions"
    named_with = ("contact",)
    narrowed_by = "contact"
    list_display = ("contact", "title", "organisation", "kind", "held_from", "held_until", "status")
    list_filter = ("status", "kind", "portfolio_themes")
    list_select_related = ("contact", "organisation")
    search_fields = ("contact__search_text",)
    ordering = ("contact__sort_key", F("held_from").desc(nulls_last=True), "pk")
    autocomplete_fields = ("contact", "organisation", "succeeds")
    fieldsets = (
        (None, {"fields": ("contact", "organisation", "kind", "status")}),
        (_("Title"), {"fields": ("title_nl", "title_fr", "title_en", "title_printed")}),
        (_("Portfolio"), {"fields": ("portfolio_themes", "portfolio")}),
        (_("When"), {"fields": ("held_from", "held_until", "confirmed_on", "succeeds")}),
        (_("How to reach the post"), {"fields": ("email", "phone")}),
    )
    export_columns: ClassVar[Sequence[Column]] = (
        Column("id", _("number"), "pk"),
        Column("contact", _("contact"), lambda reading: contact_name("contact")),
        Column("title", _("title"), lambda reading: localised("title")),
        Column("title_printed", _("title as printed"), "title_printed"),
        Column("organisation", _("organisation"), "organisation__name"),
        Column("held_from", _("held from"), "held_from"),
        Column("held_until", _("held until"), "held_until"),
        Column("status", _("status"), "status", words_of(PositionStatus.choices)),
    )

    @admin.display(description=_("title"))
    def title(self, position: Position) -> Any:
        """In the reader's language."""
        return position.title

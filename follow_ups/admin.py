"""Follow-ups: everything but their status, owner and due date, which change on the follow-up's page."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.admin import LevelledAdmin
from core.admin.forms import LevelledAdminForm
from core.admin.guarded import scripts
from follow_ups.exports import FOLLOW_UPS
from follow_ups.models import FollowUp, FollowUpUpdate
from follow_ups.models.follow_up import OPEN, FollowUpStatus

BY_THEIR_METHODS = ("status", "owner", "due_on", "result", "owner_now", "elsewhere")


class AttentionFilter(admin.SimpleListFilter):
    """What a manager asks first."""

    title = _("attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("open")),
            ("overdue", _("late")),
            ("unassigned", _("without owner")),
            ("undated", _("without due date")),
            ("mine", _("mine")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        asked: dict[str | None, Any] = {
            "open": lambda: queryset.open(),
            "overdue": lambda: queryset.overdue(on=timezone.localdate()),
            "unassigned": lambda: queryset.unassigned(),
            "undated": lambda: queryset.undated(),
            "mine": lambda: queryset.owned_by(request.user),
        }
        return asked[self.value()]() if self.value() in asked else queryset


class FollowUpForm(LevelledAdminForm):
    """A new follow-up starts among the open statuses; closing it needs a result and has its own page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields:
            status: Any = self.fields["status"]
            status.choices = [(one.value, one.label) for one in FollowUpStatus if one in OPEN]


class UpdateInline(admin.TabularInline):  # type: ignore[type-arg]  # Not subscriptable at run time.
    """The story, newest first; only to read."""

    model = FollowUpUpdate
    verbose_name_plural = _("story")
    fields = readonly_fields = ("at", "writer", "said", "status_to", "owner_then", "due_to")
    ordering = ("-at", "-pk")
    extra = 0
    can_delete = False
    media = scripts("admin-rows")

    def get_queryset(self, request: HttpRequest) -> Any:
        return self.model._default_manager.select_related("by", "owner_to").order_by(*self.ordering)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("by"))
    def writer(self, line: FollowUpUpdate) -> str:
        """Who wrote it; in words, because staff may not open the list of users."""
        return str(line.by or "Entente")

    @admin.display(description=_("owner"))
    def owner_then(self, line: FollowUpUpdate) -> Any:
        """Whose it was from then on."""
        return line.owner_to and str(line.owner_to)

    @admin.display(description=_("what was said"))
    def said(self, line: FollowUpUpdate) -> str:
        """The text, or the reason."""
        return str(line.text or line.reason)


@admin.register(FollowUp)
class FollowUpAdmin(LevelledAdmin):
    """The one ledger of promises."""

    noun, page = "follow-ups", "follow-up"
    form = FollowUpForm
    list_display = ("title", "direction", "partner", "comes_from", "owner", "due_on", "status", "level")
    list_filter = (AttentionFilter, "status", "direction", "kind", "priority", "department", "themes")
    list_select_related = ("partner", "department", "owner", "mission", "meeting", "agreement")
    date_hierarchy = "due_on"
    ordering = (F("due_on").asc(nulls_last=True), "pk")
    autocomplete_fields = ("partner", "contact", "mission", "meeting", "agreement", "owner", "named")
    inlines = (UpdateInline,)
    export_columns = FOLLOW_UPS

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).seeing(request.user, "mission", "meeting", "agreement")

    fieldsets = (
        (None, {"fields": ("title", "details", "direction", "kind", "priority")}),
        (_("Comes from"), {"fields": ("partner", "contact", "meeting", "mission", "agreement", "article", "themes")}),
        (_("Who and when"), {"fields": ("department", "owner", "due_on", "status")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """On a stored follow-up with its result, and where its state is changed."""
        fieldsets = super().get_fieldsets(request, obj)
        return [_with_result(title, options) for title, options in fieldsets] if obj else fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, *BY_THEIR_METHODS) if obj else fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    @admin.display(description=_("owner"))
    def owner_now(self, follow_up: FollowUp) -> Any:
        """In words, because staff may not open the list of users."""
        return follow_up.owner and str(follow_up.owner)

    @admin.display(description=_("to change these"))
    def elsewhere(self, follow_up: FollowUp) -> str:
        """A line that points at the follow-up's page."""
        url = reverse("follow-up", args=[follow_up.pk])
        words = gettext(
            "Update, complete, postpone, assign or drop it on its page, which keeps the story of the change."
        )
        return format_html('<a href="{}">{}</a>', url, words)

    @admin.display(description=_("comes from"))
    def comes_from(self, follow_up: Any) -> Any:
        """The meeting, else the mission, else the agreement, as far as the reader may know of it."""
        if follow_up.sees_meeting and follow_up.meeting:
            return follow_up.meeting
        if follow_up.sees_mission and follow_up.mission:
            return follow_up.mission
        return follow_up.agreement if follow_up.sees_agreement else None


def _with_result(title: Any, options: Any) -> tuple[Any, Any]:
    if "status" not in options["fields"]:
        return title, options
    return title, {**options, "fields": ("department", "owner_now", "due_on", "status", "result", "elsewhere")}

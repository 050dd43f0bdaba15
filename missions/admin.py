"""Missions with their stops, delegation and programme; meetings with their participants."""

import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.access import Viewer
from core.admin import LevelledAdmin, RecordFormSet, RecordInline, StackedRecordInline
from core.admin.forms import AdminForm, LevelledAdminForm
from core.text import is_row_number
from follow_ups.models import FollowUp
from follow_ups.models.closing import check_closing
from follow_ups.models.promises import promised_since
from follow_ups.models.visits import may_become_a_visit, taken_over
from missions.exports import MEETINGS, MISSIONS, seen_mission
from missions.models import (
    Delegate,
    Meeting,
    MeetingAgreement,
    MeetingDocument,
    Mission,
    MissionDocument,
    MissionStatus,
    Participant,
    Stop,
)


class StopInline(RecordInline):
    """Where it goes, in order."""

    model = Stop
    fields = ("order", "place", "arrives_on", "leaves_on", "cancelled_why")
    note = _(
        "A place that is not found is added by an administrator. "
        "Stops with the same number stay in the order in which you enter them."
    )
    autocomplete_fields = ("place",)


class DelegateInline(RecordInline):
    """Who travels along."""

    model = Delegate
    fields = ("order", "contact", "organisation", "label", "role", "status")
    note = _("Each row is a person, an organisation or, when nobody is named, a description.")
    autocomplete_fields = ("contact", "organisation")


class MeetingRowForm(AdminForm):
    """A meeting in the programme of its mission."""

    class Meta:
        widgets = {"title": forms.TextInput(attrs={"size": 40})}


class ProgrammeFormSet(RecordFormSet):
    """The items of one mission: their stops are the mission's own, asked once for all rows."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        offer_stops(form, self.stops)

    @property
    def stops(self) -> list[Stop]:
        """The stops of the mission that are stored."""
        if not hasattr(self, "_stops"):
            self._stops = stops_of(self.instance.pk, self.form.viewer)
        return self._stops


class MeetingInline(RecordInline):
    """The programme. Who was there and what came of it is entered on the meeting's own page."""

    model = Meeting
    form = MeetingRowForm
    formset = ProgrammeFormSet
    fields = ("title", "kind", "strand", "status", "stop", "day", "starts_at")
    note = _(
        "Who was there, what came of it and which agreement was signed are entered on the meeting's own page, "
        "after saving. New stops can be chosen once they are saved."
    )
    ordering = (F("day").asc(nulls_last=True), F("starts_at").asc(nulls_last=True), "order", "pk")
    show_change_link = True
    can_delete = False  # A meeting is a record of its own; it is archived, or deleted on its own page.


class MissionDocumentInline(RecordInline):
    """Report, announcement, note."""

    model = MissionDocument
    fields = ("document", "role")
    autocomplete_fields = ("document",)


class MissionForm(LevelledAdminForm):
    """A mission; closing it with open ends asks why, as its own page does."""

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError."""
        cleaned = super().clean()
        is_closing = cleaned.get("status") == MissionStatus.CLOSED and {"status", "closed_why"} & {*self.changed_data}
        if is_closing and self.instance.pk:
            try:
                check_closing(mission=self.instance, why=cleaned.get("closed_why", ""), by=cast(User, self.user))
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned


@admin.register(Mission)
class MissionAdmin(LevelledAdmin):
    """Missions abroad and incoming visits."""

    noun, page = "missions", "mission"
    form = MissionForm
    narrowed = {"lead_position": "lead"}
    list_display = ("title", "kind", "direction", "status", "starts_on", "ends_on", "lead", "level")
    list_filter = ("status", "direction", "kind", "themes")
    list_select_related = ("lead",)
    date_hierarchy = "starts_on"
    ordering = (F("starts_on").desc(nulls_last=True), "-pk")
    autocomplete_fields = (
        "lead", "lead_position", "substitute", "reachable_member", "builds_on", "team", "named",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("title", "other_titles", "kind", "direction", "status", "closed_why", "language")}),
        (_("When"), {"fields": (("starts_on", "starts_part"), ("ends_on", "ends_part"))}),
        (_("Who"), {"fields": ("lead", "lead_position", "substitute", "reachable_member", "team")}),
        (_("Why and what"), {"fields": ("occasion", "objective", "programme", "themes", "builds_on")}),
        (
            _("To the Government"),
            {
                "fields": (
                    "note_sent_on",
                    ("announced_on", "announcement_reference"),
                    ("reported_on", "report_reference"),
                )
            },
        ),
    )
    inlines = (StopInline, DelegateInline, MeetingInline, MissionDocumentInline)
    export_columns = MISSIONS

    def invitation_of(self, request: HttpRequest) -> FollowUp | None:
        """The open invitation (`?follow_up=`) that a new mission keeps, when this user may see it."""
        asked = request.GET.get("follow_up", "")
        if not is_row_number(asked):
            return None
        rows = FollowUp.objects.all().visible_to(request.user).select_related("partner")
        found = rows.filter(pk=asked).first()
        return found if found is not None and may_become_a_visit(found) else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """With what the invitation tells, where the mission keeps one."""
        initial = super().get_changeform_initial_data(request)
        invitation = self.invitation_of(request)
        return {**initial, **taken_over(invitation, request.GET.get("direction", ""))} if invitation else initial

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Says which invitation it keeps, with the way back to it."""
        invitation = self.invitation_of(request)
        return super().add_view(request, form_url, {"invitation": invitation, **(extra_context or {})})

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponseRedirect:
        """Who came from an invitation goes on with it."""
        invitation = self.invitation_of(request)
        if invitation is None:
            return super().response_post_save_add(request, obj)
        return HttpResponseRedirect(f"{reverse('follow-up-visit', args=[invitation.pk])}?visit={obj.pk}")


class ParticipantInline(StackedRecordInline):
    """Who sat at the table, in the capacity of that day."""

    model = Participant
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("side", "role", "attendance"),
                    ("contact", "position"),
                    ("organisation", "label"),
                    "capacity",
                )
            },
        ),
    )
    autocomplete_fields = ("contact", "organisation", "position")
    narrowed = {"position": "contact"}
    note = _(
        "Each row is a person, an organisation, both or, when nobody is named, a description. "
        "Choose the contact first: then only their own positions are offered."
    )


class MeetingAgreementInline(RecordInline):
    """Texts on the table."""

    model = MeetingAgreement
    fields = ("agreement", "treatment")
    autocomplete_fields = ("agreement",)


class MeetingDocumentInline(RecordInline):
    """What was handed over or written down."""

    model = MeetingDocument
    fields = ("document",)
    autocomplete_fields = ("document",)


class MeetingForm(LevelledAdminForm):
    """A meeting; inside a mission it takes place at one of the mission's stops."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stop" in self.fields:
            mission = (
                self.data.get(self.add_prefix("mission")) or self.initial.get("mission") or self.instance.mission_id
            )
            offer_stops(self, stops_of(mission, self.user, keeping=self.instance.stop_id))


def stops_of(mission: Any, user: Viewer, keeping: int | None = None) -> list[Stop]:
    """The stops of a mission that this user may see, by its row number as typed or stored, and the one to keep."""
    if not is_row_number(mission):
        return []
    seen = Stop.objects.all().visible_to(user).values("pk")
    stops = Stop.objects.filter(Q(pk__in=seen) | Q(pk=keeping), mission=int(mission))
    return list(stops.select_related("place").order_by("order", "pk"))


def offer_stops(form: Any, stops: list[Stop]) -> None:
    """Lets the form choose among these stops only."""
    field = form.fields["stop"]
    field.queryset = Stop.objects.filter(pk__in=[stop.pk for stop in stops])
    field.choices = [("", _("not recorded")), *((stop.pk, str(stop)) for stop in stops)]


@admin.register(Meeting)
class MeetingAdmin(LevelledAdmin):
    """Meetings, visits and receptions."""

    noun, page = "meetings", "meeting"
    form = MeetingForm
    list_display = ("title", "kind", "status", "of_mission", "latest_on", "starts_at", "where_held", "level")
    list_filter = ("status", "kind", "strand", "themes")
    list_select_related = ("mission", "stop__place", "place")
    date_hierarchy = "latest_on"
    ordering = (F("latest_on").desc(nulls_last=True), "-pk")
    autocomplete_fields = ("mission", "place", "named")
    fieldsets = (
        (None, {"fields": ("title", "kind", "strand", "status", "status_why", "themes")}),
        (
            _("When and where"),
            {
                "fields": ("mission", "stop", ("day", "starts_at", "ends_at"), "place", "venue", "order"),
                "description": _("The stops of a mission can be chosen once the meeting is saved with that mission."),
            },
        ),
        (_("What came of it"), {"fields": ("outcome", "internal_note", "no_follow_up_reason")}),
    )
    inlines = (ParticipantInline, MeetingAgreementInline, MeetingDocumentInline)
    export_columns = MEETINGS

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).seeing(request.user, "mission")
        return rows.annotate(mission_key=seen_mission("sort_key", request.user))

    def merge_notes(self, request: HttpRequest, row: Meeting, since: datetime.datetime | None) -> list[str]:
        """Promises have pages of their own; who merges a meeting should know of them."""
        return promised_since(row, since, request.user)

    @admin.display(description=_("mission"), ordering="mission_key")
    def of_mission(self, meeting: Any) -> Any:
        """The mission, when the reader may know of it."""
        return meeting.mission if meeting.sees_mission else None

    @admin.display(description=_("where"))
    def where_held(self, meeting: Meeting) -> Any:
        """The place, through the stop inside a mission."""
        return meeting.where

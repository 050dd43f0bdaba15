"""Small forms on the page of a mission: an item in one line, what became of an item, closing the mission."""

import datetime
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.access import Viewer
from core.forms import DayField
from core.small_forms import VersionedForm
from core.text import is_row_number
from follow_ups.models.closing import close_mission
from missions.actions import add_item
from missions.models import Meeting, MeetingStatus, Mission, Stop, Strand

MOST_DAYS = 31  # of a mission that are listed to choose from; of a longer one the day is typed
LONGEST_TITLE = 300


class NewItemForm(forms.Form):
    """An item of the programme in one line. The stops are those of the mission, in its order."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    stop = forms.TypedChoiceField(label=_("City"), required=False, coerce=int, empty_value=None)
    strand = forms.ChoiceField(label=_("Strand"), required=False, choices=[("", _("not recorded")), *Strand.choices])

    prefix = "item"
    field_order = ("title", "day", "stop", "strand")

    def __init__(self, *args: Any, mission: Mission, stops: Sequence[Stop], **kwargs: Any) -> None:
        self.mission, self.stops = mission, {stop.pk: stop for stop in stops if not stop.cancelled_why}
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["stop"]).choices = [
            ("", _("not recorded")),
            *((pk, str(stop)) for pk, stop in self.stops.items()),
        ]
        self.fields["day"] = self._day_field()
        self.order_fields(self.field_order)

    def _day_field(self) -> forms.Field:
        """One of the days of the mission; typed when they are not known, or many."""
        days = days_of(self.mission)
        if not days:
            return DayField(label=_("Day"), required=False)
        choices = [("", _("not recorded")), *((day.isoformat(), formats.date_format(day, "D j/n")) for day in days)]
        return forms.TypedChoiceField(
            label=_("Day"),
            required=False,
            choices=choices,
            coerce=datetime.date.fromisoformat,
            empty_value=None,
        )

    def add(self, *, by: User) -> Meeting:
        """Stores it. Raises ValidationError."""
        given = self.cleaned_data
        return add_item(
            mission=self.mission,
            title=given["title"],
            day=given["day"],
            stop=self.stops.get(given["stop"]),
            strand=given["strand"],
            by=by,
        )


def days_of(mission: Mission) -> list[datetime.date]:
    """The days of a mission, when they are known and not too many to choose from."""
    if mission.starts_on is None or mission.ends_on is None:
        return []
    count = (mission.ends_on - mission.starts_on).days + 1
    if count > MOST_DAYS:
        return []
    return [mission.starts_on + datetime.timedelta(days=number) for number in range(count)]


class MeetingStatusForm(VersionedForm):
    """What became of an item."""

    status = forms.ChoiceField(label=_("Status"), choices=MeetingStatus.choices)
    status_why = forms.CharField(
        label=_("Because"), required=False, max_length=300, help_text=_("Needed when it is cancelled.")
    )

    def store(self, meeting: Meeting, *, by: User) -> None:
        """Raises ValidationError, StaleVersion."""
        status, why = self.cleaned_data["status"], self.cleaned_data["status_why"]
        if status == meeting.status and not why:
            return  # Somebody pressed twice.
        cast(Meeting, self.read(meeting)).settle(status, why, by=by)


class CloseForm(VersionedForm):
    """Closing a mission."""

    closed_why = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def store(self, mission: Mission, *, by: User) -> None:
        """Raises ValidationError, StaleVersion."""
        close_mission(mission=cast(Mission, self.read(mission)), why=self.cleaned_data["closed_why"], by=by)


def other_item(given: Any, user: Viewer) -> Meeting | None:
    """The meeting with this row number, as typed, when the user may see it."""
    if not is_row_number(given):
        return None
    return Meeting.objects.all().visible_to(user).filter(pk=given).first()

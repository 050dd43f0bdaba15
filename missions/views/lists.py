"""The lists of missions and meetings: page, fragment and CSV; and both found as you type."""

from typing import Any

from django.db.models import Prefetch

from core.gap_rules import with_gaps
from core.views import FilteredListView, OptionsView, add_url
from missions.exports import MEETINGS, MISSIONS
from missions.filters import MeetingFilters, MissionFilters
from missions.models import Meeting, Mission, Participant, Stop
from missions.models.readiness import readiness_rules


class MissionList(FilteredListView):
    """Every mission the reader may see, the most recent first."""

    model = Mission
    noun = "missions"
    filters = MissionFilters
    columns = MISSIONS
    page_template = "missions/mission_list.html"
    table_template = "missions/_mission_table.html"

    def in_own_order(self, rows: Any) -> Any:
        return rows.latest_first()

    def for_page(self, rows: Any) -> Any:
        stops = Prefetch("stops", Stop.objects.select_related("place"))
        judged = with_gaps(rows, readiness_rules(self.asked.today), self.request.user)
        return judged.select_related("lead").prefetch_related(stops)

    def extra_context(self) -> dict[str, Any]:
        return {"add_url": add_url(self.request.user, Mission), "readiness": readiness_rules(self.asked.today)}


class MeetingList(FilteredListView):
    """Every meeting the reader may see, the most recent first."""

    model = Meeting
    noun = "meetings"
    filters = MeetingFilters
    columns = MEETINGS
    page_template = "missions/meeting_list.html"
    table_template = "missions/_meeting_table.html"

    def in_own_order(self, rows: Any) -> Any:
        return rows.latest_first()

    def for_page(self, rows: Any) -> Any:
        return for_table(rows, self.request.user)

    def extra_context(self) -> dict[str, Any]:
        return {"add_url": add_url(self.request.user, Meeting)}


def for_table(rows: Any, user: Any) -> Any:
    """What a line about a meeting reads: its mission, place and both sides, in two queries."""
    people = Prefetch("participants", Participant.objects.select_related("contact", "organisation", "position"))
    return rows.seeing(user, "mission").select_related("mission", "stop__place", "place").prefetch_related(people)


class MissionOptions(OptionsView):
    """Missions found as you type."""

    model = Mission

    def note(self, row: Any) -> str:
        return str(row.span or row.get_status_display())


class MeetingOptions(OptionsView):
    """Meetings found as you type."""

    model = Meeting

    def choosable(self, rows: Any) -> Any:
        return super().choosable(rows).select_related("stop__place", "place")

    def note(self, row: Any) -> str:
        return " · ".join(str(words) for words in (row.when, row.where) if words)

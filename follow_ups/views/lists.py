"""The list of follow-ups: page, fragment and CSV."""

from typing import Any

from core.views import FilteredListView
from follow_ups.exports import FOLLOW_UPS
from follow_ups.filters import FollowUpFilters
from follow_ups.models import FollowUp


class FollowUpList(FilteredListView):
    """Every follow-up the reader may see; open ones first."""

    model = FollowUp
    noun = "follow-ups"
    filters = FollowUpFilters
    columns = FOLLOW_UPS
    page_template = "follow_ups/follow_up_list.html"
    table_template = "follow_ups/_follow_up_table.html"

    def in_own_order(self, rows: Any) -> Any:
        return rows.open_first()

    def for_page(self, rows: Any) -> Any:
        return for_table(rows, self.request.user)


def for_table(rows: Any, user: Any) -> Any:
    """What `_follow_up_table.html` reads of each row, in one query."""
    return rows.seeing(user, "mission", "meeting", "agreement").select_related(
        "partner", "contact", "mission", "meeting", "agreement", "department", "owner"
    )

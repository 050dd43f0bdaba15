"""The list of follow-ups: page, fragment and CSV."""

import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Count, F
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from accounts.rights import Right, may, require
from core.access import Viewer
from core.filters import Filters
from core.views import FilteredListView
from follow_ups.exports import CABINET, FOLLOW_UPS
from follow_ups.filters import CabinetFilters, FollowUpFilters, department_name
from follow_ups.models import CabinetSection, FollowUp
from follow_ups.models.as_it_stood import as_it_stood, follow_up_then
from missions.models import Mission

MOST_OF_A_TABLE = 1000  # rows; what is more is in the CSV
REPORTS_HAVE = frozenset({"overdue", "country", "o", "page"})  # parameters that say something of a mission's report too


class FollowUpList(FilteredListView):
    """Every follow-up the reader may see; open ones first."""

    model = FollowUp
    noun = "follow-ups"
    filters = FollowUpFilters
    columns = FOLLOW_UPS
    page_template = "follow_ups/follow_up_list.html"
    table_template = "follow_ups/_follow_up_table.html"

    def asked_by(self, query: QueryDict, user: Viewer) -> Filters:
        """With `on=` a past day the rows, and what is late among them, are those of that day."""
        self.stood_on = past_day(query)
        if self.stood_on is None:
            return super().asked_by(query, user)
        then = as_it_stood(on=self.stood_on).visible_to(user)
        return FollowUpFilters(query, then, user=user, today=self.stood_on)

    def in_own_order(self, rows: Any) -> Any:
        return rows.open_first()

    def for_page(self, rows: Any) -> Any:
        return for_table(rows, self.request.user)

    def shown(self, rows: Any) -> Any:
        return [follow_up_then(line) for line in rows] if self.stood_on else rows

    def file_noun(self) -> str:
        return f"{self.noun}-as-on-{self.stood_on.isoformat()}" if self.stood_on else self.noun

    def extra_context(self) -> dict[str, Any]:
        query = self.request.GET.copy()
        query.pop("page", None)
        asked_for = [(name, value) for name, values in query.lists() for value in values]
        query.pop("on", None)
        asks_what_is_late = "overdue" in self.request.GET and REPORTS_HAVE.issuperset(self.request.GET)
        return {
            "late_reports": late_reports(self.asked) if asks_what_is_late and not self.asked.problems else {},
            "may_choose": may(self.request.user, Right.DECIDE_IN_BULK) and self.stood_on is None,
            "asked_for": asked_for,
            "stood_on": self.stood_on,
            "today_query": query.urlencode(),
        }


def past_day(query: QueryDict) -> datetime.date | None:
    """The day that `on` asks for; None without one, and when it is no day that is over: the filters say why."""
    try:
        return cast("datetime.date | None", FollowUpFilters.base_filters["on"].field.clean(query.get("on")))
    except ValidationError:
        return None


class CabinetTable(FilteredListView):
    """The table for the cabinet meeting: by department what is late, closed since last time, without owner or date."""

    model = FollowUp
    noun = "cabinet-table"
    filters = CabinetFilters
    columns = CABINET
    page_template = "follow_ups/cabinet_table.html"
    table_template = "follow_ups/_cabinet_table.html"
    remembers = False

    def may_open(self, user: Viewer) -> bool:
        return may(user, Right.WRITE)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The page, its table or its CSV, for who writes."""
        require(request.user, Right.WRITE)
        return super().get(request)

    def in_own_order(self, rows: Any) -> Any:
        department = department_name(self.asked)
        return rows.order_by(department.asc(nulls_last=True), "section", F("due_on").asc(nulls_last=True), "pk")

    def for_page(self, rows: Any) -> Any:
        return rows.select_related("partner", "department", "owner")

    def rows_per_page(self) -> int:
        """A table is read whole."""
        return MOST_OF_A_TABLE

    def extra_context(self) -> dict[str, Any]:
        counted = dict(self.asked.rows.order_by().values_list("section").annotate(count=Count("pk")))
        return {
            "sections": [(value, label, counted.get(value, 0)) for value, label in CabinetSection.choices],
            "last_time": cast(CabinetFilters, self.asked).last_time,
        }


def late_reports(asked: Filters) -> dict[str, Any]:
    """Reports that are late, where these filters look: how many, and their list. Empty when there are none."""
    rows = Mission.objects.all().visible_to(asked.user).current().report_late(on=asked.today)
    countries = asked.form.cleaned_data["country"]
    if countries:
        rows = rows.in_country(*countries)
    count = rows.count()
    return {"count": count, "query": urlencode({"report_late": 1, "country": countries}, doseq=True)} if count else {}


def for_table(rows: Any, user: Any) -> Any:
    """What `_follow_up_table.html` reads of each row, in one query."""
    return rows.seeing(user, "mission", "meeting", "agreement").select_related(
        "partner", "contact", "mission", "meeting", "agreement", "department", "owner"
    )

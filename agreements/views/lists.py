"""The list of agreements: page, fragment and CSV."""

import datetime
from typing import Any

from agreements.exports import AGREEMENTS, party_count, party_names
from agreements.filters import AgreementFilters
from agreements.models import Agreement
from agreements.models.reminder import reminder_of, saying_decided_terms
from agreements.models.terms import with_terms
from core.months import months_later
from core.views import FilteredListView, add_url
from follow_ups.models.performance import Performance, with_performance

MOST_PARTIES = 5  # named in the list


class AgreementList(FilteredListView):
    """Every agreement the reader may see, by title."""

    model = Agreement
    noun = "agreements"
    filters = AgreementFilters
    columns = AGREEMENTS
    page_template = "agreements/agreement_list.html"
    table_template = "agreements/_agreement_table.html"

    def extra_context(self) -> dict[str, Any]:
        today = self.asked.today
        return {
            "add_url": add_url(self.request.user, Agreement),
            "summer_on": before_summer(today),
            "half_a_year_on": months_later(today, 6),
        }

    def for_page(self, rows: Any) -> Any:
        told = saying_decided_terms(rows.select_related("lead_department").saying_last_signature())
        user = self.request.user
        named = told.annotate(party_names=party_names(user, MOST_PARTIES), party_count=party_count(user))
        return with_performance(named, user=user, on=self.asked.today)

    def shown(self, rows: Any) -> Any:
        """Each signed one with its current term, and what is to be decided about it."""
        today = self.asked.today
        found = with_terms(rows, on=today)
        for row in found:
            row.other_parties = max(row.party_count - MOST_PARTIES, 0)
            row.performance_words = Performance(row.performance).label if row.performance else ""
            row.reminder = reminder_of(row, on=today) if row.term else None
        return found


def before_summer(today: datetime.date) -> datetime.date:
    """The last day before the summer that comes, or that has come: this year's 30 June, next year's once it is past."""
    this_year = datetime.date(today.year, 6, 30)
    return this_year if today <= this_year else this_year.replace(year=today.year + 1)

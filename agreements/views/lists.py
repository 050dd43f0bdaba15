"""The list of agreements: page, fragment and CSV."""

import datetime
from typing import Any

from agreements.exports import AGREEMENTS, party_names
from agreements.filters import AgreementFilters
from agreements.models import Agreement, AgreementStatus
from agreements.models.terms import term_of
from core.months import months_later
from core.views import FilteredListView, add_url


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
        return rows.select_related("lead_department").annotate(party_names=party_names(self.request.user))

    def shown(self, rows: Any) -> Any:
        """Each signed one with its current term."""
        found = list(rows)
        for row in found:
            row.term = term_of(row, on=self.asked.today) if row.status == AgreementStatus.SIGNED else None
        return found


def before_summer(today: datetime.date) -> datetime.date:
    """The last day before the summer that comes, or that has come: this year's 30 June, next year's once it is past."""
    this_year = datetime.date(today.year, 6, 30)
    return this_year if today <= this_year else this_year.replace(year=today.year + 1)

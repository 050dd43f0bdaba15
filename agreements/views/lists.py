"""The list of agreements: page, fragment and CSV."""

from typing import Any

from agreements.exports import AGREEMENTS, party_names
from agreements.filters import AgreementFilters
from agreements.models import Agreement
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
        return {"add_url": add_url(self.request.user, Agreement)}

    def for_page(self, rows: Any) -> Any:
        return rows.select_related("lead_department").annotate(party_names=party_names(self.request.user))

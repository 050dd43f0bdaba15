"""The overview to print: the agreements that a filter shows, all on one page, by country of the other side."""

from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django_countries import countries

from agreements.models import Agreement, Scope
from agreements.models.party import parties_in_short
from agreements.models.terms import with_terms
from agreements.views.lists import AgreementList
from core.access import Viewer
from core.text import fold

MOST_OF_AN_OVERVIEW = 2000  # texts; a government's whole register fits, and what is more has a next page


@dataclass
class Group:
    """The texts with one country, with several, or within our own."""

    label: str
    order: tuple[int, str]
    rows: list[Agreement] = field(default_factory=list)


class AgreementOverview(AgreementList):
    """A folder for a minister: every text of a filter with its parties, dates and lead department."""

    noun = "agreements-overview"
    page_template = "agreements/agreement_overview.html"
    table_template = "agreements/_agreement_overview.html"
    remembers = False

    def rows_per_page(self) -> int:
        """An overview is read whole."""
        return MOST_OF_AN_OVERVIEW

    def extra_context(self) -> dict[str, Any]:
        return {"list_query": without_page(self.request.GET)}

    def for_page(self, rows: Any) -> Any:
        return rows.select_related("lead_department").saying_country().saying_last_signature()

    def shown(self, rows: Any) -> list[Group]:
        """The groups in the order of their names, each with its texts in the order of the list."""
        found = with_parties(with_terms(rows, on=self.asked.today), self.request.user)
        groups: dict[tuple[int, str], Group] = {}
        for row in found:
            group = group_of(row)
            groups.setdefault(group.order, group).rows.append(row)
        return [groups[order] for order in sorted(groups)]


def with_parties(rows: list[Any], user: Viewer) -> list[Any]:
    """The same rows, each saying its first parties and how many more there are."""
    parties = parties_in_short([row.pk for row in rows], user=user)
    for row in rows:
        row.parties_in_short = parties.get(row.pk)
    return rows


def group_of(row: Any) -> Group:
    """Under which heading a row of `saying_country` stands."""
    if row.first_country and row.first_country == row.last_country:
        name = str(countries.name(row.first_country)) or row.first_country
        return Group(name, (0, fold(name)))
    if row.first_country:
        return Group(_("More than one country"), (1, ""))
    if row.scope == Scope.DOMESTIC:
        return Group(_("Within our own country"), (2, ""))
    return Group(_("Country not recorded"), (3, ""))


def without_page(query: QueryDict) -> str:
    """The query string that asks for the same rows, wherever one was among them."""
    asked = query.copy()
    asked.pop("page", None)
    return asked.urlencode()

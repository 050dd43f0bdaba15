"""The review queue: who owes whom, what is late and with whom, one partner at a time; the table for the cabinet."""

import datetime
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.http import require_GET
from django_countries import countries

from accounts.models import Department, User
from accounts.rights import Right, require
from core.text import is_row_number
from core.views import find
from follow_ups.models import FollowUp, FollowUpUpdate, PartnerReview
from follow_ups.models.follow_up import OPEN
from follow_ups.models.review_queue import Group, Grouping, grouped, next_partner, totals
from follow_ups.views.lists import for_table
from missions.models import Mission
from partners.models import Organisation

GROUPS_PER_PAGE = 50
MOST_ROWS = 200  # of one partner on one page; the rest is in the list

Query = tuple[tuple[str, Any], ...]
STILL_OPEN: Query = tuple(("status", status.value) for status in OPEN)
# Each figure with its heading and what the list of follow-ups is asked to show the same rows.
FIGURES: dict[str, tuple[str | Promise, Query]] = {
    "open": (gettext_lazy("Open"), STILL_OPEN),
    "late": (gettext_lazy("Late"), (("overdue", 1),)),
    "waiting": (gettext_lazy("Waiting"), (("status", "waiting"),)),
    "unassigned": (gettext_lazy("Without owner"), (("unassigned", 1),)),
    "undated": (gettext_lazy("Without due date"), (("undated", 1),)),
    "ours": (gettext_lazy("Promised by us"), (("direction", "ours"), *STILL_OPEN)),
    "theirs": (gettext_lazy("Promised by them"), (("direction", "theirs"), *STILL_OPEN)),
}


@dataclass(frozen=True)
class Figure:
    """A number and the list with exactly those rows."""

    name: str
    heading: str | Promise
    count: int
    url: str


@dataclass(frozen=True)
class Line:
    """One group of the queue, with its name, its own page and its figures."""

    key: Any
    name: str
    url: str
    figures: list[Figure]
    oldest: datetime.datetime | None
    oldest_url: str
    review: PartnerReview | None = None


@require_GET
def review_queue(request: HttpRequest) -> HttpResponse:
    """Open follow-ups laid out `?by=` partner, department, owner, mission or country."""
    user, today = cast(User, request.user), timezone.localdate()
    require(user, Right.WRITE)
    by = request.GET.get("by", Grouping.PARTNER)
    if by not in Grouping.values:
        return HttpResponseRedirect(reverse("review"))
    rows = FollowUp.objects.all().visible_to(user).current()
    paginator: Paginator[Any] = Paginator(grouped(rows, by, user=user, on=today), GROUPS_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    groups = list(page.object_list)
    names = names_of(by, [group["key"] for group in groups if group["key"] is not None])
    reviews = PartnerReview.objects.latest_of(list(names)) if by == Grouping.PARTNER else {}
    context = {
        "by": by,
        "groupings": Grouping.choices,
        "headings": [heading for heading, _query in FIGURES.values()],
        "all": line_of({"key": None, **totals(rows, on=today)}, (), _("Everything")),
        "lines": [named_line(by, group, names, reviews.get(group["key"])) for group in groups],
        "page_obj": page,
        "base_query": urlencode({"by": by}),
        "group_count": paginator.count,
        "today": today,
    }
    return render(request, "follow_ups/review_queue.html", context)


def names_of(by: str, keys: list[Any]) -> dict[Any, str]:
    """What the groups are called, in the reader's language (at most one query)."""
    if by == Grouping.COUNTRY:
        return {key: str(countries.name(key)) for key in keys}
    models: dict[str, Any] = {
        Grouping.PARTNER: Organisation,
        Grouping.DEPARTMENT: Department,
        Grouping.OWNER: User,
        Grouping.MISSION: Mission,
    }
    return {pk: str(row) for pk, row in models[by]._base_manager.in_bulk(keys).items()}


def named_line(by: str, group: Group, names: dict[Any, str], review: PartnerReview | None) -> Line:
    """A group with its name; the rows that belong to none come under the name of what they lack."""
    key = group["key"]
    without = {
        Grouping.PARTNER: _("Without partner"),
        Grouping.DEPARTMENT: _("Without department"),
        Grouping.OWNER: _("Without owner"),
        Grouping.MISSION: _("Without mission"),
        Grouping.COUNTRY: _("Without country"),
    }
    query: Query = ((by, key),) if key is not None else (("without", by),)
    return line_of(group, query, names.get(key) or str(without[Grouping(by)]), by=by, review=review)


def line_of(group: Group, query: Query, name: str, *, by: str = "", review: PartnerReview | None = None) -> Line:
    """A group with the addresses of its figures."""
    key, address = group["key"], reverse("follow-ups")
    is_partner = by == Grouping.PARTNER and key is not None
    return Line(
        key=key,
        name=name,
        url=reverse("organisation-review", args=[key]) if is_partner else "",
        figures=[
            Figure(figure, heading, group[figure], f"{address}?{urlencode((*query, *asked))}")
            for figure, (heading, asked) in FIGURES.items()
        ],
        oldest=group["oldest"],
        oldest_url=f"{address}?{urlencode((*query, *STILL_OPEN, ('o', 'recorded')))}",
        review=review,
    )


class ReviewPartner(View):
    """All that is open with one partner, to go through; then the next."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Its open follow-ups, late ones first, each with what can be done."""
        partner, today = self._find(request, pk), timezone.localdate()
        rows = self._rows(request)
        found = list(for_table(rows.open().with_partner(pk).open_first(), request.user)[: MOST_ROWS + 1])
        moves = FollowUpUpdate.objects.moves_of([row.pk for row in found])
        for row in found:
            row.moved = moves.get(row.pk, 0)
        said = FollowUpUpdate.objects.visible_to(request.user).last_of([row.pk for row in found])
        for row in found:
            row.last_said = said.get(row.pk)
        context = {
            "partner": partner,
            "rows": found[:MOST_ROWS],
            "is_cut": len(found) > MOST_ROWS,
            "late_count": sum(row.is_overdue(on=today) for row in found[:MOST_ROWS]),
            "review": PartnerReview.objects.latest_of([pk]).get(pk),
            "next": next_partner(rows, partner, on=today),
            "list_query": urlencode((("partner", pk), *STILL_OPEN)),
            "today": today,
        }
        return render(request, "follow_ups/review_partner.html", context)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Reviewed; on to the partner that was next when this page was opened, else the queue."""
        partner = self._find(request, pk)
        PartnerReview.note(partner, by=cast(User, request.user))
        messages.success(request, _("“%(partner)s” is reviewed.") % {"partner": partner})
        following = request.POST.get("next", "")
        is_there = is_row_number(following) and Organisation.objects.all().filter(pk=following).exists()
        return HttpResponseRedirect(reverse("organisation-review", args=[following]) if is_there else reverse("review"))

    def _find(self, request: HttpRequest, pk: int) -> Organisation:
        require(request.user, Right.WRITE)
        return cast(Organisation, find(Organisation.objects.all(), request.user, pk))

    def _rows(self, request: HttpRequest) -> Any:
        return FollowUp.objects.all().visible_to(request.user).current()

"""Home: what asks for attention today, for whoever looks."""

from itertools import chain
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.rights import Right, may
from core.views import add_url
from dashboard.models import Tile, counted, everyones_follow_ups, follow_ups_of_department, own_follow_ups
from missions.models import Meeting, Mission

OWN_LINES = 5  # of each of my figures
LINES = 8


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """My follow-ups, everyone's late ones, coming missions, reports that are due, outcomes."""
    user, today = cast(User, request.user), timezone.localdate()
    own = own_follow_ups(user, on=today) if may(user, Right.WRITE) else []
    everyone = everyones_follow_ups(user, on=today)
    department = [follow_ups_of_department(user, user.department, on=today)] if user.department else []
    missions = missions_that_ask(user, today)
    meetings = [without_outcome(user)]
    counted(user, chain(own, everyone, department, missions, meetings))
    for tile in own:
        tile.first_rows = lines(tile, OWN_LINES)
    late = late_lines(user, department, everyone)
    for tile in chain(missions, meetings):
        tile.first_rows = list(tile.rows[:OWN_LINES]) if tile.count else []
    context = {
        "today": today,
        "own": own,
        "owned_count": sum(tile.count for tile in own),
        "everyone": [*department, *everyone],
        "late": late,
        "coming": missions[0],
        "add_mission_url": add_url(user, Mission),
        "report_late": missions[1],
        "without_outcome": meetings[0],
        "recent": Meeting.objects.all()
        .seeing(user, "mission")
        .visible_to(user)
        .current()
        .with_outcome()
        .latest_first()
        .select_related("mission", "stop__place", "place")[:OWN_LINES],
    }
    return render(request, "dashboard/home.html", context)


def lines(tile: Tile, most: int) -> list[Any]:
    """The first rows of a tile, as `_follow_up_lines.html` reads them; no query when there are none."""
    rows = tile.rows.open_first().select_related("owner", "partner")
    return list(rows[:most]) if tile.count else []


def late_lines(user: User, department: list[Tile], everyone: list[Tile]) -> Tile:
    """The late ones that concern this user most: of the department when it has any, else of everyone."""
    tile = next((one for one in department if one.count and not may(user, Right.DECIDE_IN_BULK)), everyone[0])
    tile.first_rows = lines(tile, LINES)
    return tile


def missions_that_ask(user: User, today: Any) -> list[Tile]:
    """What comes, and what should have been reported."""
    rows = Mission.objects.all().visible_to(user).current()
    coming = rows.coming(on=today).soonest_first().select_related("lead")
    late = rows.report_late(on=today).latest_first()
    return [
        Tile("coming", _("Coming missions"), coming, [("coming", 1)]),
        Tile("report-late", _("Report late"), late, [("report_late", 1)]),
    ]


def without_outcome(user: User) -> Tile:
    """Took place, and nothing is written down."""
    rows = Meeting.objects.all().seeing(user, "mission").visible_to(user).current().without_outcome().latest_first()
    return Tile("without-outcome", _("Without outcome"), rows.select_related("mission"), [("without_outcome", 1)])

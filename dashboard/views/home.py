"""Home: what asks for attention today, for whoever looks."""

import datetime
from dataclasses import dataclass
from itertools import chain
from typing import Any, cast

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.models import Pin, SavedView, User
from accounts.rights import Right, may
from agreements.models import Agreement
from agreements.models.attention import to_look_at as agreements_to_look_at
from agreements.models.reminder import reminder_of
from core.views import FilteredListView, add_url
from dashboard.models import (
    Tile,
    counted,
    everyones_follow_ups,
    first_of_each,
    follow_ups_of_department,
    happened_lately,
    own_follow_ups,
)
from missions.models import Meeting, Mission
from missions.models.last_contact import neglected, with_last_contact

LINES, LATELY = 4, 6


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """My work, what is late, what happened lately, what comes, and what nobody looks at."""
    user, today = cast(User, request.user), timezone.localdate()
    own, everyone, department, besides = blocks(user, today)
    pinned = pinned_views(user)
    counted(user, chain(own, everyone, department, besides, *(pin.tiles for pin in pinned)))
    late, unassigned = concerning(user, department, everyone), without_owner(user, everyone)
    first_of_each(
        user, [*own, late, *([unassigned] if unassigned else [])], most=LINES, joined=("owner", "partner")
    )  # fmt: skip
    coming, reported_late, *others = besides
    first_of_each(user, [coming, reported_late], most=LINES, joined=("lead",))
    reported_late.first_rows.reverse()
    for tile in others:
        tile.first_rows = list(tile.rows[:LINES]) if tile.count else []
    remind(next(tile for tile in others if tile.key == "to-look-at").first_rows, today)
    context = {
        "today": today,
        "pinned": pinned,
        "own": own,
        "owned_count": sum(tile.count for tile in own),
        "everyone": [*department, *everyone],
        "everyone_first": may(user, Right.DECIDE_IN_BULK) and not may(user, Right.KEEP_USERS),
        "late": late,
        "unassigned": unassigned,
        **{tile.key.replace("-", "_"): tile for tile in besides},
        "add_mission_url": add_url(user, Mission),
        "lately": happened_lately(user, on=today, most=LATELY),
    }
    return render(request, "dashboard/home.html", context)


def blocks(user: User, today: datetime.date) -> tuple[list[Tile], list[Tile], list[Tile], list[Tile]]:
    """The figures of what is mine, everyone's and my department's, and of what else asks for attention."""
    own = own_follow_ups(user, on=today) if may(user, Right.WRITE) else []
    department = [follow_ups_of_department(user, user.department_id, on=today)] if user.department_id else []
    besides = [*missions_that_ask(user, today), without_outcome(user), to_look_at(user, today), left_alone(user, today)]
    return own, everyones_follow_ups(user, on=today), department, besides


@dataclass(frozen=True)
class PinnedView:
    """A saved view on the home page: how many rows, how many of them new or changed since this user looked."""

    view: SavedView
    count: Tile
    new: Tile
    changed: Tile

    @property
    def tiles(self) -> tuple[Tile, Tile, Tile]:
        """What is to be counted."""
        return self.count, self.new, self.changed


def pinned_views(user: User) -> list[PinnedView]:
    """Those whose filter is understood today; a record that it names may have been hidden meanwhile."""
    found = []
    for pin in Pin.of(user):
        its_list = FilteredListView.by_noun[pin.view.noun]()
        asked = its_list.asked_by(QueryDict(pin.view.query), user)
        if asked.problems or not its_list.may_open(user):
            continue
        since = pin.looked_at
        new = Q(created_at__gt=since)
        rows = {
            "count": asked.rows,
            "new": asked.rows.filter(new),
            "changed": asked.rows.filter(~new, updated_at__gt=since),
        }
        tiles = {name: Tile(f"{name}-{pin.view_id}", pin.view.name, some, []) for name, some in rows.items()}
        found.append(PinnedView(pin.view, **tiles))
    return found


def concerning(user: User, department: list[Tile], everyone: list[Tile]) -> Tile:
    """The late ones that concern this user most: of the department when it has any, else of everyone."""
    return next((one for one in department if one.count and not may(user, Right.DECIDE_IN_BULK)), everyone[0])


def without_owner(user: User, everyone: list[Tile]) -> Tile | None:
    """What nobody took up, for who may give it to somebody."""
    tile = next(one for one in everyone if one.key == "unassigned")
    return tile if may(user, Right.DECIDE_IN_BULK) else None


def missions_that_ask(user: User, today: datetime.date) -> list[Tile]:
    """What comes, and what should have been reported."""
    rows = Mission.objects.all().visible_to(user).current()
    coming = rows.coming(on=today).soonest_first()
    late = rows.report_late(on=today).latest_first()
    return [
        Tile("coming", _("Coming missions"), coming, [("coming", 1)]),
        Tile("report-late", _("Report late"), late, [("report_late", 1)]),
    ]


def without_outcome(user: User) -> Tile:
    """Took place, and nothing is written down."""
    rows = Meeting.objects.all().seeing(user, "mission").visible_to(user).current().without_outcome().latest_first()
    return Tile("without-outcome", _("Without outcome"), rows.select_related("mission"), [("without_outcome", 1)])


def to_look_at(user: User, today: datetime.date) -> Tile:
    """Agreements of which something is due, or for which nobody answers."""
    rows = agreements_to_look_at(Agreement.objects.all().visible_to(user).current(), on=today).most_urgent_first()
    return Tile("to-look-at", _("Agreements to look at"), rows, [("to_look_at", 1)])


def remind(agreements: list[Any], today: datetime.date) -> None:
    """Gives each agreement to look at its `reminder`, when it awaits a decision."""
    for agreement in agreements:
        agreement.reminder = reminder_of(agreement, on=today) if agreement.awaits_decision else None


def left_alone(user: User, today: datetime.date) -> Tile:
    """Partners without recent contact, key partners first."""
    rows = with_last_contact(neglected(user=user, on=today).key_partners_first(), user=user, on=today)
    return Tile("neglected", _("Partners without recent contact"), rows, [("neglected", 1)])

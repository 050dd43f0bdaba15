"""The figures of the home page: each with its rows and the address of the list that shows exactly these rows."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, IntegerField, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.fields import EventDateField
from follow_ups.models import FollowUp, FollowUpQuerySet
from follow_ups.models.follow_up import OPEN

Query = Sequence[tuple[str, Any]]

STILL_OPEN: Query = [("status", status.value) for status in OPEN]


@dataclass
class Tile:
    """A figure: what it counts, the rows, and the query string of the list with the same rows."""

    key: str
    label: str | Promise
    rows: Any
    asked: Query
    tone: str = ""
    icon: str = ""
    count: int = 0
    first_rows: list[Any] = field(default_factory=list)

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode(self.asked)


def own_follow_ups(user: User, *, on: datetime.date) -> list[Tile]:
    """Late, this week, later, without date: together all open follow-ups this user owns, each in one of them."""
    own = FollowUp.objects.all().visible_to(user).current().owned_by(user)
    return by_time(own, [("mine", 1)], on=on)


def by_time(rows: FollowUpQuerySet, asked: Query, *, on: datetime.date) -> list[Tile]:
    """The open ones among these rows, by when they are due."""
    sunday = end_of_week(on)
    monday = sunday + datetime.timedelta(days=1)
    week: Query = [*asked, ("due_from", on.isoformat()), ("due_to", sunday.isoformat()), *STILL_OPEN]
    later: Query = [*asked, ("due_from", monday.isoformat()), *STILL_OPEN]
    return [
        Tile("late", _("Late"), rows.overdue(on=on), [*asked, ("overdue", 1)], "bad", "late"),
        Tile("week", _("This week"), rows.due_between(on, sunday), week, "warn", "calendar"),
        Tile("later", _("Later"), rows.due_between(monday, EventDateField.latest), later, "info", "calendar"),
        Tile("undated", _("Without due date"), rows.undated(), [*asked, ("undated", 1)], "", "waiting"),
    ]


def everyones_follow_ups(user: User, *, on: datetime.date) -> list[Tile]:
    """Late, this week, without owner, without date: over all follow-ups that this user may see."""
    rows = FollowUp.objects.all().visible_to(user).current()
    late, week, _later, undated = by_time(rows, [], on=on)
    unassigned = Tile("unassigned", _("Without owner"), rows.unassigned(), [("unassigned", 1)], "warn", "user")
    return [late, week, unassigned, undated]


def follow_ups_of_department(user: User, department: int, *, on: datetime.date) -> Tile:
    """The late ones for which this department (row number) answers."""
    rows = FollowUp.objects.all().visible_to(user).current().for_department(department).overdue(on=on)
    asked: Query = [("department", department), ("overdue", 1)]
    return Tile("department", _("Late in my department"), rows, asked, "bad", "people")


def first_of_each(user: User, tiles: Iterable[Tile], *, most: int, joined: Sequence[str]) -> None:
    """Gives counted tiles of one noun their first rows, the soonest first, in one query.

    Rows that have an order of their own choose by it which are the first.
    """
    asked = {
        f"in_{number}": (tile, _in_order(tile.rows).values("pk")[:most])
        for number, tile in enumerate(tiles)
        if tile.count
    }
    if not asked:
        return
    model = next(iter(asked.values()))[0].rows.model
    within = {name: Case(When(pk__in=few, then=True), default=False) for name, (_tile, few) in asked.items()}
    # Put together as a union, for which the database fetches these rows alone; for alternatives it would read them all.
    parts = [model.objects.filter(pk__in=few).order_by().values("pk") for _tile, few in asked.values()]
    any_of = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
    rows = model.objects.all().visible_to(user).filter(pk__in=any_of).annotate(**within)
    for row in rows.select_related(*joined).soonest_first():
        for name, (tile, _few) in asked.items():
            if getattr(row, name):
                tile.first_rows.append(row)


def _in_order(rows: Any) -> Any:
    return rows if rows.query.order_by else rows.soonest_first()


def counted(user: User, tiles: Iterable[Tile]) -> None:
    """Counts the rows of every tile, in one query: each a figure beside the others in the user's own row."""
    tiles = list(tiles)
    figures = {f"count_{number}": _how_many(tile.rows) for number, tile in enumerate(tiles)}
    found = User.objects.filter(pk=user.pk).values_list(*figures.values()).get() if tiles else ()
    for tile, count in zip(tiles, found, strict=True):
        tile.count = count


def end_of_week(day: datetime.date) -> datetime.date:
    """The Sunday on or after that day."""
    return day + datetime.timedelta(days=6 - day.weekday())


def _how_many(rows: Any) -> Coalesce:
    number = rows.order_by().values(_all=Value(1)).annotate(_number=Count("pk")).values("_number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)

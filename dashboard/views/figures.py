"""The page of charts: each a drawing and a table, each number the list with exactly those rows."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from accounts.rights import Right, require
from core import charts
from core.charts import Drawing
from core.months import months_later
from follow_ups.models import FollowUp
from follow_ups.models.coverage import Coverage, coverage_by_mission
from follow_ups.models.figures import OURS, ages, kept_by_department, open_by_age, promises_by_partner, year_before
from follow_ups.models.follow_up import OPEN
from follow_ups.models.weeks import Week, open_by_week
from missions.models import Meeting, Mission
from missions.models.outcome_pace import Pace, paces_by_month

MOST_PARTNERS, MOST_MISSIONS, MONTHS = 8, 8, 12
NO_COVERAGE = Coverage(0, 0, 0, 0, 0)
WEEKS_AGO = (0, 4, 13, 26, 52)  # what stands beside the weekly chart

Query = tuple[tuple[str, Any], ...]
STILL_OPEN: Query = tuple(("status", status.value) for status in OPEN)


@dataclass(frozen=True)
class Cell:
    """A number and the list with exactly those rows."""

    heading: str
    count: int
    url: str


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    cells: list[Cell]
    url: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawing with its table: what the tones mean, strongest first, and what each row is of."""

    key: str
    title: str
    note: str
    of: str
    legend: list[str]
    rows: list[Row]
    drawing: Drawing
    all_rows: Sequence[Row] = ()

    @property
    def headings(self) -> list[str]:
        """Of the columns with numbers."""
        return [cell.heading for cell in self.rows[0].cells] if self.rows else []

    @property
    def is_empty(self) -> bool:
        """Nothing to draw."""
        return not any(cell.count for row in (*self.rows, *self.all_rows) for cell in row.cells)


@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """How we keep up, over the past year. The weekly chart reads the whole history and comes by itself."""
    user, today = cast(User, request.user), timezone.localdate()
    require(user, Right.WRITE)
    drawn_now = [chart(user, today) for chart in (age, kept, partners, missions, pace)]
    return render(request, "dashboard/figures.html", {"today": today, "charts": drawn_now})


@require_GET
def figures_by_week(request: HttpRequest) -> HttpResponse:
    """Open and late by week: a page, or for htmx its chart alone."""
    user, today = cast(User, request.user), timezone.localdate()
    require(user, Right.WRITE)
    template = "dashboard/_chart.html" if request.headers.get("HX-Request") else "dashboard/figures_by_week.html"
    return render(request, template, {"today": today, "chart": by_week(open_by_week(user, on=today))})


def by_week(weeks: Sequence[Week]) -> Chart:
    """Every week in the drawing, a few beside it, all of them in a fold."""
    rows = [
        Row(
            _("today") if week is weeks[-1] else formats.date_format(week.on, "SHORT_DATE_FORMAT"),
            [
                Cell(_("Open"), week.open, follow_ups(("on", week.on.isoformat()), *STILL_OPEN)),
                Cell(_("Late"), week.late, follow_ups(("on", week.on.isoformat()), ("overdue", 1))),
            ],
        )
        for week in weeks
    ]
    months = [at for at, week in enumerate(weeks[:-4]) if week.on.day <= 7][::3]
    return Chart(
        key="weeks",
        title=_("Open and late, by week"),
        note=_("At the end of each Sunday and today, as the history has it, among what you may read today."),
        of=_("At the end of"),
        legend=[_("late"), _("open")],
        rows=[rows[-1 - ago] for ago in WEEKS_AGO],
        drawing=charts.areas(
            [[week.open for week in weeks], [week.late for week in weeks]],
            [(at, formats.date_format(weeks[at].on, "M Y")) for at in months],
        ),
        all_rows=rows[::-1],
    )


def age(user: User, today: datetime.date) -> Chart:
    """How long ago what is open was written down."""
    counts = open_by_age(FollowUp.objects.all().visible_to(user).current(), on=today)
    rows = []
    for one, count in zip(ages(on=today), counts, strict=True):
        days: Query = (("recorded_from", one.first), ("recorded_to", one.last))
        asked = [(name, day.isoformat()) for name, day in days if day is not None]
        rows.append(Row(str(one.label), [Cell(_("Open"), count, follow_ups(*asked, *STILL_OPEN))]))
    return Chart(
        key="age",
        title=_("Age of what is open"),
        note=_("Counted from the day it was recorded."),
        of=_("Recorded"),
        legend=[],
        rows=rows,
        drawing=charts.bars(drawn(rows)),
    )


def kept(user: User, today: datetime.date) -> Chart:
    """What we promised, by the department that answers for it."""
    year: Query = (("closed_from", year_before(today).isoformat()), ("closed_to", today.isoformat()))
    ours: Query = tuple(("direction", one.value) for one in OURS)
    rows = []
    for one in kept_by_department(FollowUp.objects.all().visible_to(user).current(), on=today):
        of = ("department", one["key"]) if one["key"] is not None else ("without", "department")
        cells = [
            Cell(_("Done in time"), one["in_time"], follow_ups(of, *ours, *year, ("done", "in_time"))),
            Cell(_("Done late"), one["late"], follow_ups(of, *ours, *year, ("done", "late"))),
            Cell(_("Open and late"), one["still_open"], follow_ups(of, *ours, ("overdue", 1))),
        ]
        rows.append(Row(one["name"] or _("Without department"), cells))
    return Chart(
        key="kept",
        title=_("Our promises kept in time, by department"),
        note=_("Done in the past year, and open and late today. Only promises with a due date are counted."),
        of=_("Department"),
        legend=[_("Done in time"), _("Done late"), _("Open and late")],
        rows=rows,
        drawing=charts.bars(drawn(rows)),
    )


def partners(user: User, today: datetime.date) -> Chart:
    """Who owes whom."""
    rows, sides = [], []
    found = promises_by_partner(FollowUp.objects.all().visible_to(user).current(), on=today, most=MOST_PARTNERS)
    for one in found:
        of = ("partner", one["key"])
        ours, theirs = (of, ("direction", "ours")), (of, ("direction", "theirs"))
        cells = [
            Cell(_("Promised by us"), one["ours"], follow_ups(*ours, *STILL_OPEN)),
            Cell(_("of which late"), one["ours_late"], follow_ups(*ours, ("overdue", 1))),
            Cell(_("Promised by them"), one["theirs"], follow_ups(*theirs, *STILL_OPEN)),
            Cell(_("of which late"), one["theirs_late"], follow_ups(*theirs, ("overdue", 1))),
        ]
        rows.append(Row(one["name"], cells, reverse("organisation", args=[one["key"]])))
        sides.append(
            (
                one["name"],
                (one["ours_late"], one["ours"] - one["ours_late"]),
                (one["theirs_late"], one["theirs"] - one["theirs_late"]),
            )
        )
    return Chart(
        key="partners",
        title=_("Promises open, ours and theirs"),
        note=_("The partners with most of them: left ours, right theirs. Joint promises are on neither side."),
        of=_("Partner"),
        legend=[_("late"), _("not late")],
        rows=rows,
        drawing=charts.balance(sides),
    )


def missions(user: User, today: datetime.date) -> Chart:
    """What is decided about the meetings of the missions of the past year."""
    held = Mission.objects.all().visible_to(user).current().over_between(year_before(today), today)
    latest = list(held.latest_first()[:MOST_MISSIONS])
    covered = coverage_by_mission(latest, user)
    rows = []
    for mission in latest:
        coverage, of = covered.get(mission.pk, NO_COVERAGE), ("mission", mission.pk)
        cells = [
            Cell(_("With a follow-up"), coverage.with_follow_up, meetings(of, ("with_follow_up", 1))),
            Cell(
                _("No follow-up needed"),
                coverage.needing_none,
                meetings(of, ("no_follow_up_needed", 1)),
            ),
            Cell(_("Undecided"), coverage.undecided, meetings(of, ("undecided", 1))),
            Cell(_("With an outcome"), coverage.with_outcome, meetings(of, ("with_outcome", 1))),
        ]
        rows.append(Row(str(mission), cells, reverse("mission", args=[mission.pk])))
    return Chart(
        key="missions",
        title=_("What follows from the meetings of each mission"),
        note=_("The latest missions that ended in the past year; meetings that took place."),
        of=_("Mission"),
        legend=[_("With a follow-up"), _("No follow-up needed"), _("Undecided")],
        rows=rows,
        drawing=charts.bars(drawn(rows, parts=3)),
    )


def pace(user: User, today: datetime.date) -> Chart:
    """How soon outcomes are written down."""
    first = months_later(today.replace(day=1), 1 - MONTHS)
    seen = Meeting.objects.all().visible_to(user).current()
    found = {one["month"]: one for one in paces_by_month(seen, user, first=first, last=today)}
    rows, short = [], []
    for month in (months_later(first, number) for number in range(MONTHS)):
        last = min(months_later(month, 1) - datetime.timedelta(days=1), today)
        one = found.get(month, {})
        days: Query = (("met_from", month.isoformat()), ("met_until", last.isoformat()))
        cells = [
            Cell(_("Within 5 working days"), one.get("in_time", 0), meetings(*days, ("outcome", Pace.IN_TIME.value))),
            Cell(_("Later"), one.get("later", 0), meetings(*days, ("outcome", Pace.LATER.value))),
            Cell(_("Not recorded"), one.get("missing", 0), meetings(*days, ("without_outcome", 1))),
        ]
        rows.append(Row(formats.date_format(month, "F Y"), cells))
        short.append(formats.date_format(month, "M")[:3])
    columns = charts.columns([(name, parts) for name, (_row, parts) in zip(short, drawn(rows), strict=True)])
    return Chart(
        key="outcomes",
        title=_("Outcomes recorded within 5 working days"),
        note=_("Of meetings that took place, by month. Working days are Monday to Friday; holidays are not taken off."),
        of=_("Month"),
        legend=[_("Within 5 working days"), _("Later"), _("Not recorded")],
        rows=rows,
        drawing=columns,
    )


def drawn(rows: Iterable[Row], parts: int | None = None) -> list[tuple[str, list[int]]]:
    """The names and the first numbers of these rows."""
    return [(row.name, [cell.count for cell in row.cells[:parts]]) for row in rows]


def follow_ups(*asked: tuple[str, Any]) -> str:
    """The list of follow-ups with this filter."""
    return f"{reverse('follow-ups')}?{urlencode(asked)}"


def meetings(*asked: tuple[str, Any]) -> str:
    """The list of meetings with this filter."""
    return f"{reverse('meetings')}?{urlencode(asked)}"

"""The page of charts: every number is a list with as many rows, for every reader."""

import datetime
import re
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.rights import Role
from core import charts
from core.access import AccessLevel
from core.months import months_later
from follow_ups.models import FollowUp
from missions.models import Meeting
from tests import factories
from tests.factories import days, today


def noon(day: datetime.date) -> datetime.datetime:
    """At noon of that day, or just now when it is today."""
    at = timezone.make_aware(datetime.datetime.combine(day, datetime.time(12)))
    return min(at, timezone.now())


class Page(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.manager, cls.staff = factories.user(Role.MANAGER), factories.user(Role.STAFF)
        cls.department, cls.partner = factories.department(), factories.organisation("Soitec")
        cls.mission = factories.mission("Missie", status="held", starts_on=today() - days(9), ends_on=today() - days(7))
        for level in (AccessLevel.AUTHORITIES, AccessLevel.CONFIDENTIAL):
            cls.fill(level)

    @classmethod
    def fill(cls, level: int) -> None:
        """Something under every figure."""
        for ago in (0, 40, 100, 200, 400):
            for direction in ("ours", "theirs", "joint"):
                row = FollowUp(
                    title=f"Sinds {ago}", level=level, direction=direction, partner=cls.partner,
                    department=cls.department if ago else None, due_on=today() - days(ago - 60),
                )  # fmt: skip
                row.save(by=cls.manager, at=noon(today() - days(ago)))
        for late, done_ago in ((-5, 3), (5, 30), (0, 300), (0, 500)):
            row = FollowUp(title="Klaar", level=level, partner=cls.partner, department=cls.department)
            row.due_on = today() - days(done_ago + late)
            row.save(by=cls.manager, at=noon(today() - days(done_ago + 9)))
            row.complete("Bezorgd.", by=cls.manager, on=today() - days(done_ago), at=noon(today() - days(done_ago)))
        FollowUp(title="Weg", level=level, partner=cls.partner).save(by=cls.manager)
        FollowUp.objects.get(title="Weg", archived_at=None).archive("Dubbel", by=cls.manager)
        for ago, outcome in ((8, "Besproken."), (8, ""), (8, "Akkoord.")):
            meeting = factories.meeting(
                mission=cls.mission, level=level, status="held", day=today() - days(ago), outcome=outcome
            )
            if outcome == "Akkoord.":
                factories.follow_up(meeting=meeting, level=level)
        for ago, later in ((60, 2), (60, 20), (200, 7)):
            cls.meeting_of(today() - days(ago), written=today() - days(ago - later), level=level)

    @classmethod
    def meeting_of(cls, day: datetime.date, *, written: datetime.date, **fields: Any) -> Meeting:
        """Stand-alone, its outcome written down on that day."""
        meeting = Meeting(title="Overleg", status="held", day=day, **fields)
        meeting.save(by=cls.manager, at=noon(day))
        meeting.outcome = "Besproken."
        meeting.save(by=cls.manager, at=noon(written))
        return meeting

    def links(self, path: str = "/figures/") -> list[tuple[str, str, int]]:
        """Of each number that is not nought: its chart, its list and itself."""
        found = re.findall(r'<a href="([^"]+)" data-figure="(\w+)">(\d+)<', self.client.get(path).content.decode())
        return [(chart, url.replace("&amp;", "&"), int(count)) for url, chart, count in found]


@pytest.mark.once
class EveryNumber(Page):
    def test_is_a_list_with_as_many_rows(self) -> None:
        for who in (self.manager, self.staff):
            self.client.force_login(who)
            found = self.links() + self.links("/figures/weeks/")[:10]
            self.assertEqual(
                {chart for chart, _url, _count in found}, {"age", "kept", "partners", "missions", "outcomes", "weeks"}
            )
            for chart, url, count in found:
                with self.subTest(who=who.role, chart=chart, url=url):
                    self.assertContains(self.client.get(url), f'id="result-count" data-count="{count}"')

    def test_counts_only_what_the_reader_may_see(self) -> None:
        self.client.force_login(self.staff)
        few = {(chart, url): count for chart, url, count in self.links()}
        self.client.force_login(self.manager)
        many = {(chart, url): count for chart, url, count in self.links()}
        for key in few.keys() & many.keys():
            with self.subTest(key):
                self.assertEqual(many[key], 2 * few[key])

    def test_of_the_open_ones_stands_under_one_age(self) -> None:
        self.client.force_login(self.manager)
        opened = FollowUp.objects.all().visible_to(self.manager).current().open().count()
        self.assertEqual(sum(count for chart, _url, count in self.links() if chart == "age"), opened)

    def test_costs_the_same_few_queries_whatever_the_rows(self) -> None:
        self.client.force_login(self.manager)
        counts = []
        for _again in range(2):
            with CaptureQueriesContext(connection) as queries:
                self.client.get("/figures/")
            counts.append(len(queries))
            self.fill(AccessLevel.PUBLIC)
            factories.follow_up(department=factories.department("Andere"), due_on=today() - days(3))
            factories.mission(status="held", starts_on=today() - days(30), ends_on=today() - days(29))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 11)

    def test_of_the_weeks_costs_three_queries(self) -> None:
        self.client.force_login(self.manager)
        with self.assertNumQueries(3):
            self.client.get("/figures/weeks/", headers={"HX-Request": "true"})


class TheWeeklyChart(Page):
    def test_is_linked_for_who_has_no_scripts_and_comes_alone_for_htmx(self) -> None:
        self.client.force_login(self.staff)
        self.assertContains(self.client.get("/figures/"), 'href="/figures/weeks/"')
        self.assertContains(self.client.get("/figures/weeks/"), "<h1>")
        alone = self.client.get("/figures/weeks/", headers={"HX-Request": "true"})
        self.assertNotContains(alone, "<h1>")
        self.assertContains(alone, '<section class="card chart" id="weeks"')

    def test_draws_every_week_and_lists_it(self) -> None:
        self.client.force_login(self.staff)
        page = self.client.get("/figures/weeks/")
        self.assertEqual(len(page.context["chart"].all_rows), 53)
        self.assertContains(page, 'role="img"')


class NothingOnRecord(TestCase):
    def test_is_said(self) -> None:
        self.client.force_login(factories.user(Role.STAFF, language="en"))
        self.assertContains(self.client.get("/figures/"), "nothing of this is on record", count=5)
        self.assertContains(self.client.get("/figures/weeks/"), "nothing of this is on record")

    def test_is_not_for_readers(self) -> None:
        self.client.force_login(factories.user(Role.READER))
        self.assertEqual([self.client.get(path).status_code for path in ("/figures/", "/figures/weeks/")], [403, 403])


class OutcomesInTime(Page):
    def within(self, **asked: Any) -> list[int]:
        self.client.force_login(self.manager)
        page = self.client.get("/meetings/", asked).content.decode()
        return [int(pk) for pk in re.findall(r'data-row="meeting:(\d+)"', page)]

    def test_are_written_by_the_fifth_working_day(self) -> None:
        """Friday 6 March 2026 until Friday 13; Saturday and Sunday until that Friday too; Monday until Monday."""
        cases = [((6, 13), "in_time"), ((6, 14), "later"), ((7, 13), "in_time"), ((7, 14), "later")]
        cases += [((8, 13), "in_time"), ((8, 14), "later"), ((9, 16), "in_time"), ((9, 17), "later")]
        for (day, written), pace in cases:
            with self.subTest(day=day, written=written):
                held, at = datetime.date(2026, 3, day), datetime.date(2026, 3, written)
                shift = datetime.timedelta(weeks=52) if at > today() else datetime.timedelta()
                meeting = self.meeting_of(held - shift, written=at - shift)
                found = {one for one in ("in_time", "later") if meeting.pk in self.within(outcome=one)}
                self.assertEqual(found, {pace})

    def test_count_from_the_first_time_that_something_was_written(self) -> None:
        meeting = self.meeting_of(today() - days(50), written=today() - days(49))
        meeting.outcome = "Nog meer besproken."
        meeting.save(by=self.manager, at=noon(today() - days(2)))
        self.assertIn(meeting.pk, self.within(outcome="in_time"))


class TheFilters(Page):
    def test_ask_for_the_day_something_was_recorded_or_closed(self) -> None:
        self.client.force_login(self.manager)
        day = months_later(today(), -24)
        row = FollowUp(title="Oud", partner=self.partner, due_on=day)
        row.save(by=self.manager, at=noon(day))
        row.complete("Klaar", by=self.manager, on=day + days(1), at=noon(day + days(4)))
        for asked, count in (
            ({"recorded_from": day, "recorded_to": day}, 1),
            ({"recorded_to": day - days(1)}, 0),
            ({"closed_from": day + days(1), "closed_to": day + days(1)}, 1),
            ({"closed_from": day + days(2), "closed_to": day + days(4)}, 0),
            ({"recorded_to": day, "done": "late"}, 1),
            ({"recorded_to": day, "done": "in_time"}, 0),
            ({"recorded_to": day, "done": ["in_time", "late"]}, 1),
        ):
            with self.subTest(asked):
                self.assertContains(self.client.get("/follow-ups/", asked), f'id="result-count" data-count="{count}"')


class ADrawing(TestCase):
    def test_keeps_bars_and_columns_in_proportion_and_inside(self) -> None:
        bars = charts.bars([("a", [10, 0]), ("b", [2, 3])])
        self.assertEqual([float(piece.width) / float(bars.pieces[0].width) for piece in bars.pieces], [1.0, 0.2, 0.3])
        columns = charts.columns([("a", [7]), ("b", [0]), ("c", [3, 4])])
        self.assertEqual(len(columns.pieces), 3)
        for piece in (*bars.pieces, *columns.pieces):
            self.assertLessEqual(float(piece.x) + float(piece.width), charts.WIDTH)
            self.assertGreaterEqual(float(piece.y), 0)

    def test_has_a_scale_of_round_numbers_that_reaches_the_most(self) -> None:
        for most in (0, 1, 4, 7, 10, 39, 99, 101, 48_211, 1_000_000):
            steps = charts._steps(most)
            self.assertTrue(steps[-1] >= most and 2 <= len(steps) <= 6, (most, steps))
            self.assertEqual({later - one for one, later in pairwise(steps)}, {steps[1]})

    def test_shows_what_is_not_nought_however_small(self) -> None:
        widths = [float(piece.width) for piece in charts.bars([("a", [1_000_000]), ("b", [1])]).pieces]
        self.assertEqual(widths[1], charts.LEAST)

    def test_of_nothing_draws_nothing(self) -> None:
        self.assertEqual((charts.bars([]).pieces, charts.columns([]).pieces, charts.balance([]).pieces), ([], [], []))

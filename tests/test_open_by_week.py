"""Open and late by week: for every week and every reader the same as a recount of the tables as of that week."""

import datetime
import random
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.rights import Role
from core.access import AccessLevel
from follow_ups.models import FollowUp
from follow_ups.models.as_it_stood import HistoricalFollowUp, as_it_stood
from follow_ups.models.weeks import WEEKS, ends_of_weeks, open_by_week
from tests import factories
from tests.factories import days, today


def recounted(user: User) -> list[tuple[datetime.date, int, int]]:
    """The lists of each day, counted one by one."""
    found = []
    for day in ends_of_weeks(on=today()):
        rows = as_it_stood(on=day).visible_to(user).filter(archived_at__isnull=True)
        found.append((day, rows.open().count(), rows.overdue(on=day).count()))
    return found


def shown(user: User) -> list[tuple[datetime.date, int, int]]:
    return [(week.on, week.open, week.late) for week in open_by_week(user, on=today())]


class TheDaysOfTheChart(TestCase):
    def test_are_52_sundays_and_today(self) -> None:
        for day in (datetime.date(2026, 3, 30), datetime.date(2026, 4, 5), datetime.date(2026, 4, 8)):
            found = ends_of_weeks(on=day)
            self.assertEqual((len(found), found[-1], len(set(found))), (WEEKS, day, WEEKS))
            self.assertEqual({one.isoweekday() for one in found[:-1]}, {7})
            self.assertIn((day - found[-2]).days, range(1, 8))


class AYearOfHistory(TestCase):
    """Sixty follow-ups: made, moved, closed, opened again, archived, taken back, raised, lowered, deleted."""

    @classmethod
    def setUpTestData(cls) -> None:
        chance = random.Random(53)  # noqa: S311 -- the same year each time
        cls.manager, cls.staff = factories.user(Role.MANAGER), factories.user(Role.STAFF)
        cls.readers = [cls.manager, cls.staff, factories.user(Role.READER), factories.user(Role.ADMINISTRATOR)]
        partner = factories.organisation()
        for number in range(60):
            ago = sorted((chance.randrange(0, 420) for _ in range(5)), reverse=True)
            at = [timezone.now() - days(one) - datetime.timedelta(minutes=5 * number) for one in ago]
            row = FollowUp(
                title=f"Belofte {number}",
                partner=partner,
                level=chance.choice((1, 2, 2, 3, 4)),
                owner=chance.choice((cls.staff, cls.manager, None)),
                due_on=chance.choice((None, today() - days(ago[0] - chance.randrange(-20, 200)))),
            )
            row.save(by=cls.manager, at=at[0])
            for moment in at[1:]:
                cls.something(row, chance, moment)
            if number % 12 == 5:
                row.delete(by=cls.manager)

    @classmethod
    def something(cls, row: Any, chance: random.Random, at: datetime.datetime) -> None:
        """What may happen to a follow-up."""
        does = chance.choice(("close", "close", "move", "archive", "level", "assign"))
        if row.archived_at:
            row.archived_at, row.archived_by, row.archived_why = None, None, ""
            row.save(by=cls.manager, at=at)
        elif not row.is_open:
            row.reopen("Toch niet klaar", by=cls.manager, at=at)
        elif does == "close":
            row.complete("Klaar", by=cls.manager, at=at)
        elif does == "move":
            row.postpone(at.date() + days(chance.randrange(-30, 90)), "Later", by=cls.manager, at=at)
        elif does == "archive":
            row.archived_at, row.archived_by, row.archived_why = at, cls.manager, "Dubbel"
            row.save(by=cls.manager, at=at)
        elif does == "level":
            row.level = chance.choice((1, 2, 3, 4))
            row.save(by=cls.manager, at=at)
        else:
            row.assign(chance.choice((cls.staff, cls.manager, None)), by=cls.manager, at=at)

    def test_is_recounted_week_by_week_for_every_reader(self) -> None:
        for user in self.readers:
            with self.subTest(role=user.role):
                self.assertEqual(shown(user), recounted(user))

    def test_says_something_else_to_each_level(self) -> None:
        manager, staff, reader, _admin = ([week[1:] for week in shown(user)] for user in self.readers)
        self.assertNotEqual(manager, staff)
        self.assertNotEqual(staff, reader)
        self.assertGreater(len({late for _open, late in manager}), 5)
        self.assertGreater(len({opened for opened, _late in manager}), 10)

    def test_asks_one_query(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            open_by_week(self.staff, on=today())
        self.assertEqual(len(queries), 1)

    def test_forgets_what_was_raised_since(self) -> None:
        before = shown(self.readers[2])
        for row in FollowUp.objects.filter(level__lte=2):
            row.level = AccessLevel.CONFIDENTIAL
            row.save(by=self.manager)
        self.assertNotEqual(before, shown(self.readers[2]))
        self.assertEqual({(opened, late) for _day, opened, late in shown(self.readers[2])}, {(0, 0)})


class TheEdges(TestCase):
    def setUp(self) -> None:
        self.user = factories.user(Role.MANAGER)

    def test_a_line_at_midnight_belongs_to_the_new_day(self) -> None:
        sunday = ends_of_weeks(on=today())[40]
        midnight = timezone.make_aware(datetime.datetime.combine(sunday + days(1), datetime.time()))
        FollowUp(title="Om middernacht", partner=factories.organisation(), due_on=sunday + days(7)).save(
            by=self.user, at=midnight
        )
        self.assertEqual([week[1:] for week in shown(self.user)[40:44]], [(0, 0), (1, 0), (1, 1), (1, 1)])
        self.assertEqual(shown(self.user), recounted(self.user))

    def test_of_two_lines_at_one_moment_the_last_written_holds(self) -> None:
        row = factories.follow_up()
        HistoricalFollowUp.objects.filter(id=row.pk).update(history_date=timezone.now() - days(30))
        line = HistoricalFollowUp.objects.get(id=row.pk)
        line.pk, line.archived_at, line.archived_why = None, line.history_date, "Dubbel"
        line.save()
        self.assertEqual({week[1] for week in shown(self.user)}, {0})
        self.assertEqual(shown(self.user), recounted(self.user))

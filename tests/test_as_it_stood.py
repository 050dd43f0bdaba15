"""The ledger as it stood on a past day: own fields of that day, names and rights of today."""

import csv
import datetime
import io
import re
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.rights import Role
from follow_ups.models import FollowUp
from tests import factories
from tests.factories import days, today


def noon(ago: int) -> datetime.datetime:
    """At noon so many days ago."""
    return timezone.make_aware(datetime.datetime.combine(today() - days(ago), datetime.time(12)))


class AYearOfWork(TestCase):
    """Recorded 300 days ago, due 250 days ago; moved, handed over, done."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user(Role.STAFF, first_name="Sam", last_name="Eerst")
        cls.other = factories.user(Role.STAFF, first_name="Noor", last_name="Later")
        cls.theme = factories.theme()
        cls.partner = factories.organisation("Oude naam")
        made = {"partner": cls.partner, "due_on": today() - days(250), "owner": cls.staff}
        cls.row = FollowUp(title="Lijst bezorgen", **made)
        cls.row.save(by=cls.staff, at=noon(300))
        cls.row.postpone(today() - days(100), "Wacht op hen", by=cls.staff, at=noon(240))
        cls.row.assign(cls.other, by=cls.staff, at=noon(200))
        cls.row.complete("Bezorgd.", by=cls.other, at=noon(90))
        cls.late = FollowUp(title="Nog open", **made)
        cls.late.save(by=cls.staff, at=noon(150))
        cls.partner.name = "Nieuwe naam"
        cls.partner.save(by=cls.staff)

    def setUp(self) -> None:
        self.client.force_login(self.staff)

    def on(self, ago: int, **query: Any) -> Any:
        return self.client.get("/follow-ups/", {"on": (today() - days(ago)).isoformat(), **query})

    def rows(self, ago: int, **query: Any) -> list[int]:
        return [int(pk) for pk in re.findall(r'data-row="follow-up:(\d+)"', self.on(ago, **query).content.decode())]


class TheListAsItStood(AYearOfWork):
    def test_holds_what_was_on_record_that_day(self) -> None:
        self.assertEqual(
            [self.rows(ago) for ago in (301, 300, 149, 0)],
            [[], [self.row.pk], [self.late.pk, self.row.pk], [self.late.pk, self.row.pk]],
        )

    def test_says_owner_due_date_and_status_of_that_day(self) -> None:
        self.assertContains(self.on(245), "5 dagen te laat")
        self.assertContains(self.on(245), "Sam Eerst")
        self.assertContains(self.on(180), "over 80 dagen")
        self.assertContains(self.on(180), "Noor Later")
        self.assertNotContains(self.on(91), "Bezorgd.")

    def test_filters_on_what_was_so_that_day(self) -> None:
        self.assertEqual(self.rows(245, overdue=1), [self.row.pk])
        self.assertEqual(self.rows(230, overdue=1), [])
        self.assertEqual(self.rows(95, overdue=1), [self.late.pk, self.row.pk])
        self.assertEqual(self.rows(95, owner=self.other.pk), [self.row.pk])
        self.assertEqual(self.rows(245, owner=self.other.pk), [])
        self.assertEqual(self.rows(10, status="done"), [self.row.pk])

    def test_names_related_records_as_today_and_says_so(self) -> None:
        page = self.on(180)
        self.assertContains(page, "Nieuwe naam")
        self.assertContains(page, 'id="as-it-stood"')
        self.assertNotContains(page, "Oude naam")

    def test_offers_nothing_to_change(self) -> None:
        self.client.force_login(factories.user(Role.MANAGER))
        page = self.on(180)
        self.assertNotContains(page, "/complete/")
        self.assertNotContains(page, 'form="bulk"')

    def test_is_the_same_in_its_csv(self) -> None:
        day = (today() - days(95)).isoformat()
        response = self.client.get("/follow-ups/export.csv", {"on": day, "overdue": 1, "format": "plain"})
        found = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
        self.assertEqual([int(row["id"]) for row in found], [self.late.pk, self.row.pk])
        self.assertEqual([(row["status"], row["days_late"]) for row in found], [("open", "155"), ("open", "5")])
        self.assertIn(f"follow-ups-as-on-{day}", response["Content-Disposition"])

    def test_refuses_a_day_to_come_and_what_is_no_day(self) -> None:
        for given in ((today() + days(1)).isoformat(), "x"):
            self.assertContains(self.client.get("/follow-ups/", {"on": given}), 'data-count="0"')
            self.assertEqual(self.client.get("/follow-ups/export.csv", {"on": given}).status_code, 400)

    def test_knows_the_themes_of_that_day(self) -> None:
        FollowUp.objects.get(pk=self.late.pk).themes.add(self.theme)
        self.assertEqual(self.rows(0, theme=self.theme.pk), [self.late.pk])
        self.assertEqual(self.rows(140, theme=self.theme.pk), [])

    def test_asks_at_most_eight_queries(self) -> None:
        self.on(95, overdue=1, partner=self.partner.pk)  # What was asked is noted once that page was sent.
        with CaptureQueriesContext(connection) as queries:
            self.on(95, overdue=1, partner=self.partner.pk)
        self.assertLessEqual(len(queries), 8)


class TodaysRights(AYearOfWork):
    def test_hide_what_is_confidential_today_and_what_was_then(self) -> None:
        raised = factories.follow_up("Nu geheim")
        raised.level = 4
        raised.save(by=factories.user(Role.MANAGER))
        lowered = FollowUp(title="Toen geheim", partner=self.partner, level=4)
        lowered.save(by=factories.user(Role.MANAGER), at=noon(50))
        lowered.title, lowered.level = "Nu open", 2
        lowered.save(by=factories.user(Role.MANAGER), at=noon(20))
        self.assertNotIn(raised.pk, self.rows(0))
        self.assertEqual([lowered.pk in self.rows(ago) for ago in (40, 10)], [False, True])
        self.assertNotContains(self.on(40), "geheim")
        self.client.force_login(factories.user(Role.MANAGER))
        self.assertContains(self.on(40), "Toen geheim")

    def test_keep_open_to_the_named_what_named_them(self) -> None:
        mine = FollowUp(title="Mijn geheim", partner=self.partner, level=4, owner=self.staff)
        mine.save(by=factories.user(Role.MANAGER), at=noon(50))
        self.assertIn(mine.pk, self.rows(40))

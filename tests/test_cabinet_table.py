"""The table for the cabinet meeting: by department what is late, was closed since, or lacks an owner or a date."""

import csv
import datetime
import io
import re
from unittest import mock

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.rights import Role
from tests import factories
from tests.factories import days, today


class TheCabinetTable(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user(Role.STAFF)
        cls.agency, cls.unit = factories.department("Agentschap"), factories.department("Zorg")
        partner = factories.organisation("Soitec")

        def make(title: str, **fields) -> int:
            known = {"partner": partner, "owner": cls.staff, "due_on": today() + days(9), **fields}
            return factories.follow_up(title, **known)

        cls.fine = make("In orde", department=cls.unit)
        cls.late = make("Te laat", department=cls.unit, due_on=today() - days(4), owner=None)
        cls.ownerless = make("Zonder trekker", department=cls.agency, owner=None)
        cls.undated = make("Zonder datum", due_on=None)
        cls.later = make("Nog later", department=cls.agency, due_on=today() - days(1))
        cls.closed = make("Klaar", department=cls.unit)
        cls.closed.complete("De lijst is bezorgd.", by=cls.staff)
        cls.long_ago = make("Lang klaar", department=cls.unit)
        cls.long_ago.complete("Vorige maand.", by=cls.staff, at=timezone.now() - datetime.timedelta(days=30))
        cls.hidden = make("Geheim", level=4, due_on=today() - days(4), owner=None, by=factories.user(Role.MANAGER))

    def setUp(self) -> None:
        self.client.force_login(self.staff)

    def rows(self, query: str = "") -> list[int]:
        page = self.client.get(f"/review/table/{query}").content.decode()
        return [int(pk) for pk in re.findall(r'data-row="follow-up:(\d+)"', page)]

    def test_goes_by_department_late_ones_first_then_closed_then_incomplete(self) -> None:
        expected = [self.later, self.ownerless, self.late, self.closed, self.undated]
        self.assertEqual(self.rows(), [row.pk for row in expected])

    def test_says_date_scope_and_totals_at_the_top(self) -> None:
        page = self.client.get("/review/table/", {"department": self.unit.pk})
        self.assertContains(page, 'data-section="1" data-count="1"')
        self.assertContains(page, 'data-section="2" data-count="1"')
        self.assertContains(page, 'data-section="3" data-count="0"')
        self.assertContains(page, "Zorg ·")

    def test_looks_back_to_the_meeting_before(self) -> None:
        self.assertIn(self.long_ago.pk, self.rows(f"?since={today() - days(31)}"))
        self.assertNotIn(self.closed.pk, self.rows(f"?since={today() + days(1)}"))

    def test_is_the_same_in_its_csv(self) -> None:
        response = self.client.get("/review/table/export.csv?format=plain")
        found = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
        self.assertEqual([int(row["id"]) for row in found], self.rows())
        self.assertEqual([row["section"] for row in found], ["1", "3", "1", "2", "3"])

    def test_still_stands_with_heading_and_date_when_nothing_is_to_be_said(self) -> None:
        page = self.client.get("/review/table/?q=nietsdaarvan")
        self.assertContains(page, "<thead>")
        self.assertContains(page, str(today().year))

    def test_refuses_what_it_does_not_understand(self) -> None:
        self.assertEqual(self.rows("?since=x"), [])
        self.assertEqual(self.client.get("/review/table/export.csv?since=x").status_code, 400)

    def test_is_about_today_and_no_other_day(self) -> None:
        self.assertEqual(self.rows(f"?on={today() - days(1)}"), [])

    def test_asks_at_most_eight_queries(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            self.rows()
        self.assertLessEqual(len(queries), 8)

    def test_is_cut_after_a_thousand_rows_and_says_so(self) -> None:
        with mock.patch("follow_ups.views.lists.MOST_OF_A_TABLE", 2):
            page = self.client.get("/review/table/")
        self.assertEqual(len(re.findall("data-row=", page.content.decode())), 2)
        self.assertContains(page, "CSV bevat ze alle")

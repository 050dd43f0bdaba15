"""The review queue: each figure is a list with as many rows, whatever it is laid out by and whoever looks."""

import csv
import io
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.rights import Role
from follow_ups.models import FollowUp, FollowUpUpdate, PartnerReview
from follow_ups.models.review_queue import Grouping
from follow_ups.views.lists import FollowUpList
from tests import factories
from tests.factories import days, today


class Queue(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.manager, cls.staff = factories.user(Role.MANAGER), factories.user(Role.STAFF)
        cls.france = factories.organisation("Soitec", country="FR")
        cls.unknown = factories.organisation("Onbekend")
        cls.department = factories.department()
        cls.mission = factories.mission("Missie door twee landen")
        lille, milan = factories.place(country="FR"), factories.place("Milaan", country="IT")
        first = factories.stop(cls.mission, lille)
        factories.stop(cls.mission, milan)
        factories.stop(cls.mission, factories.place("Parijs", country="FR"))
        cls.hidden = factories.mission("Geheime missie", level=4)
        factories.stop(cls.hidden, factories.place("Keulen", country="DE"))
        meeting = factories.meeting("Bezoek", mission=cls.mission, stop=first)
        late, later = today() - days(3), today() + days(3)
        make = factories.follow_up
        make("a", partner=cls.france, owner=cls.staff, due_on=late, department=cls.department)
        make("b", partner=cls.france, direction="theirs", due_on=later)
        make("c", partner=cls.unknown, mission=cls.mission, direction="internal")
        make("d", meeting=meeting, owner=cls.staff, due_on=late)
        make("e", partner=cls.unknown, owner=cls.manager, direction="joint")
        make("f", mission=cls.hidden, level=4, due_on=late)
        waiting = make("g", mission=cls.mission, owner=cls.staff)
        waiting.move_to("waiting", "Zij zijn aan zet.", by=cls.staff)
        closed = make("h", partner=cls.france)
        closed.drop("Vervalt", by=cls.staff)
        make("i", partner=cls.france, due_on=late).archive("Dubbel", by=cls.manager)

    def figures(self, by: str) -> dict[str, dict[str, tuple[int, str]]]:
        """Of each group the count and the address of each figure that is not nought."""
        page = self.client.get("/review/", {"by": by})
        found = {}
        for row in re.findall(r"<tr(?s:.*?)</tr>", page.content.decode()):
            name = re.search(r'<th scope="row">(?:<a[^>]*>)?([^<]+)', row)
            if name:
                links = re.findall(r'<a href="([^"]+)" data-figure="(\w+)"[^>]*>(\d+)<', row)
                found[name[1]] = {figure: (int(count), url.replace("&amp;", "&")) for url, figure, count in links}
        return found


@pytest.mark.once
class EveryFigure(Queue):
    def test_counts_the_rows_of_its_list(self) -> None:
        for who in (self.manager, self.staff):
            self.client.force_login(who)
            for by in Grouping.values:
                groups = self.figures(by)
                self.assertGreater(len(groups), 1)
                for name, figures in groups.items():
                    for figure, (count, url) in figures.items():
                        asked = FollowUpList().asked_by(QueryDict(urlsplit(url).query), who)
                        self.assertEqual((asked.problems, asked.rows.count()), ([], count), (by, name, figure))

    def test_is_a_page_and_an_export_with_as_many_rows(self) -> None:
        self.client.force_login(self.manager)
        for count, url in self.figures("country")["Frankrijk"].values():
            self.assertContains(self.client.get(url), f'data-count="{count}"')
            self.assertEqual(self.exported(url), count)

    def exported(self, url: str) -> int:
        response = self.client.get(url.replace("/follow-ups/", "/follow-ups/export.csv") + "&format=plain")
        return len(list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode()))))

    def test_leaves_out_what_the_reader_may_not_see(self) -> None:
        self.client.force_login(self.staff)
        self.assertEqual(self.figures("partner")["Alles"]["open"][0], 6)
        self.assertNotIn("Geheime missie", self.figures("mission"))
        self.client.force_login(self.manager)
        self.assertEqual(self.figures("partner")["Alles"]["open"][0], 7)
        self.assertEqual(self.figures("mission")["Geheime missie"]["open"][0], 1)

    def test_counts_a_mission_through_two_countries_in_each(self) -> None:
        self.client.force_login(self.staff)
        counts = {name: figures["open"][0] for name, figures in self.figures("country").items()}
        self.assertEqual(counts, {"Alles": 6, "Frankrijk": 5, "Italië": 2, "Zonder land": 1})

    def test_costs_the_same_number_of_queries_whatever_the_rows(self) -> None:
        self.client.force_login(self.manager)
        counts = []
        for _ in range(2):
            for by in Grouping.values:
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    self.client.get("/review/", {"by": by})
                counts.append(len(queries))
            for number in range(3):
                factories.follow_up(
                    partner=factories.organisation(country="ES"), mission=factories.mission(), owner=factories.user(),
                    department=factories.department(f"Dienst {number}"), due_on=today() - days(9),
                )  # fmt: skip
        self.assertEqual(counts[:5], counts[5:])
        self.assertLessEqual(max(counts), 12)


class GoingThroughThePartners(Queue):
    def setUp(self) -> None:
        self.client.force_login(self.manager)

    def page(self, partner: Any) -> Any:
        return self.client.get(f"/review/partners/{partner.pk}/")

    def test_shows_what_is_open_with_how_often_it_moved(self) -> None:
        row = self.france.follow_ups.get(title="a")
        row.postpone(today() - days(2), "Meer tijd", by=self.staff)
        row.postpone(today() - days(1), "Nog meer", by=self.staff)
        page = self.page(self.france)
        self.assertEqual(re.findall(r'data-row="follow-up:(\d+)"', page.content.decode())[0], str(row.pk))
        self.assertContains(page, "2 keer verschoven")
        self.assertContains(page, f'href="/follow-ups/{row.pk}/#story"')
        story = self.client.get(f"/follow-ups/{row.pk}/")
        self.assertContains(story, 'href="#story" data-count="2"')
        self.assertContains(page, "Nog meer")
        self.assertContains(page, 'data-row="follow-up:', count=2)

    def test_leads_from_one_to_the_next_until_all_were_reviewed(self) -> None:
        page = self.page(self.france)
        self.assertContains(page, f'name="next" value="{self.unknown.pk}"')
        after = self.client.post(f"/review/partners/{self.france.pk}/", {"next": self.unknown.pk})
        self.assertRedirects(after, f"/review/partners/{self.unknown.pk}/")
        self.assertNotContains(self.page(self.unknown), "Nagekeken, volgende")
        self.assertRedirects(self.client.post(f"/review/partners/{self.unknown.pk}/"), "/review/")
        self.assertEqual(
            list(PartnerReview.objects.order_by("pk").values_list("partner", "by")),
            [(self.france.pk, self.manager.pk), (self.unknown.pk, self.manager.pk)],
        )
        self.assertContains(self.page(self.france), f"nagekeken door {self.manager}")

    def test_comes_back_to_a_partner_that_was_passed_over(self) -> None:
        self.assertContains(self.page(self.unknown), f'name="next" value="{self.france.pk}"')

    def test_asks_at_most_twelve_queries(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            self.page(self.france)
        self.assertLessEqual(len(queries), 12)


class WhatMovedTwiceOrMore(Queue):
    def test_is_a_filter_of_the_list(self) -> None:
        self.client.force_login(self.manager)
        often, once = self.france.follow_ups.get(title="a"), self.france.follow_ups.get(title="b")
        undated = FollowUp.objects.get(title="c")
        for row, dates in ((often, (4, 5)), (once, (6,)), (undated, (7, 8))):
            for number in dates:
                row.postpone(today() + days(number), "Meer tijd", by=self.staff)
        page = self.client.get("/follow-ups/?moved=1").content.decode()
        self.assertEqual(re.findall(r'data-row="follow-up:(\d+)"', page), [str(often.pk)])
        often.postpone(None, "Voorlopig niet", by=self.staff)
        self.assertEqual(FollowUpUpdate.objects.moves_of([often.pk]), {often.pk: 3})
        self.assertContains(self.client.get(f"/follow-ups/{often.pk}/"), 'href="#story" data-count="3"')

    def test_is_found_by_its_index(self) -> None:
        plan = FollowUpUpdate.objects.all().moved_often().explain()
        if connection.vendor == "sqlite":
            self.assertIn("follow_up_update_moves", plan)

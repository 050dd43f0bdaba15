"""A list without parameters shows everything, and offers in one line what its reader asked of it last."""

from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.rights import Role
from tests import factories
from tests.factories import days, today
from tests.test_questions import words_of

LISTS = [f"/{noun}/" for noun in ("follow-ups", "missions", "meetings", "organisations", "contacts", "agreements")]


class TheLastFilter(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.reader = factories.user(Role.READER, language="en")
        cls.partner = factories.organisation("Soitec", country="FR")
        cls.theme, cls.department = factories.theme(), factories.department()
        cls.mission = factories.mission("Naar Rijsel")
        for number in range(2):
            factories.follow_up(f"Belofte {number}", partner=cls.partner, due_on=today() - days(2))
        factories.follow_up("Op tijd", mission=cls.mission)

    def setUp(self) -> None:
        self.client.force_login(self.reader)

    def offered(self, address: str = "/follow-ups/") -> str:
        """What the line says; empty when there is none."""
        page = self.client.get(address).content.decode()
        return (
            words_of("<" + page.split('id="last-filter"', 1)[1].split("</form>", 1)[0])
            if 'id="last-filter"' in page
            else ""
        )

    def kept(self) -> Any:
        return User.objects.get(pk=self.reader.pk).last_filters

    def test_is_offered_in_words_and_everything_is_shown(self) -> None:
        self.client.get("/follow-ups/?overdue=1&country=FR&page=1")
        self.assertIn("Your last filter: Late, France", self.offered())
        page = self.client.get("/follow-ups/")
        self.assertContains(page, 'id="result-count" data-count="3"')
        self.assertContains(page, 'href="?overdue=1&amp;country=FR"')

    def test_is_kept_for_each_list_and_reader_apart(self) -> None:
        self.client.get("/follow-ups/?overdue=1")
        self.client.get("/missions/?coming=1")
        self.assertEqual(self.kept(), {"follow-ups": "overdue=1", "missions": "coming=1"})
        self.client.force_login(factories.user(Role.READER))
        self.assertEqual(self.offered(), "")

    def test_is_not_offered_where_something_is_asked(self) -> None:
        self.client.get("/follow-ups/?overdue=1")
        self.assertEqual(self.offered("/follow-ups/?unassigned=1"), "")
        self.assertEqual(self.offered("/follow-ups/?page=1"), "")

    def test_is_no_order_page_mistake_or_fragment(self) -> None:
        for query in ("o=due", "page=1", "partnr=1", "overdue=2", "partner=999999"):
            self.client.get(f"/follow-ups/?{query}")
        self.client.get("/follow-ups/?overdue=1", headers={"HX-Request": "true"})
        self.client.head("/follow-ups/?overdue=1")
        self.assertEqual(self.kept(), {})

    def test_is_forgotten_with_one_press(self) -> None:
        self.client.get("/follow-ups/?overdue=1")
        self.client.get("/missions/?coming=1")
        self.assertRedirects(self.client.post("/views/last/forget/", {"noun": "follow-ups"}), "/follow-ups/")
        self.assertEqual((self.offered(), self.kept()), ("", {"missions": "coming=1"}))
        self.assertEqual(self.client.post("/views/last/forget/", {"noun": "nonsense"}).status_code, 404)

    def test_names_nothing_that_was_hidden_since(self) -> None:
        self.client.get(f"/follow-ups/?mission={self.mission.pk}")
        self.assertIn("Naar Rijsel", self.offered())
        self.mission.level = 4
        self.mission.save(by=factories.user(Role.MANAGER))
        self.assertEqual(self.offered(), "")

    def test_is_written_once_after_the_page_and_only_when_it_changed(self) -> None:
        def writes(address: str) -> int:
            with CaptureQueriesContext(connection) as queries:
                self.client.get(address)
            return sum(query["sql"].startswith("UPDATE") for query in queries)

        self.assertEqual([writes("/follow-ups/?overdue=1") for _time in range(2)], [1, 0])
        self.assertEqual([writes("/follow-ups/?overdue=1&page=1"), writes("/follow-ups/")], [0, 0])
        self.assertFalse(User.history.filter(id=self.reader.pk, history_type="~").exists())

    def test_costs_a_list_at_most_eight_queries(self) -> None:
        more = {
            "/follow-ups/": [
                ("partner", self.partner.pk),
                ("theme", self.theme.pk),
                ("department", self.department.pk),
                ("mission", self.mission.pk),
            ],
            "/missions/": [("theme", self.theme.pk)],
            "/meetings/": [("organisation", self.partner.pk)],
        }
        for address in LISTS:
            query = urlencode([("q", "e"), *more.get(address, ())])
            with self.subTest(address):
                self.client.get(f"{address}?{query}")
                self.assertIn("Your last filter", self.offered(address))
                for asked in (address, f"{address}?{query}"):
                    with CaptureQueriesContext(connection) as queries:
                        self.client.get(asked)
                    self.assertLessEqual(len(queries), 8, asked)

"""The overview of agreements to print: the rows of the list, all on one page, by country."""

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.rights import Role
from tests import factories as make
from tests.factories import today

pytestmark = pytest.mark.once


class TheOverview(TestCase):
    def setUp(self) -> None:
        self.reader = make.user(Role.READER, language="en")
        self.client.force_login(self.reader)
        self.ours = make.organisation("Vlaamse Regering", side="own", country="BE")

    def concluded(self, title: str, *countries: str, **fields):
        text = make.agreement(title, **{"status": "signed", **fields})
        make.party(text, self.ours)
        for country in countries:
            make.party(text, make.organisation(country=country))
        return text

    def shown(self, query: str = "") -> dict[str, list[str]]:
        page = self.client.get(f"/agreements/overview/{query}")
        return {group.label: [row.title for row in group.rows] for group in page.context["rows"]}

    def test_stands_under_the_country_of_the_other_side(self) -> None:
        self.concluded("Cross-border care", "FR", "FR")
        self.concluded("Canals", "NL")
        self.concluded("Scheldt", "NL", "FR")
        self.concluded("Institute", "")
        self.concluded("Pact for industry", scope="domestic")
        make.agreement("Nobody recorded")
        self.assertEqual(
            list(self.shown().items()),
            [
                ("France", ["Cross-border care"]),
                ("Netherlands", ["Canals"]),
                ("More than one country", ["Scheldt"]),
                ("Within our own country", ["Pact for industry"]),
                ("Country not recorded", ["Institute", "Nobody recorded"]),
            ],
        )

    def test_shows_what_the_list_shows_and_nothing_else(self) -> None:
        self.concluded("Led", "FR", lead_department=make.department())
        self.concluded("Led by nobody", "FR")
        self.concluded("Secret", "FR", level=4)
        self.assertEqual(self.shown("?without_lead=1"), {"France": ["Led by nobody"]})
        self.assertContains(self.client.get("/agreements/?without_lead=1"), "/agreements/overview/?without_lead=1")

    def test_keeps_the_order_that_the_list_was_asked_in(self) -> None:
        for title in ("A", "B", "C"):
            self.concluded(title, "FR")
        self.assertEqual(self.shown("?o=-title"), {"France": ["C", "B", "A"]})

    def test_names_a_handful_of_parties_and_counts_the_others(self) -> None:
        text = self.concluded("Everyone")
        for number in range(9):
            make.party(text, make.organisation(f"Body {number}"))
        make.party(text, make.organisation("Depositary"), role="depositary")
        page = self.client.get("/agreements/overview/")
        self.assertContains(page, "Vlaamse Regering; Body 0; Body 1; Body 2; Body 3\n")
        self.assertContains(page, "and 5 others")
        self.assertNotContains(page, "Depositary")

    def test_says_which_dates_of_a_signed_text_are_not_recorded(self) -> None:
        self.concluded("Signed some day", "FR", lead_department=make.department(), evaluate_on=today())
        page = self.client.get("/agreements/overview/")
        self.assertContains(page, '<span class="not-recorded">not recorded</span>', count=3)

    def test_says_what_it_does_not_understand(self) -> None:
        self.concluded("Canals", "NL")
        page = self.client.get("/agreements/overview/?led_by=1")
        self.assertContains(page, "“led_by” is not a filter of this list.")
        self.assertEqual(page.context["rows"], [])

    def test_is_one_page_of_as_many_queries_whatever_it_holds(self) -> None:
        asked = []
        for count in (1, 60):
            for number in range(count):
                self.concluded(f"Text {number}", "FR", lead_department=make.department())
            with CaptureQueriesContext(connection) as captured:
                page = self.client.get("/agreements/overview/")
            asked.append(len(captured))
        self.assertEqual(page.content.decode().count('data-row="agreement:'), 61)
        self.assertEqual(asked[0], asked[1])
        self.assertLessEqual(asked[0], 8)

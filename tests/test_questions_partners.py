"""What people ask about partners, people and their own week: each answer on one screen, two links from home at most."""

import datetime
import re
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from tests.test_questions import LANGUAGES, UNDATED, FranceTest, section, words_of

pytestmark = pytest.mark.once

A_YEAR_LATER = datetime.datetime(2025, 6, 1, 12, tzinfo=datetime.UTC)


def rows(page: str, noun: str) -> list[int]:
    """The row numbers of this noun, in the order of the page."""
    return [int(number) for number in re.findall(rf'data-row="{noun}:(\d+)"', page)]


class TheAnswer(FranceTest):
    def test_to_whether_i_met_this_person_before(self) -> None:
        """Q03: once, when, as what; and nobody is to be met next."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("contacts"), reverse("contact", args=[self.ferrari.pk]))
            self.assertIn(f"{_('Last contact')} {UNDATED[language]}", words_of(page))
            self.assertEqual(len(rows(page, "meeting")), 1)

    def test_to_what_we_promised_france(self) -> None:
        """Q04: nothing, and the page says so instead of showing an empty table."""
        self.read_in("nl")
        address = f"{reverse('follow-ups')}?direction=ours&country=FR&status=open&status=in_progress&status=waiting"
        page = self.go(reverse("follow-ups"), address)
        self.assertEqual((self.count(page), rows(page, "follow-up")), (0, []))
        self.assertNotIn("<tbody", page)

    def test_to_what_i_signed_that_still_runs(self) -> None:
        """Q06: the MoU alone, also in the list behind the figure."""
        self.read_in("nl")
        page = self.go(reverse("contacts"), reverse("contact", args=[self.jambon.pk]))
        self.assertIn("(1)", section(page, "signatures"))
        behind = self.client.get(f"{reverse('agreements')}?signed_by={self.jambon.pk}&running=1").content.decode()
        self.assertEqual(rows(behind, "agreement"), [self.mou.pk])

    def test_to_what_i_must_know_of_a_region_before_i_call(self) -> None:
        """Q15, Q16: one person, one agreement, two items, no follow-ups, what is missing, and since when we are silent."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("organisations"), reverse("organisation", args=[self.region.pk]))
            counts = {noun: len(rows(page, noun)) for noun in ("position", "agreement", "meeting", "follow-up")}
            self.assertEqual(counts, {"position": 1, "agreement": 1, "meeting": 2, "follow-up": 0})
            said = words_of(page)
            self.assertIn(f"{_('Last contact')} {UNDATED[language]}", said)
            self.assertIn("25/04/2025", said)
            self.assertIn(str(_("Neglected")), said)
            for gap in (_("No relationship manager"), _("No lead department"), _("No evaluation date")):
                self.assertIn(gap, said)

    def test_to_which_partners_we_neglected(self) -> None:
        """Q20: the four French ones, on the home page with their number and in the list behind it."""
        self.read_in("en")
        with mock.patch.object(timezone, "now", return_value=A_YEAR_LATER):
            self.client.force_login(self.staff["en"])
            home = self.go()
            self.assertIn('data-figure="neglected" data-count="4"', home)
            page = self.go(f"{reverse('organisations')}?neglected=1")
        said = words_of(page)
        self.assertEqual(self.count(page), 4)
        for name in ("Soitec", "CEA-Leti", "Hauts-de-France", "Franse regering"):
            self.assertIn(name, said)
        self.assertIn("402 days ago", said)

    def test_to_who_is_whose_counterpart(self) -> None:
        """Q22: imec and CEA-Leti, read from both sides."""
        leti = self.imec.links_back.get().organisation if self.imec.links_back.exists() else self.imec.links.get().other
        for language in LANGUAGES:
            self.read_in(language)
            for one, other in ((self.imec, leti), (leti, self.imec)):
                said = words_of(self.go(reverse("organisations"), reverse("organisation", args=[one.pk])))
                self.assertIn(f"{_('counterpart of').capitalize()} {other}", said)

    def test_to_what_i_must_do_this_week(self) -> None:
        """Q30: nothing, under four figures that each lead to an empty list."""
        for language in LANGUAGES:
            self.read_in(language)
            home = self.go()
            self.assertIn(_("You own no open follow-ups."), section(home, "own"))
            for figure in ("late", "week", "later", "undated"):
                address = re.search(rf'href="([^"]*)" data-figure="{figure}" data-count="0"', home)[1]
                self.assertEqual(self.count(self.go(address.replace("&amp;", "&"))), 0)

    def test_to_where_a_fact_about_a_partner_comes_from(self) -> None:
        """Q31: document, place and words, under the name of what they support."""
        self.read_in("nl")
        page = self.go(reverse("organisations"), reverse("organisation", args=[self.region.pk]))
        sources = section(page, "sources")
        self.assertIn("Mededeling aan de Vlaamse Regering", sources)
        self.assertIn("vice-président Hauts-de-France", sources)
        self.assertIn("afgeleid", sources)
        translation.activate("nl")

    def test_to_which_agreements_to_look_at(self) -> None:
        """Q19 on the home page: both lack who answers for them."""
        self.read_in("en")
        home = self.go()
        self.assertIn('data-figure="to-look-at" data-count="2"', home)
        self.assertEqual(self.count(self.go(f"{reverse('agreements')}?to_look_at=1")), 2)

"""What people look for by name, with only the mission to France on record: one search, and the record comes first."""

import re

from django.db import models
from django.urls import reverse

from agreements.models import Agreement
from partners.models import Contact, Organisation, Place
from tests.test_questions import LANGUAGES, FranceTest, section, words_of


def hits(page: str) -> list[str]:
    """What a page of results found, best first."""
    return re.findall(r'data-hit="([^"]+)"', page)


class ASearch(FranceTest):
    def results(self, text: str) -> str:
        """The page that the search in the header of every page leads to."""
        self.assertIn(f'action="{reverse("search")}"', self.client.get("/").content.decode())
        return self.client.get(reverse("search"), {"q": text}).content.decode()

    def assert_first(self, text: str, row: models.Model) -> None:
        found = hits(self.results(text))
        with self.subTest(text):
            self.assertEqual(found[:1], [f"{row._meta.model_name}:{row.pk}"])

    def test_finds_whoever_is_already_in(self) -> None:
        """Q28: without capitals, accents or hyphens, by a part of the name, and with a typing error."""
        wanted = {
            Contact.objects.get(family_name="Decoster"): ("francois decoster", "Decoster"),
            self.region: ("hauts de france",),
            self.imec: ("IMEC", "imec"),
            Organisation.objects.get(name="essenscia Vlaanderen"): ("essenscia",),
            Organisation.objects.get(name="Agoria Vlaanderen"): ("agoria",),
            Organisation.objects.get(name="CEA-Leti"): ("cea leti",),
            Agreement.objects.get(title__startswith="Toekomstpact"): ("toekomstpakt",),
        }
        for language in LANGUAGES:
            self.read_in(language)
            for row, texts in wanted.items():
                for text in texts:
                    self.assert_first(text, row)

    def test_finds_nobody_twice(self) -> None:
        """Q28: one François Decoster, so nobody enters him again."""
        self.read_in("nl")
        people = [hit for hit in hits(self.results("francois decoster")) if hit.startswith("contact:")]
        self.assertEqual(len(people), 1)

    def test_finds_a_city_in_any_language_and_what_happened_there(self) -> None:
        """Q28: Lille is Rijsel; one click on, the mission, its two meetings and the agreement that was signed."""
        lille = Place.objects.get(name_nl="Rijsel")
        for language in LANGUAGES:
            self.read_in(language)
            for text in ("Lille", "Rijsel"):
                self.assert_first(text, lille)
            address = reverse("place", args=[lille.pk])
            self.assertIn(f'href="{address}"', self.results("Lille"))
            page = self.client.get(address).content.decode()
            self.assertIn(self.mission.title, words_of(page))
            self.assertEqual(len(re.findall(r'data-row="meeting:', page)), 2)
            self.assertIn(self.mou.title, section(page, "agreements"))

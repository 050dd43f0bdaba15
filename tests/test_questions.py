"""What people ask of the mission to France: each answer on one screen, at most two links from the home page."""

import html
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.rights import Role
from agreements.models import Agreement
from missions.models import Meeting, Mission
from partners.models import Contact, Organisation
from tests import factories

LANGUAGES = ("en", "nl")
UNDATED = {
    "en": "between 22 and 25 April 2024 (day not recorded)",
    "nl": "tussen 22 en 25 april 2024 (dag niet genoteerd)",
}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.found.append(address)


def links_of(page: str) -> list[str]:
    """Where the links of a page lead."""
    reader = _Links()
    reader.feed(page)
    return reader.found


def words_of(page: str) -> str:
    """What a page says, without its markup, every gap one space."""
    text = re.sub(r"<(script|style|template)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def section(page: str, name: str) -> str:
    """What the section with this id says."""
    inside = page.split(f'id="{name}"', 1)[1]
    return words_of(f"<{inside.split('</section>', 1)[0]}")


def same_place(one: str, other: str) -> bool:
    """Whether two addresses lead to the same page, whatever the order of their parameters."""
    a, b = urlsplit(one), urlsplit(other)
    return (a.path, sorted(parse_qs(a.query).items())) == (b.path, sorted(parse_qs(b.query).items()))


class FranceTest(TestCase):
    """Only the facts of the report are loaded."""

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_example", only="france", verbosity=0)
        cls.staff = {language: factories.user(Role.STAFF, language=language) for language in LANGUAGES}
        cls.mission = Mission.objects.get()
        cls.ferrari, cls.jambon = (Contact.objects.get(family_name=name) for name in ("Ferrari", "Jambon"))
        cls.region, cls.imec = (Organisation.objects.get(name=name) for name in ("Hauts-de-France", "Imec"))
        cls.mou = Agreement.objects.get(kind="mou")

    def go(self, *places: str) -> str:
        """From the home page along links that stand on each page before; gives the last page."""
        self.assertLessEqual(len(places), 2)
        address, page = "/", self.client.get("/").content.decode()
        for place in places:
            found = [urljoin(address, link) for link in links_of(page)]
            self.assertTrue(any(same_place(place, link) for link in found), f"{address} does not lead to {place}")
            response = self.client.get(place)
            self.assertEqual(response.status_code, 200)
            address, page = place, response.content.decode()
        return page

    def read_in(self, language: str) -> None:
        """Signed in as staff who read this language."""
        self.client.force_login(self.staff[language])
        translation.activate(language)
        self.addCleanup(translation.activate, translation.get_language())

    def count(self, page: str) -> int:
        return int(re.search(r'id="result-count" data-count="(\d+)"', page)[1])


class TheAnswer(FranceTest):
    def test_to_whether_i_met_this_person_before(self) -> None:
        """Q03: when, in which capacity, what was promised."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("contacts"), reverse("contact", args=[self.ferrari.pk]))
            meetings = section(page, "meetings")
            self.assertEqual(len(re.findall(r'data-row="meeting:', page)), 1)
            self.assertIn(UNDATED[language], meetings)
            self.assertIn({"en": "Paris", "nl": "Parijs"}[language], meetings)
            self.assertIn("Franse staatssecretaris voor digitalisering", meetings)
            self.assertIn(_("nothing promised on record"), meetings)

    def test_to_what_we_promised_france_and_have_not_done(self) -> None:
        """Q04: nothing."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(
                reverse("follow-ups"),
                f"{reverse('follow-ups')}?direction=ours&country=FR&status=open&status=in_progress&status=waiting",
            )
            self.assertEqual(self.count(page), 0)
            self.assertIn(str(_("ours")), words_of(page))

    def test_to_what_i_signed_that_still_runs(self) -> None:
        """Q06: the MoU; who signed the pact is not recorded."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("contacts"), reverse("contact", args=[self.jambon.pk]))
            signed = section(page, "signatures")
            self.assertIn(f"{_('Signed and still running')} (1)", signed)
            self.assertIn(self.mou.title, signed)
            self.assertNotIn("Toekomstpact", signed)

    def test_to_which_commitments_of_the_mission_are_open(self) -> None:
        """Q07: none, by a list that says by whom and how late."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("missions"), reverse("mission", args=[self.mission.pk]))
            self.assertIn('id="follow-up-count" data-count="0"', page)
            self.assertIn(_("No follow-ups recorded"), section(page, "follow-ups"))

    def test_to_what_we_have_with_a_region(self) -> None:
        """Q16: an agreement, two items of the programme, a person, when we last met, what is missing."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("organisations"), reverse("organisation", args=[self.region.pk]))
            agreements, meetings, people = (section(page, name) for name in ("agreements", "meetings", "people"))
            self.assertIn(self.mou.title, agreements)
            self.assertEqual(len(re.findall(r'data-row="agreement:', page)), 1)
            self.assertEqual(len(re.findall(r'data-row="meeting:', page)), 2)
            self.assertIn("Ontmoeting met François Decoster", meetings)
            self.assertIn("Ondertekening MoU", meetings)
            self.assertIn("François Decoster", people)
            self.assertIn("Cultuur, Internationale Relaties en Regionale talen", people)
            self.assertEqual(len(re.findall(r'data-row="position:', page)), 1)
            said = words_of(page)
            self.assertIn(f"{_('Last contact')} {UNDATED[language]}", said)
            self.assertIn(_("Nothing promised on record, by us or by them, and no follow-ups recorded."), said)
            for gap in (_("No relationship manager"), _("No lead department"), _("No evaluation date")):
                self.assertIn(gap, said)

    def test_to_which_agreements_lack_what_they_need(self) -> None:
        """Q19: both, of lead department, evaluation date and text."""
        for language in LANGUAGES:
            self.read_in(language)
            for lacking in ("without_lead", "without_evaluation", "without_text"):
                page = self.go(reverse("agreements"), f"{reverse('agreements')}?{lacking}=1")
                self.assertEqual(self.count(page), 2, lacking)
            self.assertEqual(self.count(self.go(reverse("agreements"))), 2)

    def test_to_who_is_the_counterpart_of_our_institute(self) -> None:
        """Q22: CEA-Leti."""
        for language in LANGUAGES:
            self.read_in(language)
            said = words_of(self.go(reverse("organisations"), reverse("organisation", args=[self.imec.pk])))
            self.assertIn(f"{_('counterpart of').capitalize()} CEA-Leti", said)

    def test_to_where_a_fact_comes_from(self) -> None:
        """Q31: under every record the document, the place in it, a few words and how sure they are."""
        self.read_in("en")
        nouns = {Mission: "mission", Meeting: "meeting", Organisation: "organisation", Contact: "contact", Agreement: "agreement"}  # fmt: skip
        for row in (row for model in nouns for row in model.objects.all()):
            noun = nouns[type(row)]
            page = self.go(reverse(f"{noun}s"), reverse(noun, args=[row.pk]))
            sources = page.split('id="sources"', 1)[1].split("</section>", 1)[0]
            # The report names no French government: it follows from its state secretary.
            certainty = "inferred" if str(row) == "Franse regering" else "stated"
            with self.subTest(row=str(row)):
                self.assertIn("Mededeling aan de Vlaamse Regering", words_of(f"<{sources}"))
                self.assertRegex(sources, r"paragraph \d, sentence \d|letterhead|heading|subject line|signature")
                self.assertRegex(sources, r"<q[^>]*>[^<]{3,}</q>")
                self.assertIn(f'class="certainty {certainty}"', sources)

    def test_to_the_references_of_announcement_and_report(self) -> None:
        """Q43: both unknown."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("missions"), reverse("mission", args=[self.mission.pk]))
            unknown = f"{_('Reference')} {_('not recorded')}"
            self.assertEqual(section(page, "report").count(unknown), 2)

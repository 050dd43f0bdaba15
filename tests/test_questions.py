"""What people ask of the mission to France: each answer on one screen, at most two links from the home page."""

import datetime
import html
import re
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.test import TestCase
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.rights import Role
from agreements.models import Agreement
from agreements.views.lists import before_summer
from missions.models import Meeting, Mission, Strand
from partners.models import Contact, Organisation
from tests import factories

pytestmark = pytest.mark.once

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
    def test_to_what_the_mission_led_to_a_year_later(self) -> None:
        """Q01: an agreement, meetings by strand, no follow-ups (in words), no contact since, no review after a year."""
        for language in LANGUAGES:
            self.read_in(language)
            results = section(self.go(reverse("missions"), reverse("mission", args=[self.mission.pk])), "results")
            self.assertIn(
                ngettext("%(counter)s agreement signed:", "%(counter)s agreements signed:", 1) % {"counter": 1}, results
            )
            self.assertIn(self.mou.title, results)
            self.assertNotIn("Toekomstpact", results)
            for strand, held, planned in ((Strand.GROUP, 4, 2), (Strand.OWN, 4, 0)):
                took_place, planned_only = "%(counter)s took place", "%(counter)s on the programme only"
                line = f"{capfirst(strand.label)} · {ngettext(took_place, took_place, held) % {'counter': held}}"
                if planned:
                    line += f", {ngettext(planned_only, planned_only, planned) % {'counter': planned}}"
                self.assertIn(line, results)
            self.assertIn(_("no follow-ups recorded"), results)
            self.assertIn(_("no meeting since with the same partners, as far as recorded"), results)
            due = {"en": "25 April 2025", "nl": "25 april 2025"}[language]
            self.assertIn(_("not held, as far as recorded (it was due on %(day)s)") % {"day": due}, results)

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

    def test_to_what_is_ready_to_be_signed_at_the_next_visit(self) -> None:
        """Q11: nothing, in or with France."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("agreements"), f"{reverse('agreements')}?ready_to_sign=1")
            self.assertEqual(self.count(page), 0)
            page = self.client.get(f"{reverse('agreements')}?ready_to_sign=1&country=FR").content.decode()
            self.assertEqual(self.count(page), 0)

    def test_to_who_is_bound_by_the_pact_and_who_signed_it(self) -> None:
        """Five parties, and nobody is said to have signed."""
        pact = Agreement.objects.get(kind="pact")
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("agreements"), reverse("agreement", args=[pact.pk]))
            self.assertEqual(len(re.findall(r'data-row="party:', page)), 5)
            for name in ("Agoria", "essenscia", "Fedustria", "Fevia"):
                self.assertIn(name, section(page, "parties"))
            self.assertNotIn('data-row="signature:', page)
            self.assertIn(_("No signatories recorded."), section(page, "signatures"))
            self.assertIn(formats.date_format(datetime.date(2024, 3, 23)), section(page, "dates"))

    def test_to_who_is_bound_by_the_memorandum_who_signed_it_and_what_is_missing(self) -> None:
        """Two parties that are inferred, two who signed, one in a capacity that is stated, and the gaps."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("agreements"), reverse("agreement", args=[self.mou.pk]))
            parties = section(page, "parties")
            self.assertEqual(len(re.findall(r'data-row="party:', page)), 2)
            self.assertEqual(parties.count(str(_("inferred"))), 2)
            self.assertEqual(len(re.findall(r'data-row="signature:', page)), 2)
            unknown, by_name = str(_("not recorded")), {}
            for line in page.split('data-row="signature:')[1:]:
                said = words_of(f"<{line.split('</li>', 1)[0]}")
                by_name["Decoster" if "Decoster" in said else "Jambon"] = said
            capacity = str(_("in the capacity of"))
            self.assertIn("vice-président Hauts-de-France", by_name["Decoster"])
            self.assertIn(f"{capacity} {unknown}", by_name["Jambon"])
            self.assertNotIn(f"{capacity} {unknown}", by_name["Decoster"])
            said = words_of(page)
            for gap in (
                _("No lead department"), _("No evaluation date"), _("The text is not on file"),
                _("Official title not recorded"), _("Somebody signed in a capacity that is not recorded"),
                _("Day of signature not recorded"), _("Day it takes effect not recorded"),
                _("End or duration not recorded"),
            ):  # fmt: skip
                self.assertIn(str(gap), said)

    def test_to_which_texts_come_up_for_evaluation_before_summer(self) -> None:
        """Q17: none is planned, and two have no evaluation date."""
        for language in LANGUAGES:
            self.read_in(language)
            summer = before_summer(timezone.localdate())
            page = self.go(reverse("agreements"), f"{reverse('agreements')}?evaluate_to={summer:%Y-%m-%d}")
            self.assertEqual(self.count(page), 0)
            self.assertIn(formats.date_format(summer, "SHORT_DATE_FORMAT"), words_of(page))
            page = self.go(reverse("agreements"), f"{reverse('agreements')}?without_evaluation=1")
            self.assertEqual(self.count(page), 2)

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
        for model, noun in nouns.items():
            self.go(reverse(f"{noun}s"), reverse(noun, args=[model.objects.earliest("pk").pk]))
        for row in (row for model in nouns for row in model.objects.all()):
            noun = nouns[type(row)]
            page = self.client.get(reverse(noun, args=[row.pk])).content.decode()
            sources = page.split('id="sources"', 1)[1].split("</section>", 1)[0]
            # The report names no French government: it follows from its state secretary.
            certainty = "inferred" if str(row) == "Franse regering" else "stated"
            with self.subTest(row=str(row)):
                self.assertIn("Mededeling aan de Vlaamse Regering", words_of(f"<{sources}"))
                self.assertRegex(sources, r"paragraph \d, sentence \d|letterhead|heading|subject line|signature")
                self.assertRegex(sources, r"<q[^>]*>[^<]{3,}</q>")
                self.assertIn(f'class="certainty {certainty}"', sources)

    def test_to_what_is_still_missing_for_the_mission(self) -> None:
        """Q29: days, cities, names, the report, and what the MoU lacks; each leads to its place in the form."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("missions"), reverse("mission", args=[self.mission.pk]))
            missing = words_of(page.split('class="block card gaps', 1)[1].split("</section>", 1)[0])
            for one, many, count in (
                ("%(count)s stop without days", "%(count)s stops without days", 3),
                ("%(count)s item without day", "%(count)s items without day", 10),
                ("%(count)s item without city", "%(count)s items without city", 5),
                (
                    "%(count)s group of the delegation known only by a description",
                    "%(count)s groups of the delegation known only by a description",
                    3,
                ),
            ):
                self.assertIn(ngettext(one, many, count) % {"count": count}, missing)
            self.assertIn(_("Report to the Government: date"), missing)
            lacking = ", ".join((_("official title"), _("lead department"), _("evaluation date")))
            self.assertIn(f"{self.mou}: {lacking}", missing)
            form = reverse("admin:missions_mission_change", args=[self.mission.pk])
            for anchor in ("stops-group", "meetings-group", "id_reported_on"):
                self.assertIn(f'href="{form}#{anchor}"', page)
            self.assertIn(f'href="{reverse("admin:agreements_agreement_change", args=[self.mou.pk])}"', page)

    def test_to_what_the_minister_discussed_in_my_area(self) -> None:
        """Q35: the ten items in France, also when only the days of the mission are asked for; what is known of each."""
        asked = f"{reverse('meetings')}?country=FR"
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("meetings"), asked)
            self.assertEqual(self.count(page), 10)
            self.assertIn("de mogelijkheden tot versterkte samenwerking op vlak van digitalisering", words_of(page))
            days_ago = (timezone.localdate() - self.mission.ends_on).days
            for more, expected in (
                ("day_from=2024-04-22&day_to=2024-04-25", 10),
                ("day_from=2024-04-26", 0),
                (f"last_days={days_ago}", 10),
                (f"last_days={days_ago - 1}", 0),
            ):
                with self.subTest(more):
                    self.assertEqual(self.count(self.client.get(f"{asked}&{more}").content.decode()), expected)

    def test_to_the_references_of_announcement_and_report(self) -> None:
        """Q43: both unknown."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("missions"), reverse("mission", args=[self.mission.pk]))
            unknown = f"{_('Reference')} {_('not recorded')}"
            self.assertEqual(section(page, "report").count(unknown), 2)

    def test_to_who_changed_this_date_and_when(self) -> None:
        """Q45: one link from the record; for whom it is no business there is no link."""
        history = reverse("admin:missions_mission_history", args=[self.mission.pk])
        editor = factories.user(Role.STAFF, first_name="Els", last_name="Peeters")
        mission = Mission.objects.get(pk=self.mission.pk)
        mission.reported_on = datetime.date(2024, 5, 30)
        mission.save(by=editor)
        for language in LANGUAGES:
            self.read_in(language)
            page = self.client.get(reverse("mission", args=[mission.pk])).content.decode()
            self.assertIn(history, links_of(page))
            said = words_of(self.client.get(history).content.decode())
            self.assertIn("Els Peeters", said)
            self.assertIn(str(Mission._meta.get_field("reported_on").verbose_name).casefold(), said.casefold())
            self.assertIn(formats.date_format(timezone.localtime(mission.updated_at), "SHORT_DATETIME_FORMAT"), said)
            self.assertIn("Entente", said)  # Who loaded the report.
        self.client.force_login(factories.user(Role.READER))
        page = self.client.get(reverse("mission", args=[mission.pk])).content.decode()
        self.assertNotIn(history, links_of(page))

"""What managers and cabinets ask week after week: with only the mission to France on record, then on known work.

Each answer stands on one screen, two links from the home page at most; figure, list and CSV show the same number.
"""

import csv
import datetime
import io
import re
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.rights import Role
from core.actors import SYSTEM
from follow_ups.models import FollowUp
from missions.models import Meeting
from partners.models import Organisation
from tests import factories
from tests.factories import days, today
from tests.test_questions import LANGUAGES, FranceTest, section, words_of
from tests.test_questions_partners import A_YEAR_LATER, rows

pytestmark = pytest.mark.once

OPEN = "status=open&status=in_progress&status=waiting"


class ManagersTest(FranceTest):
    """Signed in as who decides in bulk."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.staff = {language: factories.user(Role.MANAGER, language=language) for language in LANGUAGES}

    def exported(self, address: str) -> list[dict[str, str]]:
        """The rows of the CSV of a list."""
        path, _mark, query = address.partition("?")
        response = self.client.get(f"{path}export.csv?{query}&format=plain".replace("?&", "?"))
        self.assertEqual(response.status_code, 200)
        return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))

    def assert_list(self, noun: str, query: str, expected: list[Any]) -> str:
        """The list two links from home and its CSV hold these rows; gives the page."""
        page = self.go(reverse(f"{noun}s"), f"{reverse(f'{noun}s')}?{query}")
        self.assertEqual(self.count(page), len(expected))
        self.assertCountEqual(rows(page, noun), [row.pk for row in expected])
        self.assertCountEqual(
            [int(row["id"]) for row in self.exported(f"{reverse(f'{noun}s')}?{query}")], [row.pk for row in expected]
        )
        return page

    def figure(self, page: str, group: str, name: str) -> tuple[int, str]:
        """A number of the review queue and the list that it leads to."""
        line = next(row for row in re.findall(r"<tr(?s:.*?)</tr>", page) if f">{group}<" in row)
        found = re.search(rf'<a href="([^"]+)" data-figure="{name}"[^>]*>(\d+)<', line)
        return (int(found[2]), found[1].replace("&amp;", "&")) if found else (0, "")


class WithTheReportAlone(ManagersTest):
    def test_no_commitment_of_the_mission_is_open(self) -> None:
        """Q07: said in words; the list behind it is empty."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("missions"), reverse("mission", args=[self.mission.pk]))
            self.assertIn('id="follow-up-count" data-count="0"', page)
            self.assertIn(_("No follow-ups recorded"), section(page, "follow-ups"))
            self.assertEqual(self.exported(f"{reverse('follow-ups')}?mission={self.mission.pk}&{OPEN}"), [])

    def test_the_table_for_the_cabinet_prints_without_rows(self) -> None:
        """Q08: heading, date and scope; a sentence instead of rows."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("review"), reverse("cabinet-table"))
            said = words_of(page)
            self.assertEqual(self.count(page), 0)
            self.assertIn(_("Follow-ups for the cabinet meeting"), said)
            self.assertIn(str(today().year), said)
            self.assertIn(_("Nothing is late, was closed, or lacks an owner or date."), said)

    def test_no_mission_is_to_come(self) -> None:
        """Q10."""
        for language in LANGUAGES:
            self.read_in(language)
            for query in ("unready=1", "coming=1"):
                self.assert_list("mission", query, [])

    def test_four_partners_are_neglected_a_year_later(self) -> None:
        """Q20: the French ones; figure, list and CSV."""
        self.read_in("nl")
        names = ("Soitec", "CEA-Leti", "Hauts-de-France", "Franse regering")
        with mock.patch.object(timezone, "now", return_value=A_YEAR_LATER):
            self.client.force_login(self.staff["nl"])
            self.assertIn('data-figure="neglected" data-count="4"', self.go())
            self.assert_list("organisation", "neglected=1", [Organisation.objects.get(name=name) for name in names])

    def test_nothing_is_open_for_any_department_or_person(self) -> None:
        """Q24: said in words, however it is laid out."""
        for language in LANGUAGES:
            self.read_in(language)
            for by in ("department", "owner"):
                page = self.go(reverse("review"), f"{reverse('review')}?by={by}")
                self.assertIn(_("Nothing is open"), words_of(page))

    def test_the_visit_to_soitec_has_no_outcome(self) -> None:
        """Q25: of the own programme the visit has none; the talk with Ferrari has a text, that with Decoster led to an
        agreement."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.assert_list("meeting", "without_outcome=1", list(Meeting.objects.all().without_outcome()))
            own = Meeting.objects.filter(strand="own", status="held")
            told = {title: bool(outcome) for title, outcome in own.values_list("title", "outcome")}
            without = [title for title, has_text in told.items() if not has_text]
            self.assertTrue(any("Soitec" in title for title in without))
            self.assertFalse(any("Ferrari" in title for title in without))
            for title in without:
                self.assertIn(title, words_of(page))

    def test_no_letter_is_to_be_sent_and_no_promise_to_be_chased(self) -> None:
        """Q32, Q33, Q36: no letters, no invitations, nothing that France promised."""
        for language in LANGUAGES:
            self.read_in(language)
            for query in (
                f"kind=letter&{OPEN}",
                f"kind=invitation&{OPEN}",
                f"direction=theirs&country=FR&{OPEN}",
            ):
                self.assert_list("follow-up", query, [])

    def test_the_csv_of_what_is_open_has_its_headings(self) -> None:
        """Q44: for Excel, with the mark that says UTF-8, semicolons, and nothing else; other lists keep their accents."""
        for language in LANGUAGES:
            self.read_in(language)
            page = self.go(reverse("follow-ups"), f"{reverse('follow-ups')}?{OPEN}")
            export = re.search(r'href="([^"]+export\.csv[^"]*)"', page)[1].replace("&amp;", "&")
            whole = b"".join(self.client.get(export).streaming_content)
            self.assertTrue(whole.startswith(b"\xef\xbb\xbf"))
            lines = whole.decode("utf-8-sig").splitlines()
            self.assertEqual(len(lines), 1)
            self.assertGreater(lines[0].count(";"), 5)
        names = b"".join(self.client.get(reverse("contacts-export")).streaming_content).decode("utf-8-sig")
        self.assertIn("François", names)


class OnKnownWork(ManagersTest):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.els = factories.user(first_name="Els", last_name="Peeters")
        cls.jan = factories.user(first_name="Jan", last_name="Claes")
        cls.unit, cls.agency = factories.department("Eenheid Frankrijk"), factories.department("Agentschap handel")
        make, late = factories.follow_up, today() - days(5)
        known = {"partner": cls.region, "mission": cls.mission}
        cls.late = make("Te laat", owner=cls.els, department=cls.unit, due_on=late, **known)
        cls.undated = make("Zonder datum", owner=cls.els, department=cls.agency, **known)
        cls.unowned = make("Van niemand", department=cls.unit, due_on=today() + days(5), **known)
        cls.letter = make("Bedankbrief aan François", kind="letter", direction="internal", owner=cls.jan, **known)
        cls.sent = make("Verstuurde brief", kind="letter", direction="internal", owner=cls.jan, **known)
        cls.sent.complete("Verstuurd.", by=cls.jan)
        cls.theirs = make("Zij bezorgen de studie", direction="theirs", due_on=late, department=cls.agency, **known)
        cls.invitation = make("Tegenbezoek", direction="theirs", kind="invitation", owner=cls.jan, **known)
        cls.old = make("Oud", partner=cls.imec, owner=cls.jan)
        FollowUp._base_manager.filter(pk=cls.old.pk).update(created_at=timezone.localtime() - days(100))
        cls.every_open = [
            cls.late, cls.undated, cls.unowned, cls.letter, cls.theirs, cls.invitation, cls.old,
        ]  # fmt: skip

    def setUp(self) -> None:
        self.read_in("nl")

    def test_six_commitments_of_the_mission_are_open(self) -> None:
        """Q07: by whom and how late, on the mission's page and in the list with as many rows."""
        page = self.go(reverse("missions"), reverse("mission", args=[self.mission.pk]))
        self.assertIn('id="follow-up-count" data-count="7"', page)  # One of them is done.
        said = section(page, "follow-ups")
        self.assertIn("Els Peeters", said)
        self.assertIn("5 dagen te laat", said)
        query = f"mission={self.mission.pk}&{OPEN}"
        listed = self.client.get(f"{reverse('follow-ups')}?{query}").content.decode()
        self.assertEqual(self.count(listed), 6)
        self.assertEqual(len(self.exported(f"{reverse('follow-ups')}?{query}")), 6)

    def test_two_are_late_for_the_cabinet_each_under_its_department(self) -> None:
        """Q08: late by department; closed since last week; without owner or date."""
        page = self.go(reverse("review"), reverse("cabinet-table"))
        counts = {int(part): int(count) for part, count in re.findall(r'data-section="(\d)" data-count="(\d+)"', page)}
        self.assertEqual(counts, {1: 2, 2: 1, 3: 5})
        self.assertEqual(self.count(page), sum(counts.values()))
        self.assertEqual(len(self.exported(reverse("cabinet-table"))), sum(counts.values()))
        said = words_of(page)
        self.assertLess(said.index("Agentschap handel"), said.index("Eenheid Frankrijk"))

    def test_one_coming_mission_is_not_ready_and_says_what_it_lacks(self) -> None:
        """Q10: the checks of each, in words, beside it in the list."""
        going = {"starts_on": today() + days(20), "ends_on": today() + days(22)}
        announced = {
            "announced_on": today() - days(3), "note_sent_on": today() - days(20),
            "substitute": self.ferrari, "reachable_member": self.ferrari,
        }  # fmt: skip
        lacking = factories.mission("Naar Milaan", **going, note_sent_on=today() - days(20))
        ready = factories.mission("Naar Turijn", **going, **announced)
        for one in (lacking, ready):
            factories.delegate(one, contact=self.jambon, status="confirmed")
        factories.mission("Geannuleerd", status="cancelled", **going)
        page = self.assert_list("mission", "unready=1", [lacking])
        row = words_of(page.split(f'data-row="mission:{lacking.pk}"', 1)[1].split("</tr>", 1)[0])
        for missing in (_("announcement"), _("substitute minister"), _("reachable cabinet member")):
            self.assertIn(missing, row)
        self.assertNotIn(_("explanatory note"), row)
        self.assertNotIn(_("delegation"), row.replace(_("Head of delegation"), ""))
        self.assert_list("mission", "coming=1", [lacking, ready])

    def test_a_partner_met_within_its_frequency_is_not_neglected(self) -> None:
        """Q20: the figure on the home page goes down by one in list and CSV too."""
        with mock.patch.object(timezone, "now", return_value=A_YEAR_LATER):
            self.client.force_login(self.staff["nl"])
            visit = factories.meeting("Bezoek", day=datetime.date(2025, 5, 1), status="held")
            factories.participant(visit, organisation=self.region, side="partner")
            left = [Organisation.objects.get(name=name) for name in ("Soitec", "CEA-Leti", "Franse regering")]
            self.assertIn('data-figure="neglected" data-count="3"', self.go())
            self.assert_list("organisation", "neglected=1", left)

    def test_counts_what_is_open_per_department_and_person_and_how_old_it_is(self) -> None:
        """Q24: exact figures; each leads to a list and a CSV with as many rows."""
        expected = {
            "department": {"Eenheid Frankrijk": (2, 1), "Agentschap handel": (2, 1), _("Without department"): (3, 0)},
            "owner": {"Els Peeters": (2, 1), "Jan Claes": (3, 0)},
        }
        for by, groups in expected.items():
            page = self.go(reverse("review"), f"{reverse('review')}?by={by}")
            for name, counts in groups.items():
                for figure, count in zip(("open", "late"), counts, strict=True):
                    with self.subTest(by=by, name=name, figure=figure):
                        shown, address = self.figure(page, name, figure)
                        self.assertEqual(shown, count)
                        if count:
                            self.assertEqual(self.count(self.client.get(address).content.decode()), count)
                            self.assertEqual(len(self.exported(address)), count)
            oldest = timezone.localdate() - days(100)
            self.assertIn(f"{oldest:%d/%m/%Y}", words_of(page))

    def test_a_meeting_leaves_the_list_once_its_outcome_is_written(self) -> None:
        """Q25: figure on the home page, list and CSV."""
        before = list(Meeting.objects.all().without_outcome())
        self.assertIn(f'data-figure="without-outcome" data-count="{len(before)}"', self.go())
        told = Meeting.objects.get(pk=before[0].pk)
        told.outcome = "De studie wordt gedeeld."
        told.save(by=SYSTEM)
        self.assertIn(f'data-figure="without-outcome" data-count="{len(before) - 1}"', self.go())
        self.assert_list("meeting", "without_outcome=1", before[1:])

    def test_one_letter_is_to_be_sent(self) -> None:
        """Q32: the one of the mission that was not sent."""
        self.assert_list("follow-up", f"kind=letter&{OPEN}", [self.letter])

    def test_one_visit_was_promised_to_us(self) -> None:
        """Q33: found among the invitations."""
        self.assert_list("follow-up", f"kind=invitation&{OPEN}", [self.invitation])

    def test_two_promises_of_france_are_to_be_chased(self) -> None:
        """Q36: the study and the visit, late ones first."""
        page = self.assert_list("follow-up", f"direction=theirs&country=FR&{OPEN}", [self.theirs, self.invitation])
        self.assertEqual(rows(page, "follow-up")[0], self.theirs.pk)

    def test_the_csv_holds_what_the_list_holds(self) -> None:
        """Q44: everything open, accents and all."""
        self.assert_list("follow-up", OPEN, self.every_open)
        whole = b"".join(self.client.get(f"{reverse('follow-ups-export')}?{OPEN}").streaming_content)
        self.assertIn("Bedankbrief aan François", whole.decode("utf-8-sig"))
        self.assertEqual(len(whole.decode("utf-8-sig").splitlines()), 1 + len(self.every_open))

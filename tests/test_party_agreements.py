"""What binds us to this party: one screen, by where each text stands today."""

import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import formats

from accounts.rights import Role
from agreements.models import Agreement
from core.months import months_later
from partners.models import Organisation
from tests import factories as make
from tests.factories import days, today
from tests.test_questions import section, words_of

pytestmark = pytest.mark.once


class PartyView(TestCase):
    def setUp(self) -> None:
        self.reader = make.user(Role.READER, language="en")
        self.client.force_login(self.reader)
        self.region = make.organisation("Hauts-de-France", country="FR")

    def bound(self, title: str, *, party: Organisation | None = None, **fields: Any) -> Agreement:
        if "effective_on" in fields:
            fields.setdefault("effective_on_precision", "day")
        agreement = make.agreement(title, **{"status": "signed", **fields})
        make.party(agreement, party or self.region)
        return agreement

    def page(self, of: Organisation | None = None) -> Any:
        return self.client.get(f"/organisations/{(of or self.region).pk}/agreements/")

    def shown(self, of: Organisation | None = None) -> dict[str, list[str]]:
        return {part.phase.value: [row.title for row in part.rows] for part in self.page(of).context["sections"]}


class WhatBindsUs(PartyView):
    def test_stands_under_what_it_is_today(self) -> None:
        begun = {"effective_on": today() - days(400)}
        texts: dict[str, dict[str, dict[str, Any]]] = {
            "in_force": {
                "holds": begun,
                "renewed by itself": {**begun, "ends_on": today() - days(1), "renewal": "tacit", "renewal_months": 12},
                "terminated from tomorrow": {**begun, "status": "terminated", "ends_on": today() + days(1)},
            },
            "awaiting": {
                "later": {"effective_on": today() + days(1)},
                "nobody knows": {},
                "terminated before it began": {"status": "terminated", "ends_on": today() + days(9)},
            },
            "prepared": {status: {"status": status} for status in ("approved", "idea", "negotiation")},
            "past": {
                "ended": {**begun, "ends_on": today()},
                "ended, effect unknown": {"ends_on": today()},
                "replaced": {**begun, "status": "replaced"},
                "terminated": {**begun, "status": "terminated"},
                "withdrawn": {"status": "withdrawn"},
            },
        }
        for rows in texts.values():
            for title, fields in rows.items():
                self.bound(title, **fields)
        self.assertEqual(self.shown(), {phase: list(rows) for phase, rows in texts.items()})

    def test_counts_as_the_list_that_each_number_leads_to(self) -> None:
        self.bound("holds", effective_on=today(), lead_department=make.department())
        self.bound("led by nobody", effective_on=today())
        self.bound("below", party=make.organisation(parent=self.region), status="idea")
        self.bound("elsewhere", party=make.organisation(), effective_on=today())
        for part in self.page().context["sections"]:
            self.assertContains(self.client.get(part.url), f'id="result-count" data-count="{part.count}"')
            for gap in part.gaps:
                self.assertContains(self.client.get(gap.url), f'id="result-count" data-count="{gap.count}"')
        counts = {part.phase.value: [gap.count for gap in part.gaps] for part in self.page().context["sections"]}
        self.assertEqual(counts, {"in_force": [1, 2, 2], "awaiting": [], "prepared": [1], "past": []})

    def test_is_also_what_binds_a_body_below_it_and_says_which(self) -> None:
        agency = make.organisation("Agence régionale", parent=self.region)
        self.bound("Clinics", party=make.organisation("Clinique", parent=agency), effective_on=today())
        self.bound("Own", effective_on=today())
        self.assertEqual(self.shown()["in_force"], ["Clinics", "Own"])
        said = section(self.page().content.decode(), "in_force")
        self.assertIn("through Clinique", said)
        self.assertNotIn("through Hauts-de-France", said)

    def test_is_not_where_it_only_stood_by(self) -> None:
        witnessed = make.agreement("Witnessed", status="signed")
        make.party(witnessed, self.region, role="witness")
        self.assertEqual(self.shown()["awaiting"], [])

    def test_says_since_when_until_when_and_by_when_to_stop_it(self) -> None:
        ends_on = months_later(today(), 7)
        self.bound("Tacit", effective_on=datetime.date(1990, 5, 1), ends_on=ends_on, renewal="tacit", notice_months=3)
        said = section(self.page().content.decode(), "in_force")
        self.assertIn("1 May 1990", said)
        self.assertIn(formats.date_format(ends_on, "d/m/Y"), said)
        self.assertIn(f"notice until {formats.date_format(months_later(ends_on, -3), 'd/m/Y')}", said)

    def test_counts_open_promises_of_both_sides_as_far_as_one_may_read(self) -> None:
        agreement = self.bound("Promising", effective_on=today())
        for _one in range(2):
            make.follow_up(agreement=agreement, direction="ours")
        make.follow_up(agreement=agreement, direction="theirs")
        make.follow_up(agreement=agreement, direction="theirs", level=3)
        make.follow_up(agreement=agreement, direction="joint").complete("Done", by=self.reader)
        page = self.page()
        said = section(page.content.decode(), "in_force")
        self.assertIn("2 of ours 1 of theirs", said)
        self.assertNotIn("joint", said)
        address = f"/follow-ups/?agreement={agreement.pk}&direction=ours&status=open&status=in_progress&status=waiting"
        self.assertContains(page, address.replace("&", "&amp;"))
        self.assertContains(self.client.get(address), 'data-count="2"')

    def test_names_what_took_its_place_only_to_who_may_read_that(self) -> None:
        hidden, known = make.agreement("Secret successor", level=4), make.agreement("Known successor")
        self.bound("Old", status="replaced", replaced_by=hidden)
        self.bound("Older", status="replaced", replaced_by=known)
        page = self.page()
        self.assertContains(page, "Known successor")
        self.assertNotContains(page, "Secret successor")

    def test_is_nothing_that_one_may_not_read_or_that_is_archived(self) -> None:
        self.bound("Hidden", level=3)
        self.bound("Gone").archive("Twice on record", by=self.reader)
        self.assertEqual(self.shown(), {"in_force": [], "awaiting": [], "prepared": [], "past": []})
        self.assertContains(self.page(), "None, as far as recorded.", count=4)

    def test_leads_on_to_the_list_when_there_is_too_much_of_it(self) -> None:
        for number in range(103):
            self.bound(f"{number:03}")
        awaiting = next(part for part in self.page().context["sections"] if part.phase == "awaiting")
        self.assertEqual((awaiting.count, len(awaiting.rows)), (103, 100))
        self.assertContains(self.page(), "Only the first 100 are shown; the list has them all.")

    def test_asks_as_often_whatever_it_is(self) -> None:
        asked = []
        for count in (1, 30):
            for number in range(count):
                text = self.bound(f"{number}", effective_on=today(), lead_department=make.department())
                make.follow_up(agreement=text)
            with CaptureQueriesContext(connection) as captured:
                self.page()
            asked.append(len(captured))
        self.assertEqual(asked[0], asked[1])
        self.assertLessEqual(asked[0], 8)

    def test_is_one_press_from_the_page_of_the_party(self) -> None:
        self.bound("Canals")
        path = f"/organisations/{self.region.pk}/"
        self.assertContains(self.client.get(path), f'href="{path}agreements/"')
        self.assertEqual(self.client.get("/organisations/999999/agreements/").status_code, 404)


class OfFrance(PartyView):
    """The report alone: a memorandum with the region and a pact with four federations."""

    @classmethod
    def setUpTestData(cls) -> None:
        call_command("load_example", only="france", verbosity=0)

    def of(self, name: str) -> Any:
        return self.page(Organisation.objects.filter(name=name).earliest("pk"))

    def counts(self, page: Any) -> dict[str, int]:
        return {part.phase.value: part.count for part in page.context["sections"]}

    def test_the_region_is_bound_by_the_memorandum_of_which_no_date_is_recorded(self) -> None:
        page = self.of("Hauts-de-France")
        self.assertEqual(self.counts(page), {"in_force": 0, "awaiting": 1, "prepared": 0, "past": 0})
        said = section(page.content.decode(), "awaiting")
        self.assertIn(Agreement.objects.get(kind="mou").title, said)
        self.assertIn("The text is not on file", said)
        for gap in ("No lead department: 1", "No evaluation date: 1", "The text is not on file: 1"):
            self.assertIn(gap, said)
        self.assertEqual(said.count("not recorded"), 5)  # Signature, effect, end, lead, evaluation.
        self.assertIn("None, as far as recorded.", section(page.content.decode(), "in_force"))

    def test_a_federation_is_bound_by_the_pact_of_23_march_2024_alone(self) -> None:
        page = self.of("Agoria Vlaanderen")
        self.assertEqual(self.counts(page), {"in_force": 0, "awaiting": 1, "prepared": 0, "past": 0})
        said = section(page.content.decode(), "awaiting")
        self.assertIn("Toekomstpact voor de Vlaamse Industrie", said)
        self.assertIn("23 March 2024", said)
        self.assertEqual(said.count("not recorded"), 4)  # Effect, end, lead, evaluation.

    def test_our_own_government_is_bound_by_both(self) -> None:
        page = self.of("Vlaamse Regering")
        self.assertEqual(self.counts(page)["awaiting"], 2)
        self.assertNotIn("In effect since", words_of(page.content.decode()))

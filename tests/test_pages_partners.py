"""The pages of organisations, contacts and agreements: lists, what a page shows to whom, gaps, files."""

import csv
import datetime
import io
import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.rights import Role
from agreements.models import AgreementDocument
from core.actors import SYSTEM
from documents.models import Citation
from documents.models.locator import in_reader_words
from missions.models import MeetingAgreement
from missions.models.meeting import MeetingStatus
from partners.models import OrganisationLink
from tests import factories
from tests.factories import days, today


def rows_on_page(content: str, noun: str) -> list[int]:
    return [int(number) for number in re.findall(rf'data-row="{noun}:(\d+)"', content)]


def count_on_page(content: str) -> int:
    return int(re.search(r'id="result-count" data-count="(\d+)"', content)[1])


def plain(response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8"))))


def words(content: str) -> str:
    """The text of a page as it is read."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"</d[dt]>", " ", content)))


class Page(TestCase):
    """Reads pages in English as one of three recurring people."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user(Role.STAFF, language="en", first_name="Sam", last_name="Staf")
        cls.manager = factories.user(Role.MANAGER, language="en")
        cls.reader = factories.user(Role.READER, language="en")

    def read(self, address: str, as_=None) -> str:
        self.client.force_login(as_ or self.staff)
        response = self.client.get(address)
        self.assertEqual(response.status_code, 200, address)
        return response.content.decode()

    def queries(self, address: str, as_=None) -> int:
        self.read(address, as_)  # Once to fill what is remembered between requests.
        with CaptureQueriesContext(
            connection,
        ) as captured:
            self.client.get(address)
        return len(captured)


class World(Page):
    """A region with its people, a pact, an MoU signed on an unknown day, and an institute with its counterpart."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.theme = factories.theme("Digitalisering")
        cls.department = factories.department("Eenheid")
        cls.own = factories.organisation("Vlaamse Regering", side="own", kind="own_government", country="BE")
        cls.region = factories.organisation("Hauts-de-France", country="FR", kind="region")
        cls.port = factories.organisation(
            "Port de Dunkerque", parent=cls.region, country="FR", tier=1, relationship_manager=cls.staff
        )
        cls.imec = factories.organisation("Imec", side="own", country="BE")
        cls.leti = factories.organisation("CEA-Leti", country="FR")
        OrganisationLink.objects.create(by=SYSTEM, organisation=cls.leti, kind="counterpart", other=cls.imec)
        cls.port.themes.add(cls.theme)
        cls.jambon = factories.contact("Jambon", given_name="Jan", mobile="+32 400 00 00 00", private_notes="ALLERGIE")
        cls.decoster = factories.contact("Decoster", given_name="François")
        cls.gone = factories.contact("Vertrokken", do_not_contact=True, email="gone@partner.example")
        cls.vice = factories.position(cls.decoster, cls.region, title_nl="", title_printed="vice-président")
        cls.vice.portfolio_themes.add(cls.theme)
        factories.position(cls.gone, cls.leti, status="ended", title_en="director")
        factories.position(cls.gone, cls.region, status="ended")
        cls.mission = factories.mission(
            "Missie Frankrijk", starts_on=datetime.date(2024, 4, 22), ends_on=datetime.date(2024, 4, 25), status="held"
        )
        cls.meeting = factories.meeting("Ontmoeting Decoster", mission=cls.mission, status=MeetingStatus.HELD)
        factories.participant(cls.meeting, contact=cls.decoster, position=cls.vice)
        factories.participant(cls.meeting, contact=cls.jambon, side="own", capacity="minister-president")
        cls.mou = factories.agreement("MoU zorg", kind="mou", status="signed", scope="international")
        for party in (cls.own, cls.region):
            factories.party(cls.mou, party)
        factories.signature(cls.mou, cls.jambon)
        factories.signature(cls.mou, cls.decoster, position=cls.vice, capacity="vice-président")
        MeetingAgreement.objects.create(by=SYSTEM, meeting=cls.meeting, agreement=cls.mou, treatment="signed")
        cls.pact = factories.agreement(
            "Toekomstpact", kind="pact", status="signed", signed_on=datetime.date(2024, 3, 23),
            signed_on_precision="day", lead_department=cls.department, evaluate_on=today() + days(90),
        )  # fmt: skip
        cls.ended = factories.agreement("Afgelopen", status="signed", ends_on=today() - days(1))
        factories.signature(cls.ended, cls.jambon)


class TheListsTheirCsvAndTheirCount(World):
    LISTS = {
        "organisations": (
            "organisation",
            {
                "": 5,
                "?q=dunkerque": 1,
                "?kind=region&country=FR": 1,
                "?country=FR": 3,
                "?side=own": 2,
                "?tier=1": 1,
                "?theme={theme}": 1,
                "?parent={region}": 1,
                "?relationship_manager={staff}&o=-name": 1,
                "?without_manager=1": 2,
                "?neglected=1": 3,
                "?side=partner&o=kind": 3,
            },
        ),
        "contacts": (
            "contact",
            {
                "": 3,
                "?q=francois": 1,
                "?organisation={region}": 2,
                "?organisation={region}&in_post=1": 1,
                "?country=FR&in_post=1": 1,
                "?theme={theme}&country=FR": 1,
                "?theme={theme}&country=BE": 0,
                "?left=1": 1,
                "?o=-name": 3,
            },
        ),
        "agreements": (
            "agreement",
            {
                "": 3,
                "?kind=mou": 1,
                "?status=signed&scope=international": 1,
                "?binding=unknown": 3,
                "?party={region}": 1,
                "?country=FR": 1,
                "?signed_by={jambon}": 2,
                "?signed_by={jambon}&running=1": 1,
                "?lead={department}": 1,
                "?without_lead=1": 2,
                "?without_evaluation=1": 2,
                "?without_text=1&o=-signed": 3,
                "?ready_to_sign=1": 0,
            },
        ),
    }

    def ask(self, query: str) -> str:
        names = ("theme", "region", "staff", "jambon", "department")
        return query.format(**{name: getattr(self, name).pk for name in names})

    def test_agree_for_every_filter(self) -> None:
        for noun, (row, queries) in self.LISTS.items():
            for query, expected in queries.items():
                with self.subTest(noun=noun, query=query):
                    asked = self.ask(query)
                    content = self.read(f"/{noun}/{asked}")
                    shown = rows_on_page(content, row)
                    response = self.client.get(f"/{noun}/export.csv{asked}{'&' if asked else '?'}format=plain")
                    exported = [int(line["id"]) for line in plain(response)]
                    self.assertEqual((count_on_page(content), shown), (expected, exported))

    def test_answer_what_is_not_understood_with_nothing_and_say_so(self) -> None:
        for noun in self.LISTS:
            for query in ("?colour=red", "?country=XX", "?archived=yes", "?o=nothing", "?page=0"):
                with self.subTest(noun=noun, query=query):
                    self.assertEqual(count_on_page(self.read(f"/{noun}/{query}")), 0)
                    self.assertEqual(self.client.get(f"/{noun}/export.csv{query}").status_code, 400)

    def test_leave_archived_rows_out_unless_asked(self) -> None:
        for noun, record in (("organisations", self.leti), ("contacts", self.gone), ("agreements", self.ended)):
            with self.subTest(noun=noun):
                before = count_on_page(self.read(f"/{noun}/"))
                record.archive("double", by=self.manager)
                self.assertEqual(count_on_page(self.read(f"/{noun}/")), before - 1)
                self.assertEqual(count_on_page(self.read(f"/{noun}/?archived=1")), before)

    def test_ask_place_portfolio_and_being_in_post_of_one_post(self) -> None:
        both = factories.contact("Twee")
        factories.position(both, self.region, status="ended")
        factories.position(both, self.imec, status="current")
        content = self.read("/contacts/?country=FR&in_post=1")
        self.assertEqual(rows_on_page(content, "contact"), [self.decoster.pk])

    def test_are_not_exported_by_readers(self) -> None:
        self.client.force_login(self.reader)
        for noun in self.LISTS:
            self.assertEqual(self.client.get(f"/{noun}/export.csv").status_code, 403)

    def test_export_no_private_field(self) -> None:
        self.client.force_login(self.staff)
        content = b"".join(self.client.get("/contacts/export.csv").streaming_content).decode()
        self.assertNotIn("+32 400", content)
        self.assertNotIn("ALLERGIE", content)


class TheListOfContacts(World):
    def test_says_since_when_a_post_is_held_whether_we_met_and_who_held_it_before(self) -> None:
        heir = factories.contact("Opvolger")
        post = factories.position(
            heir, self.region, status="current", held_from=datetime.date(2025, 10, 1), held_from_precision="month"
        )
        post.portfolio_themes.add(self.theme)
        post.succeeds.add(self.vice)
        content = words(self.read(f"/contacts/?theme={self.theme.pk}&country=FR&o=-name"))
        self.assertIn("Portfolio: Digitalisering · from October 2025", content)
        self.assertIn("Succeeds François Decoster (met, 25/04/2024 at the latest)", content)
        self.assertIn("not met, as far as recorded", content)
        self.assertIn("not recorded whether still in post", content)

    def test_tells_no_meeting_that_the_reader_may_not_see(self) -> None:
        secret = factories.meeting(day=today(), status=MeetingStatus.HELD, level=3)
        factories.participant(secret, contact=self.decoster)
        shown = today().strftime("%d/%m/%Y")
        self.assertIn(shown, self.read("/contacts/?q=decoster"))
        self.assertNotIn(shown, self.read("/contacts/?q=decoster", self.reader))


class TheListOfNeglectedPartners(World):
    def test_has_key_partners_first_and_says_how_long_ago(self) -> None:
        content = self.read("/organisations/?neglected=1")
        self.assertEqual(rows_on_page(content, "organisation"), [self.port.pk, self.leti.pk, self.region.pk])
        self.assertIn(f"{(today() - datetime.date(2024, 4, 25)).days} days ago", words(content))
        response = self.client.get("/organisations/export.csv?neglected=1&format=plain")
        self.assertEqual([int(line["id"]) for line in plain(response)], [self.port.pk, self.leti.pk, self.region.pk])


class AgreementsToLookAt(World):
    def found(self) -> list[int]:
        return rows_on_page(self.read("/agreements/?to_look_at=1"), "agreement")

    def make(self, **fields: object) -> int:
        return factories.agreement(lead_department=self.department, status="signed", **fields).pk

    def test_have_no_lead_or_an_evaluation_that_is_near_or_past(self) -> None:
        near, past = self.make(evaluate_on=today() + days(30)), self.make(evaluate_on=today() - days(400))
        self.make(evaluate_on=today() + days(200))
        self.assertCountEqual(self.found(), [near, past, self.mou.pk, self.pact.pk])

    def test_end_soon_unless_they_renew_themselves(self) -> None:
        ending = self.make(ends_on=today() + days(60))
        self.make(ends_on=today() + days(60), renewal="tacit", renewal_months=12)
        self.make(ends_on=today() - days(1))
        self.assertCountEqual(self.found(), [ending, self.mou.pk, self.pact.pk])

    def test_have_a_last_day_of_notice_that_is_near_also_in_a_later_term(self) -> None:
        notice = {"renewal": "tacit", "renewal_months": 12, "notice_months": 3}
        this_term = self.make(ends_on=today() + days(150), **notice)
        later_term = self.make(ends_on=today() + days(150 - 731), **notice)
        self.make(ends_on=today() + days(30), **notice)  # Missed in this term.
        self.make(ends_on=today() + days(300), **notice)
        self.assertCountEqual(self.found(), [this_term, later_term, self.mou.pk, self.pact.pk])


@pytest.mark.once
class ListsAskTheDatabase(Page):
    def fill(self, count: int) -> None:
        for _number in range(count):
            body = factories.organisation(
                country="FR", parent=factories.organisation(), place=factories.place(), relationship_manager=self.staff
            )
            person = factories.contact()
            factories.position(person, body)
            agreement = factories.agreement(lead_department=factories.department(), status="signed")
            factories.party(agreement, body)
            factories.signature(agreement, person)

    def test_six_times_for_organisations_whatever_the_rows(self) -> None:
        self.fill(1)
        self.assertEqual(self.queries("/organisations/"), 6)
        self.fill(2)
        self.assertEqual(self.queries("/organisations/"), 6)

    def test_eight_times_at_most_with_every_filter_at_once(self) -> None:
        self.fill(2)
        body, theme = factories.organisation(country="FR"), factories.theme()
        asked = {
            "organisations": f"neglected=1&side=partner&tier=1&country=FR&theme={theme.pk}&parent={body.pk}"
            f"&relationship_manager={self.staff.pk}&without_manager=1&q=a&o=-tier",
            "contacts": f"in_post=1&left=1&organisation={body.pk}&country=FR&theme={theme.pk}&q=a&o=-name",
            "agreements": f"to_look_at=1&running=1&party={body.pk}&include_children=1&country=FR&theme={theme.pk}",
            "meetings": f"organisation={body.pk}&include_children=1&country=FR&with_outcome=1",
        }
        for noun, query in asked.items():
            with self.subTest(noun=noun):
                self.assertLessEqual(self.queries(f"/{noun}/?{query}"), 8)

    def test_seven_times_for_contacts_whatever_the_rows(self) -> None:
        self.fill(1)
        self.assertEqual(self.queries("/contacts/"), 7)
        self.fill(2)
        self.assertEqual(self.queries("/contacts/"), 7)

    def test_seven_times_for_agreements_whatever_the_rows(self) -> None:
        self.fill(1)
        self.assertEqual(self.queries("/agreements/"), 7)
        self.fill(2)
        self.assertEqual(self.queries("/agreements/"), 7)

    def test_four_times_at_most_for_suggestions(self) -> None:
        self.fill(3)
        for noun, expected in (("organisations", 3), ("contacts", 4), ("agreements", 3)):
            with self.subTest(noun=noun):
                self.assertEqual(self.queries(f"/{noun}/options/?q=a"), expected)


@pytest.mark.once
class PagesAskTheDatabase(World):
    def more(self) -> None:
        """Another of everything that a page shows."""
        person = factories.contact()
        post = factories.position(person, self.region)
        post.succeeds.add(self.vice)
        other = factories.position(self.decoster, self.port)
        meeting = factories.meeting(mission=self.mission, status=MeetingStatus.HELD)
        factories.participant(meeting, contact=self.decoster, position=other)
        factories.delegate(self.mission, organisation=self.region)
        factories.delegate(self.mission, contact=self.decoster)
        factories.other_name(self.region, f"Naam {person.pk}")
        factories.organisation(parent=self.region)
        agreement = factories.agreement(parent=self.mou, status="signed")
        factories.party(agreement, self.region)
        factories.signature(agreement, self.decoster)
        factories.party(self.mou, factories.organisation())
        factories.signature(self.mou, person)
        document = factories.document()
        AgreementDocument.objects.create(by=SYSTEM, agreement=self.mou, document=document)
        MeetingAgreement.objects.create(by=SYSTEM, meeting=meeting, agreement=self.mou)
        self.mission.builds_on.add(self.mou)
        for origin in (
            {"partner": self.region},
            {"agreement": self.mou},
            {"meeting": meeting, "contact": self.decoster},
        ):
            factories.follow_up(owner=self.staff, **origin)
        for record in (self.region, self.decoster, self.mou, post):
            Citation.objects.create(by=SYSTEM, document=document, record=record, quote="woorden")

    def test_at_most_twelve_times_whatever_they_show(self) -> None:
        pages = {
            f"/organisations/{self.region.pk}/": 12,
            f"/contacts/{self.decoster.pk}/": 12,
            f"/agreements/{self.mou.pk}/": 12,
        }
        for how_many in (1, 2):
            for _number in range(how_many):
                self.more()
            for address, expected in pages.items():
                with self.subTest(address=address, how_many=how_many):
                    self.assertEqual(self.queries(address), expected)


@pytest.mark.once
class AnOrganisation(World):
    def page(self, organisation=None, as_=None) -> str:
        return self.read(f"/organisations/{(organisation or self.region).pk}/", as_)

    def test_shows_agreements_meetings_people_last_contact_and_what_is_missing(self) -> None:
        content = self.page()
        self.assertEqual(rows_on_page(content, "agreement"), [self.mou.pk])
        self.assertEqual(rows_on_page(content, "meeting"), [self.meeting.pk])
        for shown in (
            "between 22 and 25 April 2024 (day not recorded)",
            "vice-président",
            "Portfolio: Digitalisering",
            "Nothing promised on record",
            "No relationship manager",
            "MoU zorg: No lead department · No evaluation date",
        ):
            self.assertIn(shown, words(content))

    def test_counts_the_meetings_of_what_hangs_below_it(self) -> None:
        below = factories.meeting("Haven", day=today(), status=MeetingStatus.HELD)
        factories.participant(below, organisation=self.port)
        content = self.page()
        self.assertEqual(rows_on_page(content, "meeting"), [below.pk, self.meeting.pk])

    def test_reads_its_relations_from_both_sides(self) -> None:
        self.assertIn("Counterpart of CEA-Leti", words(self.page(self.imec)))
        self.assertIn("Counterpart of Imec", words(self.page(self.leti)))

    def test_counts_promises_both_ways_as_the_linked_list_does(self) -> None:
        factories.follow_up(partner=self.region, direction="ours")
        factories.follow_up(partner=self.port, direction="theirs")
        factories.follow_up("VERBORGEN", partner=self.region, direction="ours", level=4)
        content = self.page(as_=self.reader)
        self.assertIn("1 open commitment of ours", words(content))
        self.assertIn("1 open commitment of theirs", words(content))
        self.assertNotIn("VERBORGEN", content)
        for link in re.findall(r'href="(/follow-ups/\?partner=[^"]*direction=(?:ours|theirs)[^"]*)"', content):
            self.assertEqual(count_on_page(self.read(link.replace("&amp;", "&"), self.reader)), 1)

    def test_hides_what_the_reader_may_not_see_and_counts_without_it(self) -> None:
        secret = factories.meeting("GEHEIM OVERLEG", day=today(), status=MeetingStatus.HELD, level=3)
        factories.participant(secret, organisation=self.region)
        pact = factories.agreement("GEHEIM AKKOORD", level=3)
        factories.party(pact, self.region)
        self.assertIn("GEHEIM OVERLEG", self.page())
        content = self.page(as_=self.reader)
        self.assertNotIn("GEHEIM", content)
        self.assertIn("between 22 and 25 April 2024 (day not recorded)", words(content))

    def test_names_no_mission_that_the_reader_may_not_see(self) -> None:
        journey = factories.mission("GEHEIME REIS", level=4, created_by=None)
        item = factories.meeting("Zichtbaar", mission=journey)
        item.named.add(self.staff)
        factories.participant(item, organisation=self.region)
        content = self.page()
        self.assertIn("Zichtbaar", content)
        self.assertNotIn("GEHEIME REIS", content)

    def test_offers_changes_only_to_who_may_write(self) -> None:
        self.assertIn("/admin/partners/organisation/", self.page())
        content = self.page(as_=self.reader)
        self.assertNotIn("/admin/", content)
        self.assertNotIn("/follow-ups/new/", content)
        self.assertIn("No relationship manager", content)

    def test_shows_where_each_fact_comes_from_to_who_may_read_the_source(self) -> None:
        report, secret = factories.document("Verslag", language="nl"), factories.document("GEHEIM VERSLAG", level=4)
        for document in (report, secret):
            Citation.objects.create(
                by=SYSTEM, document=document, record=self.region, field_name="kind", locator="paragraph 5",
                quote="vice-président Hauts-de-France", certainty="inferred",
            )  # fmt: skip
        content = self.page(as_=self.reader)
        sources = words(content.split('id="sources"', 1)[1].split("</section>", 1)[0])
        self.assertIn("Verslag", sources)
        self.assertIn("vice-président Hauts-de-France · paragraph 5 inferred", sources)
        self.assertNotIn("GEHEIM", content)

    def test_names_the_usual_places_in_a_source_in_the_readers_language_and_others_as_typed(self) -> None:
        for language in ("nl", "fr", "en"):
            with translation.override(language):
                for typed, expected in (
                    ("paragraph 5, sentence 2", f"{_('paragraph')} 5, {_('sentence')} 2"),
                    ("subject line", _("subject line")),
                    ("letterhead, line 1", f"{_('letterhead')}, {_('line')} 1"),
                    ("bijlage II, tabel 3", "bijlage II, tabel 3"),
                    ("", ""),
                ):
                    self.assertEqual(in_reader_words(typed), expected)

    def test_is_met_through_somebody_whose_post_was_not_noted_with_the_meeting(self) -> None:
        mayor = factories.contact("Burgemeester")
        factories.position(mayor, self.leti)
        lunch = factories.meeting("Lunch", day=today() - days(2), status=MeetingStatus.HELD)
        factories.participant(lunch, contact=mayor)
        self.assertIn(f'/meetings/{lunch.pk}/"', self.page(self.leti))

    def test_shows_the_agreements_of_what_hangs_below_it_and_says_through_whom(self) -> None:
        lease = factories.agreement("Concessie", status="signed")
        factories.party(lease, self.port)
        content = self.page()
        self.assertEqual(rows_on_page(content, "agreement"), [lease.pk, self.mou.pk])
        self.assertIn("through Port de Dunkerque", words(content))
        self.assertEqual(words(content).count("through "), 1)
        self.assertNotIn("through ", words(self.page(self.port)))
        link = re.search(r'href="(/agreements/\?party=[^"]*)"', content)[1].replace("&amp;", "&")
        self.assertEqual(rows_on_page(self.read(link), "agreement"), [lease.pk, self.mou.pk])

    def test_lists_the_meetings_that_count_as_contact(self) -> None:
        mayor = factories.contact("Burgemeester")
        factories.position(mayor, self.port)
        lunch = factories.meeting("Lunch", day=today() - days(2), status=MeetingStatus.HELD)
        factories.participant(lunch, contact=mayor)
        content = self.page()
        self.assertEqual(rows_on_page(content, "meeting"), [lunch.pk, self.meeting.pk])
        link = re.search(r'href="(/meetings/\?organisation=[^"]*)"', content)[1].replace("&amp;", "&")
        self.assertEqual(rows_on_page(self.read(link), "meeting"), [lunch.pk, self.meeting.pk])

    def test_links_the_last_contact_and_no_other_meeting_of_that_day(self) -> None:
        real = factories.meeting("Echt", day=today() - days(1), status=MeetingStatus.HELD)
        missed = factories.meeting("Gemist", day=today() - days(1), status=MeetingStatus.HELD)
        factories.participant(real, organisation=self.leti)
        factories.participant(missed, organisation=self.leti, attendance="absent")
        facts = self.page(self.leti).split("Last contact</dt>", 1)[1]
        self.assertIn(f'href="/meetings/{real.pk}/"', facts.split("</dd>", 1)[0])

    def test_says_when_the_next_contact_is(self) -> None:
        self.assertIn("Next contact no meeting to come on record", words(self.page()))
        for distance in (9, 3):
            coming = factories.meeting(day=today() + days(distance), status=MeetingStatus.CONFIRMED)
            factories.participant(coming, organisation=self.port)
        factories.participant(
            factories.meeting(day=today() + days(1), status=MeetingStatus.CANCELLED), organisation=self.port
        )
        facts = self.page().split("Next contact</dt>", 1)[1]
        self.assertIn(f'href="/meetings/{coming.pk}/"', facts.split("</dd>", 1)[0])

    def test_says_in_words_whether_and_why_it_is_neglected(self) -> None:
        self.assertIn("every 12 months (no tier set) Neglected contact was due by 25/04/2025,", words(self.page()))
        self.assertIn("Neglected No meeting that took place is on record.", words(self.page(self.leti)))
        recent = factories.meeting(day=today(), status=MeetingStatus.HELD)
        factories.participant(recent, organisation=self.region)
        content = words(self.page())
        self.assertNotIn("Neglected", content)
        self.assertIn("contact due by", content)
        self.assertNotIn("Neglected", words(self.page(self.imec)))

    def test_names_who_came_after_somebody_who_left(self) -> None:
        heir = factories.contact("Opvolger")
        factories.position(heir, self.region, status="current").succeeds.add(self.vice)
        self.assertIn("Succeeded by Opvolger", words(self.page()))


class AFormOfAddress(Page):
    def test_that_is_known_is_in_the_readers_language(self):
        for written in ("Dhr.", "De heer", "M.", "Mme", "mevr."):
            shown = factories.contact(honorific=written).form_of_address
            self.assertEqual(shown, _("Ms") if written.lower().startswith(("mm", "me")) else _("Mr"))

    def test_that_is_not_known_stays_as_written(self):
        for written in ("Frau", "mr.", "Z.E.", ""):
            self.assertEqual(factories.contact(honorific=written).form_of_address, written)


@pytest.mark.once
class AContact(World):
    def page(self, contact=None, as_=None) -> str:
        return self.read(f"/contacts/{(contact or self.decoster).pk}/", as_)

    def test_shows_when_we_met_as_what_and_that_nothing_is_promised(self) -> None:
        content = words(self.page())
        self.assertIn("between 22 and 25 April 2024 (day not recorded)", content)
        self.assertIn("as vice-président", content)
        self.assertIn("nothing promised on record", content)

    def test_counts_the_promises_of_a_meeting_that_the_reader_may_see(self) -> None:
        factories.follow_up(meeting=self.meeting)
        factories.follow_up(meeting=self.meeting, level=4)
        factories.follow_up(meeting=self.meeting, direction="internal")
        self.assertIn("1 promise on record", words(self.page(as_=self.reader)))
        self.assertIn("2 promises on record", words(self.page(as_=self.manager)))

    def test_leads_to_what_they_signed_that_still_runs(self) -> None:
        content = self.page(self.jambon)
        self.assertIn("Signed and still running (1)", words(content))
        link = re.search(r'href="(/agreements/\?signed_by=[^"]*)"', content)[1].replace("&amp;", "&")
        self.assertEqual(rows_on_page(self.read(link), "agreement"), [self.mou.pk])

    def test_keeps_private_fields_and_their_sources_from_readers(self) -> None:
        document = factories.document("Kaartje")
        Citation.objects.create(
            by=SYSTEM, document=document, record=self.jambon, field_name="private_notes", quote="NOTENALLERGIE"
        )
        for secret in ("+32 400 00 00 00", "ALLERGIE", "NOTENALLERGIE"):
            self.assertIn(secret, self.page(self.jambon))
            self.assertNotIn(secret, self.page(self.jambon, self.reader))

    def test_says_clearly_who_must_not_be_contacted(self) -> None:
        content = self.page(self.gone)
        self.assertIn("Do not contact this person", content)
        self.assertNotIn("mailto:", content)
        self.assertNotIn("mailto:gone@partner.example", self.read("/contacts/"))

    def test_shows_successors(self) -> None:
        heir = factories.contact("Opvolger")
        factories.position(heir, self.region, status="current").succeeds.add(self.vice)
        self.assertIn("Succeeded by Opvolger", words(self.page()))
        self.assertIn("Succeeds François Decoster", words(self.page(heir)))

    def test_says_when_we_last_met_and_meet_next(self) -> None:
        coming = factories.meeting(day=today() + days(3), status=MeetingStatus.CONFIRMED)
        factories.participant(coming, contact=self.decoster)
        content = words(self.page())
        self.assertIn("Last contact between 22 and 25 April 2024 (day not recorded)", content)
        self.assertIn("Next contact", content)
        self.assertIn("Last contact no contact recorded", words(self.page(self.gone)))

    def test_says_what_is_missing(self) -> None:
        self.assertIn("No position recorded", self.page(self.jambon))
        self.assertIn("Not recorded whether every position is still held", self.page())
        self.assertNotIn("No e-mail or phone number", self.page(self.gone))


@pytest.mark.once
class AnAgreement(World):
    def page(self, agreement=None, as_=None) -> str:
        return self.read(f"/agreements/{(agreement or self.mou).pk}/", as_)

    def test_shows_parties_signatures_and_the_meeting_it_was_signed_in(self) -> None:
        content = words(self.page())
        self.assertIn("signed during Ontmoeting Decoster, between 22 and 25 April 2024 (day not recorded)", content)
        self.assertIn("in the capacity of not recorded", content)
        self.assertIn("in the capacity of vice-président", content)
        self.assertIn("Legally binding not recorded", content)

    def test_does_not_say_that_a_meeting_still_to_come_signed_it(self) -> None:
        coming = factories.meeting("Plechtigheid", day=today() + days(5))
        MeetingAgreement.objects.create(by=SYSTEM, meeting=coming, agreement=self.ended, treatment="signed")
        self.assertNotIn("signed during", words(self.page(self.ended)))

    def test_names_what_is_missing_and_links_to_its_field_for_who_may_write(self) -> None:
        for gap in (
            "No lead department",
            "No evaluation date",
            "The text is not on file",
            "Official title not recorded",
        ):
            self.assertIn(gap, self.page(as_=self.reader))
        self.assertIn("#id_lead_department", self.page())
        self.assertNotIn("#id_lead_department", self.page(as_=self.reader))
        self.assertNotIn("No lead department", self.page(self.pact))

    def test_marks_parties_that_no_source_states(self) -> None:
        document = factories.document("Verslag")
        for party, certainty in zip(self.mou.parties.all(), ("inferred", "stated"), strict=True):
            Citation.objects.create(by=SYSTEM, document=document, record=party, quote="samen", certainty=certainty)
        self.assertEqual(len(re.findall(r'class="badge warn">.*?inferred', self.page(), re.DOTALL)), 1)

    def test_hides_family_meetings_missions_and_follow_ups_from_who_may_not_see_them(self) -> None:
        factories.agreement("GEHEIM KIND", parent=self.mou, level=3)
        meeting = factories.meeting("GEHEIM OVERLEG", level=3)
        MeetingAgreement.objects.create(by=SYSTEM, meeting=meeting, agreement=self.mou)
        factories.mission("GEHEIME REIS", level=3).builds_on.add(self.mou)
        factories.follow_up("GEHEIME BELOFTE", agreement=self.mou, level=3)
        for title in ("GEHEIM KIND", "GEHEIM OVERLEG", "GEHEIME REIS", "GEHEIME BELOFTE"):
            self.assertIn(title, self.page())
        self.assertNotIn("GEHEIM", self.page(as_=self.reader))

    def test_is_missing_for_who_may_not_see_it(self) -> None:
        secret = factories.agreement("GEHEIM", level=3)
        self.client.force_login(self.reader)
        self.assertEqual(self.client.get(f"/agreements/{secret.pk}/").status_code, 404)
        self.assertEqual(self.client.get("/agreements/options/?q=geheim").json(), {"results": []})
        self.assertNotIn("GEHEIM", self.read("/agreements/", self.reader))

    def test_lacks_its_text_for_who_may_not_read_the_document(self) -> None:
        document = factories.document("De tekst", level=3)
        AgreementDocument.objects.create(by=SYSTEM, agreement=self.pact, document=document, role="text")
        self.assertNotIn("The text is not on file", self.page(self.pact))
        self.assertIn("The text is not on file", self.page(self.pact, self.reader))
        with_text = {self.mou.pk, self.ended.pk}
        self.assertEqual(set(rows_on_page(self.read("/agreements/?without_text=1"), "agreement")), with_text)
        self.assertEqual(count_on_page(self.read("/agreements/?without_text=1", self.reader)), 3)


class TheFileOfAnAgreement(World):
    def setUp(self) -> None:
        self.document = factories.document("De tekst", level=3, file=ContentFile(b"%PDF-1.7", name="../MoU tekst.pdf"))
        AgreementDocument.objects.create(by=SYSTEM, agreement=self.mou, document=self.document, role="text")
        self.address = f"/agreements/{self.mou.pk}/files/{self.document.pk}/"

    def status(self, address: str, user) -> int:
        self.client.force_login(user)
        return self.client.get(address).status_code

    def test_comes_as_an_attachment_under_a_neutral_name(self) -> None:
        self.client.force_login(self.staff)
        response = self.client.get(self.address)
        self.assertEqual(b"".join(response.streaming_content), b"%PDF-1.7")
        self.assertEqual(response["Content-Disposition"], f'attachment; filename="document-{self.document.pk}.pdf"')
        self.assertEqual(response["X-Content-Type-Options"], "nosniff")
        self.assertIn(self.address, self.read(f"/agreements/{self.mou.pk}/"))

    def test_is_missing_when_the_document_or_the_agreement_is_hidden_or_they_do_not_belong_together(self) -> None:
        self.assertEqual(self.status(self.address, self.staff), 200)
        self.assertEqual(self.status(self.address, self.reader), 404)
        self.assertEqual(self.status(f"/agreements/{self.pact.pk}/files/{self.document.pk}/", self.staff), 404)
        self.mou.level = 4
        self.mou.save(by=self.manager)
        self.assertEqual(self.status(self.address, self.staff), 404)
        self.assertEqual(self.status(self.address, self.manager), 200)

    def test_is_not_named_to_who_may_not_read_it(self) -> None:
        self.assertNotIn("De tekst", self.read(f"/agreements/{self.mou.pk}/", self.reader))


@pytest.mark.once
class FoundAsYouType(World):
    def results(self, noun: str, text: str) -> list[dict[str, object]]:
        self.client.force_login(self.staff)
        return self.client.get(f"/{noun}/options/?q={text}").json()["results"]

    def test_organisations_under_any_name_with_kind_and_country(self) -> None:
        factories.other_name(self.region, "Nordfrankreich", language="de")
        self.assertEqual(
            self.results("organisations", "nordfrank"),
            [{"id": self.region.pk, "text": "Hauts-de-France", "note": "region · France"}],
        )

    def test_contacts_with_the_post_they_hold(self) -> None:
        self.assertEqual(self.results("contacts", "decoster")[0]["note"], "vice-président, Hauts-de-France")
        self.assertEqual(self.results("contacts", "vertrokken")[0]["note"], "")

    def test_agreements_with_kind_and_year(self) -> None:
        self.assertEqual(self.results("agreements", "toekomst")[0]["note"], "pact · 2024")

"""A staff member enters a mission and what came of it, as the pages and forms ask for it."""

import csv
import datetime
import io

import pytest
from django.test import TestCase
from django.urls import reverse

from accounts.rights import Role
from agreements.models import Agreement
from core.text import is_row_number
from documents.models import Document
from follow_ups.models import FollowUp, FollowUpStatus
from missions.models import Meeting, Mission, Participant
from partners.models import Position
from tests.admin_pages import add_row, admin_url, fields
from tests.factories import contact, meeting, mission, organisation, participant, place, position, user

pytestmark = pytest.mark.once


class EnteringTest(TestCase):
    """A staff member, a minister of ours, a president of theirs, and where they come from."""

    @classmethod
    def setUpTestData(cls):
        cls.staff = user(Role.STAFF, language="en", first_name="Sofie", last_name="Staf")
        cls.ours = organisation("Vlaamse Regering", side="own")
        cls.theirs = organisation("Région Hauts-de-France")
        cls.minister, cls.president = contact("Peeters"), contact("Bertrand")
        cls.post = position(cls.minister, cls.ours, title_nl="minister")
        cls.their_post = position(cls.president, cls.theirs, title_nl="voorzitter")
        cls.paris, cls.lille = place("Parijs"), place("Rijsel")

    def setUp(self):
        self.client.force_login(self.staff)

    def form(self, url, **changes):
        """What the form at this address sends, with these fields filled in."""
        return fields(self.client.get(url), **changes)

    def send(self, url, data):
        """Sends a form that is accepted; gives the page it leads to."""
        response = self.client.post(url, data, follow=True)
        self.assertEqual((response.status_code, len(response.redirect_chain)), (200, 1))
        return response

    def lines(self, response):
        """The kinds of records that a page shows, each with how many."""
        names = [part.split(b":")[0].decode() for part in response.content.split(b'data-row="')[1:]]
        return {name: names.count(name) for name in names}


class AMissionIsEntered(EnteringTest):
    def the_mission(self):
        data = self.form(
            admin_url(Mission, "add"),
            title="Werkbezoek aan Parijs en Rijsel",
            kind="working_visit",
            status="held",
            starts_on="2026-11-16",
            ends_on="2026-11-18",
            lead=self.minister.pk,
            lead_position=self.post.pk,
        )
        for where in (self.paris, self.lille):
            add_row(data, "stops", place=where.pk)
        add_row(data, "delegates", contact=self.minister.pk, role="head", status="took_part")
        add_row(data, "delegates", organisation=self.ours.pk)
        add_row(data, "delegates", label="bedrijven en start-ups")
        for title, day in (("Onderhoud met de regio", "2026-11-16"), ("Rondetafel", ""), ("Ondertekening", "")):
            add_row(data, "meetings", title=title, day=day, status="held")
        return self.send(admin_url(Mission, "add"), data)

    def the_participants(self, talk):
        data = self.form(admin_url(talk), outcome="Belangstelling voor een expertenoverleg.")
        add_row(data, "participants", side="partner", contact=self.president.pk, position=self.their_post.pk)
        add_row(data, "participants", side="own", contact=self.minister.pk, position=self.post.pk)
        return self.send(admin_url(talk), data)

    def the_agreement(self, ceremony):
        data = self.form(
            admin_url(Agreement, "add"),
            title="MoU over gezondheidszorg",
            kind="mou",
            status="signed",
            signed_on="11/2026",
        )
        for body in (self.ours, self.theirs):
            add_row(data, "parties", organisation=body.pk)
        add_row(data, "signatures", contact=self.minister.pk, position=self.post.pk)
        add_row(data, "signatures", contact=self.president.pk, position=self.their_post.pk)
        page = self.send(admin_url(Agreement, "add"), data)
        data = self.form(admin_url(ceremony))
        add_row(data, "agreements", agreement=Agreement.objects.get().pk, treatment="signed")
        self.send(admin_url(ceremony), data)
        return page

    def the_document(self, trip):
        data = self.form(admin_url(Document, "add"), title="Verslag", kind="", dated_on="2026")
        self.send(admin_url(Document, "add"), data)
        data = self.form(admin_url(trip))
        add_row(data, "documents", document=Document.objects.get().pk, role="report")
        return self.send(admin_url(trip), data)

    def the_follow_ups(self, talk):
        for title, direction, kind in (
            ("Expertenoverleg organiseren", "ours", "commitment"),
            ("Lijst van onderzoekscentra bezorgen", "theirs", "commitment"),
            ("Studiedag voorbereiden", "joint", "commitment"),
            ("Bedankbrief", "", "letter"),
        ):
            sent = {"title": title, "direction": direction, "kind": kind, "due_on": "11/12/2026"}
            for name, record in (("meeting", talk), ("partner", self.theirs), ("owner", self.staff)):
                sent |= {name: record.pk, f"{name}_text": str(record)}
            sent |= {"priority": 2, "level": 2}
            self.send(reverse("follow-up-new"), sent)

    def act(self, title, name, **sent):
        promise = FollowUp.objects.get(title=title)
        return self.send(reverse(f"follow-up-{name}", args=[promise.pk]), {"version": promise.version, **sent})

    def test_with_two_stops_a_delegation_three_meetings_an_agreement_and_four_follow_ups(self):
        page = self.the_mission()
        trip = Mission.objects.get()
        self.assertEqual(page.redirect_chain, [(reverse("mission", args=[trip.pk]), 302)])
        self.assertEqual([str(stop) for stop in page.context["stops"]], ["Parijs", "Rijsel"])
        self.assertEqual(page.context["named"], {"people": 1, "organisations": 1, "groups": 1})
        self.assertEqual(len(page.context["meetings"]), 3)

        talk, ceremony = Meeting.objects.get(title="Onderhoud met de regio"), Meeting.objects.get(title="Ondertekening")
        page = self.the_participants(talk)
        self.assertEqual(page.redirect_chain, [(reverse("meeting", args=[talk.pk]), 302)])
        self.assertContains(page, "voorzitter")
        page = self.the_agreement(ceremony)
        self.assertContains(page, "November 2026")
        self.the_document(trip)

        self.the_follow_ups(talk)
        self.act("Lijst van onderzoekscentra bezorgen", "update", text="Gebeld.", status="waiting")
        self.act("Expertenoverleg organiseren", "postpone", due_on="2026-12-18", reason="Op vraag van de regio")
        self.act("Bedankbrief", "complete", result="Verstuurd.", closed_on="")
        self.act("Studiedag voorbereiden", "drop", reason="Geen budget")

        page = self.client.get(reverse("mission", args=[trip.pk]))
        lines = {"mission": 1, "stop": 2, "delegate": 3, "meeting": 3, "agreement": 1, "follow-up": 4}
        self.assertEqual(self.lines(page), lines)
        self.assertEqual([len(page.context[name]) for name in ("stops", "delegates", "documents")], [2, 3, 1])
        self.assertEqual(
            dict(page.context["follow_ups_by_status"]),
            {FollowUpStatus.OPEN: 1, FollowUpStatus.WAITING: 1, FollowUpStatus.DONE: 1, FollowUpStatus.DROPPED: 1},
        )

    def test_and_its_follow_ups_are_listed_and_exported(self):
        self.the_mission()
        self.the_follow_ups(Meeting.objects.get(title="Onderhoud met de regio"))
        asked = {"mission": Mission.objects.get().pk, "direction": ["ours", "internal"]}
        self.assertEqual(self.lines(self.client.get(reverse("follow-ups"), asked)), {"follow-up": 2})
        exported = self.client.get(reverse("follow-ups-export"), {**asked, "format": "plain"})
        rows = list(csv.DictReader(io.StringIO(b"".join(exported).decode())))
        self.assertEqual({row["title"] for row in rows}, {"Expertenoverleg organiseren", "Bedankbrief"})
        self.assertEqual(
            {(one.owner, one.due_on) for one in FollowUp.objects.all()}, {(self.staff, datetime.date(2026, 12, 11))}
        )


class AFormThatIsRefused(EnteringTest):
    def refused(self):
        data = self.form(
            admin_url(Mission, "add"),
            title="Werkbezoek",
            starts_on="2026-11-16",
            ends_on="2026-11-18",
            lead=self.minister.pk,
        )
        add_row(data, "stops", place=self.lille.pk)
        add_row(data, "delegates", role="press")
        add_row(data, "meetings", title="Onderhoud", day="2026-12-24")
        return self.client.post(admin_url(Mission, "add"), data)

    def test_lists_each_error_above_the_form_with_a_link_to_its_place(self):
        page = self.refused()
        self.assertContains(page, '<a href="#delegates-0">Member of the delegation 1</a>: Choose a contact', count=1)
        self.assertContains(page, '<a href="#id_meetings-0-day">Meeting 1, Day</a>: ', count=1)
        self.assertContains(page, 'id="delegates-0"', count=1)
        self.assertContains(page, 'id="id_meetings-0-day"', count=1)

    def test_keeps_what_was_entered(self):
        kept = fields(self.refused())
        names = ("title", "lead", "stops-0-place", "delegates-0-role", "meetings-0-title", "meetings-0-day")
        self.assertEqual(
            [kept[name] for name in names],
            [["Werkbezoek"], [str(self.minister.pk)], [str(self.lille.pk)], ["press"], ["Onderhoud"], ["2026-12-24"]],
        )


class AfterSaving(EnteringTest):
    def test_who_came_from_a_filtered_list_goes_back_to_it(self):
        url = f"{admin_url(mission('Werkbezoek', by=self.staff))}?_changelist_filters=status%3Ddraft"
        self.assertRedirects(
            self.client.post(url, self.form(url)), f"{admin_url(Mission, 'changelist')}?status=draft"
        )  # fmt: skip

    def test_who_may_no_longer_read_it_is_not_sent_to_its_page(self):
        trip = mission("Werkbezoek")
        sent = self.form(admin_url(trip), level=4)
        self.assertRedirects(self.client.post(admin_url(trip), sent), admin_url(Mission, "changelist"))


class PositionsFoundAsOneTypes(EnteringTest):
    def found(self, **asked):
        asked = {"app_label": "missions", "model_name": "participant", "field_name": "position", **asked}
        return [int(one["id"]) for one in self.client.get(reverse("admin:autocomplete"), asked).json()["results"]]

    def test_are_those_of_the_contact_chosen_beside(self):
        self.assertEqual(self.found(term="", beside=self.minister.pk), [self.post.pk])

    def test_are_all_of_that_contact_when_the_words_fit_none(self):
        self.assertEqual(self.found(term="minister", beside=self.minister.pk), [self.post.pk])

    def test_are_everybodys_without_a_contact(self):
        everyones = sorted(Position.objects.values_list("pk", flat=True))
        self.assertEqual([sorted(self.found(term="", beside=beside)) for beside in ("", "x", "²")], [everyones] * 3)


class FieldsThatFindAsOneTypes(EnteringTest):
    def test_say_who_adds_what_is_not_found(self):
        page = self.client.get(admin_url(Mission, "add")).content.decode()
        lead = page.split('name="lead"')[1].split(">")[0]
        stop = page.split('name="stops-__prefix__-place"')[1].split(">")[0]
        self.assertIn("You can add it with the plus sign", lead)
        self.assertIn("An administrator adds what is missing", stop)

    def test_name_the_field_that_narrows_them(self):
        self.assertContains(self.client.get(admin_url(Mission, "add")), 'data-beside="lead"', count=1)


class AFollowUpOfAMeeting(EnteringTest):
    def page(self, talk, **more):
        return self.client.get(reverse("follow-up-new"), {"meeting": talk.pk, **more})

    def test_suggests_the_one_partner_at_the_table(self):
        talk = meeting()
        participant(talk, contact=self.president, position=self.their_post)
        participant(talk, organisation=self.ours, side="own")
        self.assertEqual(self.page(talk).context["form"]["partner"].value(), self.theirs.pk)

    def test_suggests_nobody_among_several(self):
        talk = meeting()
        for body in (self.theirs, organisation("Soitec")):
            participant(talk, organisation=body)
        self.assertEqual(Participant.objects.filter(meeting=talk).only_partner(), None)
        self.assertEqual(self.page(talk).context["form"]["partner"].value(), None)

    def test_suggests_nobody_of_a_meeting_that_is_hidden(self):
        talk = meeting(level=4)
        participant(talk, organisation=self.theirs)
        self.assertEqual(self.page(talk).context["form"]["partner"].value(), None)

    def test_leads_back_to_the_meeting_when_it_is_not_written_after_all(self):
        talk = meeting()
        self.assertContains(self.page(talk), f'href="{reverse("meeting", args=[talk.pk])}"', count=1)


class NumbersFromOutside(EnteringTest):
    def test_are_plain_digits_that_a_database_can_look_up(self):
        texts = ("12", "0", "²", "-1", "", "9" * 19, None)
        self.assertEqual([is_row_number(text) for text in texts], [True, True, False, False, False, False, False])

    def test_that_are_none_refuse_a_form_but_break_nothing(self):
        sent = {"title": "Brief", "kind": "letter", "partner": "²", "priority": 2, "level": 2}
        self.assertEqual(self.client.get(reverse("follow-up-new"), {"meeting": "²"}).status_code, 200)
        self.assertEqual(self.client.post(reverse("follow-up-new"), sent).status_code, 422)

"""What came of a meeting, on one page: stored whole or not at all, and nothing that was typed is lost."""

import datetime
import re
import uuid

from django.test import Client, TestCase, TransactionTestCase
from django.utils import timezone, translation

from accounts.rights import Role
from core.models import Draft, Submission
from follow_ups.models import FollowUp
from missions.models import Meeting, MeetingAgreement, Participant
from partners.actions import look_alikes, organisation_called, read_person
from partners.models import Contact, Position
from tests import factories
from tests.served import at_once


class Page(TestCase):
    """A staff member, and a meeting with one organisation on the other side."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff, cls.colleague = factories.user(Role.STAFF, language="en"), factories.user(Role.STAFF)
        cls.reader = factories.user(Role.READER)
        cls.soitec = factories.organisation("Soitec")
        cls.meeting = factories.meeting("Visit of Soitec", status="confirmed", level=2)
        cls.there = factories.participant(cls.meeting, organisation=cls.soitec)
        cls.path = f"/meetings/{cls.meeting.pk}/outcome/"

    def setUp(self) -> None:
        self.client.force_login(self.staff)

    def fields(self, **more: str) -> dict[str, str]:
        key = more.pop("draft", f"meeting-outcome:{self.meeting.pk}")
        return {"draft": key, "version": str(self.meeting.version), "status": "held", "level": "2", **more}

    def send(self, path: str = "", **more: str):
        return self.client.post(path or self.path, self.fields(**more))

    def stored(self) -> Meeting:
        return Meeting.objects.get(pk=self.meeting.pk)


class AnOutcome(Page):
    def test_needs_only_what_was_discussed(self) -> None:
        response = self.send(outcome="Chips.")
        self.assertRedirects(response, f"/meetings/{self.meeting.pk}/")
        self.assertEqual((self.stored().outcome, self.stored().status), ("Chips.", "held"))
        self.assertEqual(self.stored().updated_by, self.staff)

    def test_is_asked_for_when_it_is_missing_and_the_rest_is_kept(self) -> None:
        response = self.send(**{"ours-0-title": "Send the list"})
        self.assertContains(response, "Say in a few words what was discussed.", status_code=422)
        self.assertContains(response, 'value="Send the list"', status_code=422)
        self.assertEqual((FollowUp.objects.count(), self.stored().version), (0, 1))

    def test_brings_promises_in_three_directions_to_the_one_partner(self) -> None:
        department = factories.department()
        self.send(
            outcome="Chips.",
            **{
                "ours-0-title": "Send the list",
                "ours-0-owner": str(self.colleague.pk),
                "ours-0-owner_text": str(self.colleague),
                "ours-0-department": str(department.pk),
                "ours-0-due_on": "2030-06-30",
                "theirs-2-title": "Invite us",
                "joint-0-title": "A seminar",
            },
        )
        made = FollowUp.objects.order_by("pk").values_list("title", "direction", "owner", "department", "due_on")
        self.assertEqual(
            list(made),
            [
                ("Send the list", "ours", self.colleague.pk, department.pk, datetime.date(2030, 6, 30)),
                ("Invite us", "theirs", None, None, None),
                ("A seminar", "joint", None, None, None),
            ],
        )
        self.assertEqual({(one.partner, one.meeting) for one in FollowUp.objects.all()}, {(self.soitec, self.meeting)})

    def test_says_what_was_recorded(self) -> None:
        lines = {"ours-0-title": "A", "ours-1-title": "B", "theirs-0-title": "C", "people-0-who_text": "Ann Peeters"}
        response = self.client.post(self.path, self.fields(outcome="Chips.", **lines), follow=True)
        self.assertContains(response, "Recorded: the outcome, 2 promises of ours, 1 promise of theirs, 1 new contact.")

    def test_is_stored_whole_or_not_at_all(self) -> None:
        response = self.send(outcome="Chips.", **{"ours-0-title": "Good", "ours-1-due_on": "someday"})
        self.assertEqual((response.status_code, FollowUp.objects.count(), self.stored().outcome), (422, 0, ""))

    def test_with_an_owner_and_without_a_promise_asks_what_was_promised(self) -> None:
        response = self.send(outcome="Chips.", **{"ours-0-due_on": "+2w"})
        self.assertContains(response, "Say what was promised.", status_code=422)

    def test_shows_a_typed_day_in_full_when_the_page_comes_back(self) -> None:
        response = self.send(**{"ours-0-title": "Send", "ours-0-due_on": "30/6/2030"})
        self.assertContains(response, "Sunday 30 June 2030", status_code=422)

    def test_is_cancelled_with_a_reason_and_then_needs_no_text(self) -> None:
        self.assertContains(self.send(status="cancelled"), "Say why it was cancelled or postponed.", status_code=422)
        self.assertEqual(self.send(status="postponed", status_why="Strike").status_code, 302)
        self.assertEqual((self.stored().status, self.stored().status_why), ("postponed", "Strike"))

    def test_may_need_no_follow_up_because_of_something(self) -> None:
        self.send(outcome="Chips.", no_follow_up_reason="A courtesy visit")
        self.assertEqual(self.stored().no_follow_up_reason, "A courtesy visit")

    def test_gives_more_lines_without_a_script_and_loses_nothing(self) -> None:
        before = self.client.get(self.path).content.decode().count('name="ours-')
        response = self.send(outcome="Half a sen", **{"ours-2-title": "Third", "add": "ours"})
        self.assertContains(response, 'value="Third"')
        self.assertContains(response, "Half a sen")
        self.assertGreater(response.content.decode().count('name="ours-'), before)
        self.assertNotContains(response, "error-summary")

    def test_costs_as_many_queries_whatever_is_on_the_page(self) -> None:
        with self.assertNumQueries(8):
            self.client.get(self.path)
        for _ in range(3):
            factories.participant(self.meeting, contact=factories.contact())
            factories.follow_up(meeting=self.meeting)
            factories.department()
        with self.assertNumQueries(8):
            self.client.get(self.path)


class TheLevel(Page):
    def test_is_raised_and_the_promises_follow(self) -> None:
        self.send(outcome="Secret chips.", level="3", **{"ours-0-title": "Send"})
        self.assertEqual((self.stored().level, FollowUp.objects.get().level), (3, 3))

    def test_is_never_lowered_here(self) -> None:
        self.assertEqual(self.send(outcome="Chips.", level="1").status_code, 422)
        self.assertEqual(self.stored().level, 2)

    def test_cannot_be_raised_above_what_one_reads_oneself(self) -> None:
        self.assertEqual(self.send(outcome="Chips.", level="4").status_code, 422)


class WhoMayCapture(Page):
    def test_are_those_who_write(self) -> None:
        self.client.force_login(self.reader)
        self.assertEqual([self.client.get(path).status_code for path in (self.path, "/meetings/new/")], [403, 403])
        self.assertEqual(self.send(outcome="Chips.").status_code, 403)
        self.assertEqual(self.stored().outcome, "")

    def test_finds_a_hidden_meeting_no_other_than_a_missing_one(self) -> None:
        hidden = factories.meeting("Hidden", level=4)
        paths = [f"/meetings/{number}/outcome/" for number in (hidden.pk, 99999)]
        self.assertEqual([self.client.get(path).status_code for path in paths], [404, 404])
        self.assertEqual([self.client.post(path, self.fields()).status_code for path in paths], [404, 404])

    def test_do_not_see_hidden_promises_and_agreements_there(self) -> None:
        factories.follow_up("Secret promise", meeting=self.meeting, level=4)
        pact = factories.agreement("Secret pact", level=4)
        MeetingAgreement(meeting=self.meeting, agreement=pact).save(by=self.staff)
        self.assertNotContains(self.client.get(self.path), "Secret")
        response = self.send(outcome="Chips.", **{"agreements-0-agreement_text": "Secret pact"})
        self.assertContains(response, "Nothing is found under", status_code=422)


class WhoWasThere(Page):
    def seats(self) -> set[tuple]:
        rows = Participant.objects.filter(meeting=self.meeting)
        return {(str(one), one.side, one.attendance, one.capacity_shown) for one in rows}

    def test_is_noted_of_everybody_on_the_list(self) -> None:
        self.send(outcome="Chips.", **{f"came-{self.there.pk}-attendance": "excused"})
        self.assertEqual(self.seats(), {("Soitec", "partner", "excused", "")})

    def test_is_left_as_it_was_when_nothing_is_said(self) -> None:
        self.send(outcome="Chips.")
        self.assertEqual(self.seats(), {("Soitec", "partner", "", "")})

    def test_may_be_somebody_instead(self) -> None:
        self.send(outcome="Chips.", **{f"came-{self.there.pk}-replaced_by_text": "Ann Peeters, director"})
        self.assertEqual(
            self.seats(), {("Soitec", "partner", "replaced", ""), ("Ann Peeters", "partner", "present", "director")}
        )

    def test_is_a_contact_in_the_post_held_that_day(self) -> None:
        person = factories.contact("Peeters", given_name="Ann")
        post = factories.position(person, self.soitec, status="current", title_en="director")
        factories.position(person, self.soitec, status="ended", title_en="trainee")
        self.send(outcome="Chips.", **{"people-0-who": str(person.pk), "people-0-who_text": "Ann Peeters"})
        self.assertEqual(Participant.objects.get(contact=person).position, post)

    def test_is_once_at_the_table(self) -> None:
        self.send(outcome="Chips.", **{"organisations-0-organisation_text": "soitec"})
        self.assertEqual(self.seats(), {("Soitec", "partner", "present", "")})

    def test_is_an_organisation_we_do_not_know_in_words(self) -> None:
        self.send(outcome="Chips.", **{"organisations-0-organisation_text": "Nobody Knows NV"})
        self.assertIn(("Nobody Knows NV", "partner", "present", ""), self.seats())

    def test_is_somebody_new_with_a_post_confirmed_that_day(self) -> None:
        self.send(outcome="Chips.", **{"people-0-who_text": "Mevr. Ann Van den Berg, director, Soitec"})
        post = Position.objects.get()
        self.assertEqual(
            (str(post.contact), post.contact.honorific, post.title_printed, post.organisation, post.confirmed_on),
            ("Ann Van den Berg", "Mevr.", "director", self.soitec, self.meeting.day),
        )
        self.assertEqual(post.contact.created_by, self.staff)

    def test_keeps_function_and_organisation_as_typed_when_the_organisation_is_unknown(self) -> None:
        self.send(outcome="Chips.", **{"people-0-who_text": "Ann Peeters, director, Nobody Knows NV"})
        self.assertIn(("Ann Peeters", "partner", "present", "director, Nobody Knows NV"), self.seats())
        self.assertEqual(Position.objects.count(), 0)

    def test_may_be_on_our_side(self) -> None:
        self.send(outcome="Chips.", **{"people-0-who_text": "Ann Peeters", "people-0-side": "own"})
        self.assertIn(("Ann Peeters", "own", "present", ""), self.seats())


class ALookAlike(Page):
    def setUp(self) -> None:
        super().setUp()
        self.known = factories.contact("Decoster", given_name="François")

    def test_comes_back_once_to_choose_from(self) -> None:
        for typed in ("Francois De Coster, vice-president", "F. Decoster", "Francois Decostre, x, y", "Decoster"):
            response = self.send(outcome="Chips.", **{"people-0-who_text": typed})
            self.assertContains(response, "Is this one of these people?", status_code=422)
        self.assertContains(response, f'name="people-0-who_choice" value="{self.known.pk}"', status_code=422)
        self.assertEqual(Contact.objects.count(), 1)

    def test_is_taken_when_chosen(self) -> None:
        chosen = {"people-0-who_text": "F. Decoster", "people-0-who_choice": str(self.known.pk)}
        self.send(outcome="Chips.", **chosen)
        self.assertEqual((Contact.objects.count(), Participant.objects.filter(contact=self.known).count()), (1, 1))

    def test_is_somebody_else_when_said_so(self) -> None:
        self.send(outcome="Chips.", **{"people-0-who_text": "F. Decoster", "people-0-who_choice": "new"})
        self.assertEqual(Contact.objects.count(), 2)

    def test_of_exactly_the_same_name_is_meant(self) -> None:
        self.send(outcome="Chips.", **{"people-0-who_text": "françois decoster"})
        self.assertEqual((Contact.objects.count(), Participant.objects.filter(contact=self.known).count()), (1, 1))

    def test_is_not_everybody(self) -> None:
        factories.contact("Peeters", given_name="Ann")
        self.assertEqual([str(one) for one in look_alikes(read_person("Jan Peeters"))], [])
        self.assertEqual([str(one) for one in look_alikes(read_person("A. Peeters"))], ["Ann Peeters"])
        self.assertEqual(look_alikes(read_person(" , ,")), [])

    def test_of_an_organisation_is_never_guessed_among_several(self) -> None:
        factories.organisation("Soitec Belgium")
        self.assertEqual(organisation_called("Soitec"), self.soitec)
        self.assertIsNone(organisation_called("Soi"))
        self.assertIsNone(organisation_called(""))


class Agreements(Page):
    def test_are_discussed_or_signed(self) -> None:
        pact = factories.agreement("Pact on chips")
        line = {"agreements-0-agreement_text": "pact on chips", "agreements-0-treatment": "signed"}
        self.send(outcome="Chips.", **line)
        self.meeting = self.stored()
        self.send(outcome="Chips.", **line)
        self.assertEqual(
            list(MeetingAgreement.objects.values_list("meeting", "agreement", "treatment")),
            [(self.meeting.pk, pact.pk, "signed")],
        )


class TwoPeople(Page):
    def test_writing_at_once_get_one_success_and_one_page_with_both_texts(self) -> None:
        self.send(outcome="Theirs.")
        self.client.force_login(self.colleague)
        response = self.send(outcome="Mine.", **{"ours-0-title": "Send the list", "people-0-who_text": "Ann Peeters"})
        self.assertEqual(response.status_code, 409)
        for words in ("Theirs.", "Mine.", 'value="Send the list"', 'value="Ann Peeters"'):
            self.assertContains(response, words, status_code=409)
        self.assertEqual((self.stored().outcome, FollowUp.objects.count(), Contact.objects.count()), ("Theirs.", 0, 0))
        self.assertContains(response, 'name="version" value="2"', status_code=409)

    def test_may_store_after_having_seen_the_other(self) -> None:
        self.send(outcome="Theirs.")
        self.meeting = self.stored()
        self.assertEqual(self.send(outcome="Theirs. Mine.").status_code, 302)

    def test_are_not_passed_by_a_form_without_a_version(self) -> None:
        self.assertEqual(self.send(outcome="Mine.", version="").status_code, 409)
        self.assertEqual(self.stored().outcome, "")


class AContactMoment(Page):
    path_new = "/meetings/new/"

    def send_new(self, **more: str):
        return self.send(
            self.path_new, **{"draft": "meeting-new", "day": str(factories.today()), "version": "1", **more}
        )

    def test_is_today_unless_said_otherwise(self) -> None:
        self.assertContains(self.client.get(self.path_new), f'value="{factories.today()}"')

    def test_is_called_after_whom_one_met(self) -> None:
        response = self.send_new(outcome="Coffee.", **{"organisations-0-organisation_text": "Soitec"})
        meeting = Meeting.objects.latest("pk")
        self.assertRedirects(response, f"/meetings/{meeting.pk}/")
        self.assertEqual((meeting.title, meeting.status, meeting.outcome), ("Contact with Soitec", "held", "Coffee."))

    def test_needs_a_title_or_somebody(self) -> None:
        self.assertContains(
            self.send_new(outcome="Coffee."), "Give a title, or say below whom you met.", status_code=422
        )
        self.assertEqual(self.send_new(outcome="Coffee.", title="At the fair").status_code, 302)

    def test_belongs_to_a_mission_that_one_sees(self) -> None:
        mission = factories.mission("Fair", starts_on=factories.today(), ends_on=factories.today())
        hidden = factories.mission("Hidden fair", level=4)
        self.assertContains(self.client.get(f"{self.path_new}?mission={mission.pk}"), 'value="Fair"')
        self.assertNotContains(self.client.get(f"{self.path_new}?mission={hidden.pk}"), "Hidden fair")
        self.send_new(outcome="Coffee.", title="At the fair", mission=str(mission.pk), mission_text="Fair")
        self.assertEqual(Meeting.objects.latest("pk").mission, mission)

    def test_lies_within_its_mission(self) -> None:
        mission = factories.mission("Fair", starts_on=datetime.date(2020, 1, 1), ends_on=datetime.date(2020, 1, 2))
        response = self.send_new(outcome="Coffee.", title="x", mission=str(mission.pk), mission_text="Fair")
        self.assertContains(response, "This day lies outside the mission", status_code=422)

    def test_is_made_once_however_often_it_is_sent(self) -> None:
        token = str(uuid.uuid4())
        urls = {self.send_new(outcome="Coffee.", title="x", submission=token).url for _ in range(3)}
        self.assertEqual(urls, {f"/meetings/{Meeting.objects.latest('pk').pk}/"})
        self.assertEqual(Meeting.objects.filter(title="x").count(), 1)

    def test_may_be_confidential_and_is_still_read_by_its_maker(self) -> None:
        response = self.send_new(outcome="Coffee.", title="x", level="4")
        self.assertEqual(self.client.get(response.url).status_code, 200)


class ADraft(Page):
    def keep(self, **fields: str):
        sent = {"draft": f"meeting-outcome:{self.meeting.pk}", **fields}
        return self.client.post("/drafts/", sent, headers={"accept": "application/json"})

    def test_is_kept_as_it_was_typed_and_offered_again(self) -> None:
        lines = {"ours-4-title": "Fifth", "ours-4-due_on": "eind juni", "people-0-who_text": "Ann P", "version": "1"}
        response = self.keep(outcome="Half a sen", **lines)
        self.assertEqual(response.json(), {"saved_at": f"{timezone.localtime():%H:%M}"})
        page = self.client.get(self.path)
        for words in ("that was not stored", "Half a sen", 'value="Fifth"', 'value="eind juni"', 'value="Ann P"'):
            self.assertContains(page, words)
        self.assertNotContains(page, "error-summary")

    def test_is_shown_to_nobody_else(self) -> None:
        self.keep(outcome="Half a sen")
        for other in (self.colleague, factories.user(Role.MANAGER), factories.user(Role.ADMINISTRATOR)):
            self.client.force_login(other)
            self.assertNotContains(self.client.get(self.path), "Half a sen")

    def test_is_one_per_user_and_form(self) -> None:
        for text in ("One", "Two"):
            self.keep(outcome=text)
        self.assertEqual([draft.data["outcome"] for draft in Draft.objects.all()], [["Two"]])

    def test_goes_when_the_outcome_is_stored_and_does_not_come_back_late(self) -> None:
        token = Submission.new_token()
        self.keep(outcome="Half a sen", submission=token)
        self.send(outcome="A sentence.", submission=token)
        self.assertEqual(Draft.objects.count(), 0)
        self.assertEqual(self.keep(outcome="Half a sen", submission=token).json(), {"saved_at": ""})
        self.assertEqual(Draft.objects.count(), 0)

    def test_stays_when_the_save_fails(self) -> None:
        self.send(**{"ours-0-title": "Send the list"})
        self.assertContains(self.client.get(self.path), 'value="Send the list"')

    def test_is_discarded_when_asked(self) -> None:
        self.keep(outcome="Half a sen")
        sent = {"draft": f"meeting-outcome:{self.meeting.pk}", "discard": "1", "next": self.path}
        self.assertRedirects(self.client.post("/drafts/", sent), self.path)
        self.assertNotContains(self.client.get(self.path), "Half a sen")
        for elsewhere in ("https://example.org/", "//example.org"):
            self.assertRedirects(self.client.post("/drafts/", {**sent, "next": elsewhere}), "/")

    def test_has_a_size(self) -> None:
        self.assertEqual(self.keep(outcome="x" * 200_000).status_code, 413)
        self.assertEqual(self.client.post("/drafts/", {"outcome": "x"}).status_code, 400)
        self.assertEqual(Draft.objects.count(), 0)

    def test_keeps_no_password_and_no_token(self) -> None:
        self.keep(outcome="x", password="secret", csrfmiddlewaretoken="token", username="staff")
        self.assertEqual(sorted(Draft.objects.get().data), ["draft", "outcome"])

    def test_survives_what_a_database_refuses(self) -> None:
        self.assertEqual(self.keep(outcome="a\x00b").status_code, 200)

    def test_is_not_kept_for_who_is_signed_out_or_only_reads(self) -> None:
        self.client.force_login(self.reader)
        self.assertEqual(self.keep(outcome="x").status_code, 403)
        self.client.logout()
        self.assertEqual(self.keep(outcome="x").status_code, 401)
        self.assertEqual(Draft.objects.count(), 0)


class WhoWasSignedOutMeanwhile(Page):
    def setUp(self) -> None:
        self.sent = self.fields(outcome="A <long> sentence.", **{"ours-0-title": "Send the list"})

    def test_signs_in_on_the_spot_and_finds_the_text_in_the_form(self) -> None:
        page = self.client.post(self.path, self.sent)
        self.assertContains(page, "A &lt;long&gt; sentence.", status_code=401)
        self.assertContains(page, f'action="{self.path}"', status_code=401)
        who = {"username": self.staff.username, "password": "entente-demo"}
        self.assertRedirects(self.client.post(self.path, {**self.sent, **who}), self.path)
        back = self.client.get(self.path)
        self.assertContains(back, "A &lt;long&gt; sentence.")
        self.assertContains(back, 'value="Send the list"')
        self.assertEqual((self.stored().outcome, FollowUp.objects.count()), ("", 0))

    def test_keeps_the_text_through_a_wrong_password(self) -> None:
        page = self.client.post(self.path, {**self.sent, "username": self.staff.username, "password": "wrong"})
        self.assertContains(page, "A &lt;long&gt; sentence.", status_code=422)
        self.assertNotContains(page, "wrong", status_code=422)
        self.assertEqual(Draft.objects.count(), 0)

    def test_stores_nothing_for_a_reader(self) -> None:
        who = {"username": self.reader.username, "password": "entente-demo"}
        self.client.post(self.path, {**self.sent, **who})
        self.assertEqual(Draft.objects.count(), 0)

    def test_is_sent_to_sign_in_as_ever_with_any_other_form(self) -> None:
        response = self.client.post("/follow-ups/new/", {"title": "x", "draft": "y"})
        self.assertRedirects(response, "/accounts/login/?next=/follow-ups/new/")

    def test_or_in_again_in_another_tab_sends_the_text_once_more(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.staff)
        page = strict.post(self.path, self.sent, headers={"origin": "http://testserver"})
        self.assertContains(page, "A &lt;long&gt; sentence.", status_code=403)
        self.assertEqual(self.stored().outcome, "")
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
        self.assertEqual(strict.post(self.path, {**self.sent, "csrfmiddlewaretoken": token}).status_code, 302)
        self.assertEqual(self.stored().outcome, "A <long> sentence.")

    def test_is_shown_no_text_that_came_from_another_site(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.staff)
        for origin in ("https://example.org", "null"):
            page = strict.post(self.path, self.sent, headers={"origin": origin})
            self.assertNotContains(page, "sentence", status_code=403)

    def test_gets_a_new_token_for_the_page_that_was_open(self) -> None:
        self.client.force_login(self.staff)
        self.assertEqual(list(self.client.get("/drafts/").json()), ["token"])


class ATypedDay(Page):
    def test_is_said_in_full_in_the_language_of_the_reader(self) -> None:
        with translation.override("en"):
            answer = self.client.get("/typed-day/", {"q": "30 juni 2030"}).json()
        self.assertEqual(answer, {"text": "Sunday 30 June 2030", "day": "2030-06-30"})

    def test_is_silent_about_what_it_does_not_understand(self) -> None:
        for typed in ("someday", "", "9" * 500, "31/02/2030"):
            self.assertEqual(self.client.get("/typed-day/", {"q": typed}).json(), {"text": "", "day": ""})


class ManyAtOnce(TransactionTestCase):
    def test_make_one_record(self) -> None:
        staff, meeting = factories.user(Role.STAFF), factories.meeting(status="held")
        sent = {"outcome": "x", "version": "1", "level": "2", "submission": Submission.new_token(), "ours-0-title": "A"}

        def send() -> tuple[int, str | None]:
            client = Client()
            client.force_login(staff)
            response = client.post(f"/meetings/{meeting.pk}/outcome/", sent)
            return response.status_code, response.headers.get("Location")

        self.assertEqual(at_once([send] * 10), [(302, f"/meetings/{meeting.pk}/")] * 10)
        self.assertEqual(FollowUp.objects.count(), 1)

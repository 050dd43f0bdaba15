"""A notice deadline reminds from 90 days before until somebody decides; a day that passed closes nothing."""

import datetime
from typing import Any

import time_machine
from django.test import TestCase
from django.utils import timezone

from accounts.rights import Role
from agreements.actions import Taken, take_step
from agreements.models import Agreement, Step
from agreements.models.reminder import ReminderState, awaiting_decision, reminders, to_decide_by
from core.actors import SYSTEM
from core.months import months_later
from follow_ups.calendar_feed import feed_of
from tests import factories as make
from tests.mail_server import mail_server
from tests.test_calendar_feed import read
from tests.test_digests import colleague, morning, run

ENDS = datetime.date(2026, 6, 28)
NOTICE = datetime.date(2026, 4, 28)  # two months before
LONG_AGO = datetime.datetime(2024, 1, 1, 12, tzinfo=datetime.UTC)


def tacit(title: str = "MoU", **fields: Any) -> Agreement:
    """Signed, renewed by itself every year, notice two months before; on record for long."""
    terms = {"ends_on": ENDS, "renewal": "tacit", "renewal_months": 12, "notice_months": 2, "at": LONG_AGO}
    return make.agreement(title, status="signed", **{**terms, **fields})


def reminder(agreement: Agreement, on: datetime.date) -> Any:
    return reminders(Agreement.objects.all(), on=on).get(agreement.pk)


def decide(agreement: Agreement, step: Step, *, on: datetime.date, **facts: Any) -> None:
    with time_machine.travel(datetime.datetime.combine(on, datetime.time(9), datetime.UTC), tick=False):
        agreement.refresh_from_db()
        take_step(agreement=agreement, step=step, taken=Taken(why="as agreed", facts=facts), by=SYSTEM)


def days_before(days: int) -> datetime.date:
    return NOTICE - datetime.timedelta(days=days)


class AReminder(TestCase):
    def test_begins_90_days_before_and_presses_at_60_30_and_14(self) -> None:
        agreement = tacit()
        self.assertIsNone(reminder(agreement, days_before(91)))
        marks = {
            days: reminder(agreement, days_before(days)).days_before for days in (90, 61, 60, 31, 30, 15, 14, 1, 0)
        }
        self.assertEqual(marks, {90: 90, 61: 90, 60: 60, 31: 60, 30: 30, 15: 30, 14: 14, 1: 14, 0: 14})

    def test_stays_when_the_last_day_passes_and_when_the_text_renews_itself(self) -> None:
        agreement = tacit()
        states = {
            NOTICE: ReminderState.NEAR,
            NOTICE + datetime.timedelta(days=1): ReminderState.MISSED,
            ENDS - datetime.timedelta(days=1): ReminderState.MISSED,
            ENDS: ReminderState.RENEWED,
            months_later(ENDS, 6): ReminderState.RENEWED,
        }
        self.assertEqual({day: reminder(agreement, day).state for day in states}, states)

    def test_gives_way_to_that_of_the_next_term(self) -> None:
        agreement = tacit()
        opens = months_later(NOTICE, 12) - datetime.timedelta(days=90)
        self.assertEqual(reminder(agreement, opens).last_notice_on, months_later(NOTICE, 12))

    def test_of_a_text_that_ended_stays_until_somebody_says_what_became_of_it(self) -> None:
        agreement = tacit(renewal="explicit", renewal_months=None)
        self.assertEqual(reminder(agreement, months_later(ENDS, 3)).state, ReminderState.ENDED)
        decide(agreement, Step.EXPIRE, on=months_later(ENDS, 3), ends_on=ENDS)
        self.assertIsNone(reminder(agreement, months_later(ENDS, 3)))

    def test_is_not_made_for_a_deadline_that_was_past_before_the_text_was_on_record(self) -> None:
        recorded = datetime.datetime(2026, 5, 2, 12, tzinfo=datetime.UTC)
        agreement = tacit(at=recorded)
        self.assertIsNone(reminder(agreement, datetime.date(2026, 5, 3)))
        self.assertIsNone(reminder(agreement, months_later(ENDS, 1)))
        self.assertIsNotNone(reminder(agreement, months_later(NOTICE, 12)))

    def test_is_not_made_where_no_deadline_follows_from_what_is_recorded(self) -> None:
        for fields in (
            {"notice_months": None},
            {"ends_on": None},
            {"ends_on": None, "is_indefinite": True, "renewal": "unknown", "renewal_months": None},
            {"status": "terminated"},
        ):
            agreement = tacit(**fields) if "status" not in fields else make.agreement(**fields, ends_on=ENDS)
            self.assertIsNone(reminder(agreement, NOTICE), fields)


class ItCloses(TestCase):
    def test_by_each_decision_about_the_term(self) -> None:
        facts = {Step.LAPSE: {"ends_on": ENDS}, Step.TERMINATE: {"ends_on": ENDS}, Step.AMEND: {}, Step.RENEW: {}}
        for step, said in facts.items():
            agreement = tacit(step)
            decide(agreement, step, on=days_before(20), **said)
            self.assertIsNone(reminder(agreement, days_before(19)), step)
            self.assertIsNone(reminder(agreement, NOTICE + datetime.timedelta(days=1)), step)

    def test_by_a_decision_taken_long_before(self) -> None:
        agreement = tacit()
        decide(agreement, Step.RENEW, on=days_before(150))
        self.assertIsNone(reminder(agreement, days_before(50)))

    def test_not_by_an_amendment_before_anything_was_asked(self) -> None:
        agreement = tacit()
        decide(agreement, Step.AMEND, on=days_before(150))
        self.assertIsNotNone(reminder(agreement, days_before(50)))

    def test_not_by_an_evaluation_nor_by_saving_the_text(self) -> None:
        agreement = tacit()
        decide(agreement, Step.EVALUATE, on=days_before(20), evaluate_on=None)
        agreement.refresh_from_db()
        agreement.objective = "ports"
        agreement.save(by=SYSTEM)
        self.assertIsNotNone(reminder(agreement, days_before(19)))

    def test_not_for_the_term_after(self) -> None:
        agreement = tacit()
        decide(agreement, Step.RENEW, on=days_before(20))
        self.assertIsNotNone(reminder(agreement, months_later(NOTICE, 12)))

    def test_late_by_a_decision_about_the_term_that_renewed_itself(self) -> None:
        agreement = tacit()
        decide(agreement, Step.RENEW, on=months_later(ENDS, 1))
        self.assertEqual(agreement.decisions.get().about_term_ending, ENDS)
        self.assertIsNone(reminder(agreement, months_later(ENDS, 1)))
        self.assertIsNotNone(reminder(agreement, months_later(NOTICE, 12)))

    def test_of_an_explicit_renewal_until_the_new_deadline(self) -> None:
        agreement, later = tacit(renewal="explicit", renewal_months=None), months_later(ENDS, 36)
        decide(agreement, Step.RENEW, on=days_before(20), ends_on=later)
        self.assertIsNone(reminder(agreement, ENDS))
        self.assertEqual(reminder(agreement, months_later(later, -2)).ends_on, later)

    def test_when_a_text_that_renewed_itself_is_let_lapse(self) -> None:
        agreement, last = tacit(), months_later(ENDS, 12)
        decide(agreement, Step.LAPSE, on=months_later(ENDS, 1), ends_on=last)
        for day in (months_later(ENDS, 1), months_later(NOTICE, 12), last):
            self.assertIsNone(reminder(agreement, day))

    def test_when_it_is_let_lapse_on_another_day_than_the_term_said(self) -> None:
        agreement = tacit()
        decide(agreement, Step.LAPSE, on=days_before(20), ends_on=months_later(ENDS, 1))
        self.assertIsNone(reminder(agreement, days_before(10)))

    def test_not_by_a_decision_that_was_put_right_afterwards(self) -> None:
        agreement = tacit()
        decide(agreement, Step.TERMINATE, on=days_before(20))
        decide(agreement, Step.CORRECT, on=days_before(19), status="signed")
        self.assertIsNotNone(reminder(agreement, days_before(18)))

    def test_not_for_an_earlier_end_that_is_corrected_later(self) -> None:
        agreement = tacit(ends_on=ENDS.replace(year=2062))
        decide(agreement, Step.RENEW, on=days_before(20))
        agreement.refresh_from_db()
        agreement.ends_on = ENDS
        agreement.save(by=SYSTEM)
        self.assertIsNotNone(reminder(agreement, days_before(18)))


class NobodyIsLeft(TestCase):
    def answering(self, agreement: Agreement, *users: Any) -> list[str]:
        return [user.username for user in users if agreement in to_decide_by(user, on=days_before(20))]

    def test_at_an_owner_who_left_nor_at_a_department_without_people(self) -> None:
        department, empty = make.department(), make.department("Leeg")
        left, reader = colleague("left", is_active=False), colleague("reader", Role.READER)
        lead, manager = colleague("lead", department=department), colleague("manager", Role.MANAGER)
        everyone = (left, reader, lead, manager)
        for owner in (left, reader):
            self.assertIn("lead", self.answering(tacit(owner=owner, lead_department=department), *everyone))
            self.assertIn("manager", self.answering(tacit(owner=owner, lead_department=empty), *everyone))
        self.assertIn("manager", self.answering(tacit(lead_department=department, level=4), *everyone))


class WhoIsReminded(TestCase):
    def setUp(self) -> None:
        self.department = make.department()
        self.owner = colleague("owner")
        self.lead = colleague("lead", department=self.department)
        self.manager = colleague("manager", Role.MANAGER)
        self.stranger = colleague("stranger")
        self.day = timezone.localdate()
        ends = months_later(self.day + datetime.timedelta(days=20), 2)
        common = {"ends_on": ends, "at": LONG_AGO}
        self.texts = {
            "owned": tacit("Owned", owner=self.owner, lead_department=self.department, **common),
            "led": tacit("Led", lead_department=self.department, **common),
            "nobodys": tacit("Nobodys", **common),
            "secret": tacit("Secret", owner=self.owner, level=4, **common),
        }

    def test_by_mail_is_who_answers_for_it_every_time_until_it_is_decided(self) -> None:
        told = {self.owner: ["Owned"], self.lead: ["Led"], self.manager: ["Nobodys"]}
        with mail_server() as server:
            for days in (0, 1):
                before = len(server.mails)
                with time_machine.travel(_at(self.day, days), tick=False):
                    run()
                mails = {mail.to: mail for mail in server.mails[before:]}
                self.assertEqual({*mails}, {user.email for user in told})
                for user, titles in told.items():
                    text = mails[user.email].text
                    self.assertEqual([one for one in ("Owned", "Led", "Nobodys") if one in text], titles)
                    self.assertNotIn("Secret", text)
                self.assertIn("2 agreements to decide on", str(mails[self.owner.email].message["Subject"]))
            take_step(agreement=self.texts["led"], step=Step.RENEW, taken=Taken(why="useful"), by=SYSTEM)
            before = len(server.mails)
            with time_machine.travel(_at(self.day, 2), tick=False):
                run()
            self.assertNotIn(self.lead.email, [mail.to for mail in server.mails[before:]])

    def test_in_the_calendar_too(self) -> None:
        titles = sorted(str(event["SUMMARY"]) for event in read(feed_of(self.owner)).values())
        self.assertEqual(len(titles), 2)
        self.assertIn("Owned", "".join(titles))
        self.assertNotIn("Secret", "".join(titles))

    def test_on_the_page_the_list_and_the_home_page_is_everyone_who_may_read_it(self) -> None:
        self.client.force_login(self.stranger)
        page = self.client.get("/agreements/?to_decide=1")
        self.assertEqual([row.title for row in page.context["rows"]], ["Led", "Nobodys", "Owned"])
        self.assertContains(self.client.get(f"/agreements/{self.texts['led'].pk}/"), 'id="decide"')
        home = self.client.get("/")
        self.assertContains(home, f"/agreements/{self.texts['led'].pk}/#decide")
        take_step(agreement=self.texts["led"], step=Step.LAPSE,
                  taken=Taken(why="over", facts={"ends_on": self.texts["led"].ends_on}), by=SYSTEM)  # fmt: skip
        self.assertNotContains(self.client.get(f"/agreements/{self.texts['led'].pk}/"), 'id="decide"')
        self.assertEqual(
            {one.title for one in awaiting_decision(Agreement.objects.all(), on=self.day)},
            {"Nobodys", "Owned", "Secret"},
        )


def _at(day: datetime.date, days: int) -> datetime.datetime:
    return morning(day + datetime.timedelta(days=days), 9)

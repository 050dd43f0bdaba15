"""What reaches people by mail: all of it, once, in their language, and nothing they may not read."""

import datetime
import threading
import zoneinfo
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import TestCase, TransactionTestCase

from accounts.models import Mail
from accounts.models.mail import LEASE
from accounts.rights import Role
from core.actors import SYSTEM
from follow_ups.digests import queue_digests
from tests import factories
from tests.mail_server import Received, mail_server

BRUSSELS = zoneinfo.ZoneInfo("Europe/Brussels")
FIRST = datetime.date(2026, 3, 2)  # A Monday; summer time begins on day 27.


def morning(day: datetime.date, hour: int = 7) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), BRUSSELS)


def after(days: int) -> datetime.date:
    return FIRST + datetime.timedelta(days=days)


def run() -> None:
    call_command("send_digests", verbosity=0)


def colleague(name: str, role: str = Role.STAFF, **fields):
    values = {"email": f"{name}@entente.example", "language": "en", "digest": "daily", **fields}
    return factories.user(role, username=name, **values)


class WithMailServer(TestCase):
    def setUp(self) -> None:
        running = mail_server()
        self.server = running.__enter__()
        self.addCleanup(running.__exit__, None, None, None)

    def run_at(self, moment: datetime.datetime) -> list[Received]:
        """What a run at that moment sends."""
        before = len(self.server.mails)
        with time_machine.travel(moment, tick=False):
            run()
        return self.server.mails[before:]


@pytest.mark.once
class FortyDays(WithMailServer):
    """The clock moved day by day, with runs that are missed, repeated, and met by a server that is down."""

    MISSED, REPEATED, DOWN = (4, 17, 18), (8, 23), (30, 31)

    def setUp(self) -> None:
        super().setUp()
        with time_machine.travel(morning(FIRST), tick=False):
            self.department, self.partner = factories.department(), factories.organisation()
            self.daily = colleague("daily", department=self.department)
            elsewhere = factories.department("Elders")
            self.weekly = colleague("weekly", digest="weekly", digest_weekday=2, language="fr", department=elsewhere)
            self.manager = colleague("manager", Role.MANAGER, department=self.department, escalate_after=5)
            self.stranger = colleague("stranger", Role.MANAGER, department=elsewhere)
            self.reader = colleague("reader", Role.READER)
            self.silent = colleague("silent", digest="none")

    def plant(self, day: int) -> None:
        """One day's work: given, due at some time, dated or not, some of it above its reader's level."""
        due = after(day + 3 + day % 5) if day % 4 else None
        given = {"partner": self.partner, "due_on": due}
        for owner in (self.daily, self.weekly):
            factories.follow_up(f"Work{day:02}{owner}", owner=owner, **given)
        if day % 5 == 1:
            factories.follow_up(f"Secret{day:02}", owner=self.daily, level=4, **given)
            factories.follow_up(f"Closed to readers {day:02}", owner=self.reader, level=3, **given)
            factories.follow_up(f"For who wants no mail {day:02}", owner=self.silent, **given)
        if day > 20:
            factories.follow_up(f"Work{day - 21:02}{self.daily}", partner=self.partner).archive("a double", by=SYSTEM)

    def test_reach_everyone_with_everything_once_a_period(self) -> None:
        for day in range(40):
            with time_machine.travel(morning(after(day), 15), tick=False):
                self.plant(day)
            if day in self.MISSED:
                continue
            (self.server.down if day in self.DOWN else self.server.up if day == max(self.DOWN) + 1 else str)()
            for _time in range(3 if day in self.REPEATED else 1):
                with time_machine.travel(morning(after(day), 16), tick=False):
                    if day in self.DOWN:
                        self.assertRaisesRegex(CommandError, "does not answer", run)
                    else:
                        run()
        self.each_period_has_one()
        self.every_item_arrived()
        self.work_without_a_date_is_named_once()
        self.late_work_is_named_each_time()
        self.late_work_of_others_reaches_the_manager()
        self.nothing_is_above_a_level()

    def days_of(self, user) -> list[int]:
        return [(mail.at.astimezone(BRUSSELS).date() - FIRST).days for mail in self.server.to(user.email)]

    def each_period_has_one(self) -> None:
        runs = [day for day in range(40) if day not in (*self.MISSED, *self.DOWN)]
        self.assertEqual(self.days_of(self.daily), runs)
        self.assertEqual(self.days_of(self.weekly), [0, 2, 9, 16, 23, 32, 37])  # Day 30, a Wednesday, was down.
        self.assertEqual((self.days_of(self.silent), self.days_of(self.reader)), ([], []))

    def every_item_arrived(self) -> None:
        for user, last in ((self.daily, 39), (self.weekly, 37)):
            mails = self.server.to(user.email)
            for day in range(last + 1):
                title = f"Work{day:02}{user}"
                first = next(mail for mail in mails if (mail.at.astimezone(BRUSSELS).date() - FIRST).days >= day)
                self.assertIn(title, first.text)
                self.assertIn(title, first.html)
                self.assertTrue(all(mail.text.count(title) <= 1 for mail in mails), title)

    def work_without_a_date_is_named_once(self) -> None:
        for user, last in ((self.daily, 39), (self.weekly, 37)):
            for day in range(0, last + 1, 4):
                mails = [mail for mail in self.server.to(user.email) if f"Work{day:02}{user}" in mail.text]
                self.assertEqual(len(mails), 1, (user, day))

    def late_work_is_named_each_time(self) -> None:
        due = {day: 3 + day + day % 5 for day in range(40) if day % 4}
        for day, mail in zip(self.days_of(self.daily), self.server.to(self.daily.email), strict=True):
            late = [f"Work{one:02}daily" for one, its_day in due.items() if its_day < day and one <= day]
            self.assertEqual([title for title in late if title not in mail.text], [], day)

    def late_work_of_others_reaches_the_manager(self) -> None:
        due = {day: 3 + day + day % 5 for day in range(40) if day % 4}
        self.assertIn("late with colleagues", self.server.to(self.manager.email)[-1].message["Subject"])
        for day, mail in zip(self.days_of(self.manager), self.server.to(self.manager.email), strict=True):
            named = [one for one in due if f"Work{one:02}daily" in mail.text]
            self.assertEqual(named, [one for one, its_day in due.items() if its_day <= day - 5], day)
        # Of another department.
        others = self.server.to(self.stranger.email)[-1].text
        self.assertNotIn("Work01daily", others)
        self.assertIn("Work01weekly", others)

    def nothing_is_above_a_level(self) -> None:
        managers = (self.manager.email, self.stranger.email)
        for mail in self.server.mails:
            self.assertNotRegex(mail.everything, "Secret" if mail.to in managers else "Secret|Closed to readers")
        self.assertIn("Confidential follow-up", self.server.to(self.daily.email)[-1].text)


class ADigest(WithMailServer):
    def test_that_is_empty_is_not_sent_and_settles_its_period(self) -> None:
        user = colleague("staff")
        self.assertEqual(self.run_at(morning(FIRST)), [])
        with time_machine.travel(morning(FIRST, 8), tick=False):
            factories.follow_up("Later that day", owner=user)
        self.assertEqual(self.run_at(morning(FIRST, 9)), [])
        (mail,) = self.run_at(morning(after(1)))
        self.assertIn("Later that day", mail.text)

    def test_is_not_written_before_six(self) -> None:
        user = colleague("staff")
        with time_machine.travel(morning(FIRST, 1), tick=False):
            factories.follow_up(owner=user)
        self.assertEqual(len(self.run_at(morning(FIRST, 2))), 1)  # That of the day before, which was missed.
        self.assertEqual(len(self.run_at(morning(after(1), 5))), 0)
        with time_machine.travel(morning(after(1), 5), tick=False):
            factories.follow_up(owner=user)
        self.assertEqual(len(self.run_at(morning(after(1), 6))), 1)

    def test_says_what_is_new_also_when_it_was_recorded_as_past_work(self) -> None:
        user = colleague("staff")
        with time_machine.travel(morning(FIRST, 6), tick=False):
            factories.follow_up("Known", owner=user)
        self.run_at(morning(FIRST))
        with time_machine.travel(morning(FIRST, 9), tick=False):
            factories.follow_up("Imported", owner=user, at=morning(after(-100)))
        (mail,) = self.run_at(morning(after(1)))
        self.assertEqual(("Imported" in mail.text, "Known" in mail.text), (True, False))
        self.assertEqual(mail.message["Subject"], "Entente: 1 new")
        self.assertEqual(self.run_at(morning(after(2))), [])

    def test_holds_fifty_of_a_kind_and_brings_the_rest_the_next_time(self) -> None:
        user, partner = colleague("staff"), factories.organisation()
        with time_machine.travel(morning(FIRST, 6), tick=False):
            for number in range(60):
                factories.follow_up(f"Number {number:02}.", owner=user, partner=partner)
        mails = [*self.run_at(morning(FIRST)), *self.run_at(morning(after(1)))]
        self.assertEqual([mail.text.count("Number ") for mail in mails], [50, 10])
        self.assertIn("and 10 more", mails[0].text)
        self.assertIn("https://entente.example/follow-ups/?mine=1", mails[0].text)

    def test_speaks_its_readers_language_and_links_whole_addresses(self) -> None:
        user = colleague("staff", language="fr")
        with time_machine.travel(morning(FIRST, 6), tick=False):
            row = factories.follow_up("Envoyer l’étude", owner=user, due_on=after(-3))
        (mail,) = self.run_at(morning(FIRST))
        self.assertIn("3 jours de retard", mail.text)
        self.assertEqual(mail.message["Content-Language"], "fr")
        self.assertIn('<html lang="fr">', mail.html)
        for body in (mail.text, mail.html):
            self.assertIn(f"https://entente.example/follow-ups/{row.pk}/", body)
            self.assertIn("https://entente.example/accounts/settings/", body)
        self.assertNotRegex(mail.html, r"<img|<link|<script|url\(|@import")

    def test_says_at_the_moment_of_sending_what_is_true_and_may_be_read_then(self) -> None:
        user = colleague("staff")
        with time_machine.travel(morning(FIRST, 6), tick=False):
            gone, raised = factories.follow_up("Given away", owner=user), factories.follow_up("Raised", owner=user)
            factories.follow_up("Still mine", owner=user)
        self.server.down()
        self.assertRaises(CommandError, self.run_at, morning(FIRST))
        with time_machine.travel(morning(FIRST, 8), tick=False):
            gone.assign(None, by=SYSTEM)
            raised.level = 4
            raised.save(by=SYSTEM)
        self.server.up()
        (mail,) = self.run_at(morning(FIRST, 9))
        self.assertNotRegex(mail.everything, "Given away|Raised")
        self.assertIn("Still mine", mail.text)

    def test_is_withdrawn_when_its_reader_leaves_or_says_never(self) -> None:
        leaving, tired = colleague("leaving"), colleague("tired")
        with time_machine.travel(morning(FIRST), tick=False):
            for user in (leaving, tired):
                factories.follow_up(owner=user)
            queue_digests(now=morning(FIRST))
        leaving.is_active, tired.digest = False, "none"
        leaving.save()
        tired.save()
        self.assertEqual(self.run_at(morning(FIRST, 8)), [])
        self.assertEqual(set(Mail.objects.values_list("state", flat=True)), {"withdrawn"})

    def test_is_not_sent_again_by_another_rhythm_in_the_same_period(self) -> None:
        user = colleague("staff", digest="weekly", digest_weekday=0)
        factories.follow_up(owner=user)
        self.assertEqual(len(self.run_at(morning(after(2)))), 1)  # That of Monday.
        user.digest_weekday = 4
        user.save()
        self.assertEqual(self.run_at(morning(after(3))), [])  # Last Friday lies before that Monday.

    def test_foretold_by_a_dry_run_is_neither_stored_nor_sent(self) -> None:
        factories.follow_up(owner=colleague("staff"))
        said = StringIO()
        call_command("send_digests", "--dry-run", stdout=said)
        self.assertEqual(said.getvalue(), "staff: Entente: 1 nieuw\n")
        self.assertEqual((Mail.objects.count(), self.server.mails), (0, []))


class Escalation(WithMailServer):
    def setUp(self) -> None:
        super().setUp()
        self.own, self.other = factories.department("Eigen"), factories.department("Andere")
        self.boss = colleague("boss", Role.MANAGER, department=self.own, escalate_after=7)
        self.staff = factories.user(department=self.own)

    def titles(self, **due: int) -> str:
        return "".join(mail.text for mail in self.run_at(morning(FIRST)))

    def late(self, title: str, days: int, **fields):
        return factories.follow_up(title, due_on=after(-days), **fields)

    def test_begins_after_the_chosen_number_of_days(self) -> None:
        self.late("Seven days", 7, owner=self.staff)
        self.late("Six days", 6, owner=self.staff)
        text = self.titles()
        self.assertEqual(("Seven days" in text, "Six days" in text), (True, False))
        self.assertIn(str(self.staff), text)

    def test_leads_to_the_department_of_the_owner_or_of_the_work_else_to_every_manager(self) -> None:
        colleague("their-boss", Role.MANAGER, department=self.other)
        theirs = factories.user(department=self.other)
        self.late("Work of theirs", 9, owner=theirs, department=self.own)
        self.late("Work of nobody, ours", 9, department=self.own)
        self.late("Work of nobody at all", 9)
        self.late("Work without a manager", 9, owner=factories.user(department=factories.department("Derde")))
        self.run_at(morning(FIRST))
        ours, elsewhere = (self.server.to(f"{name}@entente.example")[0].text for name in ("boss", "their-boss"))
        found = {title: (title in ours, title in elsewhere) for title in (
            "Work of theirs", "Work of nobody, ours", "Work of nobody at all", "Work without a manager")}  # fmt: skip
        self.assertEqual([*found.values()], [(False, True), (True, False), (True, True), (True, True)])

    def test_is_off_when_the_manager_says_so(self) -> None:
        self.boss.escalate_after = None
        self.boss.save()
        self.late("Very late", 90, owner=self.staff)
        self.assertEqual(self.titles(), "")

    def test_is_no_business_of_staff(self) -> None:
        colleague("colleague", department=self.own)
        self.late("Very late", 90, owner=self.staff)
        self.run_at(morning(FIRST))
        self.assertEqual(self.server.to("colleague@entente.example"), [])


HOSTILE_NAMES = [
    ("Anna\r\nBcc: evil@example.com", "Jansens"),
    ('O\'Brien, "Jo" <evil@example.com>', ";:()@[]"),
    ("x" * 150, "ÿ" * 150),
    ("אבג\u202egnp.exe", "العربية"),
    ("👩‍💼🇧🇪", "=?utf-8?q?evil?="),
    ("Žofia", "Ångström-Łódź"),
    ("\x00\x07\x1b[31m".replace("\x00", ""), "tab\tline\u2028sep"),
]


class Headers(WithMailServer):
    def test_are_valid_whatever_the_name(self) -> None:
        with time_machine.travel(morning(FIRST, 6), tick=False):
            for number, (first, last) in enumerate(HOSTILE_NAMES):
                user = colleague(f"user-{number}", first_name=first, last_name=last)
                factories.follow_up("Titel\r\nBcc: evil@example.com, “" + "é" * 250, owner=user)
        mails = self.run_at(morning(FIRST))
        addresses = [f"user-{number}@entente.example" for number in range(len(HOSTILE_NAMES))]
        self.assertEqual(sorted(mail.to for mail in mails), addresses)
        for mail in mails:
            message = mail.message
            self.assertEqual([part.defects for part in message.walk()], [[]] * 3)
            self.assertEqual([one.addr_spec for one in message["To"].addresses], [mail.to])
            self.assertEqual(len(message.get_all("To")), 1)
            self.assertIsNone(message["Bcc"])
            self.assertEqual(message["Subject"], "Entente: 1 new")
            self.assertLess(max(map(len, mail.raw.split(b"\r\n"))), 999)
            self.assertEqual(message["Auto-Submitted"], "auto-generated")
            self.assertEqual(message["Date"].datetime, morning(FIRST))
            self.assertRegex(message["Message-ID"], r"^<digest-\d+-\d+@entente\.example>$")
            self.assertIn("Titel Bcc: evil@example.com, “", mail.text)
        self.assertEqual(len({mail.message["Message-ID"] for mail in mails}), len(mails))

    def test_from_an_address_with_a_line_break_leave_for_nobody(self) -> None:
        broken = colleague("broken", email="a@entente.example\r\nBcc: evil@example.com")
        sound = colleague("sound")
        for user in (broken, sound):
            factories.follow_up(owner=user)
        self.assertEqual([mail.to for mail in self.run_at(morning(FIRST))], [sound.email])
        self.assertRegex(Mail.objects.get(to=broken).last_error, r"^\w+$")


class AMailServer(WithMailServer):
    def setUp(self) -> None:
        super().setUp()
        self.users = [colleague(name) for name in ("ann", "bea", "cis")]
        with time_machine.travel(morning(FIRST, 6), tick=False):
            for user in self.users:
                factories.follow_up(owner=user)

    def test_that_refuses_one_address_gets_the_others_and_is_asked_again_later_and_later(self) -> None:
        self.server.refused = {"bea@entente.example"}
        self.assertEqual(len(self.run_at(morning(FIRST))), 2)
        mail = Mail.objects.get(to=self.users[1])
        self.assertEqual((mail.state, mail.attempts, mail.last_error), ("waiting", 1, "SMTPRecipientsRefused 550"))
        minutes = []
        for _attempt in range(4):
            minutes.append(int((mail.try_at - morning(FIRST)).total_seconds() / 60))
            self.assertEqual(self.run_at(mail.try_at - datetime.timedelta(seconds=1)), [])
            self.run_at(mail.try_at)
            mail.refresh_from_db()
        self.assertEqual(minutes, [10, 30, 70, 150])
        self.server.refused = set()
        self.assertEqual([one.to for one in self.run_at(mail.try_at)], ["bea@entente.example"])
        mail.refresh_from_db()
        self.assertEqual((mail.state, mail.last_error), ("sent", ""))

    def test_that_is_down_costs_no_attempt(self) -> None:
        self.server.down()
        for _time in range(3):
            self.assertRaises(CommandError, self.run_at, morning(FIRST))
        self.assertEqual(set(Mail.objects.values_list("state", "attempts")), {("waiting", 0)})
        self.server.up()
        self.assertEqual(len(self.run_at(morning(FIRST))), 3)

    def test_that_refuses_till_the_next_period_gets_one_mail_then(self) -> None:
        self.server.refused = {"bea@entente.example"}
        self.run_at(morning(FIRST))
        self.server.refused = set()
        self.assertEqual([mail.to for mail in self.run_at(morning(after(1)))], ["bea@entente.example"])
        self.assertEqual(self.run_at(morning(after(1), 20)), [])
        states = Mail.objects.filter(to=self.users[1]).order_by("period").values_list("state", flat=True)
        self.assertEqual([*states], ["withdrawn", "sent"])

    def test_gets_a_mail_of_which_nobody_knows_whether_it_left_once_more_under_the_same_number(self) -> None:
        with time_machine.travel(morning(FIRST), tick=False):
            queue_digests(now=morning(FIRST))
            taken = Mail.objects.get(to=self.users[0])
            self.assertTrue(taken.take(morning(FIRST)))  # And its sender was killed.
        self.assertEqual(len(self.run_at(morning(FIRST))), 2)
        (mail,) = self.run_at(morning(FIRST) + LEASE)
        self.assertTrue(mail.message["Message-ID"].startswith(f"<digest-{taken.pk}-"))

    def test_is_told_nothing_in_production_when_it_is_not_set(self) -> None:
        console = "django.core.mail.backends.console.EmailBackend"
        with self.settings(IS_PRODUCTION=True, EMAIL_BACKEND=console):
            self.assertRaisesRegex(CommandError, "EMAIL_URL is not set", run)
        self.assertEqual(Mail.objects.count(), 0)

    def test_mail_of_long_ago_is_forgotten_but_for_the_last_of_each_reader(self) -> None:
        self.run_at(morning(FIRST))
        self.users[0].digest = "none"
        self.users[0].save()
        self.run_at(morning(after(200)))
        self.assertEqual({(mail.to, mail.period) for mail in Mail.objects.select_related("to")},
                         {(self.users[0], FIRST), *((user, after(200)) for user in self.users[1:])})  # fmt: skip


class OneMail(TestCase):
    def test_is_taken_by_one_sender(self) -> None:
        user = colleague("staff")
        Mail.queue("digest", {user.pk: FIRST}, now=morning(FIRST))
        first, second = Mail.objects.get(), Mail.objects.get()
        self.assertEqual((first.take(morning(FIRST)), second.take(morning(FIRST))), (True, False))

    def test_for_the_same_period_is_queued_once(self) -> None:
        user = colleague("staff")
        queued = [Mail.queue("digest", {user.pk: FIRST}, now=morning(FIRST)) for _time in range(2)]
        self.assertEqual((queued, Mail.objects.count()), ([1, 0], 1))


@pytest.mark.long
class TwoRunsAtOnce(TransactionTestCase):
    def test_send_each_mail_once(self) -> None:
        for number in range(12):
            factories.follow_up(owner=colleague(f"user-{number:02}"))

        def one_run() -> None:
            try:
                run()
            finally:
                connection.close()

        with mail_server() as server:
            threads = [threading.Thread(target=one_run) for _run in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(sorted(mail.to for mail in server.mails),
                             [f"user-{number:02}@entente.example" for number in range(12)])  # fmt: skip

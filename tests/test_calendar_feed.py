"""A personal calendar that other programs read: valid, complete, and closed to whoever lost the key."""

import datetime
import json
import logging
import re
import unittest
import zoneinfo

import icalendar
import time_machine
from django.test import Client, TestCase
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import CalendarLink
from accounts.rights import Role
from core.actors import SYSTEM
from core.calendar_file import Event, calendar_file
from core.logs import JsonLines
from core.text import clean_line, clean_text
from tests import factories

NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=zoneinfo.ZoneInfo("Europe/Brussels"))
TODAY = NOW.date()
URL = "https://entente.example/follow-ups/1/"


def day(count: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=count)


def an_event(**values) -> Event:
    plain = {"uid": "x-1@entente.example", "title": "T", "starts": TODAY, "changed_at": NOW, "version": 1, "url": URL}
    return Event(**{**plain, "level": 2, **values})


def read(text: bytes) -> dict[str, icalendar.Event]:
    """Its events by their number, as another program reads them; all else that the standard asks is checked."""
    assert text.endswith(b"\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert max(map(len, text.split(b"\r\n"))) <= 75
    for line in text.split(b"\r\n"):
        line.decode("utf-8")  # No letter is split.
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar.errors == []
    assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
    assert calendar["PRODID"]
    assert calendar.subcomponents
    events = list(calendar.walk("VEVENT"))
    for event in events:
        assert event.errors == []
        assert {"UID", "DTSTAMP", "DTSTART", "SEQUENCE", "LAST-MODIFIED", "SUMMARY", "URL", "CLASS"} <= set(event)
        assert type(event.start) is type(event.end)
    assert len({str(event["UID"]) for event in events}) == len(events)
    return {str(event["UID"]): event for event in events}


class TheFile(unittest.TestCase):
    @given(st.text(max_size=300), st.text(max_size=300))
    def test_gives_back_every_text_and_nothing_more(self, title: str, text: str) -> None:
        event = an_event(title=title, text=text, where=title)
        (found,) = read(calendar_file("Entente", [event])).values()
        self.assertEqual(str(found["SUMMARY"]), clean_line(title))
        lines = re.sub("[\u2028\u2029]", "\n", clean_text(text)).replace("\t", " ")
        self.assertEqual(str(found.get("DESCRIPTION", "")), lines)

    def test_is_folded_at_75_octets(self) -> None:
        text = calendar_file("Entente", [an_event(title="é€😀, " * 60)])
        self.assertTrue(any(len(line) in (72, 73, 74, 75) for line in text.split(b"\r\n")))
        self.assertEqual(str(read(text)["x-1@entente.example"]["SUMMARY"]), ("é€😀, " * 60).strip())

    def test_lets_no_text_begin_a_line_of_its_own(self) -> None:
        hostile = "x\r\nEND:VEVENT\r\nBEGIN:VEVENT\nATTACH:https://evil.example\u2028\x0bURL:y\\n;,"
        text = calendar_file(hostile, [an_event(title=hostile, text=hostile, where=hostile)])
        (found,) = read(text).values()
        self.assertNotIn("ATTACH", found)
        self.assertEqual(text.count(b"\r\nBEGIN:VEVENT"), 1)

    def test_without_events_is_a_calendar_still(self) -> None:
        self.assertEqual(read(calendar_file("Entente", [])), {})


class AFeed(TestCase):
    def setUp(self) -> None:
        clock = time_machine.travel(NOW, tick=False)
        clock.start()
        self.addCleanup(clock.stop)
        self.enterContext(self.settings(ENTENTE_URL="https://entente.example"))
        self.owner = factories.user(language="en")
        self.secret = CalendarLink.make(self.owner)

    def path(self, secret: str = "") -> str:
        return reverse("calendar-feed", args=[secret or self.secret])

    def feed(self) -> dict[str, icalendar.Event]:
        response = Client().get(self.path())
        self.assertEqual(response.status_code, 200)
        return read(response.content)

    def titles(self) -> list[str]:
        return sorted(str(event["SUMMARY"]) for event in self.feed().values())


class ACalendar(AFeed):
    def test_has_the_due_dates_of_ones_open_work(self) -> None:
        partner = factories.organisation("Imec")
        row = factories.follow_up("Send the study", owner=self.owner, due_on=day(3), partner=partner)
        factories.follow_up("Undated", owner=self.owner)
        factories.follow_up("Somebody else's", owner=factories.user(), due_on=day(3))
        factories.follow_up("Done", owner=self.owner, due_on=day(3)).complete("Sent.", by=SYSTEM)
        factories.follow_up("Archived", owner=self.owner, due_on=day(3)).archive("double", by=SYSTEM)
        (uid, event), *rest = self.feed().items()
        self.assertEqual((rest, uid), ([], f"follow-up-{row.pk}@entente.example"))
        self.assertEqual(str(event["SUMMARY"]), "Due: Send the study (Imec)")
        self.assertEqual((event.start, event.end), (day(3), day(4)))
        self.assertEqual((event["TRANSP"], event["CLASS"]), ("TRANSPARENT", "PRIVATE"))
        self.assertEqual(event["URL"], f"https://entente.example/follow-ups/{row.pk}/")

    def test_has_the_reviews_of_ones_missions_whoever_owns_them(self) -> None:
        mission = factories.mission("Visit to Lille", starts_on=day(-60), ends_on=day(-58), status="held")
        mission.team.add(self.owner)
        factories.follow_up(
            "Review after 3 months", mission=mission, kind="review", direction="internal", due_on=day(30)
        )
        factories.follow_up("No review", mission=mission, due_on=day(30))
        self.assertEqual(self.titles(), ["Review: Review after 3 months (Visit to Lille)", "Visit to Lille"])

    def test_has_the_days_of_ones_missions(self) -> None:
        mine = {"by": self.owner}
        both = factories.mission("Both days", starts_on=day(5), ends_on=day(8), status="announced", **mine)
        first = factories.mission("First day only", starts_on=day(9), **mine)
        factories.mission("No days", **mine)
        factories.mission("Cancelled", starts_on=day(5), ends_on=day(8), status="cancelled", **mine)
        factories.mission("Long ago", starts_on=day(-200), ends_on=day(-198), **mine)
        factories.mission("Not mine", starts_on=day(5), ends_on=day(8))
        feed = self.feed()
        self.assertEqual(len(feed), 2)
        event = feed[f"mission-{both.pk}@entente.example"]
        self.assertEqual((event.start, event.end, event["STATUS"]), (day(5), day(9), "CONFIRMED"))
        event = feed[f"mission-{first.pk}@entente.example"]
        self.assertEqual((event.start, event.end, event["STATUS"]), (day(9), day(10), "TENTATIVE"))
        self.assertIn("last day not recorded", str(event["DESCRIPTION"]))

    def test_has_the_missions_one_leads_and_the_meetings_one_takes_part_in(self) -> None:
        me = factories.contact(user=self.owner)
        factories.mission("I lead", lead=me, starts_on=day(5), ends_on=day(5))
        factories.participant(factories.meeting("I take part", day=day(5)), contact=me)
        factories.meeting("Others alone", day=day(5))
        self.assertEqual(self.titles(), ["I lead", "I take part"])

    def meeting_at(self, zone: str, on: datetime.date, *hours: int, **fields) -> icalendar.Event:
        place = factories.place(zone or "Somewhere", time_zone=zone)
        times = dict(zip(("starts_at", "ends_at"), (datetime.time(hour) for hour in hours), strict=False))
        row = factories.meeting("Talk", day=on, place=place, by=self.owner, **times, **fields)
        return self.feed()[f"meeting-{row.pk}@entente.example"]

    def test_has_meetings_at_the_hour_of_their_place(self) -> None:
        event = self.meeting_at("Europe/Tallinn", datetime.date(2026, 3, 10), 10, 11, venue="Hall; A, 1")
        utc = datetime.UTC
        self.assertEqual(event.start, datetime.datetime(2026, 3, 10, 8, tzinfo=utc))
        self.assertEqual(event.end, datetime.datetime(2026, 3, 10, 9, tzinfo=utc))
        self.assertEqual(str(event["LOCATION"]), "Hall; A, 1, Europe/Tallinn")
        event = self.meeting_at("Europe/Brussels", datetime.date(2026, 3, 29), 2)  # An hour that the clock skips.
        self.assertEqual(event.start, datetime.datetime(2026, 3, 29, 1, tzinfo=utc))
        event = self.meeting_at("Asia/Kathmandu", datetime.date(2026, 7, 1), 10)
        self.assertEqual(event.start, datetime.datetime(2026, 7, 1, 4, 15, tzinfo=utc))

    def test_makes_up_no_hour_no_end_and_no_time_zone(self) -> None:
        event = self.meeting_at("Europe/Paris", day(3))
        self.assertEqual((event.start, event.end), (day(3), day(4)))
        event = self.meeting_at("Europe/Paris", day(3), 10)
        self.assertNotIn("DTEND", event)
        event = self.meeting_at("", day(3), 10, 12)
        self.assertEqual(event.start, datetime.datetime.combine(day(3), datetime.time(10)))

    def test_has_no_meeting_that_was_cancelled_or_has_no_day(self) -> None:
        mission = factories.mission("Mission", starts_on=day(5), ends_on=day(8), by=self.owner)
        factories.meeting("Undated", mission=mission)
        for status in ("cancelled", "postponed"):
            factories.meeting(status, mission=mission, day=day(5), status=status, status_why="ill")
        factories.meeting("On", mission=mission, day=day(5))
        self.assertEqual(self.titles(), ["Mission", "On"])

    def test_knows_an_event_again_after_a_change(self) -> None:
        row = factories.follow_up("Title", owner=self.owner, due_on=day(3))
        (before,) = self.feed().values()
        row.postpone(day(9), "later", by=SYSTEM)
        (after,) = self.feed().values()
        self.assertEqual(before["UID"], after["UID"])
        self.assertLess(before["SEQUENCE"], after["SEQUENCE"])
        self.assertEqual(after.start, day(9))

    def test_speaks_its_owners_language(self) -> None:
        factories.follow_up("Titel", owner=self.owner, due_on=day(3))
        self.assertEqual(Client().get(self.path(), headers={"accept-language": "fr"})["Content-Language"], "en")

    def test_takes_the_same_queries_whatever_the_rows(self) -> None:
        def rows(count: int) -> None:
            for _row in range(count):
                mission = factories.mission(starts_on=day(5), ends_on=day(8), by=self.owner)
                stop = factories.stop(mission)
                factories.meeting(mission=mission, stop=stop, day=day(6), starts_at=datetime.time(10))
                factories.meeting(place=factories.place(), by=self.owner)
                factories.follow_up(mission=mission, kind="review", direction="internal", due_on=day(9))
                factories.follow_up(owner=self.owner, due_on=day(9))
                factories.agreement(status="signed", owner=self.owner, ends_on=day(99), notice_months=3)

        client = Client()
        for count in (1, 2):
            rows(count)
            with self.assertNumQueries(5):
                client.get(self.path())


class TheLink(AFeed):
    def status(self, secret: str) -> int:
        return Client().get(self.path(secret)).status_code

    def test_is_long_random_and_not_stored(self) -> None:
        self.assertGreaterEqual(len(self.secret), 43)
        stored = CalendarLink.objects.values_list().get()
        self.assertNotIn(self.secret, str(stored))

    def test_is_dead_at_once_when_a_new_one_is_made_or_it_is_revoked(self) -> None:
        new = CalendarLink.make(self.owner)
        self.assertEqual((self.status(self.secret), self.status(new)), (404, 200))
        CalendarLink.revoke(self.owner)
        self.assertEqual(self.status(new), 404)

    def test_of_a_user_who_left_is_dead(self) -> None:
        self.owner.is_active = False
        self.owner.save()
        self.assertEqual(self.status(self.secret), 404)

    def test_that_is_wrong_looks_like_any_page_that_does_not_exist(self) -> None:
        for wrong in (self.secret[:-1], self.secret + "x", self.secret.swapcase(), "x", "%00", "é" * 500, "🦊"):
            self.assertEqual(self.status(wrong), 404, wrong)

    def test_opens_the_calendar_and_nothing_else(self) -> None:
        client = Client()
        response = client.get(self.path())
        self.assertEqual(response["Content-Type"], "text/calendar; charset=utf-8")
        self.assertIn("private", response["Cache-Control"])
        self.assertEqual(response.cookies, {})
        self.assertEqual(client.get("/")["Location"], "/accounts/login/?next=/")
        self.assertEqual(client.post(self.path()).status_code, 405)

    def test_answers_that_nothing_changed(self) -> None:
        factories.follow_up(owner=self.owner, due_on=day(3))
        first = Client().get(self.path())
        again = Client().get(self.path(), headers={"if-none-match": first["ETag"]})
        self.assertEqual((again.status_code, again.content), (304, b""))
        factories.follow_up(owner=self.owner, due_on=day(3))
        self.assertEqual(Client().get(self.path(), headers={"if-none-match": first["ETag"]}).status_code, 200)

    def test_stands_in_no_log(self) -> None:
        words = ("Not Found: %s", (self.path(),))
        record = logging.LogRecord("django.request", logging.WARNING, "", 1, *words, None)
        self.assertEqual(json.loads(JsonLines().format(record))["message"], "Not Found: /calendar/…")


class WhatTheOwnerMayNotSee(AFeed):
    def test_is_not_in_the_calendar(self) -> None:
        mission = factories.mission("Mission", starts_on=day(1), ends_on=day(2), level=2)
        mission.team.add(self.owner)
        factories.meeting("TOK meeting", mission=mission, day=day(1), level=4)
        factories.follow_up("TOK review", mission=mission, kind="review", direction="internal", due_on=day(9), level=4)
        self.assertEqual(self.titles()[:1], ["Confidential meeting"])  # The team is named, and may see it.
        self.owner.role = Role.READER
        self.owner.save()
        self.assertEqual(self.titles(), ["Mission"])

    def test_leaves_the_calendar_when_it_is_hidden(self) -> None:
        me = factories.contact(user=self.owner)
        row = factories.meeting("Open", day=day(1))
        factories.participant(row, contact=me)
        self.assertEqual(self.titles(), ["Open"])
        row.level = 4
        row.save(by=SYSTEM)
        self.assertEqual(self.titles(), [])

    def test_is_not_named_beside_what_the_owner_may_see(self) -> None:
        hidden = factories.mission("TOK mission", starts_on=day(1), ends_on=day(2), level=4)
        factories.meeting("Mine", mission=hidden, day=day(1), by=self.owner)
        review = {"kind": "review", "direction": "internal", "due_on": day(9)}
        factories.follow_up("Mine too", mission=hidden, owner=self.owner, **review)
        self.assertNotIn(b"TOK", Client().get(self.path()).content)


class WhatIsConfidential(AFeed):
    def test_is_named_on_no_other_server(self) -> None:
        partner = factories.organisation("TOK partner")
        values = {"level": 4, "by": self.owner}
        factories.follow_up("TOK", owner=self.owner, due_on=day(1), partner=partner, details="TOK", **values)
        factories.mission("TOK", starts_on=day(1), ends_on=day(2), **values)
        factories.meeting("TOK", day=day(1), venue="TOK", place=factories.place("TOK", name_fr="TOK"), **values)
        self.assertNotIn(b"TOK", Client().get(self.path()).content)
        self.assertEqual(self.titles(), ["Confidential meeting", "Confidential mission", "Due: Confidential follow-up"])
        self.assertEqual({event["CLASS"] for event in self.feed().values()}, {"CONFIDENTIAL"})


class TheSettingsPage(TestCase):
    def setUp(self) -> None:
        self.user = factories.user(email="staff@entente.example")
        self.client.force_login(self.user)

    def test_shows_a_new_link_once(self) -> None:
        page = self.client.post(reverse("calendar-link"))
        (url,) = set(re.findall(r"http[^\"]+/calendar/[^\"]+\.ics", page.content.decode()))
        self.assertEqual(Client().get(re.sub(r"^https?://[^/]+", "", url)).status_code, 200)
        self.assertIn("no-store", page["Cache-Control"])
        self.assertNotContains(self.client.get(reverse("settings")), ".ics")
        self.assertRedirects(self.client.get(reverse("calendar-link")), reverse("settings"))  # In another language.

    def test_revokes_the_link(self) -> None:
        secret = CalendarLink.make(self.user)
        self.assertRedirects(self.client.post(reverse("calendar-link-revoke")), reverse("settings"))
        self.assertEqual(Client().get(reverse("calendar-feed", args=[secret])).status_code, 404)

    def test_stores_what_was_chosen_with_a_line_in_the_history(self) -> None:
        sent = {
            "language": "fr",
            "digest": "daily",
            "digest_weekday": "3",
            "escalate_after": "2",
            "role": "administrator",
        }
        self.assertRedirects(self.client.post(reverse("settings"), sent), reverse("settings"))
        self.user.refresh_from_db()
        self.assertEqual((self.user.language, self.user.digest, self.user.digest_weekday), ("fr", "daily", 3))
        self.assertEqual((self.user.escalate_after, self.user.role), (7, Role.STAFF))  # Not theirs to choose.
        self.assertEqual(self.user.history.first().history_user, self.user)

    def test_lets_a_manager_choose_when_late_work_of_others_is_named_or_never(self) -> None:
        manager = factories.user(Role.MANAGER)
        self.client.force_login(manager)
        sent = {"language": "", "digest": "weekly", "digest_weekday": "0"}
        for typed, status, stored in (
            ("30", 302, 30),
            ("0", 422, 30),
            ("999", 422, 30),
            ("x", 422, 30),
            ("", 302, None),
        ):
            response = self.client.post(reverse("settings"), {**sent, "escalate_after": typed})
            manager.refresh_from_db()
            self.assertEqual((response.status_code, manager.escalate_after), (status, stored), typed)

    def test_offers_readers_no_digest(self) -> None:
        self.client.force_login(factories.user(Role.READER))
        page = self.client.get(reverse("settings"))
        self.assertNotContains(page, 'name="digest"')
        self.assertContains(page, 'name="language"')

    def test_says_that_no_address_is_recorded(self) -> None:
        self.client.force_login(factories.user(language="en"))
        self.assertContains(self.client.get(reverse("settings")), "Your e-mail address is not recorded")

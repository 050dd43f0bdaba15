"""The mission cockpit: coverage, reviews, closing, readiness, the programme of the day; and done-and-next."""

import datetime
import re
import uuid
import zoneinfo
from typing import Any

from django.test import TestCase

from accounts.rights import Role
from core.access import AccessLevel
from core.actors import SYSTEM
from follow_ups.models import FollowUp
from follow_ups.models.coverage import Coverage, coverage_seen
from missions.models import Meeting, MeetingStatus, Mission, MissionStatus
from missions.models.programme import day_programme
from tests import factories as make
from tests.test_questions import FranceTest, section

FIRST, LAST = datetime.date(2024, 4, 22), datetime.date(2024, 4, 25)
HIDDEN = {"level": AccessLevel.CONFIDENTIAL}
HELD = MeetingStatus.HELD


def day(year: int, month: int, number: int) -> datetime.date:
    return datetime.date(year, month, number)


class Cockpit(TestCase):
    """A mission that was held, read by a staff member."""

    def setUp(self) -> None:
        self.user = make.user(Role.STAFF, language="en")
        self.manager = make.user(Role.MANAGER, language="en")
        self.client.force_login(self.user)
        self.mission = make.mission("To France", starts_on=FIRST, ends_on=LAST, status="held")
        self.address = f"/missions/{self.mission.pk}/"

    def page(self) -> str:
        return self.client.get(self.address).content.decode()

    def item(self, title: str = "", **fields: Any) -> Meeting:
        return make.meeting(title, mission=self.mission, **{"status": HELD, **fields})

    def post(self, address: str, **data: Any) -> Any:
        return self.client.post(address, data)


class CoverageOfAMission(Cockpit):
    def setUp(self) -> None:
        super().setUp()
        self.followed = self.item(outcome="They agreed.")
        make.follow_up(meeting=self.followed)
        self.reasoned = self.item(outcome="A courtesy.", no_follow_up_reason="courtesy visit")
        self.undecided = self.item()
        self.item(status="on_programme")
        self.item(status="cancelled", status_why="strike")

    def test_counts_each_meeting_that_took_place_once(self) -> None:
        self.assertEqual(coverage_seen(self.mission, self.user), Coverage(3, 2, 1, 1, 1))

    def test_is_said_in_words(self) -> None:
        self.assertIn(
            "2 of 3 meetings have an outcome, 1 has a follow-up, 1 needs none, 1 undecided",
            section(self.page(), "coverage"),
        )

    def test_leads_to_exactly_these_meetings(self) -> None:
        make.follow_up("Nobody's, some day", mission=self.mission)
        inside = self.page().split('id="coverage"', 1)[1].split("</section>", 1)[0]
        links = re.findall(r'href="([^"]+)" data-count="(\d+)"', inside)
        self.assertEqual([count for _, count in links], ["1", "2", "1", "1", "1", "2", "2"])
        for link, count in links:
            with self.subTest(link):
                self.assertContains(
                    self.client.get(link.replace("&amp;", "&")), f'id="result-count" data-count="{count}"'
                )

    def test_counts_only_the_follow_ups_that_the_reader_may_see(self) -> None:
        make.follow_up(meeting=self.undecided, **HIDDEN)
        make.follow_up(meeting=self.undecided).archive("double", by=SYSTEM)
        self.assertEqual(coverage_seen(self.mission, self.user).undecided, 1)
        self.assertEqual(coverage_seen(self.mission, self.manager).undecided, 0)
        self.assertEqual(self.rows("undecided=1"), [self.undecided.pk])
        self.client.force_login(self.manager)
        self.assertEqual(self.rows("undecided=1"), [])

    def test_counts_no_meeting_that_the_reader_may_not_see(self) -> None:
        self.item(**HIDDEN)
        self.assertEqual(coverage_seen(self.mission, self.user).held, 3)
        self.assertEqual(coverage_seen(self.mission, self.manager).held, 4)

    def test_needs_no_reason_where_something_follows_after_all(self) -> None:
        make.follow_up(meeting=self.reasoned)
        self.assertEqual(coverage_seen(self.mission, self.user), Coverage(3, 2, 2, 0, 1))
        self.assertEqual(self.rows("no_follow_up_needed=1"), [])

    def test_is_the_same_in_the_csv(self) -> None:
        text = b"".join(
            self.client.get(
                f"/meetings/export.csv?format=plain&mission={self.mission.pk}&undecided=1"
            ).streaming_content
        )
        self.assertEqual([line.split(b",")[0] for line in text.splitlines()[1:]], [str(self.undecided.pk).encode()])

    def test_is_not_shown_of_what_has_yet_to_begin(self) -> None:
        coming = make.mission(status="announced")
        self.assertNotContains(self.client.get(f"/missions/{coming.pk}/"), 'id="coverage"')

    def rows(self, query: str) -> list[int]:
        page = self.client.get(f"/meetings/?mission={self.mission.pk}&{query}").content.decode()
        return [int(pk) for pk in re.findall(r'data-row="meeting:(\d+)"', page)]


REVIEWS = [day(2024, 5, 25), day(2024, 7, 25), day(2024, 10, 25), day(2025, 4, 25)]


class PlanningTheReviews(Cockpit):
    def plan(self, mission: Mission | None = None) -> Any:
        return self.post(f"/missions/{(mission or self.mission).pk}/plan-reviews/")

    def due(self) -> list[datetime.date]:
        return [one.due_on for one in FollowUp.objects.filter(mission=self.mission, kind="review").order_by("due_on")]

    def test_makes_four_of_them_as_our_own_work(self) -> None:
        self.assertRedirects(self.plan(), f"{self.address}#reviews")
        self.assertEqual(self.due(), REVIEWS)
        for review in FollowUp.objects.all():
            self.assertEqual(
                (review.direction, review.status, review.owner, review.created_by),
                ("internal", "open", None, self.user),
            )

    def test_once_more_changes_nothing(self) -> None:
        self.plan(), self.plan()
        self.assertEqual(self.due(), REVIEWS)
        self.assertNotIn("Plan the reviews", self.page())

    def test_leaves_those_that_are_there(self) -> None:
        own = make.follow_up("Ours", mission=self.mission, kind="review", due_on=day(2024, 8, 1))
        self.plan()
        self.assertEqual(self.due(), [REVIEWS[0], own.due_on, *REVIEWS[2:]])

    def test_is_for_a_mission_that_was_held_and_of_which_the_last_day_is_known(self) -> None:
        for fields in ({"status": "announced", "ends_on": LAST}, {"status": "held"}):
            with self.subTest(fields):
                self.plan(make.mission(**fields))
                self.assertFalse(FollowUp.objects.exists())

    def test_keeps_the_level_and_the_readers_of_the_mission(self) -> None:
        mission = make.mission("Secret", ends_on=LAST, status="held", by=self.user, **HIDDEN)
        colleague = make.user(Role.STAFF)
        mission.team.add(colleague)
        self.plan(mission)
        self.assertEqual(FollowUp.objects.all().visible_to(colleague).count(), 4)
        self.assertEqual(FollowUp.objects.all().visible_to(make.user(Role.STAFF)).count(), 0)

    def test_is_not_for_readers(self) -> None:
        self.client.force_login(make.user(Role.READER, language="en"))
        self.assertEqual(self.plan().status_code, 403)
        self.assertNotIn("Plan the reviews", self.page())


class ClosingAMission(Cockpit):
    def close(self, **data: Any) -> Any:
        return self.post(f"{self.address}close/", **{"version": self.mission.version, **data})

    def stored(self) -> tuple[str, str]:
        self.mission.refresh_from_db()
        return self.mission.status, self.mission.closed_why

    def test_asks_for_a_reason_while_something_is_undecided(self) -> None:
        self.item()
        response = self.close()
        self.assertContains(response, "say why it is closed as it is", status_code=422)
        self.assertEqual(self.stored(), ("held", ""))
        self.assertRedirects(self.close(closed_why="the government fell"), self.address)
        self.assertEqual(self.stored(), ("closed", "the government fell"))
        self.assertIn("Closed with open ends, because: the government fell", section(f'id="x" {self.page()}', "x"))
        self.assertEqual(self.mission.history.latest().history_change_reason, "the government fell")

    def test_asks_for_none_when_everything_is_decided(self) -> None:
        make.follow_up(meeting=self.item())
        self.item(no_follow_up_reason="courtesy")
        self.close()
        self.assertEqual(self.stored(), ("closed", ""))

    def test_looks_no_further_than_the_user_does(self) -> None:
        self.item(**HIDDEN)
        self.close()
        self.assertEqual(self.stored(), ("closed", ""))

    def test_is_for_a_mission_that_was_held(self) -> None:
        self.mission.status = MissionStatus.ANNOUNCED
        self.mission.save(by=self.user)
        self.assertContains(self.close(), "once it has been held", status_code=422)
        self.assertEqual(self.stored()[0], "announced")

    def test_twice_is_once(self) -> None:
        version = self.mission.version
        for _ in range(2):
            self.assertRedirects(self.close(version=version), self.address)
        self.assertEqual(self.mission.history.count(), 2)

    def test_notices_who_was_first(self) -> None:
        version = self.mission.version
        self.mission.objective = "Chips"
        self.mission.save(by=self.manager)
        self.assertContains(self.close(version=version), "changed this record", status_code=409)
        self.assertEqual(self.stored()[0], "held")

    def test_asks_the_same_in_the_administration(self) -> None:
        self.item()
        door = f"/admin/missions/mission/{self.mission.pk}/change/"
        form = self.client.get(door).context["adminform"].form
        sent = {
            "title": self.mission.title, "direction": "out", "status": "closed", "level": 2, "starts_on": FIRST,
            "ends_on": LAST, "version": form.initial["version"],
        }  # fmt: skip
        for prefix in ("stops", "delegates", "meetings", "missiondocument_set", "documents"):
            sent |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        self.assertContains(self.client.post(door, sent), "say why it is closed as it is")
        self.assertEqual(self.stored(), ("held", ""))
        self.assertRedirects(self.client.post(door, {**sent, "closed_why": "dropped"}), self.address)
        self.assertEqual(self.stored(), ("closed", "dropped"))


class WhatBecameOfAnItem(Cockpit):
    def setUp(self) -> None:
        super().setUp()
        self.meeting = self.item("Round table", status="on_programme")

    def settle(self, status: str, **data: Any) -> Any:
        sent = {"status": status, "version": self.meeting.version, "back": f"{self.address}#programme", **data}
        return self.post(f"/meetings/{self.meeting.pk}/status/", **sent)

    def stored(self) -> tuple[str, str]:
        self.meeting.refresh_from_db()
        return self.meeting.status, self.meeting.status_why

    def test_is_said_from_the_page_of_the_mission(self) -> None:
        self.assertRedirects(self.settle("held"), f"{self.address}#programme")
        self.assertEqual(self.stored(), ("held", ""))

    def test_needs_a_reason_when_it_was_cancelled(self) -> None:
        self.assertContains(self.settle("cancelled"), "Say why it is cancelled.", status_code=422)
        self.assertEqual(self.stored(), ("on_programme", ""))
        self.settle("cancelled", status_why="  strike at the airport ")
        self.assertEqual(self.stored(), ("cancelled", "strike at the airport"))
        self.assertIn("Because: strike at the airport", section(self.page(), "programme"))

    def test_keeps_what_was_typed_when_it_is_refused(self) -> None:
        response = self.settle("nonsense", status_why="typed with care")
        self.assertContains(response, "typed with care", status_code=422)

    def test_forgets_a_reason_that_no_longer_holds(self) -> None:
        self.settle("postponed", status_why="fog")
        self.stored()
        self.settle("held")
        self.assertEqual(self.stored(), ("held", ""))

    def test_twice_is_once(self) -> None:
        for _ in range(2):
            self.assertEqual(self.settle("held").status_code, 302)
        self.assertEqual(self.meeting.history.count(), 2)

    def test_notices_who_was_first(self) -> None:
        version = self.meeting.version
        self.meeting.outcome = "Agreed."
        self.meeting.save(by=self.manager)
        response = self.settle("cancelled", status_why="strike", version=version)
        self.assertContains(response, "changed this record", status_code=409)
        self.assertEqual(self.stored(), ("on_programme", ""))
        again = re.search(r'name="version" value="(\d+)"', response.content.decode())[1]
        self.settle("cancelled", status_why="strike", version=again)
        self.assertEqual((*self.stored(), self.meeting.outcome), ("cancelled", "strike", "Agreed."))

    def test_leads_back_to_pages_of_ours_only(self) -> None:
        for back in ("https://example.org/", "//example.org", "javascript:alert(1)", "\\\\example.org"):
            response = self.settle("held", back=back)
            self.assertEqual(response.url, f"/meetings/{self.meeting.pk}/")

    def test_is_missing_where_the_meeting_is_hidden(self) -> None:
        hidden = self.item(**HIDDEN)
        self.assertEqual(self.post(f"/meetings/{hidden.pk}/status/", status="held").status_code, 404)


class TheOrderOfTheProgramme(Cockpit):
    def setUp(self) -> None:
        super().setUp()
        self.items = [self.item(title) for title in ("A", "B", "C")]

    def titles(self) -> str:
        return "".join(one.title for one in self.mission.meetings.all().as_programmed())

    def move(self, item: Meeting, **where: Meeting) -> Any:
        data = {name: other.pk for name, other in where.items()}
        return self.post(f"/meetings/{item.pk}/move/", **data, back=self.address)

    def test_changes_by_moving_an_item_up_or_down(self) -> None:
        a, b, c = self.items
        self.assertRedirects(self.move(c, before=b), self.address)
        self.assertEqual(self.titles(), "ACB")
        self.move(a, after=c)
        self.assertEqual(self.titles(), "CAB")

    def test_stays_when_the_same_is_sent_twice(self) -> None:
        _, b, c = self.items
        for _ in range(2):
            self.move(c, before=b)
        self.assertEqual(self.titles(), "ACB")
        self.assertEqual(c.history.count(), 2)

    def test_touches_no_more_items_than_it_must(self) -> None:
        for number, item in enumerate(self.items, 1):
            item.order = number
            item.save(by=SYSTEM)
        a, b, c = self.items
        self.move(c, before=b)
        self.assertEqual([one.history.count() for one in (a, b, c)], [2, 3, 3])

    def test_is_not_changed_between_days_hours_or_stops(self) -> None:
        a = self.items[0]
        for other in (
            self.item("D", day=FIRST),
            self.item("E", starts_at="10:00"),
            self.item("F", stop=make.stop(self.mission)),
            make.meeting("G", day=FIRST),
            self.item("H", **HIDDEN),
        ):
            with self.subTest(other.title):
                self.move(other, before=a)
                self.move(a, after=other)
                self.assertEqual({one.order for one in Meeting.objects.all()}, {0})

    def test_offers_only_moves_that_can_be_made(self) -> None:
        page = self.page()
        a, b, c = (one.pk for one in self.items)
        self.assertEqual(re.findall(r'name="before" value="(\d+)"', page), [str(a), str(b)])
        self.assertEqual(re.findall(r'name="after" value="(\d+)"', page), [str(b), str(c)])

    def test_is_not_for_readers(self) -> None:
        self.client.force_login(make.user(Role.READER))
        self.assertEqual(self.move(self.items[2], before=self.items[1]).status_code, 403)
        self.assertNotIn("Move up", self.page())


class AnItemInOneLine(Cockpit):
    def setUp(self) -> None:
        super().setUp()
        self.stop = make.stop(self.mission, make.place("Lyon"))

    def add(self, **data: Any) -> Any:
        sent = {"item-title": "Visit to CEA-Leti", "submission": str(uuid.uuid4()), **data}
        return self.post(f"{self.address}items/new/", **sent)

    def test_is_added_at_the_end_with_what_is_known(self) -> None:
        self.item(order=7)
        response = self.add(**{"item-day": "2024-04-23", "item-stop": self.stop.pk, "item-strand": "own"})
        self.assertRedirects(response, f"{self.address}#programme")
        item = Meeting.objects.get(title="Visit to CEA-Leti")
        self.assertEqual(
            (item.mission, item.day, item.stop, item.strand, item.status, item.order, item.created_by),
            (self.mission, day(2024, 4, 23), self.stop, "own", "on_programme", 8, self.user),
        )

    def test_needs_no_more_than_a_title(self) -> None:
        self.add()
        item = Meeting.objects.get()
        self.assertEqual((item.day, item.stop, item.strand), (None, None, ""))

    def test_is_made_once_however_often_it_is_sent(self) -> None:
        token = str(uuid.uuid4())
        self.assertEqual({self.add(submission=token).url for _ in range(3)}, {f"{self.address}#programme"})
        self.assertEqual(Meeting.objects.count(), 1)

    def test_stays_within_the_mission(self) -> None:
        other = make.stop(make.mission())
        for wrong in ({"item-day": "2024-05-01"}, {"item-stop": other.pk}, {"item-title": ""}, {"item-day": "soon"}):
            with self.subTest(wrong):
                self.assertEqual(self.add(**wrong).status_code, 422)
        self.assertFalse(Meeting.objects.exists())

    def test_takes_a_typed_day_where_the_days_of_the_mission_are_not_known(self) -> None:
        self.mission.starts_on = None
        self.mission.save(by=self.user)
        self.add(**{"item-day": "23/04/2024"})
        self.assertEqual(Meeting.objects.get().day, day(2024, 4, 23))

    def test_inherits_the_level_of_the_mission(self) -> None:
        self.mission.level = AccessLevel.GOVERNMENT
        self.mission.save(by=self.user)
        self.add()
        self.assertEqual(Meeting.objects.get().level, AccessLevel.GOVERNMENT)


class Readiness(TestCase):
    """Of a mission of ours that leaves in a month."""

    def setUp(self) -> None:
        self.user = make.user(Role.STAFF, language="en")
        self.client.force_login(self.user)
        self.mission = self.coming()

    def coming(self, **fields: Any) -> Mission:
        soon = make.today() + make.days(30)
        return make.mission(**{"status": "announced", "starts_on": soon, "ends_on": soon + make.days(3), **fields})

    def met(self, mission: Mission | None = None) -> dict[str, bool]:
        context = self.client.get(f"/missions/{(mission or self.mission).pk}/").context
        return {str(check.label): check.is_met for check in context["checks"]}

    def unready(self) -> list[int]:
        page = self.client.get("/missions/?unready=1").content.decode()
        return [int(pk) for pk in re.findall(r'data-row="mission:(\d+)"', page)]

    def prepare(self, mission: Mission, **fields: Any) -> None:
        ready = {
            "announced_on": make.today(),
            "substitute": make.contact(),
            "reachable_member": make.contact(),
            "note_sent_on": make.today() - make.days(8),
        }
        for name, value in {**ready, **fields}.items():
            setattr(mission, name, value)
        mission.save(by=self.user)

    def test_lists_what_is_missing_each_with_its_place(self) -> None:
        page = self.client.get(f"/missions/{self.mission.pk}/")
        self.assertEqual(
            [(str(check.label), check.is_met, check.words) for check in page.context["checks"]],
            [
                (label, False, "")
                for label in (
                    "explanatory note", "announcement", "substitute minister", "reachable cabinet member", "delegation",
                )
            ],
        )  # fmt: skip
        door = f"/admin/missions/mission/{self.mission.pk}/change/"
        for anchor in ("note_sent_on", "announced_on", "substitute", "reachable_member"):
            self.assertContains(page, f'href="{door}#id_{anchor}"')
        self.assertContains(page, f'href="{door}#delegates-group"')

    def test_is_complete_when_nothing_is_missing(self) -> None:
        self.prepare(self.mission)
        make.delegate(self.mission, contact=make.contact(), status="confirmed")
        make.delegate(self.mission, label="Press", status="excused")
        self.assertEqual(set(self.met().values()), {True})
        self.assertEqual(self.unready(), [])

    def test_waits_until_the_seven_calendar_days_after_the_note_are_over(self) -> None:
        for sent, is_met in ((0, False), (7, False), (8, True)):
            with self.subTest(sent):
                self.prepare(self.mission, note_sent_on=make.today() - make.days(sent))
                self.assertEqual(self.met()["explanatory note"], is_met)
        self.mission.note_sent_on = day(2026, 3, 2)
        self.assertEqual(self.mission.silence_ends_on, day(2026, 3, 9))

    def test_wants_a_delegation_that_is_named_and_confirmed(self) -> None:
        self.prepare(self.mission)
        person = make.delegate(self.mission, contact=make.contact(), status="confirmed")
        self.assertTrue(self.met()["delegation"])
        for other in ({"label": "Companies", "status": "confirmed"}, {"contact": make.contact()}):
            open_one = make.delegate(self.mission, **other)
            self.assertFalse(self.met()["delegation"])
            self.assertEqual(self.unready(), [self.mission.pk])
            open_one.delete(by=SYSTEM)
        person.status = "excused"
        person.save(by=SYSTEM)
        self.assertFalse(self.met()["delegation"])

    def test_of_a_visit_to_us_is_its_delegation(self) -> None:
        self.assertEqual(self.met(self.coming(direction="in")), {"delegation": False})

    def test_is_not_asked_of_what_is_under_way_over_cancelled_or_past(self) -> None:
        others = [self.coming(status=status) for status in ("ongoing", "held", "cancelled")]
        others.append(self.coming(starts_on=None, ends_on=make.today() - make.days(1)))
        for other in others:
            self.assertEqual(self.met(other), {})
        self.assertEqual(self.unready(), [self.mission.pk])

    def test_is_said_in_the_list(self) -> None:
        """Q10: which coming missions still miss announcement, substitute or delegation?"""
        self.prepare(self.mission, substitute=None)
        page = self.client.get("/missions/").content.decode()
        row = page.split(f'data-row="mission:{self.mission.pk}"', 1)[1].split("</tr>", 1)[0]
        self.assertIn("still missing: substitute minister, delegation", " ".join(row.split()))

    def test_is_the_same_number_in_the_list_and_in_the_csv(self) -> None:
        self.coming(level=AccessLevel.CONFIDENTIAL)
        text = b"".join(self.client.get("/missions/export.csv?format=plain&unready=1").streaming_content)
        self.assertEqual(len(text.splitlines()) - 1, len(self.unready()))


class OneFollowUp(TestCase):
    """Of somebody who follows up what they promised at a meeting."""

    def setUp(self) -> None:
        self.user = make.user(Role.STAFF, language="en")
        self.client.force_login(self.user)
        self.meeting = make.meeting(mission=make.mission(starts_on=FIRST, ends_on=LAST), status=HELD)
        self.follow_up = make.follow_up(
            "Send the text", meeting=self.meeting, partner=make.organisation("Soitec"), direction="theirs", owner=self.user,
        )  # fmt: skip
        self.follow_up.themes.add(make.theme())
        self.address = f"/follow-ups/{self.follow_up.pk}/"


class DoneAndNext(OneFollowUp):
    def complete(self, **data: Any) -> Any:
        return self.client.post(f"{self.address}complete/", {"result": "Sent.", **data})

    def next(self) -> FollowUp:
        return FollowUp.objects.exclude(pk=self.follow_up.pk).get()

    def test_schedules_the_next_one_with_the_same_partner_and_origin(self) -> None:
        colleague = make.user(Role.STAFF, username="an", first_name="An", last_name="Peeters")
        response = self.complete(next_title="Ask for their answer", next_due_on="+2w", next_owner_text="An Peeters")
        self.assertRedirects(response, self.address)
        following = self.next()
        for name in ("partner", "meeting", "mission", "direction", "kind", "department", "level"):
            self.assertEqual(getattr(following, name), getattr(self.follow_up, name), name)
        self.assertEqual(
            (following.title, following.due_on, following.owner, following.status, following.created_by),
            ("Ask for their answer", make.today() + make.days(14), colleague, "open", self.user),
        )
        self.assertEqual(list(following.themes.all()), list(self.follow_up.themes.all()))
        self.assertEqual(FollowUp.objects.get(pk=self.follow_up.pk).status, "done")

    def test_shows_the_typed_date_back_in_full(self) -> None:
        response = self.client.post(
            f"{self.address}complete/", {"result": "Sent.", "next_title": "Ask", "next_due_on": "3/5/2027"}, follow=True
        )
        self.assertContains(response, "“Ask” comes next, due on Monday 3 May 2027.")

    def test_schedules_nothing_when_nothing_is_asked(self) -> None:
        self.complete()
        self.assertEqual(FollowUp.objects.count(), 1)

    def test_stores_neither_when_one_is_refused(self) -> None:
        for data in (
            {"next_title": "Ask", "next_due_on": "when it suits them"},
            {"next_due_on": "+2w"},
            {"next_title": "Ask", "next_due_on": "1/1/2190"},
            {"next_title": "Ask", "result": ""},
        ):
            with self.subTest(data):
                response = self.complete(**data)
                self.assertEqual(response.status_code, 422)
                self.assertEqual([one.status for one in FollowUp.objects.all()], ["open"])
        self.assertContains(self.complete(next_title="Ask", next_due_on="soonish"), "soonish", status_code=422)

    def test_twice_is_once(self) -> None:
        for _ in range(2):
            self.complete(next_title="Ask")
        self.assertEqual(FollowUp.objects.count(), 2)

    def test_keeps_the_next_one_from_who_may_not_read_the_first(self) -> None:
        secret = make.follow_up("Secret", by=self.user, **HIDDEN)
        self.client.post(f"/follow-ups/{secret.pk}/complete/", {"result": "Done.", "next_title": "More of it"})
        following = FollowUp.objects.get(title="More of it")
        self.assertFalse(following.is_visible_to(make.user(Role.STAFF)))


class AnUpdateLine(OneFollowUp):
    def say(self, text: str, **data: Any) -> Any:
        return self.client.post(f"{self.address}update/", {"text": text, **data})

    def said(self) -> list[str]:
        return [line.text for line in self.follow_up.updates.order_by("pk") if line.text]

    def test_is_one_field_away_wherever_a_follow_up_is_shown(self) -> None:
        for page in ("/follow-ups/", self.address, f"/meetings/{self.meeting.pk}/", "/"):
            with self.subTest(page):
                self.assertContains(self.client.get(page), f'action="{self.address}update/"')

    def test_leads_back_to_where_it_was_typed(self) -> None:
        back = "/follow-ups/?mine=1"
        self.assertRedirects(self.say("called, waiting for their legal service", back=back), back)
        self.assertEqual(self.said(), ["called, waiting for their legal service"])

    def test_leads_nowhere_else(self) -> None:
        self.assertEqual(self.say("x", back="https://example.org/").url, self.address)

    def test_sent_twice_is_one_line(self) -> None:
        for text in ("called", "called", "called back", "called"):
            self.say(text)
        self.assertEqual(self.said(), ["called", "called back", "called"])

    def test_loses_nothing_when_somebody_else_writes_at_the_same_time(self) -> None:
        self.follow_up.add_update("theirs", by=make.user(Role.STAFF))
        self.say("mine")
        self.assertEqual(self.said(), ["theirs", "mine"])

    def test_is_not_offered_to_readers(self) -> None:
        self.client.force_login(make.user(Role.READER))
        self.assertNotContains(self.client.get(f"/meetings/{self.meeting.pk}/"), "/update/")
        self.assertEqual(self.say("x").status_code, 403)


PARIS = zoneinfo.ZoneInfo("Europe/Paris")


class TheDay(Cockpit):
    """The programme on the phone."""

    def setUp(self) -> None:
        super().setUp()
        self.stop = make.stop(self.mission, make.place("Parijs", time_zone="Europe/Paris"))
        for name, starts_at, ends_at in (("Early", "09:00", "10:00"), ("Noon", "12:00", None), ("Late", "15:00", None)):
            self.item(name, day=FIRST, starts_at=starts_at, ends_at=ends_at, stop=self.stop, status="confirmed")
        self.item("Somewhere", status="on_programme")

    def at(self, hour: int, minute: int = 0) -> tuple[list[str], list[str], list[str]]:
        now = datetime.datetime(2024, 4, 22, hour, minute, tzinfo=PARIS)
        meetings = Meeting.objects.filter(mission=self.mission).as_programmed()
        found = day_programme(meetings, FIRST, now=now)
        return (
            [one.title for one in found.coming],
            [one.title for one in found.behind],
            [one.title for one in found.undated],
        )

    def test_puts_the_next_item_first(self) -> None:
        self.assertEqual(self.at(9, 30), (["Early", "Noon", "Late"], [], ["Somewhere"]))
        self.assertEqual(self.at(11), (["Noon", "Late"], ["Early"], ["Somewhere"]))

    def test_counts_an_item_without_end_until_the_next_begins(self) -> None:
        self.assertEqual(self.at(14, 59)[0], ["Noon", "Late"])
        self.assertEqual(self.at(15)[0], ["Late"])
        self.assertEqual(self.at(23, 59)[0], ["Late"])

    def test_puts_behind_what_was_settled_whatever_the_clock_says(self) -> None:
        Meeting.objects.get(title="Late").settle("cancelled", "strike", by=self.user)
        self.assertEqual(self.at(8), (["Early", "Noon"], ["Late"], ["Somewhere"]))

    def test_reads_the_clock_of_the_place(self) -> None:
        self.stop.place.time_zone = "Asia/Tokyo"
        self.stop.place.save(by=SYSTEM)
        self.assertEqual(self.at(3, 30)[1], ["Early"])  # 10:30 there

    def test_shows_hours_venue_and_what_was_called_off(self) -> None:
        self.item("Press", day=FIRST, starts_at="17:00", venue="Embassy", status="cancelled", status_why="strike")
        page = self.client.get(f"{self.address}today/?day=2024-04-22")
        for words in ("Monday 22 April 2024", "09:00", "Embassy", "Because: strike", "Somewhere", "Took place"):
            self.assertContains(page, words)

    def test_offers_the_days_around_it(self) -> None:
        self.assertContains(self.client.get(f"{self.address}today/?day=2024-04-23"), 'href="?day=2024-04-22"')
        for asked in ("", "?day=", "?day=nonsense", "?day=0000-00-00"):
            response = self.client.get(f"{self.address}today/{asked}")
            self.assertEqual((response.status_code, response.context["is_today"]), (200, True))
            self.assertContains(response, "Nothing on the programme of this day")

    def test_shows_nothing_that_is_hidden(self) -> None:
        self.item("Secret", day=FIRST, **HIDDEN)
        self.assertNotContains(self.client.get(f"{self.address}today/?day=2024-04-22"), "Secret")
        hidden = make.mission(**HIDDEN)
        self.assertEqual(self.client.get(f"/missions/{hidden.pk}/today/").status_code, 404)

    def test_costs_the_same_queries_whatever_it_holds(self) -> None:
        for count in (5, 7):
            while self.mission.meetings.count() < count:
                make.participant(self.item(day=FIRST), organisation=make.organisation())
            with self.subTest(count), self.assertNumQueries(5):
                self.client.get(f"{self.address}today/?day=2024-04-22")


class TheFranceMission(FranceTest):
    def setUp(self) -> None:
        self.read_in("en")
        self.address = f"/missions/{self.mission.pk}/"

    def page(self) -> str:
        return self.client.get(self.address).content.decode()

    def test_says_of_which_meetings_no_outcome_is_recorded(self) -> None:
        """Q25: the visit to Soitec and CEA-Leti has none, Ferrari has text, Decoster has an agreement."""
        self.assertIn(
            "1 of 8 meetings have an outcome, 0 have a follow-up, 8 undecided", section(self.page(), "coverage")
        )
        listed = self.client.get(f"/meetings/?mission={self.mission.pk}&without_outcome=1&strand=own")
        self.assertContains(listed, "Bezoek aan Soitec en CEA-Leti")
        self.assertNotContains(listed, "Ferrari, Franse")
        self.assertContains(self.client.get(self.address), "agreement signed:")

    def test_says_when_the_report_was_due_and_what_is_missing(self) -> None:
        """Q29."""
        self.assertEqual(self.mission.report_due_on, day(2024, 5, 25))
        page = self.page()
        for words in ("3 stops without days", "10 items without day", "5 items without city"):
            self.assertIn(words, page)

    def test_has_nothing_to_do_this_week_until_somebody_plans_it(self) -> None:
        """Q30; and planning the reviews is a step that a person takes."""
        self.assertFalse(FollowUp.objects.exists())
        self.assertContains(self.client.get("/follow-ups/?mine=1"), 'id="result-count" data-count="0"')

    def test_takes_an_outcome_of_an_item_that_was_on_the_programme_only(self) -> None:
        """Q27, as far as the page of the mission goes: whether it took place is one press away."""
        item = Meeting.objects.get(title__startswith="High level")
        self.client.post(f"/meetings/{item.pk}/status/", {"status": "held", "version": item.version})
        self.assertIn("1 of 9 meetings", section(self.page(), "coverage"))

    def test_gets_its_reviews_on_their_days(self) -> None:
        self.client.post(f"{self.address}plan-reviews/")
        found = FollowUp.objects.filter(kind="review").order_by("due_on")
        self.assertEqual([(one.due_on, one.direction) for one in found], [(due, "internal") for due in REVIEWS])
        self.assertEqual({one.mission for one in found}, {self.mission})

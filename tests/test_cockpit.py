"""The mission cockpit: coverage, reviews, closing, readiness, the programme of the day; and done-and-next."""

import datetime
import re
from typing import Any

from django.test import TestCase

from accounts.rights import Role
from core.access import AccessLevel
from core.actors import SYSTEM
from follow_ups.models.coverage import Coverage, coverage_seen
from missions.models import Meeting, MeetingStatus
from tests import factories as make
from tests.test_questions import section

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

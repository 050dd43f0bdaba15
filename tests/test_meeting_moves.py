"""A meeting that goes to another mission takes along what follows from it."""

import threading
import time

from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase

from core.access import AccessLevel
from follow_ups.models import FollowUp
from missions.models import Meeting, Mission
from tests import factories


class AMeetingThatMoves(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user()
        cls.first, cls.other = factories.mission("To France"), factories.mission("To Spain")
        cls.meeting = factories.meeting("Talk", mission=cls.first, day=factories.today())
        cls.follow_up = factories.follow_up("Letter", meeting=cls.meeting)

    def move(self, to: Mission | None, **saving: object) -> None:
        meeting = Meeting.objects.get(pk=self.meeting.pk)
        meeting.mission = to
        meeting.save(by=self.staff, why="wrong mission", **saving)

    def mission_of(self, follow_up: FollowUp) -> Mission | None:
        return FollowUp.objects.get(pk=follow_up.pk).mission

    def test_takes_its_follow_ups_along_with_who_and_why(self) -> None:
        self.move(self.other)
        self.assertEqual(self.mission_of(self.follow_up), self.other)
        line = self.follow_up.history.first()
        said = (line.mission_id, line.history_user, line.history_change_reason)
        self.assertEqual(said, (self.other.pk, self.staff, "wrong mission"))

    def test_takes_them_out_of_a_mission_and_into_one(self) -> None:
        for to in (None, self.other):
            self.move(to, update_fields={"mission"})
            self.assertEqual(self.mission_of(self.follow_up), to)

    def test_leaves_the_mission_that_a_person_chose(self) -> None:
        chosen = factories.follow_up("Other", meeting=self.meeting, mission=self.other)
        self.move(factories.mission("To Italy"))
        self.assertEqual(self.mission_of(chosen), self.other)

    def test_closes_them_to_who_may_not_read_the_other_mission(self) -> None:
        self.move(factories.mission("Secret", level=AccessLevel.CONFIDENTIAL))
        self.assertEqual(FollowUp.objects.get().level, AccessLevel.CONFIDENTIAL)

    def test_writes_nothing_to_them_when_it_stays(self) -> None:
        before = self.follow_up.history.count()
        self.meeting.save(by=self.staff)
        self.assertEqual(self.follow_up.history.count(), before)


class AMissionThatIsClosedToOthers(TransactionTestCase):
    def test_waits_for_who_is_saving_one_of_its_meetings(self) -> None:
        staff, mission = factories.user(), factories.mission()
        meeting = factories.meeting("Talk", mission=mission)
        is_saved = threading.Event()

        def rename() -> None:
            with transaction.atomic():
                meeting.title = "Renamed"
                meeting.save(by=staff)
                is_saved.set()
                time.sleep(0.5)  # Seconds in which the mission is saved, and waits.
            connection.close()

        hand = threading.Thread(target=rename)
        hand.start()
        is_saved.wait(timeout=10)
        mission.level = AccessLevel.CONFIDENTIAL
        mission.save(by=staff)
        hand.join()
        meeting.refresh_from_db()
        self.assertEqual((meeting.title, meeting.level), ("Renamed", AccessLevel.CONFIDENTIAL))

"""Imports of past work: a write says the moment it records, and the next one is of now again."""

import datetime

import time_machine
from django.test import TestCase
from django.utils import timezone

from accounts.models import User
from core.actors import SYSTEM
from follow_ups.models import FollowUp
from missions.models import Meeting
from partners.models import Organisation, Theme

NOW = datetime.datetime(2025, 3, 10, 12, tzinfo=datetime.UTC)
THEN = datetime.datetime(2024, 5, 2, 9, tzinfo=datetime.UTC)
LATER = datetime.datetime(2024, 6, 1, 9, tzinfo=datetime.UTC)


@time_machine.travel(NOW, tick=False)
class PastMoments(TestCase):
    def setUp(self):
        self.user = User.objects.create_user("sam", role="staff")
        self.partner = Organisation.objects.create(name="Region", by=self.user, at=THEN)
        self.follow_up = FollowUp.objects.create(title="Letter", partner=self.partner, by=self.user, at=THEN)

    def test_date_the_record_its_history_and_its_story(self):
        row = self.follow_up
        self.assertEqual((row.created_at, row.updated_at), (THEN, THEN))
        self.assertEqual(row.history.get().history_date, THEN)
        self.assertEqual(row.updates.get().at, THEN)

    def test_date_what_happens_to_a_follow_up(self):
        steps = [
            lambda row: row.add_update("Heard nothing.", by=self.user, at=LATER),
            lambda row: row.move_to("waiting", by=self.user, at=LATER),
            lambda row: row.postpone(datetime.date(2024, 7, 1), "", by=self.user, at=LATER),
            lambda row: row.assign(self.user, by=self.user, at=LATER),
            lambda row: row.complete("Answered.", by=self.user, at=LATER),
            lambda row: row.reopen("Not the right answer.", by=self.user, at=LATER),
            lambda row: row.drop("No longer needed.", by=self.user, at=LATER),
        ]
        for step in steps:
            step(self.follow_up)
            self.assertEqual(self.follow_up.updates.first().at, LATER)
            self.assertEqual(self.follow_up.history.first().history_date, LATER)
        self.assertEqual((self.follow_up.created_at, self.follow_up.closed_at), (THEN, LATER))

    def test_date_the_relations_set_right_after(self):
        self.follow_up.themes.set([Theme.objects.create(name_nl="havens", by=SYSTEM)])
        self.assertEqual(self.follow_up.history.first().history_date, THEN)

    def test_end_with_the_next_save(self):
        self.follow_up.save(by=self.user)
        self.assertEqual(self.follow_up.history.first().history_date, timezone.now())
        self.assertEqual((self.follow_up.created_at, self.follow_up.updated_at), (THEN, NOW))

    def test_cannot_lie_ahead(self):
        with self.assertRaises(ValueError):
            self.follow_up.save(by=self.user, at=NOW + datetime.timedelta(seconds=1))
        with self.assertRaises(ValueError):
            Organisation.objects.create(name="Other", by=self.user, at=NOW + datetime.timedelta(days=1))
        self.assertEqual(Organisation.objects.count(), 1)

    def test_reach_the_children_whose_level_is_raised(self):
        child = FollowUp.objects.create(title="Task", meeting=self.meeting(), by=self.user, at=THEN)
        child.meeting.level = 3
        child.meeting.save(by=self.user, at=LATER)
        child.refresh_from_db()
        self.assertEqual((child.level, child.updated_at), (3, LATER))

    def meeting(self):
        return Meeting.objects.create(title="Meeting", day=datetime.date(2024, 5, 1), by=self.user, at=THEN)

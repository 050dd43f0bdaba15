"""What is kept for a while only goes in time, and nothing sooner."""

import datetime
import io
import uuid

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.http import QueryDict
from django.test import TestCase, override_settings
from django.utils import timezone

from accounts.rights import Role
from core.models import Draft, Submission
from tests import factories

A_MOMENT = datetime.timedelta(minutes=1)


class CleaningUp(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.staff = factories.user(Role.STAFF, language="en")

    def draft(self, key: str, age: datetime.timedelta, submission: str = "") -> Draft:
        draft = Draft.keep(self.staff, key, QueryDict(f"outcome=Text&submission={submission}"))
        Draft.objects.filter(pk=draft.pk).update(saved_at=timezone.now() - age)
        return draft

    def sent(self, age: datetime.timedelta) -> Submission:
        return Submission.objects.create(
            token=uuid.uuid4(), user=self.staff, answer="/meetings/1/", sent_at=timezone.now() - age
        )

    def clean_up(self) -> str:
        said = io.StringIO()
        call_command("clean_up", stdout=said)
        return said.getvalue()

    def test_removes_drafts_untouched_for_thirty_days_and_none_that_is_younger(self) -> None:
        month = datetime.timedelta(days=30)
        self.draft("old", month + A_MOMENT)
        young = self.draft("young", month - A_MOMENT)
        self.assertIn("drafts removed: 1", self.clean_up())
        self.assertEqual([*Draft.objects.all()], [young])

    def test_removes_the_numbers_of_forms_sent_more_than_a_week_ago(self) -> None:
        week = datetime.timedelta(days=7)
        self.sent(week + A_MOMENT)
        young = self.sent(week - A_MOMENT)
        self.assertIn("submissions removed: 1", self.clean_up())
        self.assertEqual([*Submission.objects.all()], [young])

    def test_does_not_offer_again_what_was_stored(self) -> None:
        submission = self.sent(datetime.timedelta(0))
        late = self.draft("meeting-new", datetime.timedelta(days=8), str(uuid.uuid4()))
        Draft.objects.filter(pk=late.pk).update(data={"outcome": ["Text"], "submission": [str(submission.token)]})
        Submission.objects.update(sent_at=timezone.now() - datetime.timedelta(days=8))
        self.clean_up()
        self.assertIsNone(Draft.of(self.staff, "meeting-new"))

    def test_removes_sessions_that_ended_and_no_other(self) -> None:
        for days in (-1, 1):
            session = SessionStore()
            session.set_expiry(timezone.now() + datetime.timedelta(days=days))
            session.create()
        self.clean_up()
        self.assertEqual(Session.objects.count(), 1)

    def test_takes_the_times_from_the_settings_and_nothing_twice(self) -> None:
        self.draft("old", datetime.timedelta(days=2))
        with override_settings(ENTENTE_DRAFTS_KEPT=datetime.timedelta(days=1)):
            self.assertIn("drafts removed: 1", self.clean_up())
            self.assertIn("drafts removed: 0", self.clean_up())

    def test_says_nothing_when_asked_to(self) -> None:
        said = io.StringIO()
        call_command("clean_up", stdout=said, verbosity=0)
        self.assertEqual(said.getvalue(), "")


class ADraft(TestCase):
    def test_says_until_when_it_is_kept(self) -> None:
        staff, meeting = factories.user(Role.STAFF, language="en"), factories.meeting(status="held")
        Draft.keep(staff, f"meeting-outcome:{meeting.pk}", QueryDict("outcome=Text"))
        Draft.objects.update(saved_at=datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC))
        self.client.force_login(staff)
        self.assertContains(self.client.get(f"/meetings/{meeting.pk}/outcome/"), "It is kept until 3 June 2026.")

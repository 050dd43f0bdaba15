"""The ledger of promises: its words, and what can happen to a promise."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase

from core.actors import SYSTEM
from core.models import StaleVersion
from follow_ups.models import ChangedOutsideMethods, FollowUp
from tests import factories
from tests.factories import days, today


def titles(rows) -> list[str]:
    return sorted(rows.values_list("title", flat=True))


class OverdueFollowUps(TestCase):
    def test_are_open_and_past_their_due_date(self) -> None:
        for status in ("open", "in_progress", "waiting"):
            factories.follow_up(f"late {status}", status=status, due_on=today() - days(1))
        factories.follow_up("due today", due_on=today())
        factories.follow_up("no date")
        factories.follow_up("done", due_on=today() - days(1), status="done", result="sent")
        factories.follow_up("dropped", due_on=today() - days(1), status="dropped")
        late = FollowUp.objects.all().overdue(on=today())
        self.assertEqual(titles(late), ["late in_progress", "late open", "late waiting"])

    def test_count_their_days_from_the_due_date(self) -> None:
        follow_up = factories.follow_up(due_on=datetime.date(2024, 5, 1))
        self.assertEqual(follow_up.days_late(on=datetime.date(2024, 5, 4)), 3)
        self.assertEqual(follow_up.days_late(on=datetime.date(2024, 5, 1)), 0)


class FollowUps(TestCase):
    def test_without_owner_or_date_are_open_ones(self) -> None:
        owner = factories.user()
        factories.follow_up("nobody", due_on=today())
        factories.follow_up("no date", owner=owner)
        factories.follow_up("closed", status="dropped")
        self.assertEqual(titles(FollowUp.objects.all().unassigned()), ["nobody"])
        self.assertEqual(titles(FollowUp.objects.all().undated()), ["no date"])

    def test_that_are_promises_leave_internal_work_out(self) -> None:
        for direction in ("ours", "theirs", "joint", "internal"):
            factories.follow_up(direction, direction=direction)
        self.assertEqual(titles(FollowUp.objects.all().promises()), ["joint", "ours", "theirs"])

    def test_for_a_partner_may_include_all_that_hangs_below_it(self) -> None:
        region = factories.organisation()
        port = factories.organisation(parent=region)
        terminal = factories.organisation(parent=port)
        for partner, title in ((region, "region"), (port, "port"), (terminal, "terminal")):
            factories.follow_up(title, partner=partner)
        self.assertEqual(titles(FollowUp.objects.all().with_partner(region.pk)), ["region"])
        family = FollowUp.objects.all().with_partner(region.pk, include_children=True)
        self.assertEqual(titles(family), ["port", "region", "terminal"])

    def test_belong_to_the_partners_country_and_without_one_to_the_meetings(self) -> None:
        french, german = factories.organisation(country="FR"), factories.organisation(country="DE")
        nowhere = factories.organisation()
        mission = factories.mission()
        stop = factories.stop(mission, factories.place(country="FR"))
        in_france = factories.meeting(mission=mission, stop=stop)
        factories.follow_up("french partner", partner=french)
        factories.follow_up("german partner met in France", partner=german, meeting=in_france)
        factories.follow_up("nobody in particular, met in France", meeting=in_france)
        factories.follow_up("partner without country, met in France", partner=nowhere, meeting=in_france)
        factories.follow_up("mission through France", mission=mission)
        self.assertEqual(
            titles(FollowUp.objects.all().in_country("FR", user=factories.user("manager"))),
            [
                "french partner",
                "mission through France",
                "nobody in particular, met in France",
                "partner without country, met in France",
            ],
        )

    def test_stand_open_first_by_date_then_those_without_a_date_then_closed_ones(self) -> None:
        factories.follow_up("no date")
        factories.follow_up("done", status="done", result="x", due_on=today() - days(9))
        factories.follow_up("later", due_on=today() + days(5))
        factories.follow_up("late", due_on=today() - days(5))
        self.assertEqual(
            list(FollowUp.objects.all().open_first().values_list("title", flat=True)),
            ["late", "later", "no date", "done"],
        )

    def test_take_the_mission_of_their_meeting(self) -> None:
        mission = factories.mission()
        meeting = factories.meeting(mission=mission)
        self.assertEqual(factories.follow_up(meeting=meeting).mission, mission)

    def test_of_a_meeting_cannot_name_another_mission(self) -> None:
        meeting = factories.meeting(mission=factories.mission())
        with self.assertRaises(ValidationError):
            FollowUp(title="x", meeting=meeting, mission=factories.mission()).clean()


class WhatHappensToAFollowUp(TestCase):
    def setUp(self) -> None:
        self.staff = factories.user()
        self.follow_up = factories.follow_up(due_on=today(), by=self.staff)

    def story(self) -> list[tuple]:
        return list(self.follow_up.updates.values_list("text", "reason", "status_from", "status_to", "by"))

    def test_begins_with_its_recording(self) -> None:
        self.assertEqual(self.story(), [("", "", "", "open", self.staff.pk)])

    def test_is_completed_with_a_result(self) -> None:
        self.follow_up.complete("Letter sent", by=self.staff, on=today() - days(1))
        self.follow_up.refresh_from_db()
        self.assertEqual(
            (self.follow_up.status, self.follow_up.result, self.follow_up.closed_by, self.follow_up.closed_on),
            ("done", "Letter sent", self.staff, today() - days(1)),
        )
        self.assertEqual(self.story()[0], ("Letter sent", "", "open", "done", self.staff.pk))

    def test_is_not_completed_without_a_result_or_in_the_future(self) -> None:
        for result, on in (("", None), ("  ", None), ("x", today() + days(1))):
            with self.subTest(result=result, on=on), self.assertRaises(ValidationError):
                self.follow_up.complete(result, by=self.staff, on=on)
        self.follow_up.refresh_from_db()
        self.assertTrue(self.follow_up.is_open)

    def test_is_postponed_with_a_reason_and_the_first_date_needs_none(self) -> None:
        with self.assertRaises(ValidationError):
            self.follow_up.postpone(today() + days(7), "", by=self.staff)
        self.follow_up.refresh_from_db()
        self.follow_up.postpone(today() + days(7), "they asked for a week", by=self.staff)
        line = self.follow_up.updates.first()
        self.assertEqual(
            (line.due_from, line.due_to, line.reason), (today(), today() + days(7), "they asked for a week")
        )
        undated = factories.follow_up()
        undated.postpone(today(), "", by=self.staff)
        self.assertEqual(undated.due_on, today())

    def test_is_dropped_with_a_reason_and_opened_again(self) -> None:
        self.follow_up.drop("overtaken", by=self.staff)
        with self.assertRaises(ValidationError):
            self.follow_up.drop("again", by=self.staff)
        self.follow_up.reopen("not so", by=self.staff)
        self.follow_up.refresh_from_db()
        self.assertEqual((self.follow_up.status, self.follow_up.closed_at), ("open", None))

    def test_is_assigned(self) -> None:
        colleague, unit = factories.user(), factories.department()
        self.follow_up.assign(colleague, by=self.staff, department=unit)
        self.follow_up.refresh_from_db()
        self.assertEqual((self.follow_up.owner, self.follow_up.department), (colleague, unit))

    def test_loses_its_department_when_that_is_said_and_keeps_it_when_nothing_is(self) -> None:
        unit = factories.department()
        self.follow_up.assign(self.staff, by=self.staff, department=unit)
        self.follow_up.assign(factories.user(), by=self.staff)
        self.assertEqual(self.follow_up.department, unit)
        self.follow_up.assign(self.follow_up.owner, by=self.staff, department=None)
        self.follow_up.refresh_from_db()
        self.assertIsNone(self.follow_up.department)
        self.assertIsNone(self.follow_up.history.first().department_id)

    def test_is_not_told_when_nothing_changes(self) -> None:
        lines, version = self.follow_up.updates.count(), self.follow_up.version
        self.follow_up.assign(self.follow_up.owner, by=self.staff, department=self.follow_up.department, text=" ")
        self.follow_up.refresh_from_db()
        self.assertEqual((self.follow_up.updates.count(), self.follow_up.version), (lines, version))

    def test_does_not_happen_by_saving(self) -> None:
        for field, value in (("status", "waiting"), ("owner", factories.user()), ("due_on", None)):
            follow_up = FollowUp.objects.get(pk=self.follow_up.pk)
            setattr(follow_up, field, value)
            with self.subTest(field=field), self.assertRaises(ChangedOutsideMethods):
                follow_up.save(by=self.staff)

    def test_happens_once_when_two_people_do_it_at_once(self) -> None:
        theirs = FollowUp.objects.get(pk=self.follow_up.pk)
        theirs.complete("theirs", by=self.staff)
        with self.assertRaises(StaleVersion):
            self.follow_up.complete("mine", by=self.staff)
        self.follow_up.refresh_from_db()
        self.assertEqual((self.follow_up.result, self.follow_up.updates.count()), ("theirs", 2))

    def test_is_a_story_that_nobody_alters(self) -> None:
        line = self.follow_up.updates.get()
        line.text = "other"
        for alter in (
            line.save,
            line.delete,
            self.follow_up.updates.all().delete,
            lambda: line.__class__.objects.update(text="x"),
        ):
            with self.assertRaises(TypeError):
                alter()

    def test_ties_who_and_when_to_being_closed(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            factories.follow_up(closed_at=self.follow_up.created_at)
        closed = factories.follow_up(status="dropped", by=SYSTEM)
        self.assertIsNotNone(closed.closed_at)


class AFollowUpOfAMeetingThatMoved(TestCase):
    def test_can_still_be_postponed(self) -> None:
        meeting = factories.meeting(mission=factories.mission())
        follow_up = factories.follow_up(meeting=meeting)
        meeting.mission = factories.mission()
        meeting.save(by=SYSTEM)
        follow_up.refresh_from_db()
        follow_up.postpone(today(), "", by=SYSTEM)
        follow_up.refresh_from_db()
        self.assertEqual(follow_up.due_on, today())

    def test_is_not_postponed_out_of_the_years_of_events(self) -> None:
        with self.assertRaisesMessage(ValidationError, "due_on"):
            factories.follow_up().postpone(datetime.date(1800, 1, 1), "", by=SYSTEM)

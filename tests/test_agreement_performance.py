"""How far what was agreed is done: read from the follow-ups of a text and of those below it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.test import TestCase

from accounts.rights import Role
from agreements.models import Agreement
from core.actors import SYSTEM
from core.days import start_of
from core.months import months_later
from follow_ups.models import FollowUp
from follow_ups.models.performance import with_performance
from tests import factories as make
from tests.factories import days, today


class Performance(TestCase):
    def setUp(self) -> None:
        self.reader = make.user(Role.READER, language="en")
        self.text = make.agreement("MoU", status="signed")

    def promise(self, **fields: Any) -> FollowUp:
        return make.follow_up(agreement=self.text, **fields)

    def of(self, text: Agreement | None = None, user: Any = None) -> str:
        rows = with_performance(Agreement.objects.all(), user=user or self.reader, on=today())
        return rows.get(pk=(text or self.text).pk).performance

    def test_is_not_started_while_nothing_is_recorded_or_begun(self) -> None:
        self.assertEqual(self.of(), "not_started")
        self.promise()
        self.assertEqual(self.of(), "not_started")

    def test_is_on_track_once_somebody_began(self) -> None:
        self.promise(status="in_progress", due_on=today())
        self.assertEqual(self.of(), "on_track")

    def test_is_behind_when_something_is_late(self) -> None:
        self.promise(status="in_progress")
        self.promise(due_on=today() - days(1))
        self.assertEqual(self.of(), "behind")

    def test_is_delivered_when_all_is_closed_and_something_done(self) -> None:
        done, dropped = self.promise(), self.promise(due_on=today() - days(5))
        dropped.drop("no money", by=SYSTEM)
        self.assertEqual(self.of(), "not_started")
        done.complete("built", by=SYSTEM)
        self.assertEqual(self.of(), "delivered")

    def test_is_dormant_when_nobody_wrote_for_twelve_months(self) -> None:
        long_ago = months_later(today(), -13)
        moment = start_of(long_ago)
        self.promise(at=moment, due_on=long_ago)
        self.assertEqual(self.of(), "dormant")
        self.promise(status="in_progress")
        self.assertEqual(self.of(), "behind")

    def test_counts_what_a_working_programme_below_it_asks(self) -> None:
        programme = make.agreement("Programme", parent=self.text, kind="working_programme", status="signed")
        make.follow_up(agreement=programme, due_on=today() - days(1))
        self.assertEqual(self.of(), "behind")
        self.assertEqual(self.of(programme), "behind")
        programme.archive("wrong", by=SYSTEM)
        self.assertEqual(self.of(), "not_started")

    def test_is_not_said_of_a_text_that_is_not_signed(self) -> None:
        self.assertEqual(self.of(make.agreement(status="negotiation")), "")

    def test_counts_only_what_the_reader_sees(self) -> None:
        self.promise(due_on=today() - days(1), level=4)
        self.assertEqual(self.of(), "not_started")
        self.assertEqual(self.of(user=make.user(Role.MANAGER)), "behind")

    def test_is_filtered_shown_and_exported_in_the_same_words(self) -> None:
        self.promise(due_on=today() - days(1))
        make.agreement("Other", status="signed")
        self.client.force_login(make.user(Role.STAFF, language="en"))
        page = self.client.get("/agreements/?performance=behind")
        self.assertContains(page, 'data-count="1"')
        self.assertContains(page, "behind")
        csv = self.client.get("/agreements/export.csv?performance=behind&format=plain").getvalue().decode()
        self.assertIn(",behind,", csv)
        self.assertContains(self.client.get(f"/agreements/{self.text.pk}/"), "behind")


class AnArticle(TestCase):
    def test_is_said_with_the_follow_up_and_on_the_agreement(self) -> None:
        text = make.agreement("MoU", status="signed")
        follow_up = make.follow_up("Joint call", agreement=text, article="article 4, § 2")
        self.client.force_login(make.user(Role.STAFF, language="en"))
        for page in (f"/follow-ups/{follow_up.pk}/", f"/agreements/{text.pk}/"):
            self.assertContains(self.client.get(page), "article 4, § 2")
        csv = self.client.get("/follow-ups/export.csv?format=plain").getvalue().decode()
        self.assertIn("article 4, § 2", csv)

    def test_belongs_to_an_agreement(self) -> None:
        follow_up = make.follow_up()
        follow_up.article = "article 4"
        with self.assertRaises(ValidationError):
            follow_up.clean()

    def test_goes_with_what_follows(self) -> None:
        follow_up = make.follow_up(agreement=make.agreement(), article="article 4")
        self.assertEqual(follow_up.followed_by("Next call", by=SYSTEM).article, "article 4")

    def test_is_typed_where_a_follow_up_is_made(self) -> None:
        text = make.agreement("MoU", status="signed")
        self.client.force_login(make.user(Role.STAFF))
        page = f"/follow-ups/new/?agreement={text.pk}"
        self.assertContains(self.client.get(page), 'name="article"')
        said = {"title": "Joint call", "agreement": text.pk, "agreement_text": "MoU", "article": "article 4"}
        kept = {"direction": "", "kind": "commitment", "priority": "2", "level": "2"}
        self.assertEqual(self.client.post(page, {**said, **kept}).status_code, 302)
        self.assertEqual(text.follow_ups.get().article, "article 4")


class AJointCommittee(TestCase):
    def test_is_a_meeting_of_that_kind_on_the_page_of_its_text(self) -> None:
        text = make.agreement("MoU", status="signed")
        meeting = make.meeting("Second session", kind="joint_committee", status="held")
        meeting.agreements.create(agreement=text, by=SYSTEM)
        self.client.force_login(make.user(Role.READER, language="en"))
        page = self.client.get(f"/agreements/{text.pk}/")
        self.assertContains(page, "Second session")
        self.assertContains(page, "joint committee")
        self.assertEqual(
            [row.title for row in self.client.get("/meetings/?kind=joint_committee").context["rows"]],
            ["Second session"],
        )

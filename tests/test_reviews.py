"""The page of a mission's reviews: what was promised, what was done, what stuck, and the conclusion of each."""

import re

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from accounts.rights import Role
from core.access import AccessLevel
from core.actors import SYSTEM
from follow_ups.models import FollowUp
from follow_ups.models.reviews import plan_reviews
from follow_ups.models.stand import Stand, stands_on
from missions.models import Mission
from tests import factories as make
from tests.factories import days, today
from tests.health_histories import day, noon

LAST = day("2024-04-25")
SECRET = {"level": AccessLevel.CONFIDENTIAL}


class ReviewsTest(TestCase):
    def setUp(self) -> None:
        self.user = make.user(Role.STAFF, language="en")
        self.client.force_login(self.user)
        self.mission = self.held()
        self.meeting = make.meeting("At Soitec", mission=self.mission, status="held", strand="own")

    def held(self) -> Mission:
        return make.mission("To France", starts_on=LAST - days(3), ends_on=LAST, status="held")

    def promise(self, on: str, due: str | None = None, **fields) -> FollowUp:
        promise = FollowUp(**{"title": "Promise", "mission": self.mission, **fields}, due_on=due and day(due))
        promise.save(by=SYSTEM, at=noon(on))
        return promise

    def page(self) -> str:
        response = self.client.get(f"/missions/{self.mission.pk}/reviews/")
        self.assertEqual(response.status_code, 200)
        return response.content.decode()

    def part(self, name: str) -> str:
        inside = self.page().split(f'id="{name}"', 1)[1].split("</section>", 1)[0].partition(">")[2]
        return " ".join(re.sub(r"<[^>]+>", " ", inside).split())

    def moments(self) -> dict[int, Stand | None]:
        moments = self.client.get(f"/missions/{self.mission.pk}/reviews/").context["moments"]
        return {moment.months: moment.stand for moment in moments}


class TheFigures(ReviewsTest):
    def test_are_those_of_the_day_of_each_review_and_of_today(self) -> None:
        owner = make.user()
        done = self.promise("2024-04-26", "2024-06-01", owner=owner)
        done.complete("They came.", by=SYSTEM, on=day("2024-07-01"), at=noon("2024-07-02"))
        loose = self.promise("2024-04-26")
        loose.assign(owner, by=SYSTEM, at=noon("2024-10-01"))
        loose.postpone(day("2024-12-31"), "", by=SYSTEM, at=noon("2025-01-15"))
        self.promise("2024-05-01", "2024-05-20", owner=owner).drop("too dear", by=SYSTEM, at=noon("2024-06-01"))
        self.promise("2024-05-01", "2024-05-20", direction="internal", kind="task")
        self.assertEqual(
            self.moments(),
            {
                1: Stand(day("2024-05-25"), promised=3, open=3, late=1, undated=1, without_owner=1),
                3: Stand(day("2024-07-25"), promised=3, done=1, dropped=1, open=1, undated=1, without_owner=1),
                6: Stand(day("2024-10-25"), promised=3, done=1, dropped=1, open=1, undated=1),
                12: Stand(day("2025-04-25"), promised=3, done=1, dropped=1, open=1, late=1),
            },
        )

    def test_of_a_review_that_was_held_are_those_of_the_day_it_was_held(self) -> None:
        self.promise("2024-07-30")
        review = make.follow_up(mission=self.mission, kind="review", direction="internal", due_on=day("2024-07-25"))
        self.assertEqual(self.moments()[3], Stand(day("2024-07-25")))
        review.complete("Nothing yet.", by=SYSTEM, on=day("2024-08-02"))
        self.assertEqual(self.moments()[3], Stand(day("2024-08-02"), promised=1, open=1, undated=1, without_owner=1))

    def test_of_a_review_to_come_are_not_told(self) -> None:
        self.mission = make.mission(starts_on=today() - days(50), ends_on=today() - days(40), status="held")
        self.assertEqual([months for months, stand in self.moments().items() if stand], [1])

    def test_of_today_lead_to_lists_of_as_many(self) -> None:
        late = self.promise("2024-05-01", "2024-05-20")
        self.promise("2024-05-01", direction="theirs")
        self.promise("2024-05-01", "2024-05-20", direction="joint").complete("Done.", by=SYSTEM)
        self.promise("2024-05-01", direction="internal", kind="task")
        self.mission = late.mission
        for address, words in re.findall(r'<a href="(/follow-ups/\?mission=[^"]+)"[^>]*>(\d+)</a>', self.part_html()):
            with self.subTest(address):
                rows = self.client.get(address.replace("&amp;", "&")).context
                self.assertEqual((rows["problems"], str(rows["result_count"])), ([], words))

    def part_html(self) -> str:
        inside = self.page().split('id="stands"', 1)[1].split("</section>", 1)[0]
        self.assertEqual(inside.count('href="/follow-ups/'), 7)
        return inside

    def test_count_nothing_that_the_reader_may_not_see(self) -> None:
        self.promise("2024-04-26", "2024-05-01")
        before = self.moments()
        self.promise("2024-04-26", "2024-05-01", title="Whispered", **SECRET)
        self.assertEqual(self.moments(), before)
        self.assertNotIn("Whispered", self.page())

    def test_of_no_day_ask_nothing(self) -> None:
        self.assertEqual(stands_on(FollowUp.objects.all(), []), [])


class ThePage(ReviewsTest):
    def test_says_in_words_what_a_year_brought_when_nothing_is_on_record(self) -> None:
        said = " ".join(re.sub(r"<[^>]+>", " ", self.page()).split())
        for words in (
            "No promises are recorded from this mission, ours or theirs.",
            "no agreement signed, as far as recorded",
            "no follow-ups recorded",
            "no meeting since with the same partners, as far as recorded",
            "not held, as far as recorded (it was due on 25 April 2025)",
            "No promise of this mission is done, as far as recorded.",
        ):
            self.assertIn(words, said)

    def test_lays_out_what_is_stuck_and_what_was_done(self) -> None:
        owner = make.user()
        self.promise("2024-05-01", "2024-05-20", title="Late", owner=owner)
        self.promise("2024-05-01", title="Loose", owner=owner)
        self.promise("2024-05-01", str(today() + days(9)), title="Ownerless")
        self.promise("2024-05-01", str(today() + days(9)), title="Fine", owner=owner)
        self.promise("2024-05-01", title="Finished").complete("They came in June.", by=SYSTEM)
        stuck = self.part("stuck")
        for words in ("What is stuck today 3", "Late", "Loose", "Ownerless"):
            self.assertIn(words, stuck)
        self.assertNotIn("Fine", stuck)
        self.assertIn("Finished", self.part("done"))
        self.assertIn("They came in June.", self.part("done"))

    def test_says_what_became_of_the_agreements_signed_there(self) -> None:
        runs = make.agreement("The MoU", status="signed", evaluate_on=day("2025-01-31"))
        ended = make.agreement("The pact", status="terminated")
        hidden = make.agreement("The secret", status="signed", **SECRET)
        for agreement in (runs, ended, hidden):
            self.meeting.agreements.create(by=SYSTEM, agreement=agreement, treatment="signed")
        later = make.meeting("Evaluation day", day=day("2025-02-01"), status="held")
        later.agreements.create(by=SYSTEM, agreement=ended, treatment="evaluated")
        became = self.part("became")
        self.assertIn("The MoU signed still runs, as far as recorded · evaluation due on 31 January 2025", became)
        self.assertIn("The pact terminated does not run any more, as far as recorded · evaluated at Eval", became)
        self.assertNotIn("The secret", became)

    def test_opens_from_the_mission(self) -> None:
        page = self.client.get(f"/missions/{self.mission.pk}/").content.decode()
        self.assertIn(f'href="/missions/{self.mission.pk}/reviews/"', page)

    def test_says_that_nothing_can_be_counted_without_a_last_day(self) -> None:
        self.mission = make.mission(status="held")
        self.assertIn("the last day of the mission is not recorded", self.part("stands"))

    def test_costs_the_same_queries_whatever_it_holds(self) -> None:
        counts = []
        for number in range(2):
            agreement = make.agreement(status="signed")
            self.meeting.agreements.create(by=SYSTEM, agreement=agreement, treatment="signed")
            self.meeting.agreements.create(by=SYSTEM, agreement=agreement, treatment="evaluated")
            make.participant(self.meeting, organisation=make.organisation())
            self.promise("2024-05-01", owner=make.user(), partner=make.organisation())
            self.promise("2024-05-01", title=f"Done {number}").complete("Done.", by=SYSTEM)
            with CaptureQueriesContext(connection) as captured:
                self.page()
            counts.append(len(captured))
        self.assertEqual(counts, [10, 10])


class TheConclusion(ReviewsTest):
    def setUp(self) -> None:
        super().setUp()
        plan_reviews(mission=self.mission, by=self.user)
        self.review = FollowUp.objects.get(mission=self.mission, due_on=day("2025-04-25"))
        self.address = f"/missions/{self.mission.pk}/reviews/"

    def send(self, **data: str):
        page = self.page()
        form = page.split(f'action="/follow-ups/{self.review.pk}/complete/"', 1)[1].split("</form>", 1)[0]
        hidden = dict(re.findall(r'<input type="hidden" name="(back|version)" value="([^"]*)"', form))
        return self.client.post(f"/follow-ups/{self.review.pk}/complete/", {**hidden, **data})

    def test_completes_the_review_with_its_result_and_comes_back(self) -> None:
        response = self.send(result="Two of three promises kept.", closed_on="2025-04-24")
        self.assertRedirects(response, self.address)
        self.review.refresh_from_db()
        self.assertEqual((self.review.status, self.review.result), ("done", "Two of three promises kept."))
        self.assertEqual((self.review.closed_on, self.review.closed_by), (day("2025-04-24"), self.user))
        said = self.part("review-12")
        self.assertIn("held on 24 April 2025", said)
        self.assertIn("Two of three promises kept.", said)
        self.assertNotIn("Write the conclusion", said)

    def test_without_words_is_not_stored(self) -> None:
        self.assertEqual(self.send(result=" ").status_code, 422)
        self.review.refresh_from_db()
        self.assertTrue(self.review.is_open)

    def test_does_not_overwrite_what_a_colleague_just_wrote(self) -> None:
        page_version = self.review.version
        self.review.add_update("Postponed a little.", by=make.user())
        response = self.client.post(
            f"/follow-ups/{self.review.pk}/complete/",
            {"version": page_version, "result": "Kept.", "back": self.address},
        )
        self.assertEqual(response.status_code, 409)

    def test_is_not_offered_to_who_only_reads(self) -> None:
        self.client.force_login(make.user(Role.READER))
        self.assertNotIn("Write the conclusion", self.page())
        self.assertNotIn('method="post" action="/follow-ups/', self.page())

    def test_of_a_dropped_review_is_not_asked(self) -> None:
        self.review.drop("The cabinet fell.", by=self.user)
        self.assertNotIn("Write the conclusion", self.part("review-12"))

    def test_planning_from_here_comes_back_here(self) -> None:
        other = self.held()
        address = f"/missions/{other.pk}/reviews/"
        self.assertIn("Plan the reviews", self.client.get(address).content.decode())
        response = self.client.post(f"/missions/{other.pk}/plan-reviews/", {"back": address})
        self.assertRedirects(response, address)
        self.assertNotIn("Plan the reviews", self.client.get(address).content.decode())


class TheDayOfAReview(ReviewsTest):
    def test_is_that_of_its_recording_when_the_day_it_was_held_is_not_known(self) -> None:
        review = make.follow_up(mission=self.mission, kind="review", direction="internal", due_on=day("2024-07-25"))
        review.complete("Nothing.", by=SYSTEM, at=noon("2024-08-05"))
        found = {moment.months: moment.review.day for moment in self.client.get(self.path()).context["moments"]}
        self.assertEqual(found[3], day("2024-08-05"))

    def path(self) -> str:
        return f"/missions/{self.mission.pk}/reviews/"

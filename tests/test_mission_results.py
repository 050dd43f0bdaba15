"""What a mission led to: the block of results, the reviews, the map beside the list of stops."""

import datetime
import re

from django.test import TestCase

from accounts.rights import Role
from core.access import AccessLevel
from core.actors import SYSTEM
from follow_ups.models.reviews import review_after
from missions.models import MeetingAgreement, Strand
from missions.results import StrandCount, strands_of
from tests import factories as make

FIRST, LAST = datetime.date(2024, 4, 22), datetime.date(2024, 4, 25)
HIDDEN = {"level": AccessLevel.CONFIDENTIAL}


def day(year: int, month: int, number: int) -> datetime.date:
    return datetime.date(year, month, number)


class ResultsTest(TestCase):
    def setUp(self) -> None:
        self.user = make.user(Role.STAFF, language="en")
        self.client.force_login(self.user)
        self.mission = make.mission("To France", starts_on=FIRST, ends_on=LAST, status="held")
        self.partner = make.organisation("Soitec")
        self.meeting = make.meeting(mission=self.mission, status="held", strand="own")
        make.participant(self.meeting, organisation=self.partner)

    def page(self) -> str:
        return self.client.get(f"/missions/{self.mission.pk}/").content.decode()

    def results(self) -> str:
        inside = self.page().split('id="results"', 1)[1].split("</section>", 1)[0]
        return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


class TheResults(ResultsTest):
    def test_say_in_words_what_is_not_there(self) -> None:
        said = self.results()
        for words in (
            "no agreement signed, as far as recorded",
            "no follow-ups recorded",
            "no meeting since with the same partners, as far as recorded",
            "not held, as far as recorded (it was due on 25 April 2025)",
        ):
            self.assertIn(words, said)

    def test_count_an_agreement_once_and_only_when_it_was_signed_there(self) -> None:
        signed, discussed = make.agreement("The MoU"), make.agreement("The pact")
        coming = make.meeting(mission=self.mission, status="confirmed")
        for meeting, agreement, treatment in (
            (self.meeting, signed, "signed"),
            (self.meeting, signed, "discussed"),
            (self.meeting, discussed, "discussed"),
            (coming, discussed, "signed"),
        ):
            MeetingAgreement.objects.create(by=SYSTEM, meeting=meeting, agreement=agreement, treatment=treatment)
        said = self.results()
        self.assertIn("1 agreement signed: The MoU", said)
        self.assertNotIn("The pact", said)

    def test_count_meetings_by_strand_and_by_how_sure_it_is(self) -> None:
        for strand, status in (("group", "held"), ("group", "on_programme"), ("group", "cancelled"), ("", "confirmed")):
            make.meeting(mission=self.mission, status=status, strand=strand)
        self.assertEqual(
            strands_of(self.mission.meetings.all()),
            [StrandCount(Strand.GROUP, 1, 1, 1), StrandCount(Strand.OWN, 1, 0, 0), StrandCount(None, 0, 1, 0)],
        )
        self.assertIn(
            "Group programme · 1 took place, 1 on the programme only, 1 cancelled or postponed", self.results()
        )

    def test_count_contacts_since_as_the_list_they_lead_to(self) -> None:
        theirs = make.position(make.contact(), self.partner)
        for on, who in (
            (day(2024, 5, 2), {"organisation": self.partner}),
            (day(2025, 1, 7), {"contact": theirs.contact, "position": theirs}),
            (day(2024, 4, 25), {"organisation": self.partner}),
            (day(2024, 6, 1), {"organisation": make.organisation()}),
        ):
            make.participant(make.meeting(day=on, status="held"), **who)
        make.participant(make.meeting(day=day(2024, 7, 1), status="cancelled"), organisation=self.partner)
        make.participant(make.meeting(day=day(2024, 7, 2), status="held", **HIDDEN), organisation=self.partner)
        self.assertIn("2 meetings since with the same partners", self.results())
        link = re.search(r'href="(/meetings/\?status=held[^"]*)"', self.page())[1].replace("&amp;", "&")
        self.assertContains(self.client.get(link), 'id="result-count" data-count="2"')

    def test_name_the_review_after_a_year_held_planned_or_dropped(self) -> None:
        make.follow_up("Half a year", mission=self.mission, kind="review", due_on=day(2024, 10, 25))
        review = make.follow_up("A year on", mission=self.mission, kind="review", due_on=day(2025, 5, 2))
        self.assertIn("not held yet; planned: A year on", self.results())
        review.complete("Two promises kept.", by=self.user, on=day(2025, 5, 2))
        self.assertIn("held on 2 May 2025 · A year on", self.results())
        review.reopen("too early", by=self.user)
        review.drop("the government fell", by=self.user)
        self.assertIn("not held, and dropped: A year on", self.results())

    def test_cannot_count_from_a_last_day_that_is_not_recorded(self) -> None:
        self.mission.ends_on = None
        self.mission.save(by=self.user)
        self.assertEqual(self.results().count("cannot be counted: the last day of the mission is not recorded"), 2)

    def test_are_not_shown_of_what_has_yet_to_begin(self) -> None:
        self.mission.status = "announced"
        self.mission.save(by=self.user)
        self.assertNotIn('id="results"', self.page())

    def test_hold_nothing_the_reader_may_not_see(self) -> None:
        hidden = make.meeting("Hidden", mission=self.mission, status="held", strand="group", outcome="Hidden", **HIDDEN)
        make.participant(hidden, organisation=make.organisation("Met in secret"))
        make.follow_up("Hidden", mission=self.mission, kind="review", due_on=day(2025, 4, 25), **HIDDEN)
        secret = make.agreement("Hidden", **HIDDEN)
        MeetingAgreement.objects.create(by=SYSTEM, meeting=self.meeting, agreement=secret, treatment="signed")
        said = self.results()
        for words in ("Hidden", "Group programme", "agreement signed:", "planned"):
            self.assertNotIn(words, said)


class AReview(TestCase):
    def test_counts_for_the_moment_it_lies_nearest_to(self) -> None:
        mission = make.mission(starts_on=FIRST, ends_on=LAST, status="held")
        due = {1: day(2024, 5, 25), 3: day(2024, 8, 2), 6: day(2024, 11, 1), 12: day(2025, 3, 1)}
        made = {months: make.follow_up(mission=mission, kind="review", due_on=on) for months, on in due.items()}
        task = make.follow_up(mission=mission, kind="task", due_on=day(2025, 4, 25))
        undated = make.follow_up(mission=mission, kind="review")
        for months, review in made.items():
            with self.subTest(months):
                self.assertEqual(review_after(LAST, months, [task, undated, *made.values()]).follow_up, review)

    def test_that_was_held_comes_before_one_that_is_planned(self) -> None:
        mission, user = make.mission(ends_on=LAST, status="held"), make.user()
        early, late = (
            make.follow_up(mission=mission, kind="review", due_on=on) for on in (day(2025, 4, 1), day(2025, 5, 1))
        )
        late.complete("Done.", by=user)
        review = review_after(LAST, 12, [early, late])
        self.assertEqual((review.follow_up, review.is_held, review.due_on), (late, True, day(2025, 4, 25)))


class TheMap(ResultsTest):
    def stop(self, name: str, order: int, latitude: str | None = None, longitude: str | None = None, **fields) -> None:
        place = make.place(name, name_fr="", latitude=latitude, longitude=longitude)
        make.stop(self.mission, place, order=order, **fields)

    def drawn(self) -> list[str]:
        return re.findall(r'<text class="number"[^>]*>([^<]+)<', self.page())

    def test_carries_the_numbers_of_the_list_beside_it(self) -> None:
        self.stop("Lyon", 1, "45.76", "4.83")
        self.stop("Nowhere", 2)
        self.stop("Rijsel", 3, "50.63", "3.06")
        page = self.page()
        self.assertEqual(self.drawn(), ["1", "3"])
        self.assertIn('role="img" aria-labelledby="route-map-title route-map-text"', page)
        self.assertEqual(page.count("no coordinates recorded"), 1)
        items = re.findall(r'data-row="stop:\d+">\s*<a[^>]*>([^<]+)<', page)
        self.assertEqual(items, ["Lyon", "Nowhere", "Rijsel"])

    def test_leaves_out_a_stop_that_was_cancelled(self) -> None:
        self.stop("Lyon", 1, "45.76", "4.83")
        self.stop("Rijsel", 2, "50.63", "3.06", cancelled_why="strike")
        self.assertEqual(self.drawn(), ["1"])
        self.assertIn("strike", self.page())

    def test_is_absent_and_says_so_when_no_coordinates_are_recorded(self) -> None:
        self.stop("Lyon", 1)
        page = self.page()
        self.assertNotIn("route-map", page)
        self.assertIn("There is no map, because the coordinates of these places are not recorded.", page)

    def test_writes_a_decimal_point_in_every_language(self) -> None:
        self.stop("Lyon", 1, "45.76", "4.83")
        self.stop("Rijsel", 2, "50.63", "3.06")
        for language in ("nl", "fr"):
            self.client.force_login(make.user(language=language))
            drawing = self.page().split('class="route-map"', 1)[1].split("</svg>", 1)[0]
            for name in ("x", "y", "x1", "y1", "width", "height"):
                self.assertNotRegex(drawing, rf' {name}="[^"]*,')


class PromisesAtAMeeting(ResultsTest):
    def test_stand_side_by_side_and_internal_work_is_none(self) -> None:
        make.follow_up("We send", meeting=self.meeting, direction="ours")
        make.follow_up("They visit", meeting=self.meeting, direction="theirs")
        make.follow_up("Our letter", meeting=self.meeting, direction="internal", kind="letter")
        make.follow_up("They whisper", meeting=self.meeting, direction="theirs", **HIDDEN)
        page = self.client.get(f"/meetings/{self.meeting.pk}/").content.decode()
        inside = page.split('id="promises"', 1)[1].split("</section>", 1)[0]
        said = " ".join(re.sub(r"<[^>]+>", " ", inside).split())
        self.assertIn("Ours We send open Theirs They visit open Joint nothing promised on record", said)
        self.assertNotIn("Our letter", said)
        self.assertNotIn("They whisper", page)

"""The health of a relation: ten partners with known histories on three days; who sees what; losing touch."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from accounts.rights import Role
from core.access import AccessLevel
from core.actors import SYSTEM
from core.months import months_later
from follow_ups.models.health import Health, HealthWord, Trend, health_of, trend
from missions.models.last_contact import losing_touch, neglected, warning
from partners.models import Organisation
from tests import factories as make
from tests.factories import days, today
from tests.health_histories import DAYS, day, met, noon, partners_with_histories, promised, reader

FACTS = yaml.safe_load((Path(__file__).parent / "facts" / "partner-health.yaml").read_text(encoding="utf-8"))
SECRET = {"level": AccessLevel.CONFIDENTIAL}


def told(health: Health) -> dict[str, Any]:
    """As the facts are written down."""
    score = "" if health.score is None else f" {health.score}"
    return {
        "answer": f"{health.word.label}{score} of {health.possible}",
        "helps": health.would_help_most.advice if health.would_help_most else "",
        "parts": {
            part.key.value: f"{part.earned}/{part.possible} {part.sentence}"
            if part.has_data
            else f"no data: {part.sentence}"
            for part in health.parts
        },
    }


@pytest.mark.once
class TenPartners(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.partners = partners_with_histories()
        cls.user = reader()

    def health(self, name: str, on: datetime.date) -> Health:
        return health_of(self.partners[name], user=self.user, on=on)

    def test_have_the_documented_points_and_sentences_on_three_days(self) -> None:
        self.assertEqual(set(FACTS), set(self.partners))
        for name, by_day in FACTS.items():
            self.assertEqual(list(by_day), [on.isoformat() for on in DAYS])
            for on in DAYS:
                with self.subTest(name, on=on), translation.override("en"):
                    self.assertEqual(told(self.health(name, on)), by_day[on.isoformat()])

    def test_show_as_many_rows_in_each_list_as_their_sentence_counts(self) -> None:
        self.client.force_login(self.user)
        for name, part, counts in (
            ("Ours come late", "ours", (1, 3, 2)),
            ("Theirs come late", "theirs", (1, 2, 2)),
            ("On paper", "agreements", (2, 3, 3)),  # Those that ended are counted: none of them runs any more.
            ("Every three months", "frequency", (3, 4, 3)),
            ("Without names", "frequency", (2, 1, 1)),  # Excused is not met.
            ("Met below", "rhythm", (1, 2, 2)),
            ("Promised together", "ours", (1, 1, 2)),
        ):
            for on, count in zip(DAYS, counts, strict=True):
                with self.subTest(name, part=part, on=on):
                    page = self.client.get(f"/organisations/{self.partners[name].pk}/health/?on={on}")
                    line = next(one for one in page.context["lines"] if one.part.key == part)
                    rows = self.client.get(line.url)
                    self.assertEqual(rows.context["result_count"], count)

    def test_say_in_which_direction_it_goes(self) -> None:
        for name, on, expected in (
            ("Close and kept up", DAYS[2], Trend.SAME),
            ("Left alone", DAYS[1], Trend.WORSE),
            ("On paper", DAYS[1] - days(90), Trend.BETTER),
            ("Nothing on record", DAYS[2], Trend.UNKNOWN),
        ):
            with self.subTest(name):
                now, before = self.health(name, on), self.health(name, on - days(90))
                self.assertEqual(trend(now, before), expected)

    def test_cost_the_same_queries_whatever_their_history(self) -> None:
        self.client.force_login(self.user)
        for headers in ({}, {"HX-Request": "true"}):
            for name in ("Nothing on record", "Close and kept up"):
                with self.subTest(name, **headers), CaptureQueriesContext(connection) as captured:
                    self.client.get(f"/organisations/{self.partners[name].pk}/health/", headers=headers)
                self.assertEqual(len(captured), 11)


class TheAnswer(TestCase):
    def setUp(self) -> None:
        self.user = reader()
        self.partner = make.organisation("Partner", tier=2)
        self.client.force_login(self.user)

    def answer(self, as_: User | None = None, on: datetime.date | None = None) -> dict[str, Any]:
        with translation.override("en"):
            return told(health_of(self.partner, user=as_ or self.user, on=on or today()))

    def page(self, query: str = "", **headers: str) -> str:
        response = self.client.get(f"/organisations/{self.partner.pk}/health/{query}", headers=headers)
        self.assertEqual(response.status_code, 200)
        return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())

    def test_counts_nothing_that_its_reader_may_not_see(self) -> None:
        for on in ("2024-05-01", "2025-05-01"):
            met(self.partner, on, "minister")
        open_answer = self.answer(on=DAYS[2])
        met(self.partner, "2025-12-01", "ceo", **SECRET)
        promised(self.partner, "2025-01-01", "2025-02-01", **SECRET)
        hidden = make.agreement(status="signed", signed_on=day("2025-01-01"), signed_on_precision="day", **SECRET)
        make.party(hidden, self.partner)
        seen = make.agreement(status="signed", signed_on=day("2030-01-01"), signed_on_precision="day")
        make.party(seen, self.partner)
        meeting = make.meeting(day=day("2025-11-01"), status="held", **SECRET)
        meeting.agreements.create(by=SYSTEM, agreement=seen, treatment="evaluated")
        self.assertEqual(self.answer(on=DAYS[2]), open_answer)
        everything = self.answer(make.user(Role.MANAGER), on=DAYS[2])["parts"]
        for part in ("rhythm", "frequency", "breadth", "ours", "agreements"):
            self.assertNotEqual(everything[part], open_answer["parts"][part], part)

    def test_counts_only_what_was_the_case_on_the_day(self) -> None:
        met(self.partner, "2024-05-01", "minister")
        on = day("2025-04-01")
        before = self.answer(on=on)
        met(self.partner, "2025-04-02", "ceo")
        promise = promised(self.partner, "2025-04-02", "2025-04-03")
        promise.complete("Done.", by=SYSTEM, at=noon("2025-04-05"))
        agreement = make.agreement(status="signed", signed_on=day("2025-04-02"), signed_on_precision="day")
        make.party(agreement, self.partner)
        self.assertEqual(self.answer(on=on), before)
        self.assertIn("0 of our 1 promise", self.answer(on=day("2025-04-05"))["parts"]["ours"])

    def test_leaves_out_what_was_archived_and_internal_work(self) -> None:
        promised(self.partner, "2025-01-01", "2025-02-01").archive("twice", by=SYSTEM)
        promised(self.partner, "2025-01-01", "2025-02-01", "internal", kind="task")
        self.assertTrue(self.answer(on=DAYS[2])["parts"]["ours"].startswith("no data"))

    def test_says_when_there_is_not_enough_data(self) -> None:
        self.assertEqual(health_of(self.partner, user=self.user, on=today()).word, HealthWord.UNKNOWN)
        said = self.page()
        self.assertIn("not enough data", said)
        self.assertIn("What would help most: Record the meetings that took place, or plan a first one.", said)

    def test_stands_on_the_page_of_a_partner_as_a_link_and_as_a_fragment(self) -> None:
        page = self.client.get(f"/organisations/{self.partner.pk}/").content.decode()
        self.assertIn(f'hx-get="/organisations/{self.partner.pk}/health/"', page)
        self.assertIn(f'href="/organisations/{self.partner.pk}/health/"', page)
        response = self.client.get(f"/organisations/{self.partner.pk}/health/", headers={"HX-Request": "true"})
        fragment = response.content.decode().strip()
        self.assertTrue(fragment.startswith('<section class="block card" id="health">'))
        self.assertTrue(fragment.endswith("</section>"))

    def test_is_for_partners_alone(self) -> None:
        for side in ("own", "third"):
            other = make.organisation(side=side)
            self.assertEqual(self.client.get(f"/organisations/{other.pk}/health/").status_code, 404)
            self.assertNotIn('id="health"', self.client.get(f"/organisations/{other.pk}/").content.decode())

    def test_refuses_a_day_that_has_yet_to_come_and_no_day_at_all(self) -> None:
        self.assertIn("This day has yet to come.", self.page(f"?on={today() + days(1)}"))
        self.assertIn("Type a day, for example 25/04/2024.", self.page("?on=yesterday"))
        for strange in ("0001-01-01", "1850-01-01", "9999-12-31", ""):
            self.page(f"?on={strange}")


class LosingTouch(TestCase):
    def setUp(self) -> None:
        self.user = reader()
        self.client.force_login(self.user)

    def partner(self, name: str, due_in: int | None, **fields) -> Organisation:
        """Whose contact is due in so many days; without, who was never met."""
        partner = make.organisation(name, **fields)
        if due_in is not None:
            due = today() + days(due_in)
            last = months_later(due, -partner.frequency_months())
            while months_later(last, partner.frequency_months()) < due:
                last += days(1)
            met(partner, last.isoformat())
        return partner

    def names(self, query: str = "losing_touch=1") -> list[str]:
        response = self.client.get(f"/organisations/?{query}")
        rows = [row.name for row in response.context["rows"]]
        self.assertEqual(response.context["result_count"], len(rows))
        return rows

    def test_begins_with_the_last_quarter_of_the_frequency(self) -> None:
        for tier, months in ((1, 6), (2, 12), (3, 24)):
            quarter = warning(months).days
            self.partner(f"{tier} a: just in time", quarter, tier=tier)
            self.partner(f"{tier} b: about to", quarter - 4, tier=tier)
        self.assertEqual([warning(months).days for months in (1, 6, 12, 24)], [7, 45, 91, 182])
        self.assertEqual(self.names(), ["1 b: about to", "2 b: about to", "3 b: about to"])

    def test_holds_who_is_neglected_and_nobody_else_than_partners_in_use(self) -> None:
        self.partner("over", -30, tier=1)
        self.partner("never", None, tier=2)
        make.organisation("ours", side="own")
        make.organisation("gone").archive("merged", by=SYSTEM)
        self.assertEqual(self.names(), ["over", "never"])
        late = set(neglected(user=self.user, on=today()).values_list("pk", flat=True))
        self.assertLessEqual(late, set(losing_touch(user=self.user, on=today()).values_list("pk", flat=True)))

    def test_is_grouped_by_tier_with_the_days_left_or_over(self) -> None:
        self.partner("soon", 20, tier=1)
        self.partner("late", -20, tier=3)
        self.partner("alone", None)
        said = self.client.get("/organisations/?losing_touch=1").content.decode()
        groups = [" ".join(one.split()) for one in re.findall(r'scope="rowgroup"[^>]*>([^<]+)<', said)]
        self.assertEqual(groups, ["Key partner", "Occasional partner", "Without tier"])
        for words in ("in 20 days", "20 days late", "no contact recorded"):
            self.assertIn(words, said)
        self.assertNotIn("rowgroup", self.client.get("/organisations/?losing_touch=1&o=name").content.decode())

    def test_has_the_same_rows_in_the_csv(self) -> None:
        self.partner("soon", 20, tier=1)
        self.partner("safe", 170, tier=1)
        file = self.client.get("/organisations/export.csv?losing_touch=1&format=plain")
        self.assertEqual(file["X-Row-Count"], "1")
        self.assertIn("soon", b"".join(file.streaming_content).decode())

    def test_counts_no_meeting_that_its_reader_may_not_see(self) -> None:
        partner = self.partner("over", -30, tier=1)
        met(partner, today().isoformat(), **SECRET)
        self.assertEqual(self.names(), ["over"])
        self.client.force_login(make.user(Role.MANAGER))
        self.assertEqual(self.names(), [])

    def test_costs_the_same_queries_whatever_the_rows(self) -> None:
        counts = []
        for number in range(2):
            self.partner(f"first {number}", 20, tier=1)
            self.partner(f"late {number}", -20, tier=3)
            self.client.get("/organisations/?losing_touch=1")  # What was asked is noted once that page was sent.
            with CaptureQueriesContext(connection) as captured:
                self.client.get("/organisations/?losing_touch=1")
            counts.append(len(captured))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[0], 8)

    def test_is_one_press_from_the_home_page(self) -> None:
        self.assertIn('href="/organisations/?losing_touch=1"', self.client.get("/").content.decode())

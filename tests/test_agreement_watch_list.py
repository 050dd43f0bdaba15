"""The ready views of the list of agreements: what comes up by itself, and what nobody works on."""

from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import formats

from accounts.rights import Role
from agreements.models import Agreement
from core.actors import SYSTEM
from core.months import months_later
from missions.models import MeetingAgreement
from tests import factories as make
from tests.factories import days, today


class WatchList(TestCase):
    def setUp(self) -> None:
        self.reader = make.user(Role.READER, language="en")
        self.client.force_login(self.reader)

    def signed(self, title: str, **fields: Any) -> Agreement:
        if "effective_on" in fields:
            fields.setdefault("effective_on_precision", "day")
        return make.agreement(title, status="signed", **fields)

    def listed(self, query: str) -> list[str]:
        page = self.client.get(f"/agreements/?{query}")
        self.assertContains(page, 'data-count="')
        return [row.title for row in page.context["rows"]]


class ATacitRenewal(WatchList):
    def setUp(self) -> None:
        super().setUp()
        self.ends_on = months_later(today(), 5)
        began = months_later(self.ends_on, -36)
        self.signed("near", effective_on=began, term_months=24, renewal="tacit", renewal_months=12, notice_months=3)
        self.signed("far", ends_on=months_later(today(), 7), renewal="tacit", renewal_months=12)
        self.signed("by hand", ends_on=months_later(today(), 5), renewal="explicit")
        self.signed("end unknown", renewal="tacit")
        self.until = months_later(today(), 6).isoformat()

    def test_is_listed_by_the_end_of_its_current_term(self) -> None:
        self.assertEqual(self.listed(f"renews_to={self.until}"), ["near"])

    def test_says_when_it_ends_and_until_when_it_can_be_stopped(self) -> None:
        page = self.client.get(f"/agreements/?renews_to={self.until}")
        self.assertContains(page, formats.date_format(self.ends_on, "d/m/Y"))
        self.assertContains(page, f"notice until {formats.date_format(months_later(self.ends_on, -3), 'd/m/Y')}")

    def test_is_one_click_away(self) -> None:
        self.assertContains(self.client.get("/agreements/"), f"renews_to={self.until}")


class SignedAndNotInEffect(WatchList):
    def test_is_what_takes_effect_later_or_on_a_day_nobody_wrote_down(self) -> None:
        self.signed("runs", effective_on=today())
        self.signed("later", effective_on=today() + days(1))
        self.signed("unknown")
        self.signed("this year", effective_on=today().replace(month=1, day=1), effective_on_precision="year")
        make.agreement("negotiated", status="negotiation")
        expected = (
            ["later", "this year", "unknown"] if (today().month, today().day) != (12, 31) else ["later", "unknown"]
        )
        self.assertEqual(self.listed("awaiting_effect=1"), expected)


class NothingDone(WatchList):
    def setUp(self) -> None:
        super().setUp()
        self.idle = self.signed("idle", effective_on=today() - days(900))

    def test_is_what_has_neither_follow_up_nor_meeting_in_twelve_months(self) -> None:
        promised, treated, long_ago = (
            self.signed(title, effective_on=today() - days(900))
            for title in ("promised", "treated", "treated long ago")
        )
        make.follow_up(agreement=promised)
        for agreement, day in ((treated, today() - days(30)), (long_ago, today() - days(400))):
            meeting = make.meeting(day=day, status="held")
            MeetingAgreement.objects.create(by=SYSTEM, meeting=meeting, agreement=agreement)
        self.signed("not yet", effective_on=today() + days(1))
        self.assertEqual(self.listed("idle=1"), ["idle", "treated long ago"])

    def test_is_what_the_reader_may_see_of_it(self) -> None:
        make.follow_up(agreement=self.idle, level=4)
        self.assertEqual(self.listed("idle=1"), ["idle"])


class TheList(WatchList):
    def test_asks_as_often_whatever_it_holds(self) -> None:
        path, asked = f"/agreements/?renews_to={(today() + days(30)).isoformat()}", set()
        for _round in range(2):
            for number in range(3):
                self.signed(f"{number}", ends_on=today() + days(9), renewal="tacit", renewal_months=12)
            self.client.get(path)  # The list notes its filter the first time.
            with CaptureQueriesContext(connection) as captured:
                self.client.get(path)
            asked.add(len(captured))
        self.assertEqual(len(asked), 1)
        self.assertLessEqual(max(asked), 8)

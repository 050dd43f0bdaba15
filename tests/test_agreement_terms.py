"""How long agreements hold: the sum in words, and the list of those in force on a day."""

import datetime

from django.db import IntegrityError, transaction
from django.test import TestCase

from accounts.rights import Role
from agreements.models import Agreement
from agreements.models.terms import Term, term_of
from tests import factories as make


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def terms(**fields) -> Agreement:
    for name in ("effective_on", "ends_on"):
        if name in fields:
            fields[name] = day(fields[name])
    if "effective_on" in fields:
        fields.setdefault("effective_on_precision", "day")
    return Agreement(title="MoU", status="signed", **fields)


TACIT_FROM_END = {"ends_on": "2025-08-28", "renewal": "tacit", "renewal_months": 12, "notice_months": 2}
TACIT_FROM_START = {
    "effective_on": "2020-08-01",
    "term_months": 36,
    "renewal": "tacit",
    "renewal_months": 12,
    "notice_months": 3,
}
# Terms, the day they are asked for, the end, the last day of notice, how often renewed, whether over.
FIXTURES = (
    (TACIT_FROM_END, "2026-02-11", "2026-08-28", "2026-06-28", 1, False),
    (TACIT_FROM_START, "2023-10-31", "2024-08-01", "2024-05-01", 1, False),
    ({"ends_on": "2024-12-31", "renewal": "explicit", "notice_months": 3}, "2024-11-01", "2024-12-31", "2024-09-30", 0, False),
    (TACIT_FROM_END, "2025-08-27", "2025-08-28", "2025-06-28", 0, False),
    (TACIT_FROM_END, "2025-08-28", "2026-08-28", "2026-06-28", 1, False),
    ({"is_indefinite": True, "notice_months": 6}, "2026-01-01", None, None, 0, False),
    ({"renewal": "tacit"}, "2026-01-01", None, None, 0, False),
    ({"ends_on": "2025-08-28", "renewal": "tacit", "notice_months": 2}, "2026-01-01", None, None, 0, False),
    ({"effective_on": "2024-01-31", "term_months": 1, "renewal": "none"}, "2024-02-28", "2024-02-29", None, 0, False),
    ({"effective_on": "2024-01-31", "term_months": 1, "renewal": "none"}, "2024-02-29", "2024-02-29", None, 0, True),
    ({"effective_on": "2024-01-01", "effective_on_precision": "year", "term_months": 12}, "2026-01-01", None, None, 0, False),
)  # fmt: skip


class TheTerm(TestCase):
    def test_ends_and_takes_notice_on_the_days_a_lawyer_would_say(self) -> None:
        for fields, on, ends_on, notice_on, renewals, is_over in FIXTURES:
            with self.subTest(fields=fields, on=on):
                expected = Term(ends_on and day(ends_on), notice_on and day(notice_on), renewals, is_over)
                self.assertEqual(term_of(terms(**fields), on=day(on)), expected)

    def test_counts_every_renewal_from_the_original_date(self) -> None:
        monthly = terms(effective_on="2024-01-31", term_months=1, renewal="tacit", renewal_months=1)
        self.assertEqual(term_of(monthly, on=day("2024-02-29")).ends_on, day("2024-03-31"))

    def test_is_said_in_words_on_the_page(self) -> None:
        make.agreement(
            "MoU",
            status="signed",
            effective_on=make.today() - make.days(400),
            effective_on_precision="day",
            term_months=12,
            renewal="tacit",
            renewal_months=12,
            notice_months=1,
        )
        self.client.force_login(make.user(Role.READER, language="en"))
        page = self.client.get(f"/agreements/{Agreement.objects.get().pk}/")
        self.assertContains(page, "It was tacitly renewed once.")
        self.assertContains(page, "Notice can be given until")


class InForce(TestCase):
    def on(self, text: str) -> list[str]:
        return sorted(Agreement.objects.all().in_force(on=day(text)).values_list("title", flat=True))

    def agreement(self, title: str, **fields) -> Agreement:
        for name in ("effective_on", "ends_on"):
            if name in fields:
                fields[name] = day(fields[name])
        if "effective_on" in fields:
            fields.setdefault("effective_on_precision", "day")
        return make.agreement(title, **{"status": "signed", **fields})

    def test_is_from_the_day_of_effect_until_the_day_before_the_end(self) -> None:
        self.agreement("dated", effective_on="2024-03-01", ends_on="2024-06-01")
        for on, expected in (
            ("2024-02-29", []),
            ("2024-03-01", ["dated"]),
            ("2024-05-31", ["dated"]),
            ("2024-06-01", []),
        ):
            with self.subTest(on):
                self.assertEqual(self.on(on), expected)

    def test_believes_a_month_or_a_year_once_it_is_over(self) -> None:
        self.agreement("month", effective_on="2024-04-01", effective_on_precision="month")
        self.agreement("year", effective_on="2024-01-01", effective_on_precision="year")
        self.assertEqual(self.on("2024-04-29"), [])
        self.assertEqual(self.on("2024-04-30"), ["month"])
        self.assertEqual(self.on("2024-12-30"), ["month"])
        self.assertEqual(self.on("2024-12-31"), ["month", "year"])

    def test_counts_a_term_in_months_as_the_page_does(self) -> None:
        for start in ("2024-01-29", "2024-01-30", "2024-01-31", "2024-02-29", "2023-11-30", "2024-08-15"):
            for months in (1, 3, 13):
                self.agreement(f"{start} {months}", effective_on=start, term_months=months, renewal="none")
        every = list(Agreement.objects.all())
        for number in range(0, 800, 3):
            on = day("2024-01-28") + datetime.timedelta(days=number)
            said = [one.title for one in every if one.effective_on <= on and not term_of(one, on=on).is_over]
            with self.subTest(on):
                self.assertEqual(self.on(on.isoformat()), sorted(said))

    def test_goes_on_by_tacit_renewal_and_without_a_known_end_and_not_without_a_known_beginning(self) -> None:
        self.agreement("tacit", effective_on="2020-01-01", ends_on="2021-01-01", renewal="tacit")
        self.agreement("open", effective_on="2020-01-01")
        self.agreement("indefinite", effective_on="2020-01-01", is_indefinite=True)
        self.agreement("unknown")
        self.agreement("negotiated", status="negotiation", effective_on="2020-01-01")
        self.assertEqual(self.on("2025-01-01"), ["indefinite", "open", "tacit"])

    def test_is_over_for_what_was_terminated_or_replaced_unless_its_end_says_until_when(self) -> None:
        self.agreement("ended early", status="terminated", effective_on="2020-01-01", ends_on="2022-01-01")
        self.agreement("terminated", status="terminated", effective_on="2020-01-01", renewal="tacit")
        self.agreement("replaced", status="replaced", effective_on="2020-01-01", ends_on="2021-01-01", renewal="tacit")
        self.assertEqual(self.on("2020-06-01"), ["ended early", "replaced"])
        self.assertEqual(self.on("2021-06-01"), ["ended early"])

    def test_never_before_it_took_effect_the_database_refuses_such_an_end(self) -> None:
        for ends_on in ("2023-12-31", "2024-01-01"):
            with self.subTest(ends_on), self.assertRaises(IntegrityError), transaction.atomic():
                self.agreement("upside down", effective_on="2024-01-01", ends_on=ends_on)


class AParty(TestCase):
    def test_is_not_who_only_witnessed(self) -> None:
        witness, party = make.organisation(country="FR"), make.organisation(country="NL")
        agreement = make.agreement()
        make.party(agreement, witness, role="witness")
        make.party(agreement, party)
        rows = Agreement.objects.all()
        self.assertEqual(list(rows.with_party(witness.pk)), [])
        self.assertEqual(list(rows.with_party(party.pk)), [agreement])
        self.assertEqual(list(rows.in_country("FR")), [])

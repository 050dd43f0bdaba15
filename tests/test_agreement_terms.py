"""How long agreements hold: the sum in words, and the list of those in force on a day."""

import datetime
import random
import unittest
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.test import TestCase
from django.utils import formats, timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.rights import Role
from agreements.models import Agreement
from agreements.models.term_words import in_words
from agreements.models.terms import Term, term_of
from core.months import months_later
from tests import factories as make

SEED = 20200801


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


def chains(how_many: int) -> Iterator[tuple[Agreement, datetime.date]]:
    """Signed texts with terms drawn by lot, and a day to ask for: ends of months, leap years, long chains of renewals."""
    draw = random.Random(SEED)  # noqa: S311  # The same lots every time.
    for _number in range(how_many):
        starts = draw.choice(
            (day("2024-02-29"), day("2023-01-31"), day("1999-12-31"), day("1703-05-16"), day("2020-08-01"))
        )
        starts += datetime.timedelta(days=draw.choice((0, 0, draw.randrange(800))))
        fields: dict[str, Any] = {"renewal": draw.choice(("tacit", "tacit", "tacit", "none", "explicit", "unknown"))}
        if draw.random() < 0.5:
            fields |= {"effective_on": starts.isoformat(), "term_months": draw.choice((1, 6, 12, 18, 36, 60))}
        else:
            fields |= {"ends_on": starts.isoformat()}
        fields["renewal_months"] = draw.choice((None, 1, 1, 7, 12, 12, 24)) if fields["renewal"] == "tacit" else None
        fields["notice_months"] = draw.choice((None, 0, 1, 2, 3, 6))
        agreement = terms(**fields)
        agreement.terms = fields
        yield agreement, starts + datetime.timedelta(days=draw.choice((0, 1, 28, 31, draw.randrange(20_000))))


def rolled_forward(agreement: Agreement, on: datetime.date) -> Term:
    """The term, found the slow way: renewal after renewal, each counted from the original date."""
    months = agreement.term_months or 0
    origin = agreement.ends_on or agreement.effective_on
    by, renewals = agreement.renewal_months, 0
    while by and agreement.renewal == "tacit" and months_later(origin, months + renewals * by) <= on:
        renewals += 1
    ends_on = months_later(origin, months + renewals * (by or 0))
    counted_from = origin if months else None
    if agreement.renewal == "tacit" and not by and ends_on <= on:
        return Term(None, None, 0, is_over=False, counted_from=counted_from)
    notice = None if agreement.notice_months is None else months_later(ends_on, -agreement.notice_months)
    renewed_on = months_later(origin, months + (renewals - 1) * by) if by and renewals else None
    return Term(ends_on, notice, renewals, ends_on <= on, counted_from, renewed_on)


def holds(agreement: Agreement, on: datetime.date) -> bool:
    """Took effect by that day, and its term is not over."""
    return agreement.effective_on is not None and agreement.effective_on <= on and not term_of(agreement, on=on).is_over


class TheTerm(TestCase):
    def test_ends_and_takes_notice_on_the_days_a_lawyer_would_say(self) -> None:
        for fields, on, ends_on, notice_on, renewals, is_over in FIXTURES:
            with self.subTest(fields=fields, on=on):
                found = term_of(terms(**fields), on=day(on))
                self.assertEqual(
                    (found.ends_on, found.last_notice_on), (ends_on and day(ends_on), notice_on and day(notice_on))
                )
                self.assertEqual((found.renewals, found.is_over), (renewals, is_over))

    def test_counts_every_renewal_from_the_original_date(self) -> None:
        monthly = terms(effective_on="2024-01-31", term_months=1, renewal="tacit", renewal_months=1)
        self.assertEqual(term_of(monthly, on=day("2024-02-29")).ends_on, day("2024-03-31"))

    def test_is_the_same_when_it_is_rolled_forward_one_renewal_after_another(self) -> None:
        wrong = [
            (agreement.terms, on)
            for agreement, on in chains(2000)
            if term_of(agreement, on=on) != rolled_forward(agreement, on)
        ]
        self.assertEqual(wrong, [])


DAYS = st.dates(datetime.date(1600, 1, 1), datetime.date(2100, 12, 31))
MONTHS = st.integers(1, 120)
TACIT = st.builds(
    lambda start, months, by, notice: Agreement(
        status="signed", effective_on=start, effective_on_precision="day", term_months=months, renewal="tacit",
        renewal_months=by, notice_months=notice,
    ),
    DAYS | st.sampled_from([day(text) for text in ("2024-02-29", "2023-01-31", "1999-12-31", "1703-08-31")]),
    MONTHS, MONTHS, st.integers(0, 24),
)  # fmt: skip


class WhateverTheTerms(unittest.TestCase):
    """What holds of every tacit renewal, on every day: ends of months, leap years, chains of centuries."""

    @given(TACIT, DAYS)
    def test_the_end_lies_ahead_and_the_term_before_it_does_not(self, agreement: Agreement, on: datetime.date) -> None:
        term = term_of(agreement, on=on)
        assert term.ends_on is not None
        self.assertGreater(term.ends_on, on)
        self.assertFalse(term.is_over)
        if term.renewals:
            assert term.renewed_on is not None
            self.assertLessEqual(term.renewed_on, on)

    @given(TACIT, DAYS)
    def test_every_end_is_so_many_months_after_the_first_day(self, agreement: Agreement, on: datetime.date) -> None:
        term = term_of(agreement, on=on)
        months = agreement.term_months + term.renewals * agreement.renewal_months
        self.assertEqual(term.ends_on, months_later(agreement.effective_on, months))
        self.assertEqual(term.last_notice_on, months_later(term.ends_on, -agreement.notice_months))

    @given(TACIT, DAYS)
    def test_the_same_term_is_told_on_each_of_its_days(self, agreement: Agreement, on: datetime.date) -> None:
        term = term_of(agreement, on=on)
        assert term.ends_on is not None
        last = term.ends_on - datetime.timedelta(days=1)
        self.assertEqual(term_of(agreement, on=last), term)
        self.assertEqual(term_of(agreement, on=term.ends_on).renewals, term.renewals + 1)

    @given(TACIT, DAYS)
    def test_the_sentence_says_its_days(self, agreement: Agreement, on: datetime.date) -> None:
        term = term_of(agreement, on=on)
        for language in ("nl", "fr", "en"):
            with translation.override(language):
                sentence = in_words(agreement, term, on=on)
                for told in (term.ends_on, term.last_notice_on, term.counted_from):
                    self.assertIn(formats.date_format(told), sentence)


class TheSentence(TestCase):
    def test_says_the_sum_in_words(self) -> None:
        said = (
            (TACIT_FROM_START, "2023-10-31", "Signed for 3 years from 1 August 2020; renewed once by 12 months; the current term ends on 1 August 2024, the first day on which the text no longer holds; to stop it, write on or before 1 May 2024."),
            (TACIT_FROM_END, "2026-02-11", "Its first term ended on 28 August 2025; renewed once by 12 months; the current term ends on 28 August 2026, the first day on which the text no longer holds; to stop it, write on or before 28 June 2026."),
            (TACIT_FROM_END, "2025-08-27", "The current term ends on 28 August 2025, the first day on which the text no longer holds; notice could be given until 28 June 2025, which is past."),
            ({"ends_on": "2024-12-31", "renewal": "explicit", "notice_months": 3}, "2024-09-30", "The current term ends on 31 December 2024, the first day on which the text no longer holds; notice can be given on or before 30 September 2024."),
            ({"is_indefinite": True, "notice_months": 6}, "2026-01-01", "Of indefinite duration; it can be ended by notice of 6 months, counted from the letter."),
            ({"is_indefinite": True}, "2026-01-01", "Of indefinite duration."),
            ({"renewal": "tacit"}, "2026-01-01", "When it ends does not follow from what is recorded."),
            ({"effective_on": "2024-01-31", "term_months": 18, "renewal": "tacit"}, "2026-01-01", "Signed for 18 months from 31 January 2024; when it ends does not follow from what is recorded."),
            ({"effective_on": "2024-01-31", "term_months": 1, "renewal": "none"}, "2024-02-29", "Signed for 1 month from 31 January 2024; ended: it no longer holds since 29 February 2024."),
            ({"ends_on": "2024-12-31"}, "2025-01-01", "Ended: it no longer holds since 31 December 2024; whether it was renewed is not recorded."),
        )  # fmt: skip
        for fields, on, sentence in said:
            with self.subTest(fields=fields, on=on), translation.override("en"):
                agreement = terms(**fields)
                self.assertEqual(in_words(agreement, term_of(agreement, on=day(on)), on=day(on)), sentence)

    def test_holds_the_days_of_the_term_in_every_language(self) -> None:
        wrong = []
        for language in ("nl", "fr", "en"):
            with translation.override(language):
                for agreement, on in chains(2000):
                    term = term_of(agreement, on=on)
                    sentence = in_words(agreement, term, on=on)
                    days = (term.ends_on, None if term.is_over else term.last_notice_on)
                    wrong += [
                        (agreement.terms, on, one) for one in days if one and formats.date_format(one) not in sentence
                    ]
        self.assertEqual(wrong, [])

    def test_stands_on_the_page(self) -> None:
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
        self.assertContains(page, "renewed once by 12 months")
        self.assertContains(page, "to stop it, write on or before")


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

    def test_is_what_the_terms_of_two_thousand_random_chains_say(self) -> None:
        stored = [agreement for agreement, _on in chains(2000)]
        now = timezone.now()
        for number, agreement in enumerate(stored):
            agreement.title, agreement.created_at, agreement.updated_at = f"{number:04}", now, now
            if agreement.effective_on is None:
                agreement.effective_on, agreement.effective_on_precision = day("1600-01-01"), "day"
        Agreement._base_manager.bulk_create(stored)
        for on in ("1703-06-15", "2000-01-31", "2024-02-28", "2024-02-29", "2024-03-31", "2025-08-28", "2031-12-31"):
            in_force = {one.title for one in stored if holds(one, day(on))}
            with self.subTest(on):
                self.assertEqual({*self.on(on)} ^ in_force, set())

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

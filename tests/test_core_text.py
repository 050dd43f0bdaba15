"""Text: cleaned on the way in, folded for search, guarded on the way out."""

import datetime
from unittest import TestCase

from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.exports import EXCEL, PLAIN, cell, guard, unguard
from core.partial_dates import PartialDate, Precision
from core.text import clean_line, clean_text, fold


class CleanText(TestCase):
    def test_loses_control_and_bidirectional_characters(self) -> None:
        self.assertEqual(clean_text("a\x00b\x0bc\u202ed\u2066e\x85"), "abcde")

    def test_keeps_newlines_and_tabs(self) -> None:
        self.assertEqual(clean_text("a\r\nb\rc\td"), "a\nb\nc\td")

    def test_is_composed(self) -> None:
        self.assertEqual(clean_text("e\u0301"), "é")

    def test_of_one_line_has_no_breaks(self) -> None:
        self.assertEqual(clean_line("  Hauts\r\n-de\u2028-France\t "), "Hauts -de -France")

    @given(st.text())
    def test_is_the_same_when_cleaned_twice(self, text: str) -> None:
        self.assertEqual(clean_text(clean_text(text)), clean_text(text))


class FoldedText(TestCase):
    def test_has_no_case_accents_or_punctuation(self) -> None:
        self.assertEqual(fold("Île-de-France"), "ile de france")
        self.assertEqual(fold("François DECOSTER"), "francois decoster")
        self.assertEqual(fold("L’œuvre “Straße” Łódź"), "l oeuvre strasse lodz")

    @given(st.text())
    def test_is_the_same_when_folded_twice(self, text: str) -> None:
        self.assertEqual(fold(fold(text)), fold(text))


class AGuardedCell(TestCase):
    def test_is_no_formula(self) -> None:
        for text in ("=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "＠x"):
            with self.subTest(text=text):
                self.assertEqual(guard(text), f"'{text}")

    def test_leaves_numbers_and_phone_numbers_alone(self) -> None:
        for text in ("-5", "-5,25", "+32 2 553 00 00", "+32 (0)2/553.00.00", "-12.5%", "12"):
            with self.subTest(text=text):
                self.assertEqual(guard(text), text)

    @given(st.text())
    def test_gives_its_text_back(self, text: str) -> None:
        self.assertEqual(unguard(guard(text)), text)


class ACell(TestCase):
    def test_has_belgian_dates_for_people_and_iso_dates_for_programs(self) -> None:
        day = datetime.date(2024, 4, 5)
        self.assertEqual((cell(day, EXCEL), cell(day, PLAIN)), ("05/04/2024", "2024-04-05"))

    def test_that_is_unknown_is_empty(self) -> None:
        self.assertEqual(cell(None, EXCEL), "")


class APartialDate(TestCase):
    def test_is_read_as_people_type_it(self) -> None:
        expected = {
            "25/04/2024": (datetime.date(2024, 4, 25), Precision.DAY),
            "2024-04-25": (datetime.date(2024, 4, 25), Precision.DAY),
            "25-4-2024": (datetime.date(2024, 4, 25), Precision.DAY),
            "04/2024": (datetime.date(2024, 4, 1), Precision.MONTH),
            "2024-04": (datetime.date(2024, 4, 1), Precision.MONTH),
            "2024": (datetime.date(2024, 1, 1), Precision.YEAR),
        }
        for text, (day, precision) in expected.items():
            with self.subTest(text=text):
                self.assertEqual(PartialDate.parse(text), PartialDate(day, precision))

    def test_that_does_not_exist_is_refused(self) -> None:
        for text in ("31/02/2024", "2024-13", "april", "0000", "25/04/24x"):
            with self.subTest(text=text), self.assertRaises(ValidationError):
                PartialDate.parse(text)

    def test_is_shown_as_far_as_it_is_known(self) -> None:
        with translation.override("nl"):
            self.assertEqual(str(PartialDate(datetime.date(2024, 4, 1), Precision.MONTH)), "april 2024")
            self.assertEqual(str(PartialDate(datetime.date(2024, 1, 1), Precision.YEAR)), "2024")

    def test_knows_the_last_day_it_can_be(self) -> None:
        self.assertEqual(PartialDate(datetime.date(2024, 2, 1), Precision.MONTH).latest, datetime.date(2024, 2, 29))
        self.assertEqual(PartialDate(datetime.date(2024, 1, 1), Precision.YEAR).latest, datetime.date(2024, 12, 31))

    @given(
        st.dates(min_value=datetime.date(1500, 1, 1), max_value=datetime.date(2200, 12, 31)), st.sampled_from(Precision)
    )
    def test_is_read_back_from_what_it_types(self, day: datetime.date, precision: Precision) -> None:
        first = {Precision.DAY: day, Precision.MONTH: day.replace(day=1), Precision.YEAR: day.replace(month=1, day=1)}
        partial = PartialDate(first[precision], precision)
        self.assertEqual(PartialDate.parse(partial.typed()), partial)

"""Days as people type them in a hurry, in three languages."""

import contextlib
import datetime

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as any_

from core.typed_days import NotADay, read_day

WEDNESDAY = datetime.date(2024, 4, 24)


class ATypedDay(SimpleTestCase):
    def test_is_read_in_dutch_french_and_english(self) -> None:
        for meant, texts in {
            "2024-04-24": ("vandaag", "today", "aujourd’hui", "Aujourd'hui", "24/4", "24-04-2024", "2024-04-24"),
            "2024-04-25": ("morgen", "demain", "tomorrow", "+1d", "1 dag", "+1j", "donderdag", "jeudi", "Thu"),
            "2024-04-26": ("overmorgen", "après-demain", "vrijdag", "vendredi", "friday", "komende vrijdag",
                           "vendredi prochain", "end of the week", "eind van de week", "fin de la semaine", "week 17"),
            "2024-05-03": ("volgende vrijdag", "next Friday", "volgende week", "next week", "la semaine prochaine"),
            "2024-05-01": ("woensdag", "mercredi", "Wednesday", "+1w", "1 week", "over een week", "dans une semaine",
                           "begin mei", "start of May", "début mai", "1er mai", "1 mei", "May 1st", "1/5"),
            "2024-05-08": ("+2w", "2 weken", "in 2 weeks", "dans 2 semaines", "+2s", "8.5.24", "8 mei 2024"),
            "2024-06-30": ("30/6", "eind juni", "end of June", "fin juin", "30 juni", "June 30, 2024", "30 juin 2024"),
            "2024-06-15": ("half juni", "mi-juin", "mid June", "15/06/2024"),
            "2024-04-30": ("eind van de maand", "end of the month", "fin du mois", "fin avril"),
            "2024-05-31": ("volgende maand", "next month", "le mois prochain", "eind volgende maand", "end of next month"),
            "2024-07-24": ("+3m", "3 maanden", "binnen drie maanden", "dans 3 mois", "in three months"),
            "2025-04-24": ("+1y", "1 jaar", "dans un an", "in one year"),
            "2024-12-31": ("eind van het jaar", "end of the year", "fin de l’année", "31 december"),
            "2025-12-31": ("volgend jaar", "next year", "l’année prochaine", "end of next year"),
            "2025-02-28": ("28/2", "end of February", "eind februari", "28 février"),
            "2025-04-23": ("23/4", "23 avril"),
            "2028-02-29": ("29/2", "29 februari"),
        }.items():  # fmt: skip
            for text in texts:
                with self.subTest(text):
                    self.assertEqual(str(read_day(text, today=WEDNESDAY)), meant)

    def test_is_refused_when_it_is_none(self) -> None:
        for text in (
            "",
            "soon",
            "31/2",
            "30 februari",
            "32/1",
            "13/13",
            "29/2/2025",
            "week 99",
            "+9999y",
            "eind",
            "25",
            "+w",
        ):
            with self.subTest(text), self.assertRaises(NotADay):
                read_day(text, today=WEDNESDAY)

    def test_on_a_saturday_the_end_of_the_week_is_friday_to_come(self) -> None:
        self.assertEqual(read_day("end of the week", today=datetime.date(2024, 4, 27)), datetime.date(2024, 5, 3))

    @given(any_.text(max_size=40), any_.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)))
    def test_is_a_day_or_refused_whatever_is_typed(self, text: str, today: datetime.date) -> None:
        with contextlib.suppress(NotADay):
            self.assertIsInstance(read_day(text, today=today), datetime.date)

    @given(any_.dates(datetime.date(2000, 1, 1), datetime.date(2090, 1, 1)))
    def test_in_full_is_that_day_whatever_today_is(self, day: datetime.date) -> None:
        for text in (day.isoformat(), day.strftime("%d/%m/%Y"), day.strftime("%d-%m-%Y")):
            self.assertEqual(read_day(text, today=WEDNESDAY), day)

"""Days as people type them in a hurry: "+2w", "30/6", "eind juni", "vendredi", in Dutch, French and English.

Which language is typed does not depend on the language of the page. What is ambiguous is read as a day to come, and the
page shows the day in full.
"""

import calendar
import datetime
import re
from collections.abc import Callable

from core.months import months_later
from core.text import fold

FRIDAY = 4


class NotADay(ValueError):
    """The text is no day that we understand."""


def read_day(text: str, *, today: datetime.date) -> datetime.date:
    """The day that is meant. Raises NotADay.

    A day or month without its year is the first to come, today included. "Friday" is the first Friday after today;
    "volgende vrijdag" and "next Friday" the one of next week, "vendredi prochain" the first to come. A week is meant by
    its Friday, a month or year that ends by its last day.
    """
    words = _said(text)
    for pattern, meaning in _MEANINGS:
        if match := pattern.fullmatch(words):
            try:
                return meaning(match, today)
            except (ValueError, OverflowError):
                break
    raise NotADay(text)


_MONTHS = (
    "januari jan janvier janv january",
    "februari feb fevrier fevr february",
    "maart mrt mars march mar",
    "april apr avril avr",
    "mei mai may",
    "juni jun juin june",
    "juli jul juillet juil july",
    "augustus aug aout august",
    "september sep sept septembre",
    "oktober okt octobre oct october",
    "november nov novembre",
    "december dec decembre",
)
_WEEKDAYS = (
    "maandag ma lundi monday mon",
    "dinsdag di mardi tuesday tue",
    "woensdag wo mercredi wednesday wed",
    "donderdag do jeudi thursday thu",
    "vrijdag vr vendredi friday fri",
    "zaterdag za samedi saturday sat",
    "zondag zo dimanche sunday sun",
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_WEEKDAY = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()}
_UNITS = {
    "day": "d dag dagen j jour jours day days",
    "week": "w wk week weken s sem semaine semaines weeks",
    "month": "m maand maanden mois month months",
    "year": "y jaar jaren a an ans annee annees year years",
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_AMOUNT = {
    "een": 1,
    "un": 1,
    "une": 1,
    "a": 1,
    "one": 1,
    "twee": 2,
    "deux": 2,
    "two": 2,
    "drie": 3,
    "trois": 3,
    "three": 3,
}
_DAYS_AWAY = {
    **dict.fromkeys(("vandaag", "aujourd hui", "aujourdhui", "today"), 0),
    **dict.fromkeys(("morgen", "demain", "tomorrow"), 1),
    **dict.fromkeys(("overmorgen", "apres demain", "day after tomorrow", "the day after tomorrow"), 2),
}


def _said(text: str) -> str:
    """Folded, without little words; a number and what is glued to it apart ("+2w" → "2 w", "1er" → "1")."""
    words = re.sub(r"(\d)([a-z])", r"\1 \2", fold(text))
    words = re.sub(r"\b(?<=\d )(?:er|e|st|nd|rd|th|de|ste)\b", "", words)
    words = re.sub(r"\b(?:de|het|the|of|van|du|le|la|les|l|on|op|by|tegen|before|voor|avant|ten laatste)\b", " ", words)
    return " ".join(words.split())


def _later(match: re.Match[str], today: datetime.date) -> datetime.date:
    said = match["amount"]
    amount, unit = _AMOUNT[said] if said in _AMOUNT else int(said), _UNIT[match["unit"]]
    if unit in ("day", "week"):
        return today + datetime.timedelta(days=amount * (7 if unit == "week" else 1))
    return months_later(today, amount * (12 if unit == "year" else 1))


def _date(match: re.Match[str], today: datetime.date) -> datetime.date:
    month = match["month"]
    number = int(month) if month.isdigit() else _MONTH[month]
    given = match.groupdict().get("year")
    if given:
        return datetime.date(_year(given), number, int(match["day"]))
    for year in range(today.year, today.year + 9):  # 29 February comes within eight years.
        if number <= 12 and int(match["day"]) <= calendar.monthrange(year, number)[1]:
            day = datetime.date(year, number, int(match["day"]))
            if day >= today:
                return day
    raise ValueError(match.string)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _part_of_month(match: re.Match[str], today: datetime.date) -> datetime.date:
    number = _MONTH[match["month"]]
    if given := match["year"]:
        return _part(match["part"], _year(given), number)
    day = _part(match["part"], today.year, number)
    return day if day >= today else _part(match["part"], today.year + 1, number)


def _part(part: str, year: int, month: int) -> datetime.date:
    if part.startswith(("begin", "debut", "start", "early")):
        return datetime.date(year, month, 1)
    if part.startswith(("mid", "half", "mi")):
        return datetime.date(year, month, 15)
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def _end_of(match: re.Match[str], today: datetime.date) -> datetime.date:
    unit = _UNIT[match["unit"]]
    is_next = bool(match["next"])
    if unit == "week":
        return _friday_of(today + datetime.timedelta(days=7 * is_next))
    if unit == "month":
        first = months_later(today.replace(day=1), int(is_next))
        return _part("end", first.year, first.month)
    if unit == "year":
        return datetime.date(today.year + is_next, 12, 31)
    raise ValueError(match.string)


def _friday_of(day: datetime.date) -> datetime.date:
    """The Friday of its week; on a weekend, that of the week to come."""
    ahead = FRIDAY - day.weekday()
    return day + datetime.timedelta(days=ahead if ahead >= 0 else ahead + 7)


def _week_number(match: re.Match[str], today: datetime.date) -> datetime.date:
    for year in (today.year, today.year + 1):
        day = datetime.date.fromisocalendar(year, int(match["number"]), FRIDAY + 1)
        if day >= today:
            return day
    raise ValueError(match.string)


def _weekday(match: re.Match[str], today: datetime.date) -> datetime.date:
    wanted = _WEEKDAY[match["weekday"]]
    if match["next"]:
        monday = today + datetime.timedelta(days=7 - today.weekday())
        return monday + datetime.timedelta(days=wanted)
    return today + datetime.timedelta(days=(wanted - today.weekday() - 1) % 7 + 1)


def _any_of(words: dict[str, object]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NEXT = "volgende|volgend|komende|prochaine?|next|coming"
_YEAR = r"(?P<year>\d{4}|\d{2})"
_END = "eind|einde|fin|end"
_PART = rf"(?P<part>{_END}|begin|debut|start|early|mid|midden|half|mi)"
_A_MONTH = f"(?P<month>{_any_of({**_MONTH})})"
_A_UNIT = f"(?P<unit>{_any_of({**_UNIT})})"
_A_WEEKDAY = f"(?P<weekday>{_any_of({**_WEEKDAY})})"
_SO_MANY = rf"(?P<amount>\d{{1,4}}|{_any_of({**_AMOUNT})})"
_MEANINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime.date], datetime.date]], ...] = tuple(
    (re.compile(pattern), meaning)
    for pattern, meaning in (
        (_any_of({**_DAYS_AWAY}), lambda match, today: today + datetime.timedelta(days=_DAYS_AWAY[match[0]])),
        (r"(?P<year>\d{4}) (?P<month>\d{1,2}) (?P<day>\d{1,2})", _date),
        (rf"(?P<day>\d{{1,2}}) (?P<month>\d{{1,2}})(?: {_YEAR})?", _date),
        (rf"(?P<day>\d{{1,2}}) {_A_MONTH}(?: {_YEAR})?", _date),
        (rf"{_A_MONTH} (?P<day>\d{{1,2}})(?: {_YEAR})?", _date),
        (rf"{_PART} {_A_MONTH}(?: {_YEAR})?", _part_of_month),
        (rf"(?:{_END}) (?P<next>(?:{_NEXT}) )?(?:deze |ce |cette |this )?{_A_UNIT}", _end_of),
        (rf"(?:{_END}) {_A_UNIT} (?P<next>prochaine?)", _end_of),
        (rf"(?P<next>{_NEXT}) {_A_UNIT}", _end_of),
        (rf"{_A_UNIT} (?P<next>prochaine?)", _end_of),
        (r"(?:week|semaine) (?P<number>\d{1,2})", _week_number),
        (rf"(?P<next>volgende|next) {_A_WEEKDAY}", _weekday),
        (rf"(?P<next>)(?:komende |deze |this |coming |ce )?{_A_WEEKDAY}(?: prochain)?", _weekday),
        (rf"(?:in|over|binnen|dans|within )?\s*{_SO_MANY} {_A_UNIT}", _later),
    )
)

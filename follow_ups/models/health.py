"""How well we keep up with a partner, on any day: 100 points in six parts, each with the figures it follows from.

The points are counted, never learnt, and of organisations, never of a colleague; docs/decisions/0010 has the table.
Only what the reader may see counts, of the organisation and of all that hang below it. What a part needs and is not on
record counts neither for nor against; with too little on record there is no answer.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, TextChoices
from django.utils import formats
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agreements.models import Agreement
from core.access import Viewer
from core.months import months_later
from follow_ups.models.follow_up import FollowUp, FollowUpDirection
from follow_ups.models.kept import KEPT, STILL_OPEN, counted_on
from missions.models import Meeting, MeetingAgreement
from missions.models.contact_moments import met_until, participants_for
from missions.models.last_contact import came
from missions.models.meeting_agreement import Treatment
from partners.models import Organisation
from partners.models.position import PositionKind

LEAST = 45  # points of parts with data, below which there is no answer
TREND_DAYS, TREND_POINTS = 90, 5
JOINT = FollowUpDirection.JOINT

# At which level somebody was met, by the post that was noted at the meeting.
LEVELS = {
    "political": (
        PositionKind.HEAD_OF_GOVERNMENT, PositionKind.MINISTER, PositionKind.STATE_SECRETARY,
        PositionKind.REGION_PRESIDENT, PositionKind.VICE_PRESIDENT, PositionKind.MAYOR,
    ),
    "leading": (
        PositionKind.PREFECT, PositionKind.AMBASSADOR, PositionKind.REPRESENTATIVE, PositionKind.SECRETARY_GENERAL,
        PositionKind.CHIEF_OF_STAFF, PositionKind.CEO,
    ),
    "working": (
        PositionKind.ECONOMIC_REPRESENTATIVE, PositionKind.ADVISER, PositionKind.DIRECTOR, PositionKind.OTHER,
    ),
}  # fmt: skip


class PartKey(TextChoices):
    """The six parts."""

    RHYTHM = "rhythm", _("Rhythm")
    FREQUENCY = "frequency", _("Meetings, year on year")
    BREADTH = "breadth", _("People and levels met")
    OURS = "ours", _("Our promises kept in time")
    THEIRS = "theirs", _("Their promises kept in time")
    AGREEMENTS = "agreements", _("Agreements alive and evaluated")


WEIGHTS = {
    PartKey.RHYTHM: 30, PartKey.FREQUENCY: 15, PartKey.BREADTH: 15,
    PartKey.OURS: 15, PartKey.THEIRS: 10, PartKey.AGREEMENTS: 15,
}  # fmt: skip


class HealthWord(TextChoices):
    """The answer in a word."""

    STRONG = "strong", _("strong")
    GOOD = "good", _("good")
    COOLING = "cooling", _("cooling")
    AT_RISK = "at_risk", _("at risk")
    UNKNOWN = "unknown", _("not enough data")


THRESHOLDS = ((80, HealthWord.STRONG), (60, HealthWord.GOOD), (40, HealthWord.COOLING), (0, HealthWord.AT_RISK))


class Trend(TextChoices):
    """Compared with 90 days before."""

    BETTER = "better", _("better than 90 days before")
    SAME = "same", _("about the same as 90 days before")
    WORSE = "worse", _("worse than 90 days before")
    UNKNOWN = "unknown", _("not enough data to compare with 90 days before")


@dataclass(frozen=True)
class Part:
    """Points earned of those possible (0 possible: no data), the sentence that says why, and what would win more."""

    key: PartKey
    earned: int
    possible: int
    sentence: str
    advice: str = ""  # Empty when nobody can do anything about it now.

    @property
    def weight(self) -> int:
        """Of the 100 points."""
        return WEIGHTS[self.key]

    @property
    def has_data(self) -> bool:
        """Whether enough is on record to count it."""
        return self.possible > 0

    @property
    def to_win(self) -> int:
        """Points that are not earned; of a part without data all of them."""
        return (self.possible or self.weight) - self.earned


@dataclass(frozen=True)
class Health:
    """The answer for one organisation, one reader and one day."""

    on: datetime.date
    parts: tuple[Part, ...]

    @property
    def possible(self) -> int:
        """Points of the parts with data."""
        return sum(part.possible for part in self.parts)

    @property
    def score(self) -> int | None:
        """Of 100, scaled to the parts with data, rounded down; None when there is not enough data."""
        earned = sum(part.earned for part in self.parts)
        return 100 * earned // self.possible if self.possible >= LEAST else None

    @property
    def word(self) -> HealthWord:
        """The score in a word."""
        score = self.score
        if score is None:
            return HealthWord.UNKNOWN
        return next(word for least, word in THRESHOLDS if score >= least)

    @property
    def would_help_most(self) -> Part | None:
        """The part with most points to win among those that somebody can do something about."""
        open_to_us = [part for part in self.parts if part.advice and (part.has_data or self.score is None)]
        return max(open_to_us, key=lambda part: part.to_win, default=None)


def trend(now: Health, before: Health) -> Trend:
    """How the score moved; a few points are no movement."""
    if now.score is None or before.score is None:
        return Trend.UNKNOWN
    if abs(now.score - before.score) < TREND_POINTS:
        return Trend.SAME
    return Trend.BETTER if now.score > before.score else Trend.WORSE


def health_of(organisation: Organisation, *, user: Viewer, on: datetime.date) -> Health:
    """The health on that day, from what this user may see (4 queries). Tier, frequency and tree are those of today."""
    family = Organisation.objects.all().with_descendants(organisation.pk).values("pk")
    met = _met(family, user, on)
    ours, theirs = _promises(family, user, on)
    return Health(
        on,
        (
            _rhythm(organisation, met["last"], on),
            _frequency(met, on),
            _breadth(family, user, on, was_met=met["last"] is not None),
            _kept(PartKey.OURS, ours),
            _kept(PartKey.THEIRS, theirs),
            _agreements(organisation, user, on),
        ),
    )


def years_before(on: datetime.date, years: int) -> datetime.date:
    """The last day that lies so many years back: the day after it is the first that counts."""
    return months_later(on, -12 * years)


def _met(family: Any, user: Viewer, on: datetime.date) -> dict[str, Any]:
    recent, earlier = Q(latest_on__gt=years_before(on, 1)), Q(latest_on__gt=years_before(on, 2))
    figures: dict[str, Any] = met_until(family, user=user, on=on).aggregate(
        first=Min("latest_on"),
        last=Max("latest_on"),
        now=Count("pk", filter=recent),
        before=Count("pk", filter=earlier & ~recent),
    )
    return figures


def _rhythm(organisation: Organisation, last: datetime.date | None, on: datetime.date) -> Part:
    """All points until contact is due; then fewer every day, none once the frequency has passed a second time."""
    if last is None:
        advice = gettext("Record the meetings that took place, or plan a first one.")
        return Part(PartKey.RHYTHM, 0, 0, gettext("No meeting that took place is on record."), advice)
    months = organisation.frequency_months()
    due, gone = months_later(last, months), months_later(last, 2 * months)
    left = max(0, (gone - max(on, due)).days)
    words = {"last": _day(last), "ago": _ago(on - last), "every": _every(months), "due": _day(due)}
    if on > due:
        sentence = gettext("Last met on %(last)s, %(ago)s; contact is due %(every)s and was due by %(due)s.")
        advice = gettext("Meet them: contact was due by %(due)s.") % words
    else:
        sentence = gettext("Last met on %(last)s, %(ago)s; contact is due %(every)s, next by %(due)s.")
        advice = ""
    return Part(PartKey.RHYTHM, 30 * left // (gone - due).days, 30, sentence % words, advice)


def _frequency(met: dict[str, Any], on: datetime.date) -> Part:
    """As many meetings as the year before, or more: all points; else in proportion."""
    if met["first"] is None:
        return Part(PartKey.FREQUENCY, 0, 0, gettext("No meeting that took place is on record."))
    if met["first"] > years_before(on, 1):
        words = gettext(
            "The first meeting on record is of %(first)s, less than a year before: nothing to compare with."
        )
        return Part(PartKey.FREQUENCY, 0, 0, words % {"first": _day(met["first"])})
    now, before = met["now"], met["before"]
    in_the_year = ngettext("%(count)s meeting in the last year", "%(count)s meetings in the last year", now)
    sentence = gettext("%(now)s, %(before)s in the year before.") % {
        "now": in_the_year % {"count": now},
        "before": before,
    }
    advice = gettext("Meet them more often: there were fewer meetings than in the year before.") if now < before else ""
    if not now and not before:
        advice = gettext("Meet them: nobody was met for two years.")
    earned = 15 * min(now, before) // before if before else 15 * bool(now)
    return Part(PartKey.FREQUENCY, earned, 15, sentence, advice)


def _breadth(family: Any, user: Viewer, on: datetime.date, *, was_met: bool) -> Part:
    """Three points for each of three people, three for each of two levels, over two years."""
    rows = came(participants_for(family), user, on)
    rows = rows.filter(meeting__latest_on__gt=years_before(on, 2))
    by_level = {
        level: Count("contact", filter=Q(position__kind__in=kinds), distinct=True) for level, kinds in LEVELS.items()
    }
    found = rows.aggregate(meetings=Count("meeting", distinct=True), people=Count("contact", distinct=True), **by_level)
    if not was_met:
        return Part(PartKey.BREADTH, 0, 0, gettext("No meeting that took place is on record."))
    if not found["meetings"]:
        return Part(PartKey.BREADTH, 0, 15, gettext("Nobody was met in the last two years."), gettext("Meet somebody."))
    if not found["people"]:
        sentence = gettext("It is not recorded who was met on their side.")
        return Part(PartKey.BREADTH, 0, 0, sentence, gettext("Record who was met on their side."))
    people, levels = found["people"], [str(_level_words()[level]) for level in LEVELS if found[level]]
    counted = ngettext(
        "%(count)s person met by name in the last two years",
        "%(count)s people met by name in the last two years",
        people,
    ) % {"count": people}
    if not levels:
        sentence = gettext("%(people)s; at which level is not recorded.") % {"people": counted}
        return Part(PartKey.BREADTH, 3 * min(people, 3), 9, sentence, _wider(people, 2))
    at_levels = ngettext("at %(count)s level (%(levels)s)", "at %(count)s levels (%(levels)s)", len(levels))
    words = {"people": counted, "levels": at_levels % {"count": len(levels), "levels": ", ".join(levels)}}
    earned = 3 * min(people, 3) + 3 * min(len(levels), 2)
    return Part(PartKey.BREADTH, earned, 15, gettext("%(people)s, %(levels)s.") % words, _wider(people, len(levels)))


def _wider(people: int, levels: int) -> str:
    if people < 3:
        return gettext("Meet more people on their side.")
    return gettext("Meet somebody at another level.") if levels < 2 else ""


def _level_words() -> dict[str, str]:
    return {
        "political": gettext("political"),
        "leading": gettext("heads of office"),
        "working": gettext("working level"),
    }


def _promises(family: Any, user: Viewer, on: datetime.date) -> tuple[dict[str, int], dict[str, int]]:
    """How many promises count, were kept in time, are open and late: ours and theirs; joint ones are of both."""
    rows = FollowUp.objects.all().visible_to(user).current().filter(partner__in=family)
    sides = {"ours": FollowUpDirection.OURS, "theirs": FollowUpDirection.THEIRS}
    asked = {"all": Q(), "kept": KEPT, "late": STILL_OPEN}
    counts: dict[str, Any] = {
        f"{side}_{name}": Count("pk", filter=Q(direction__in=(direction, JOINT)) & condition)
        for side, direction in sides.items()
        for name, condition in asked.items()
    }
    found = counted_on(rows, on).aggregate(**counts)
    ours, theirs = ({name: found[f"{side}_{name}"] for name in asked} for side in sides)
    return ours, theirs


def _kept(key: PartKey, found: dict[str, int]) -> Part:
    """In proportion to the promises that were kept in time among those that count."""
    every, kept, late, weight = found["all"], found["kept"], found["late"], WEIGHTS[key]
    words = _words_of_ours(every, late) if key == PartKey.OURS else _words_of_theirs(every, late)
    if not every:
        return Part(key, 0, 0, words.none)
    sentence = words.kept % {"kept": kept, "count": every}
    if late:
        open_late = ngettext("%(count)s is open and late", "%(count)s are open and late", late) % {"count": late}
        sentence = gettext("%(kept)s; %(late)s") % {"kept": sentence, "late": open_late}
    return Part(key, weight * kept // every, weight, f"{sentence}.", words.advice % {"count": late} if late else "")


@dataclass(frozen=True)
class _Words:
    none: str
    kept: str
    advice: str


def _words_of_ours(every: int, late: int) -> _Words:
    return _Words(
        gettext("No promise of ours with a due date was due or closed in the last year."),
        ngettext(
            "%(kept)s of our %(count)s promise was kept in time",
            "%(kept)s of our %(count)s promises were kept in time",
            every,
        ),
        ngettext("Keep our promise that is late.", "Keep our %(count)s promises that are late.", late),
    )


def _words_of_theirs(every: int, late: int) -> _Words:
    return _Words(
        gettext("No promise of theirs with a due date was due or closed in the last year."),
        ngettext(
            "%(kept)s of their %(count)s promise was kept in time",
            "%(kept)s of their %(count)s promises were kept in time",
            every,
        ),
        ngettext("Ask after their promise that is late.", "Ask after their %(count)s promises that are late.", late),
    )


def _agreements(organisation: Organisation, user: Viewer, on: datetime.date) -> Part:
    """Nine points when some agreement stands; six in proportion to those evaluated, or with an evaluation to come."""
    rows = Agreement.objects.all().visible_to(user).current()
    rows = rows.with_party(organisation.pk, include_children=True).concluded(on=on)
    standing = Q(pk__in=rows.standing(on=on).values("pk"))
    cared_for = Q(evaluate_on__gte=on) | Q(pk__in=_evaluated(user, on))
    found = rows.aggregate(
        all=Count("pk"), standing=Count("pk", filter=standing), cared_for=Count("pk", filter=standing & cared_for)
    )
    if not found["all"]:
        return Part(PartKey.AGREEMENTS, 0, 0, gettext("No signed agreement is on record."))
    count, cared = found["standing"], found["cared_for"]
    if not count:
        sentence = gettext("No agreement runs any more, as far as recorded.")
        return Part(PartKey.AGREEMENTS, 0, 15, sentence, gettext("Decide whether an agreement is to be renewed."))
    runs = ngettext("%(count)s agreement runs", "%(count)s agreements run", count) % {"count": count}
    sentence = gettext("%(runs)s; evaluated, or with an evaluation to come: %(cared)s.") % {
        "runs": runs,
        "cared": cared,
    }
    lacking = count - cared
    advice = ngettext(
        "Evaluate %(count)s agreement, or plan it.", "Evaluate %(count)s agreements, or plan it.", lacking
    )
    earned = 9 + 6 * cared // count
    return Part(PartKey.AGREEMENTS, earned, 15, sentence, advice % {"count": lacking} if lacking else "")


def _evaluated(user: Viewer, on: datetime.date) -> Any:
    """Agreements evaluated at a meeting that took place in the two years before."""
    meetings = Meeting.objects.all().current().held_between(years_before(on, 2) + datetime.timedelta(days=1), on)
    treated = MeetingAgreement.objects.all().visible_to(user).filter(treatment=Treatment.EVALUATED)
    return treated.filter(meeting__in=meetings).values("agreement")


def _day(day: datetime.date) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT")


def _ago(since: datetime.timedelta) -> str:
    """As of the day asked, so that a past answer reads as it did then."""
    days = since.days
    return (
        ngettext("%(days)s day earlier", "%(days)s days earlier", days) % {"days": days}
        if days
        else gettext("that day")
    )


def _every(months: int) -> str:
    return ngettext("every month", "every %(months)s months", months) % {"months": months}

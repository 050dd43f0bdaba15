"""What happened lately: outcomes of meetings, follow-ups that were completed, agreements that were signed."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, DateField, F, Value, When
from django.db.models.functions import Left, TruncDate

from accounts.models import User
from agreements.models import Agreement
from core.partial_dates import PartialDate, Precision
from follow_ups.models import FollowUp
from follow_ups.models.follow_up import FollowUpStatus
from missions.models import Meeting

MOST_CHARACTERS = 300  # of a text that is read; the page shows its first words
SPAN, RECORDED = "span", ""  # Instead of a precision: some day of a mission; the day it was written down.


@dataclass(frozen=True)
class Happening:
    """One thing that happened: `noun` and `pk` as in `data-row`, and its day as far as it is known."""

    noun: str
    pk: int
    title: str
    text: str
    on: datetime.date
    precision: str
    earliest_on: datetime.date | None

    @property
    def when(self) -> str:
        """Its day in the reader's words, honest about what is not recorded."""
        if self.precision == SPAN:
            return Meeting(earliest_on=self.earliest_on, latest_on=self.on).when
        return str(PartialDate(self.on, Precision(self.precision or Precision.DAY)))

    @property
    def is_day_of_record(self) -> bool:
        """Whether only the day on which it was written down is known."""
        return self.precision == RECORDED


def happened_lately(user: User, *, on: datetime.date, most: int) -> list[Happening]:
    """The latest of all three that this user may see, in one query that reads no more of each than it may show."""
    outcomes = Meeting.objects.all().visible_to(user).current().with_outcome().filter(latest_on__lte=on)
    done = FollowUp.objects.all().visible_to(user).current().closed().filter(status=FollowUpStatus.DONE)
    signed = Agreement.objects.all().visible_to(user).current().signed().filter(signed_on__lte=on)
    latest = _latest(outcomes, "latest_on", most)
    dated = _latest(done.filter(closed_on__isnull=False), "closed_on", most)
    undated = _latest(done.filter(closed_on__isnull=True), "closed_at", most)
    parts = (
        _told("meeting", latest, "outcome", "latest_on", _span_or_day(), F("earliest_on")),
        _told("follow-up", dated, "result", "closed_on", F("closed_on_precision")),
        _told("follow-up", undated, "result", TruncDate("closed_at"), F("closed_on_precision")),
        _told("agreement", signed, "objective", "signed_on", F("signed_on_precision")),
    )
    rows = parts[0].union(*parts[1:], all=True).order_by("-_on", "_noun", "-_pk")[:most]
    return [Happening(*row) for row in rows]


def _latest(rows: Any, day: str, most: int) -> Any:
    """So many of these rows, the latest by an indexed column."""
    return rows.model.objects.filter(pk__in=rows.order_by(f"-{day}", "-pk").values("pk")[:most])


def _span_or_day() -> Case:
    day, span = (Value(word, CharField()) for word in (Precision.DAY.value, SPAN))
    return Case(When(day__isnull=True, then=span), default=day, output_field=CharField())


def _told(noun: str, rows: Any, text: str, on: Any, precision: Any, earliest_on: Any = None) -> Any:
    """The columns of a happening, the same whatever the model."""
    columns = {
        "_noun": Value(noun, CharField()),
        "_pk": F("pk"),
        "_title": F("title"),
        "_text": Left(text, MOST_CHARACTERS),
        "_on": F(on) if isinstance(on, str) else on,
        "_precision": precision,
        "_earliest_on": earliest_on or Value(None, DateField()),
    }
    return rows.order_by().annotate(**columns).values_list(*columns)
